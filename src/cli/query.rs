//! Queries of single records and the whole archive: `list`, `show`, `log`, `check`.

use std::process::ExitCode;

use hustings::archive::{Filter, Record, Selection};
use hustings::model::{Address, VersionSelector};
use hustings::render::{self, CheckReport, DetailIter, ElectionDetail};
use hustings::{Archive, check, evidence};

use super::args::{Check, List, Log, Show};
use super::context::{Context, Outcome};
use super::documents;

pub(super) fn list(context: &Context<'_>, args: &List) -> Outcome {
    let filter = args.selection.filter(args.country.as_ref());
    let snapshot = context.open_for_reading()?.snapshot();
    let rows = render::list(&snapshot, &filter);
    if rows.is_empty()? {
        context.notice_no_match(&filter);
    }
    context.print_rows(&rows, args.output.format())
}

pub(super) fn show(context: &Context<'_>, args: &Show) -> Outcome {
    let archive = context.open_for_reading()?;
    let address = documents::with_as_of(
        &args.address,
        args.as_of.or(args.as_of_source.map(VersionSelector::Source)),
    )?;
    let record = archive.get(&address)?;
    let prose = if args.prose { archive.document(&address)?.sections } else { Vec::new() };
    context.print_report(&render::show(&record, &prose)?, args.output.format())
}

pub(super) fn log(context: &Context<'_>, args: &Log) -> Outcome {
    let report = match (&args.address, &args.field) {
        (Some(address), Some(field)) => {
            let archive = context.open_for_reading()?;
            render::field_history(&evidence::field_history(&archive, address, field)?)?
        }
        (Some(address), None) => render::versions(&context.open_for_reading()?.versions(address)?)?,
        (None, _) => render::imports(&context.imports()?)?,
    };
    context.print_report(&report, args.output.format())
}

pub(super) fn check(context: &Context<'_>, args: &Check) -> Outcome {
    let archive = context.open_for_reading()?;
    let (records, findings) = match &args.target {
        None => (None, check::check(&archive)?),
        Some(target) => {
            let records = match archive.select(target, &Filter::default())? {
                Selection::Territory(records) => records,
                Selection::Election(record) => vec![*record],
            };
            if records.is_empty() {
                context.notice_no_match(&Filter::default().country(target.clone()));
            }
            let findings = check::check_elections(&archive, &records)?;
            (Some(records), findings)
        }
    };
    let exit = ExitCode::from(u8::from(args.exit_code && !findings.is_empty()));
    let format = args.output.format();
    if args.by_rule {
        context.print_report(&render::rule_counts(&check::count_by_rule(&findings))?, format)?;
        return Ok(exit);
    }
    let global = &context.args.global;
    let snapshot = archive.snapshot();
    let details = || -> hustings::Result<DetailIter<'_>> {
        let detail = |record: hustings::Result<Record>| election_detail(&archive, &record?);
        Ok(match &records {
            Some(records) => Box::new(records.iter().cloned().map(Ok).map(detail)),
            None => Box::new(snapshot.records(&Filter::default())?.map(detail)),
        })
    };
    let report = CheckReport {
        findings: &findings,
        details: if global.verbose { Some(&details) } else { None },
        with_summary: !global.quiet,
    };
    context.print(format, |out, style| report.write(out, format, style))?;
    Ok(exit)
}

/// Derives facts from the figures of a record, and compares the figures of its versions.
fn election_detail(archive: &Archive, record: &Record) -> hustings::Result<ElectionDetail> {
    let title = Address::title(record.election.title.clone());
    let version = title.clone().with_version(VersionSelector::Version(record.version.number));
    let needs_prose = check::needs_prose(record);
    let prose = if needs_prose { archive.document(&version)?.sections } else { Vec::new() };
    let derived = check::derived_facts(record, &prose);
    let has_several = record.versions > 1;
    let agreements =
        if has_several { check::value_agreements(archive, &title)? } else { Vec::new() };
    Ok(ElectionDetail { derived, agreements })
}
