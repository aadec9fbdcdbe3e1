//! Compares all consecutive elections of a chain. The alternative parses JSON and compares it field
//! by field.
//!
//! `cargo bench --bench diff -- [--elections 40] [--runs 1001]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and may panic")]

mod chain;
mod plain;

use std::hint::black_box;
use std::time::Instant;

use hustings::analysis::diff::{self, DiffOptions};
use hustings::model::Election;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let number = |name: &str, usual: usize| {
        let at = words.iter().position(|word| word == name);
        at.map_or(usual, |at| words[at + 1].parse().unwrap())
    };
    let (count, runs) = (number("--elections", 40), number("--runs", 1001));
    println!(
        "| chain | µs a difference | the plain way | of it comparing | ratio | changes told, plainly |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    for (name, chain) in chain::chains(count) {
        let texts: Vec<String> =
            chain.iter().map(|election| serde_json::to_string(election).unwrap()).collect();
        let ours = || pairs(&chain).map(|[one, other]| ours(one, other)).sum::<usize>();
        let compared = |chain: &[Election]| {
            pairs(chain).map(|[one, other]| plain::changes(one, other).len()).sum::<usize>()
        };
        let mut times = [const { Vec::new() }; 3];
        let mut told = [0; 3];
        for _ in 0..runs {
            let all: [&dyn Fn() -> usize; 3] =
                [&ours, &|| compared(&read(&texts)), &|| compared(&chain)];
            for (at, work) in all.into_iter().enumerate() {
                let start = Instant::now();
                told[at] = work();
                times[at].push(start.elapsed().as_secs_f64() * 1e6 / (chain.len() - 1) as f64);
            }
        }
        let [ours, plain, comparing] = times.map(median);
        println!(
            "| {name} | {ours:.2} | {plain:.2} | {comparing:.2} | {:.2} | {}, {} |",
            plain / ours,
            told[0],
            told[1]
        );
    }
}

/// Parses each election of the chain once.
fn read(texts: &[String]) -> Vec<Election> {
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn pairs(chain: &[Election]) -> impl Iterator<Item = [&Election; 2]> {
    chain.windows(2).map(|pair| [&pair[0], &pair[1]])
}

/// Returns the number of changes, so that the compiler keeps the comparison.
fn ours(before: &Election, after: &Election) -> usize {
    diff::compare_elections(black_box(before), black_box(after), &DiffOptions::default())
        .changes
        .len()
}

fn median(mut seen: Vec<f64>) -> f64 {
    seen.sort_by(f64::total_cmp);
    seen[seen.len() / 2]
}
