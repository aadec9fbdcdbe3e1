//! Pipes are read once, from the first byte to the last, regardless of how the bytes arrive.
#![cfg(all(unix, feature = "cli"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use common::{archive_content, hustings, run};
use hustings::Archive;

/// How bytes are written to a pipe.
#[derive(Debug, Clone, Copy)]
enum Delivery {
    /// The first bytes one by one, with a pause after each.
    Bytes(usize),
    /// Chunks of this size.
    Chunks(usize),
}

impl Delivery {
    fn write(self, bytes: &[u8], pipe: &mut impl Write) {
        let (slow, size) = match self {
            Self::Bytes(count) => (count.min(bytes.len()), 1 << 16),
            Self::Chunks(size) => (0, size),
        };
        for byte in &bytes[..slow] {
            pipe.write_all(&[*byte]).unwrap();
            thread::sleep(Duration::from_micros(30));
        }
        bytes[slow..].chunks(size).for_each(|chunk| pipe.write_all(chunk).unwrap());
    }
}

/// Runs the program with bytes on its standard input.
fn run_piped(archive: &Path, words: &[&str], bytes: &[u8], delivery: Delivery) -> (i32, String) {
    let mut child = hustings(archive, words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = thread::spawn(move || delivery.write(&bytes, &mut pipe));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8(said).unwrap())
}

/// Creates a named pipe, and a thread that writes to it once it is opened.
fn named_pipe(path: PathBuf, bytes: &[u8], delivery: Delivery) -> thread::JoinHandle<()> {
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let bytes = bytes.to_vec();
    thread::spawn(move || delivery.write(&bytes, &mut File::create(path).unwrap()))
}

/// Returns JSON lines of exactly this many bytes.
fn json_lines(length: usize) -> Vec<u8> {
    let mut text = String::new();
    // Large inputs have long lines, because many elections would only slow the import.
    let name = "x".repeat(if length > 1_000_000 { 50_000 } else { 10 });
    for number in 0.. {
        let line = format!(
            "{{\"title\":\"19{:02} Ruritanian district {number} election\",\"country\":\"Ruritania\",\"name\":\"{name}\"}}\n",
            number % 100
        );
        if text.len() + 2 * line.len() > length {
            break;
        }
        text.push_str(&line);
    }
    // The last line is another election, or blank if there is no space for one.
    let rest = length - text.len();
    let (head, tail) = ("{\"title\":\"", "\"}\n");
    match rest.checked_sub(head.len() + tail.len() + 1) {
        Some(more) => {
            text.push_str(&format!("{head}{}{tail}", "x".repeat(more.min(900) + 1)));
            text.push_str(&" ".repeat(length - text.len()));
        }
        None => text.push_str(&" ".repeat(rest)),
    }
    assert_eq!(text.len(), length);
    text.into_bytes()
}

/// The source texts in an archive, without times and names of sources.
fn source_texts(archive: &Path) -> Vec<String> {
    let archive = Archive::open(archive).unwrap();
    let records = archive.list(&Default::default()).unwrap();
    let source = |title: &str| archive.source(hustings::model::Address::title(title)).unwrap();
    records.iter().map(|record| source(&record.election.title)).collect()
}

#[test]
fn a_pipe_of_any_size_is_read_completely() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    let mut fresh = || {
        number += 1;
        folder.path().join(format!("archive-{number}"))
    };
    let sizes = [0, 1, 60, 1_023, 1_024, 1_025, 8_191, 8_193, 65_535, 65_537];
    for (size, delivery) in sizes
        .map(|size| (size, Delivery::Bytes(1_100)))
        .into_iter()
        .chain([4_000, 65_537, 10_000_000].map(|size| (size, Delivery::Chunks(1_021))))
    {
        let bytes = json_lines(size);
        let file = folder.path().join("plain.jsonl");
        fs::write(&file, &bytes).unwrap();
        let plain = fresh();
        let (expected, out, err) = run(&plain, &["import", "-q", file.to_str().unwrap()]);
        if size < 2 {
            assert!(expected == 3 && err.contains("expected a document (the file is empty)"));
        } else {
            assert_eq!((expected, out.as_str()), (0, ""), "{size}: {err}");
        }
        for words in [
            &["import", "-q", "-"][..],
            &["import", "-q", "/dev/stdin"],
            &["import", "-q", "--format", "jsonl", "-"],
            &["import", "-q", "--format", "jsonl", "/dev/stdin"],
        ] {
            let archive = fresh();
            let (code, said) = run_piped(&archive, words, &bytes, delivery);
            assert_eq!(code, expected, "{size} {delivery:?} {words:?}: {said}");
            if size < 2 {
                assert!(said.contains(":1:1: expected a document (the file is empty)"), "{said}");
            }
            assert!(
                source_texts(&archive) == source_texts(&plain),
                "{size} {delivery:?} {words:?}"
            );
        }
        let (archive, pipe) = (fresh(), folder.path().join(format!("pipe-{size}")));
        let writer = named_pipe(pipe.clone(), &bytes, delivery);
        let (code, _, err) = run(&archive, &["import", "-q", pipe.to_str().unwrap()]);
        writer.join().unwrap();
        assert_eq!(code, expected, "{size} {delivery:?}: {err}");
        assert!(source_texts(&archive) == source_texts(&plain), "{size} {delivery:?}");
        fs::remove_file(pipe).unwrap();
    }
}

#[test]
fn json_lines_of_any_size_are_read_from_pipes() {
    let (folder, whole) = (tempfile::tempdir().unwrap(), "x".repeat(7 << 20));
    // More than fits into one import, after a byte order mark.
    let line = |number: u32| format!("{{\"title\":\"vote {number}\",\"name\":\"{whole}\"}}\n");
    let given = format!("\u{feff}{}", (0..12).map(line).collect::<String>());
    for words in [&["import", "-"][..], &["import", "--format", "jsonl", "-"]] {
        let archive = folder.path().join(words.len().to_string());
        let (code, said) = run_piped(&archive, words, given.as_bytes(), Delivery::Chunks(1 << 20));
        assert!(
            code == 0 && said.contains("imports 1 to 2: 12 added, 0 unchanged, 0 not read"),
            "{said}"
        );
    }
}

#[test]
fn dumps_are_read_from_pipes() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    let xml = fs::read("fixtures/dumps/karabakh.xml").unwrap();
    let file = folder.path().join("dump.xml");
    fs::write(&file, &xml).unwrap();
    assert_eq!(run(&plain, &["import", file.to_str().unwrap()]).0, 0);
    let (mut gzip, mut bzip2) = (Vec::new(), Vec::new());
    flate2::read::GzEncoder::new(&xml[..], flate2::Compression::fast())
        .read_to_end(&mut gzip)
        .unwrap();
    bzip2::read::BzEncoder::new(&xml[..], bzip2::Compression::fast())
        .read_to_end(&mut bzip2)
        .unwrap();
    for (name, bytes) in [("xml", xml), ("gz", gzip), ("bz2", bzip2)] {
        for delivery in [Delivery::Bytes(1_100), Delivery::Chunks(17)] {
            for path in ["-", "/dev/stdin"] {
                let archive = folder.path().join(format!("{name}-{delivery:?}-{}", path.len()));
                let (code, said) = run_piped(&archive, &["import", path], &bytes, delivery);
                assert_eq!(code, 0, "{name} {delivery:?} {path}: {said}");
                assert!(
                    source_texts(&archive) == source_texts(&plain),
                    "{name} {delivery:?} {path}"
                );
            }
            let pipe = folder.path().join(format!("pipe-{name}-{delivery:?}"));
            let archive = folder.path().join(format!("{name}-{delivery:?}-named"));
            let writer = named_pipe(pipe.clone(), &bytes, delivery);
            let (code, _, err) = run(&archive, &["import", pipe.to_str().unwrap()]);
            writer.join().unwrap();
            assert_eq!(code, 0, "{name} {delivery:?}: {err}");
            assert!(source_texts(&archive) == source_texts(&plain), "{name} {delivery:?}");
        }
    }
}

#[test]
fn a_table_and_its_mapping_are_read_from_pipes() {
    let folder = tempfile::tempdir().unwrap();
    let (table, mapping) = ("fixtures/tables/live.csv", "fixtures/tables/live.toml");
    let plain = folder.path().join("plain");
    let (expected, ..) = run(&plain, &["import", "--mapping", mapping, table]);
    for (number, path) in ["-", "/dev/stdin"].into_iter().enumerate() {
        let archive = folder.path().join(format!("archive-{number}"));
        let pipe = folder.path().join(format!("mapping-{number}"));
        let delivery = Delivery::Bytes(1_100);
        let writer = named_pipe(pipe.clone(), &fs::read(mapping).unwrap(), delivery);
        let words = ["import", "--mapping", pipe.to_str().unwrap(), path];
        let (code, said) = run_piped(&archive, &words, &fs::read(table).unwrap(), delivery);
        writer.join().unwrap();
        assert_eq!(code, expected, "{path}: {said}");
        assert!(source_texts(&archive) == source_texts(&plain), "{path}");
    }
}

#[test]
fn backups_and_exports_are_restored_from_pipes() {
    let (folder, path) = common::archive_of_fixtures();
    let backup = folder.path().join("backup.zst");
    assert_eq!(run(&path, &["backup", backup.to_str().unwrap()]).0, 0);
    let (_, export, _) = run(&path, &["export", "--all-versions"]);
    let expected = archive_content(&Archive::open(&path).unwrap()).unwrap();
    for (name, bytes) in [("backup", fs::read(backup).unwrap()), ("export", export.into_bytes())] {
        for from in ["-", "/dev/stdin"] {
            let archive = folder.path().join(format!("{name}-{}", from.len()));
            let (code, said) =
                run_piped(&archive, &["restore", from], &bytes, Delivery::Bytes(1_100));
            assert_eq!(code, 0, "{name} {from}: {said}");
            assert_eq!(archive_content(&Archive::open(&archive).unwrap()).unwrap(), expected);
        }
        let (archive, pipe) =
            (folder.path().join(format!("{name}-named")), folder.path().join(name));
        let writer = named_pipe(pipe.clone(), &bytes, Delivery::Chunks(1_021));
        let (code, _, err) = run(&archive, &["restore", pipe.to_str().unwrap()]);
        writer.join().unwrap();
        assert_eq!(code, 0, "{name}: {err}");
        assert_eq!(archive_content(&Archive::open(&archive).unwrap()).unwrap(), expected);
    }
    let empty = folder.path().join("empty");
    let (code, said) = run_piped(&empty, &["restore", "-"], b"", Delivery::Chunks(1));
    assert!(code == 3 && !empty.exists(), "{code} {said}");
}

/// A page takes its title from its file name, which a file descriptor lacks.
#[test]
fn a_page_read_from_a_descriptor_has_no_title() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let page = b"{{Infobox election|country=Ruritania|type=general}}";
    for path in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let (code, said) = run_piped(&archive, &["import", path], page, Delivery::Chunks(1));
        assert!(code == 3 && said.contains("a title of the page"), "{said}");
    }
    let pipe = folder.path().join("1901 Ruritanian general election.wiki");
    let writer = named_pipe(pipe.clone(), page, Delivery::Chunks(1));
    let (code, out, err) = run(&archive, &["import", pipe.to_str().unwrap()]);
    writer.join().unwrap();
    assert_eq!((code, out.as_str()), (0, "import 1: 1 added, 0 unchanged, 0 not read\n"), "{err}");
}

#[test]
fn a_closed_output_pipe_is_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    // Enough elections that the answers exceed any buffer.
    let line = |year| {
        let links = format!(r#""previous":{{"title":"{} vote"}}"#, year - 1);
        format!("{{\"title\":\"{year} vote\",\"country\":\"Ruritania\",\"year\":{year},{links}}}\n")
    };
    let text = ("given.jsonl".to_owned(), (1_000..3_000).map(line).collect::<String>());
    Archive::create(&archive).unwrap().import_texts([text], &Default::default()).unwrap();
    let questions = ["list", "check", "series", "export", "chain ruritania/2000", "stats"];
    let formats = ["text", "csv", "json", "jsonl", "markdown"];
    let of_formats = |question| formats.map(|format| format!("{question} --format {format}"));
    let mut ended = 0;
    for question in questions.iter().flat_map(of_formats) {
        let words: Vec<&str> = question.split(' ').collect();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = hustings(&archive, &words).stdout(writer).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        // Not every command has every format.
        if output.status.code() != Some(2) {
            assert!(output.status.success() && !said.contains("error"), "{question}: {said}");
            ended += 1;
        }
    }
    assert!(ended > 15, "{ended}");
}
