//! What the archive has: `list`, `show`, `log`, `check`.

use std::process::ExitCode;

use hustings::archive::{Filter, Selected};
use hustings::check;
use hustings::model::{Address, At};
use hustings::render::{self, Audit, Format};

use super::args::{Check, List, Log, Show};
use super::{Context, Failure, Outcome, documents, terminal};

pub(super) fn list(context: &Context<'_>, args: &List) -> Outcome {
    let filter = args.selection.filter(args.country.as_ref());
    let snapshot = context.archive()?.snapshot();
    let rows = render::list(&snapshot, &filter);
    if rows.is_empty()? {
        context.tell_none(&filter);
    }
    let format = args.output.format();
    match format {
        Format::Text => {
            terminal::lines(|out| rows.write(out, format, true).map_err(Failure::from))?
        }
        _ => terminal::document(|out| rows.write(out, format, false).map_err(Failure::from))?,
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn show(context: &Context<'_>, args: &Show) -> Outcome {
    let archive = context.archive()?;
    let address = documents::at(&args.address, args.as_of.or(args.as_of_source.map(At::Source)))?;
    let record = archive.get(&address)?;
    let prose = if args.prose { archive.document(&address)?.sections } else { Vec::new() };
    context.report(&render::show(&record, &prose)?, args.output.format())
}

pub(super) fn log(context: &Context<'_>, args: &Log) -> Outcome {
    let report = match &args.address {
        Some(address) => render::versions(&context.archive()?.versions(address)?)?,
        None => render::imports(&context.imports()?)?,
    };
    context.report(&report, args.output.format())
}

pub(super) fn check(context: &Context<'_>, args: &Check) -> Outcome {
    let archive = context.archive()?;
    let (records, findings) = match &args.of {
        None => (None, check::check(&archive)?),
        Some(of) => {
            let records = match archive.select(of, &Filter::default())? {
                Selected::Territory(records) => records,
                Selected::Election(record) => vec![*record],
            };
            if records.is_empty() {
                context.tell_none(&Filter { country: Some(of.clone()), ..Filter::default() });
            }
            let findings = check::check_of(&archive, &records)?;
            (Some(records), findings)
        }
    };
    let exit = ExitCode::from(u8::from(args.exit_code && !findings.is_empty()));
    let format = args.output.format();
    if args.by_kind {
        context.report(&render::counts(&check::by_kind(&findings))?, format)?;
        return Ok(exit);
    }
    let mut audit = Audit { findings, ..Audit::default() };
    if context.args.global.verbose {
        let records = records.map_or_else(|| archive.list(&Filter::default()), Ok)?;
        for record in &records {
            let title = Address::title(record.election.title.clone());
            let version = title.clone().with(At::Version(record.version.number));
            let wanted = check::wants_prose(record);
            let prose = if wanted { archive.document(&version)?.sections } else { Vec::new() };
            audit.derived.extend(check::derived(record, &prose));
            if record.versions > 1 {
                audit.agreements.extend(check::editions(&archive, &title)?);
            }
        }
    }
    let global = &context.args.global;
    context.report(&render::audit(&audit, global.verbose, !global.quiet)?, format)?;
    Ok(exit)
}
