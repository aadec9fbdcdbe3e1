//! What the archive has: `list`, `show`, `log`, `check`.

use std::process::ExitCode;

use hustings::check;
use hustings::model::At;
use hustings::render;

use super::args::{Check, List, Log, Show};
use super::{Context, Outcome, documents};

pub(super) fn list(context: &Context<'_>, args: &List) -> Outcome {
    let records = context.archive()?.list(&args.selection.filter(args.country.as_ref()))?;
    context.report(&render::list(&records)?, args.output.format())
}

pub(super) fn show(context: &Context<'_>, args: &Show) -> Outcome {
    let archive = context.archive()?;
    let address = documents::at(&args.address, args.as_of.or(args.as_of_source.map(At::Source)))?;
    let record = archive.get(&address)?;
    let prose = if args.prose { archive.document(&address)?.sections } else { Vec::new() };
    context.report(&render::show(&record, &prose)?, args.output.format())
}

pub(super) fn log(context: &Context<'_>, args: &Log) -> Outcome {
    let archive = context.archive()?;
    let report = match &args.address {
        Some(address) => render::versions(&archive.versions(address)?)?,
        None => render::imports(&archive.imports()?)?,
    };
    context.report(&report, args.output.format())
}

pub(super) fn check(context: &Context<'_>, args: &Check) -> Outcome {
    let findings = check::check(&context.archive()?)?;
    context.report(&render::findings(&findings)?, args.output.format())?;
    Ok(ExitCode::from(u8::from(args.exit_code && !findings.is_empty())))
}
