//! Time to parse hostile texts of increasing length. Linear time doubles when the length doubles.
//!
//! `cargo bench --bench hostile`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and may panic")]

mod patterns;

use std::fs;
use std::path::Path;
use std::time::Instant;

use hustings::archive::{ImportOptions, preview};
use hustings::formats::{Format, Mapping, parse};
use patterns::{PATTERNS, articles, pages};

/// Lengths of the texts in bytes, each twice the previous one.
const SIZES: [usize; 3] = [1 << 18, 1 << 19, 1 << 20];

/// Number of runs, of which the fastest counts.
const RUNS: usize = 2;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given");
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tables/live.toml");
    let mapping = Mapping::load(mapping).unwrap();
    let mut rows = Vec::new();
    for pattern in PATTERNS {
        let mut of: Vec<(String, Vec<f64>)> = Vec::new();
        for size in SIZES {
            let long = pattern.repeat(size / pattern.len());
            let mut note = |name: String, work: &dyn Fn()| {
                let times = (0..RUNS).map(|_| {
                    let start = Instant::now();
                    work();
                    start.elapsed().as_secs_f64()
                });
                let best = times.fold(f64::INFINITY, f64::min);
                match of.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, seen)) => seen.push(best),
                    None => of.push((name, vec![best])),
                }
            };
            for (place, text) in articles(&long).iter().enumerate() {
                note(format!("article, place {place}"), &|| drop(parse(Format::Article, text)));
            }
            for (place, text) in pages(&long).iter().enumerate() {
                note(format!("wikitext, place {place}"), &|| drop(parse(Format::Wikitext, text)));
            }
            note("jsonl".to_owned(), &|| drop(parse(Format::Jsonl, &long)));
            write(&file, &in_table(&long));
            note("table".to_owned(), &|| import(&file, Some(&mapping)));
            write(&file, &in_dump(&long));
            note("dump".to_owned(), &|| import(&file, None));
        }
        rows.extend(of.into_iter().map(|(place, times)| (pattern, place, times)));
    }
    let growth = |times: &[f64]| times[2] / times[0];
    let table = |title: &str, rows: &[(&str, String, Vec<f64>)]| {
        println!(
            "\n{title}\n\n| pattern | read as | 512 KiB in ms | 1 MiB in ms | from 256 KiB to 1 MiB |\n|---|---|---|---|---|"
        );
        for (pattern, place, times) in rows.iter().take(8) {
            let [one, two] = [1, 2].map(|at| times[at] * 1_000.0);
            println!(
                "| `{}` | {place} | {one:.1} | {two:.1} | ×{:.1} |",
                pattern.escape_debug(),
                growth(times)
            );
        }
    };
    rows.sort_by(|one, other| other.2[2].total_cmp(&one.2[2]));
    table(&format!("The slowest of {}", rows.len()), &rows);
    // The growth of very short times is noise.
    rows.retain(|(.., times)| times[2] > 0.005);
    rows.sort_by(|one, other| growth(&other.2).total_cmp(&growth(&one.2)));
    table("Those that grow most; linear is ×4", &rows);
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

fn import(file: &Path, mapping: Option<&Mapping>) {
    let options = ImportOptions::default().mapping(mapping.cloned());
    preview(&[file.to_owned()], &options, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
}

fn in_table(long: &str) -> String {
    format!(
        "land;day;as_of;who;party;votes;share;counted\nRuritania;04.06.1954;1954;{long};{long};1;2;3\n{long}"
    )
}

fn in_dump(long: &str) -> String {
    let long = long.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<mediawiki><page><title>{long}</title><ns>0</ns><revision><comment>{long}</comment><text>{{{{Infobox election|{long}</text></revision></page></mediawiki>"
    )
}
