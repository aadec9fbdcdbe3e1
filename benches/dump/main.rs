//! Import of a wiki dump: time and memory, compared with decompression alone and with a Python
//! script.
//!
//! `cargo bench --bench dump -- [--pages 200000] [--runs 5] [--single] [--keep FILE]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and may panic")]

mod generator;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use generator::{Counts, Shape};
use hustings::Archive;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let value =
        |name: &str| words.iter().position(|word| word == name).map(|at| words[at + 1].clone());
    let number = |name: &str, usual: u64| value(name).map_or(usual, |word| word.parse().unwrap());
    let shape = Shape {
        pages: number("--pages", 200_000),
        one_in: 100,
        revisions: 5,
        stream: if words.iter().any(|word| word == "--single") { 0 } else { 100 },
    };
    let folder = tempfile::tempdir().unwrap();
    let dump = value("--keep").map_or(folder.path().join("dump.xml.bz2"), PathBuf::from);
    let mut file = BufWriter::new(File::create(&dump).unwrap());
    let counts = generator::write_packed(&mut file, shape).unwrap();
    drop(file);
    println!("{counts:?}, {} bytes", fs::metadata(&dump).unwrap().len());

    let runs = number("--runs", 5);
    let mut times: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut note =
        |name: &'static str, seconds: f64| match times.iter_mut().find(|(known, _)| *known == name)
        {
            Some((_, seen)) => seen.push(seconds),
            None => times.push((name, vec![seconds])),
        };
    let mut memory = 0;
    for run in 0..runs {
        note("bzcat, counted", timed(|| bzcat(&dump)));
        for (name, jobs) in [("import", "0"), ("import, one thread unpacks", "1")] {
            let archive = folder.path().join(format!("archive-{run}-{jobs}"));
            note(name, timed(|| memory = memory.max(import(&archive, &dump, jobs))));
            count(&archive, counts);
            if jobs == "0" {
                note("import again", timed(|| memory = memory.max(import(&archive, &dump, jobs))));
                count(&archive, counts);
            }
            fs::remove_dir_all(&archive).unwrap();
        }
    }
    resume(&folder.path().join("stopped"), &dump, counts);
    let plain = folder.path().join("dump.xml");
    unpack(&dump, &plain);
    for run in 0..runs {
        let archive = folder.path().join(format!("plain-{run}"));
        note("import of plain XML", timed(|| memory = memory.max(import(&archive, &plain, "0"))));
        fs::remove_dir_all(&archive).unwrap();
        let peer = [(&dump, "Python"), (&plain, "Python on plain XML")];
        for (dump, name) in peer {
            match python(dump, folder.path(), counts) {
                Some(seconds) => note(name, seconds),
                None => println!("skipped: Python with mwxml and mwparserfromhell is not there"),
            }
        }
    }
    let median = |seen: &[f64]| {
        let mut seen = seen.to_vec();
        seen.sort_by(f64::total_cmp);
        seen[seen.len() / 2]
    };
    let alone = median(&times[0].1);
    println!("| work | seconds (median of {runs}) | ratio to bzcat |\n|---|---|---|");
    for (name, seen) in &times {
        println!("| {name} | {:.2} | {:.2} |", median(seen), median(seen) / alone);
    }
    println!("peak memory of an import: {} MB", memory / 1000);
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn bzcat(dump: &Path) {
    let mut unpacking = Command::new("bzcat").arg(dump).stdout(Stdio::piped()).spawn().unwrap();
    let bytes = unpacking.stdout.take().unwrap();
    let counting = Command::new("wc").arg("-c").stdin(bytes).output().unwrap();
    assert!(unpacking.wait().unwrap().success() && counting.status.success());
}

fn unpack(dump: &Path, plain: &Path) {
    let file = File::create(plain).unwrap();
    assert!(Command::new("bzcat").arg(dump).stdout(file).status().unwrap().success());
}

fn importing(archive: &Path, dump: &Path, jobs: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
    command.arg("--archive").arg(archive).args(["import", "--jobs", jobs]).arg(dump);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Imports the dump. Returns the peak memory of the process in kB, or 0 if the system does not
/// report it.
fn import(archive: &Path, dump: &Path, jobs: &str) -> u64 {
    let mut child = importing(archive, dump, jobs).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let said = fs::read_to_string(&status).unwrap_or_default();
        let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = kilobytes.unwrap_or(peak).max(peak);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return peak;
        }
        sleep(Duration::from_millis(20));
    }
}

fn count(archive: &Path, counts: Counts) {
    let archive = Archive::open(archive).unwrap();
    let imports = archive.imports().unwrap();
    let versions: u64 = imports.iter().map(|import| import.versions).sum();
    let aliases: u64 = imports.iter().map(|import| import.aliases).sum();
    let elections = archive.list(&Default::default()).unwrap();
    assert_eq!(versions, counts.versions);
    assert_eq!(aliases, counts.redirects);
    assert_eq!(elections.len() as u64, counts.elections);
    assert!(
        elections
            .iter()
            .all(|record| u64::from(record.versions) == counts.versions / counts.elections)
    );
}

/// Kills imports at several moments, and lets the last one finish.
fn resume(archive: &Path, dump: &Path, counts: Counts) {
    for eighths in 1..8 {
        let mut child = importing(archive, dump, "0").spawn().unwrap();
        let whole = fs::metadata(dump).unwrap().len();
        sleep(Duration::from_millis(whole * eighths / 8 / 8_000));
        let _ = child.kill();
        child.wait().unwrap();
    }
    let kept = Archive::open(archive).map_or(0, |archive| archive.imports().unwrap().len());
    import(archive, dump, "0");
    count(archive, counts);
    let imports = Archive::open(archive).unwrap().imports().unwrap().len();
    println!("killed 7 times: {kept} imports were kept, {imports} in the end, nothing twice");
}

/// Stores the elections' templates in SQLite with Python. Returns the seconds, or `None` if Python
/// or its packages are missing.
fn python(dump: &Path, folder: &Path, counts: Counts) -> Option<f64> {
    let script = folder.join("peer.py");
    fs::write(&script, include_str!("peer.py")).unwrap();
    let start = Instant::now();
    let base = folder.join("peer.sqlite");
    let _ = fs::remove_file(&base);
    let output = Command::new("python3").arg(script).arg(dump).arg(base).output();
    let output = output.ok().filter(|output| output.status.success())?;
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), counts.versions.to_string());
    Some(seconds)
}
