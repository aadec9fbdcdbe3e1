//! What the archive has: `list`, `show`, `log`, `check`.

use std::process::ExitCode;

use hustings::Archive;
use hustings::archive::{Filter, Record, Selected};
use hustings::check;
use hustings::model::{Address, At};
use hustings::render::{self, Audit, Further, FurtherIter};

use super::args::{Check, List, Log, Show};
use super::{Context, Outcome, documents};

pub(super) fn list(context: &Context<'_>, args: &List) -> Outcome {
    let filter = args.selection.filter(args.country.as_ref());
    let snapshot = context.archive()?.snapshot();
    let rows = render::list(&snapshot, &filter);
    if rows.is_empty()? {
        context.tell_none(&filter);
    }
    context.rows(&rows, args.output.format())
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
    let global = &context.args.global;
    let snapshot = archive.snapshot();
    let further = || -> hustings::Result<FurtherIter<'_>> {
        let follows = |record: hustings::Result<Record>| further(&archive, &record?);
        Ok(match &records {
            Some(records) => Box::new(records.iter().cloned().map(Ok).map(follows)),
            None => Box::new(snapshot.records(&Filter::default())?.map(follows)),
        })
    };
    let audit = Audit {
        findings: &findings,
        further: if global.verbose { Some(&further) } else { None },
        summed: !global.quiet,
    };
    context.print(format, |out, colour| audit.write(out, format, colour))?;
    Ok(exit)
}

/// What follows from the figures of a record, and which of its versions agree.
fn further(archive: &Archive, record: &Record) -> hustings::Result<Further> {
    let title = Address::title(record.election.title.clone());
    let version = title.clone().with(At::Version(record.version.number));
    let wanted = check::wants_prose(record);
    let prose = if wanted { archive.document(&version)?.sections } else { Vec::new() };
    let derived = check::derived(record, &prose);
    let several = record.versions > 1;
    let agreements = if several { check::editions(archive, &title)? } else { Vec::new() };
    Ok(Further { derived, agreements })
}
