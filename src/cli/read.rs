//! Queries of single records and the whole archive: `list`, `show`, `log`, `check`.

use std::process::ExitCode;

use hustings::archive::{Filter, Record, Selection};
use hustings::model::{Address, VersionSelector};
use hustings::render::{self, CheckReport, DetailIter, ElectionDetail};
use hustings::{Archive, check};

use super::args::{Check, List, Log, Show};
use super::context::{Context, Outcome};
use super::documents;

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
    let address = documents::with_as_of(
        &args.address,
        args.as_of.or(args.as_of_source.map(VersionSelector::Source)),
    )?;
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
                Selection::Territory(records) => records,
                Selection::Election(record) => vec![*record],
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
        context.report(&render::rule_counts(&check::count_by_rule(&findings))?, format)?;
        return Ok(exit);
    }
    let global = &context.args.global;
    let snapshot = archive.snapshot();
    let further = || -> hustings::Result<DetailIter<'_>> {
        let follows = |record: hustings::Result<Record>| election_detail(&archive, &record?);
        Ok(match &records {
            Some(records) => Box::new(records.iter().cloned().map(Ok).map(follows)),
            None => Box::new(snapshot.records(&Filter::default())?.map(follows)),
        })
    };
    let audit = CheckReport {
        findings: &findings,
        further: if global.verbose { Some(&further) } else { None },
        summed: !global.quiet,
    };
    context.print(format, |out, colour| audit.write(out, format, colour))?;
    Ok(exit)
}

/// Derives facts from the figures of a record, and compares the figures of its versions.
fn election_detail(archive: &Archive, record: &Record) -> hustings::Result<ElectionDetail> {
    let title = Address::title(record.election.title.clone());
    let version = title.clone().with(VersionSelector::Version(record.version.number));
    let wanted = check::needs_prose(record);
    let prose = if wanted { archive.document(&version)?.sections } else { Vec::new() };
    let derived = check::derived(record, &prose);
    let several = record.versions > 1;
    let agreements = if several { check::editions(archive, &title)? } else { Vec::new() };
    Ok(ElectionDetail { derived, agreements })
}
