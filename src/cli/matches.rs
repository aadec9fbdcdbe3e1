//! Records of one election from several sources: `match`, `merge`, `split`.

use hustings::analysis::matches::{ElectionMatch, MatchConfidence, find_matches};
use hustings::model::Address;
use hustings::render::{self, OutputFormat};
use hustings::{Archive, Result};

use super::Failure;
use super::args::{Match, Merge, Split};
use super::context::{Context, Outcome, print_result};

pub(super) fn find(context: &Context<'_>, args: &Match) -> Outcome {
    if args.apply {
        return apply(context, args);
    }
    let matches = matches(&context.open_for_reading()?, args)?;
    context.print_report(&render::matches(&matches)?, args.output.format())
}

fn matches(archive: &Archive, args: &Match) -> Result<Vec<ElectionMatch>> {
    let snapshot = archive.snapshot();
    find_matches(&snapshot, args.country.as_deref())?.collect()
}

/// Merges the certain pairs, and prints them.
fn apply(context: &Context<'_>, args: &Match) -> Outcome {
    let archive = context.open_for_writing(false)?;
    let mut certain = matches(&archive, args)?;
    certain.retain(|found| found.confidence == MatchConfidence::Certain);
    let import = match certain.is_empty() {
        true => None,
        false => {
            let pairs: Vec<(Address, Address)> = certain
                .iter()
                .map(|found| {
                    (Address::title(&found.first.title), Address::title(&found.second.title))
                })
                .collect();
            Some(archive.merge_all(&pairs, args.note.as_deref())?)
        }
    };
    archive.close()?;
    let report = render::matches(&certain)?;
    match import {
        Some(import) if args.output.format() == OutputFormat::Text => {
            context.print_report(&report, OutputFormat::Text)?;
            let count = certain.len();
            let pairs = if count == 1 { "pair" } else { "pairs" };
            print_result(
                context,
                &format!(
                    "import {import}: {count} {pairs} merged; 'hustings split \"#{import}\"' undoes this"
                ),
            )
        }
        None if args.output.format() == OutputFormat::Text => {
            print_result(context, "no pair is certain; nothing is merged")
        }
        _ => context.print_report(&report, args.output.format()),
    }
}

pub(super) fn merge(context: &Context<'_>, args: &Merge) -> Outcome {
    let archive = context.open_for_writing(false)?;
    let import = archive.merge(&args.first, &args.second, args.note.as_deref())?;
    let versions = archive.versions(&args.first)?.len();
    archive.close()?;
    print_result(
        context,
        &format!(
            "import {import}: {} and {} are one election, with {versions} versions",
            args.first, args.second
        ),
    )
}

pub(super) fn split(context: &Context<'_>, args: &Split) -> Outcome {
    let import = args.merged.strip_prefix('#').map(|number| {
        number.parse::<u64>().map_err(|_| {
            let found = &args.merged;
            Failure::Usage(format!("expected '#' and the number of an import, found '{found}'"))
        })
    });
    let import = import.transpose()?;
    let archive = context.open_for_writing(false)?;
    let report = match import {
        Some(import) => archive.split_import(import, args.note.as_deref())?,
        None => archive.split(args.merged.parse::<Address>()?, args.note.as_deref())?,
    };
    archive.close()?;
    context.print_report(&render::split(&report), OutputFormat::Text)?;
    let count = report.elections.len();
    let elections = if count == 1 { "election" } else { "elections" };
    print_result(context, &format!("import {}: {count} {elections} split", report.import))
}
