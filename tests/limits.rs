//! If the system allows too few threads, a command ends with an error and never hangs.
#![cfg(all(target_os = "linux", feature = "cli"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::run;

/// Seconds after which a run counts as hanging.
const TIMEOUT_SECONDS: &str = "120";

/// Runs the program as an unprivileged user with a limited number of threads. Returns `None` if the
/// test lacks the privileges or the tools for that.
fn run_with_thread_limit(threads: u32, archive: &Path, words: &[&str]) -> Option<(i32, String)> {
    let limited = format!("--nproc={threads}:{threads}");
    let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    let Output { status, stdout, stderr } = Command::new("timeout")
        .args([TIMEOUT_SECONDS, "prlimit", &limited])
        .args(user)
        .arg(env!("CARGO_BIN_EXE_hustings"))
        .arg("--archive")
        .arg(archive)
        .args(words)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    let refused = ["setpriv:", "prlimit:", "timeout:"].iter().any(|tool| said.contains(tool));
    (!refused).then(|| (status.code().unwrap_or(-1), said))
}

#[test]
fn a_thread_that_cannot_be_started_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    open(folder.path());
    // Long enough that the texts are hashed and written on separate threads.
    let lines = folder.path().join("many.jsonl");
    let line = |number: u32| format!("{{\"title\":\"1901 district {number:0900} election\"}}\n");
    fs::write(&lines, (0..400).map(line).collect::<String>()).unwrap();
    let articles = folder.path().join("articles");
    fs::create_dir(&articles).unwrap();
    open(&articles);
    for number in 0..30 {
        let text = format!("= 19{number:02} Ruritanian election =\n\n{}\n", "prose ".repeat(1_000));
        fs::write(articles.join(format!("{number}.txt")), text).unwrap();
    }
    let dump = folder.path().join("dump.xml.bz2");
    let mut packed = Vec::new();
    let xml = fs::File::open("fixtures/dumps/karabakh.xml").unwrap();
    std::io::Read::read_to_end(
        &mut bzip2::read::BzEncoder::new(xml, bzip2::Compression::fast()),
        &mut packed,
    )
    .unwrap();
    fs::write(&dump, packed).unwrap();
    let (lines, articles, dump) =
        (lines.to_str().unwrap(), articles.to_str().unwrap(), dump.to_str().unwrap());
    let (mut refused, mut done) = (0, 0);
    for threads in 1..=24 {
        for (name, words) in [
            ("lines", &["import", lines][..]),
            ("articles", &["import", articles]),
            ("dump", &["import", "--jobs", "3", dump]),
        ] {
            let archive = folder.path().join(format!("{name}-{threads}"));
            let Some((code, said)) = run_with_thread_limit(threads, &archive, words) else {
                eprintln!("skipped: it takes root, setpriv and prlimit");
                return;
            };
            match code {
                0 => {
                    done += 1;
                    assert_eq!(run(&archive, &["verify"]).0, 0);
                }
                4 => {
                    refused += 1;
                    assert!(said.contains("error: cannot start a thread for "), "{threads} {said}");
                    // The failed command did no harm: it succeeds without the limit.
                    assert_eq!(run(&archive, words).0, 0, "{threads} {name}");
                }
                code => panic!("{code} with {threads} threads, {name}: {said}"),
            }
        }
    }
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done");
}
