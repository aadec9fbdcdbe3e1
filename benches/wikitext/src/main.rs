//! Time of existing wikitext parsers on hostile texts. Each parse runs in a separate process, which
//! is killed after a timeout.
//!
//! `cd benches/wikitext && cargo run --release [-- BYTES]`

#[path = "../../hostile/patterns.rs"]
mod patterns;

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::env;

use patterns::{pages, PATTERNS};

const PARSERS: [&str; 4] = ["hustings", "parse-wiki-text-2", "wikitext-parser", "wikioxide"];

/// Timeout for one text.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() {
    let words: Vec<String> = env::args().collect();
    if let [_, parser, pattern, place, bytes] = words.as_slice() {
        let pattern = PATTERNS[pattern.parse::<usize>().unwrap()];
        let bytes: usize = bytes.parse().unwrap();
        let page = &pages(&pattern.repeat(bytes / pattern.len()))[place.parse::<usize>().unwrap()];
        let start = Instant::now();
        parse(parser, page);
        println!("{}", start.elapsed().as_secs_f64());
        // The result is not dropped: that is not measured, and dropping deep trees may overflow the
        // stack.
        std::process::exit(0);
    }
    let bytes = words.get(1).map_or("65536", String::as_str);
    println!("| parser | texts of {bytes} bytes | slowest in s | over {PATIENCE:?} | crashed |");
    println!("|---|---|---|---|---|");
    for parser in PARSERS {
        let (mut slowest, mut over, mut crashed, mut texts) = (0.0_f64, 0, 0, 0);
        for pattern in 0..PATTERNS.len() {
            for place in 0..pages("").len() {
                texts += 1;
                match child(parser, pattern, place, bytes) {
                    Outcome::Took(seconds) => slowest = slowest.max(seconds),
                    Outcome::Over => over += 1,
                    Outcome::Crashed => crashed += 1,
                }
            }
        }
        println!("| {parser} | {texts} | {slowest:.3} | {over} | {crashed} |");
    }
}

enum Outcome {
    Took(f64),
    Over,
    Crashed,
}

fn child(parser: &str, pattern: usize, place: usize, bytes: &str) -> Outcome {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([parser, &pattern.to_string(), &place.to_string(), bytes])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if child.try_wait().unwrap().is_some() {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            return said.trim().parse().map_or(Outcome::Crashed, Outcome::Took);
        }
        sleep(Duration::from_millis(2));
    }
    let _ = child.kill();
    let _ = child.wait();
    Outcome::Over
}

fn parse(parser: &str, page: &str) {
    match parser {
        "hustings" => {
            std::mem::forget(hustings::formats::parse(hustings::formats::Format::Wikitext, page));
        }
        "parse-wiki-text-2" => {
            let configuration = parse_wiki_text_2::Configuration::default();
            std::mem::forget(configuration.parse_without_timeout(page));
        }
        "wikitext-parser" => {
            let ignore = |_| ();
            std::mem::forget(wikitext_parser::parse_wikitext(page, "t".to_owned(), ignore));
        }
        "wikioxide" => {
            let site = wikioxide::SiteConfig::enwiki().clone();
            let parser = wikioxide::WikitextParser::builder().site_config(site).build().unwrap();
            std::mem::forget(parser.parse(page, &wikioxide::PageContext::default()));
        }
        other => panic!("{other} is none of {PARSERS:?}"),
    }
}
