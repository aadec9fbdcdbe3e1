//! Queries of single records and the whole archive: `list`, `show`, `log`, `check`.

use std::process::ExitCode;

use hustings::analysis::source_comparison::other_sources;
use hustings::archive::{AreaFilter, Filter, Record, Selection};
use hustings::model::{Address, VersionSelector};
use hustings::render::{self, CheckReport, DetailIter, ElectionDetail};
use hustings::{Archive, check, evidence};

use super::Failure;
use super::args::{Check, List, Log, Show};
use super::context::{Context, Outcome};
use super::{areas, changes};

pub(super) fn list(context: &Context<'_>, args: &List) -> Outcome {
    let snapshot = context.open_as_of(&args.as_of)?.snapshot();
    if args.changed {
        return changes::list_changed(context, args, &snapshot);
    }
    let default = if args.all_areas { AreaFilter::All } else { AreaFilter::WholeCountry };
    let filter = args.areas.within(args.selection.filter(args.country.as_ref()), default);
    let rows = render::list(&snapshot, &filter);
    let is_empty = rows.is_empty()?;
    let outcome = context.print_rows(&rows, args.output.format())?;
    let option = "--all-areas shows them, --area those of one area";
    let hides_areas = areas::notice_hidden(context, &snapshot, &filter, option)?;
    if is_empty && !hides_areas {
        context.notice_no_match(&filter);
    }
    Ok(outcome)
}

pub(super) fn show(context: &Context<'_>, args: &Show) -> Outcome {
    let (archive, address) = match args.as_of.moment() {
        Some(_) if args.address.version() != VersionSelector::Latest => {
            let problem = format!(
                "'{}' already names a version, so --as-of cannot name another",
                args.address
            );
            return Err(Failure::Usage(problem));
        }
        // A plain number selects a version, as `@3` does.
        Some(version @ VersionSelector::Version(_)) => {
            (context.open_for_reading()?, args.address.clone().with_version(version))
        }
        _ => (context.open_as_of(&args.as_of)?, args.address.clone()),
    };
    let record = match &args.source {
        Some(source) => archive.get_from(&address, source)?,
        None => archive.get(&address)?,
    };
    let is_chosen = args.source.is_some() || address.version() != VersionSelector::Latest;
    let others = match is_chosen {
        true => Vec::new(),
        false => other_sources(&archive.snapshot(), &record)?,
    };
    let address = version_address(&record);
    let prose = if args.prose { archive.document(&address)?.sections } else { Vec::new() };
    context.print_report(&render::show_beside(&record, &prose, &others)?, args.output.format())
}

pub(super) fn log(context: &Context<'_>, args: &Log) -> Outcome {
    let moment = args.as_of.as_of;
    let report = match (&args.address, &args.field) {
        (Some(address), Some(field)) => {
            let archive = context.open_at(moment)?;
            render::field_history(&evidence::field_history(&archive, address, field)?)?
        }
        (Some(address), None) => render::versions(&context.open_at(moment)?.versions(address)?)?,
        (None, _) if moment.is_some() => render::imports(&context.open_at(moment)?.imports()?)?,
        (None, _) => render::imports(&context.imports()?)?,
    };
    context.print_report(&report, args.output.format())
}

pub(super) fn check(context: &Context<'_>, args: &Check) -> Outcome {
    let archive = context.open_as_of(&args.as_of)?;
    let filter = args.areas.within(Filter::default(), AreaFilter::All);
    let (records, findings) = match &args.target {
        None if filter == Filter::default() => (None, check::check(&archive)?),
        target => {
            let records = match target {
                None => archive.list(&filter)?,
                Some(target) => match archive.select(target, &filter)? {
                    Selection::Territory(records) => records,
                    Selection::Election(record) => vec![*record],
                },
            };
            if records.is_empty() {
                context.notice_no_match(&match target {
                    Some(target) => filter.country(target.clone()),
                    None => filter,
                });
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
    let version = version_address(record);
    let needs_prose = check::needs_prose(record);
    let prose = if needs_prose { archive.document(&version)?.sections } else { Vec::new() };
    let derived = check::derived_facts(record, &prose);
    let has_several = record.versions > 1;
    let agreements =
        if has_several { check::value_agreements(archive, &title)? } else { Vec::new() };
    Ok(ElectionDetail { derived, agreements })
}

/// Returns the address of the version that a record has. A title of the record itself may belong to
/// another election by now.
pub(super) fn version_address(record: &Record) -> Address {
    let title = record.titles.first().unwrap_or(&record.election.title);
    let title = Address::title(title.as_str());
    title.with_version(VersionSelector::Version(record.version.number))
}
