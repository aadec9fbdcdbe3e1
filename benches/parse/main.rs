//! Time to parse an article, compared with one pass that only splits the text into lines and
//! labels.
//!
//! `cargo bench --bench parse` parses generated articles, and with `-- FILE` that file alone.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and may panic")]

mod generator;

use std::hint::black_box;
use std::time::Instant;

use hustings::formats::{Format, parse};
use memchr::{memchr, memchr_iter};

/// Number of articles, which are parsed in turn so that none is still in the nearest cache.
const ARTICLES: u64 = 500;

/// Number of times that all articles are parsed in one run.
const TIMES: usize = 10;

/// Number of runs of each kind of work, in turn; the median counts.
const RUNS: usize = 15;

fn main() {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let texts: Vec<String> = match &file {
        Some(file) => vec![std::fs::read_to_string(file).unwrap(); ARTICLES as usize],
        None => (0..ARTICLES).map(generator::article).collect(),
    };
    let labels = texts.iter().flat_map(|text| lines(text)).filter(|(label, _)| !label.is_empty());
    let labels = labels.count();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} bytes and {} labels an article\n", bytes / texts.len(), labels / texts.len());
    let works: [(&str, Work<'_>); 4] = [
        ("lines and labels, only found", &|text| {
            black_box(lines(text).fold(0, |sum, (label, rest)| sum + label.len() + rest.len()));
        }),
        ("lines and labels, kept in a list", &|text| {
            black_box(lines(text).collect::<Vec<_>>());
        }),
        ("its format found out", &|text| {
            black_box(Format::detect("article.txt", text));
        }),
        ("parsed", &|text| {
            black_box(parse(Format::Article, text).unwrap());
        }),
    ];
    let mut seen = works.map(|_| Vec::new());
    for _ in 0..RUNS {
        for ((_, work), seen) in works.iter().zip(&mut seen) {
            let start = Instant::now();
            for _ in 0..TIMES {
                texts.iter().for_each(|text| work(black_box(text)));
            }
            seen.push(start.elapsed().as_secs_f64() * 1e6 / (TIMES * texts.len()) as f64);
        }
    }
    let medians = seen.map(|mut seen| {
        seen.sort_by(f64::total_cmp);
        seen[seen.len() / 2]
    });
    println!("| work | µs an article | ratio |\n|---|---|---|");
    for ((name, _), median) in works.iter().zip(medians) {
        println!("| {name} | {median:.2} | {:.2} |", median / medians[0]);
    }
}

type Work<'a> = &'a dyn Fn(&str);

/// Splits each line of a text into its label, which may be empty, and the rest.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut start = 0;
    memchr_iter(b'\n', text.as_bytes()).map(move |end| {
        let line = &text[start..end];
        start = end + 1;
        let entry = line.strip_prefix("- ").unwrap_or_default();
        match memchr(b':', entry.as_bytes()) {
            Some(colon) => (&entry[..colon], entry[colon + 1..].trim()),
            None => ("", line),
        }
    })
}
