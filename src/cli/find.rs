//! Searches for names: `find`.

use std::process::ExitCode;

use hustings::archive::FindOptions;
use hustings::render::{self, OutputFormat};

use super::args::Find;
use super::context::{Context, Outcome};

/// Maximum number of addresses in text output, for each name.
const MAX_ADDRESSES: usize = 3;

/// Prints the names that are found. As with grep, the exit code is 1 if there are none.
pub(super) fn find(context: &Context<'_>, args: &Find) -> Outcome {
    let words = args.words.join(" ");
    let mut options = FindOptions::default();
    for kind in &args.kind {
        options = options.kind(*kind);
    }
    if let Some(country) = &args.country {
        options = options.country(country);
    }
    let mut shown = options.clone();
    if args.limit > 0 {
        shown = shown.limit(args.limit);
    }
    if matches!(args.output.format(), OutputFormat::Text | OutputFormat::Markdown) {
        shown = shown.max_addresses(MAX_ADDRESSES);
    }
    let snapshot = context.open_for_reading()?.snapshot();
    let found = snapshot.find(&words, &shown)?;
    if found.total() == 0 {
        context.notice(&format!("no name has {}", describe_words(&words)));
        let similar = snapshot.similar_names(&words, &options)?;
        if !similar.is_empty() {
            context.notice(&format!("similar names: {}", similar.join("; ")));
        }
    }
    context.print_report(&render::find(&words, &found)?, args.output.format())?;
    Ok(ExitCode::from(u8::from(found.total() == 0)))
}

fn describe_words(words: &str) -> String {
    let words = words.split_whitespace();
    let quoted: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}
