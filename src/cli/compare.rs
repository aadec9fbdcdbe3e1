//! Elections beside each other: `chain`, `diff`.

use std::process::ExitCode;

use hustings::archive::Record;
use hustings::chain::{self, Options};
use hustings::diff::{self, Diff};
use hustings::render::{self, Report};

use super::args;
use super::{Context, Failure, Outcome};

pub(super) fn chain(context: &Context<'_>, args: &args::Chain) -> Outcome {
    let archive = context.archive()?;
    let start = archive.get(&args.address)?;
    let options = Options { kind: args.kind.clone(), infer: args.infer };
    let chain = chain::chain(&archive, &start, &options)?;
    context.report(&render::chain(&chain)?, args.output.format())
}

pub(super) fn diff(context: &Context<'_>, args: &args::Diff) -> Outcome {
    let archive = context.archive()?;
    let before = archive.get(&args.before)?;
    let mut report = Report { json: serde_json::Value::Array(Vec::new()), ..Report::default() };
    let mut different = false;
    let mut add = |before: &Record, after: &Record| -> Result<(), Failure> {
        let (heading, diff) = compare(before, after, args);
        different |= !diff.is_empty();
        let part = if args.stat {
            render::stat(&heading, &diff)?
        } else if args.names_only {
            render::names(&heading, &diff)?
        } else {
            render::diff(&heading, &diff)?
        };
        report.extend(part);
        Ok(())
    };
    match &args.after {
        Some(after) => add(&before, &archive.get(after)?)?,
        None => {
            let options = Options { kind: args.kind.clone(), infer: false };
            let chain = chain::chain(&archive, &before, &options)?;
            chain.pairs().try_for_each(|(earlier, later)| add(earlier, later))?;
        }
    }
    if let (Some(_), serde_json::Value::Array(list)) = (&args.after, &mut report.json) {
        report.json = list.pop().unwrap_or_default();
    }
    context.report(&report, args.output.format())?;
    Ok(ExitCode::from(u8::from(args.exit_code && different)))
}

fn compare(before: &Record, after: &Record, args: &args::Diff) -> (String, Diff) {
    if before.id == after.id {
        let sides = (before.version.number, after.version.number);
        let heading = format!("{}: version {} → {}", before.address, sides.0, sides.1);
        return (heading, diff::versions(&before.election, &after.election));
    }
    let heading = format!("{} → {}", before.election.title, after.election.title);
    (heading, diff::between(&before.election, &after.election, args.kind.as_ref()))
}
