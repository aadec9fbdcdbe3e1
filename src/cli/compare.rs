//! Comparison of elections: `chain`, `diff`, `series`; and of parties over time: `lineage`.

use std::path::Path;
use std::process::ExitCode;

use hustings::Archive;
use hustings::analysis::chain::{self, ChainOptions};
use hustings::analysis::diff::{self, Diff, LineageIndex};
use hustings::analysis::measure::{self, ShareMode};
use hustings::analysis::party_changes::party_changes;
use hustings::analysis::series::{self, SeriesPoint};
use hustings::archive::{ElectionQueries, Filter, Record, Selection};
use hustings::model::{ElectionType, PartialDate, format_count, slug};
use hustings::render::svg::{self, Caption, Comparison};
use hustings::render::{self, GraphLanguage, OutputFormat, Report};

use super::context::{Context, Outcome};
use super::pair::read_pair;
use super::{Failure, areas, args};

pub(super) fn chain(context: &Context<'_>, args: &args::Chain) -> Outcome {
    let archive = context.open_as_of(&args.as_of)?;
    let start = archive.get(&args.address)?;
    ensure_type(context, &archive, args.kind.as_ref(), &[&start])?;
    let options = ChainOptions::default().kind(args.kind.clone()).infer(args.infer);
    let chain = chain::chain(&archive.snapshot(), &start, &options)?;
    if let Some(file) = &args.picture.svg {
        return context.write_picture(
            file,
            &svg::chain(&chain, &Caption::for_chain(&chain, &chain.records(&archive.snapshot())?)),
        );
    }
    match args.format.as_str() {
        "dot" => context.write_document(render::graph(&chain, GraphLanguage::Dot).as_bytes()),
        "mermaid" => {
            context.write_document(render::graph(&chain, GraphLanguage::Mermaid).as_bytes())
        }
        format => context.print_report(&render::chain(&chain)?, args.spreadsheet.format(format)),
    }
}

pub(super) fn diff(context: &Context<'_>, args: &args::Diff) -> Outcome {
    let archive = context.open_as_of(&args.as_of)?;
    let (before, after) = match &args.after {
        Some(after) => {
            let addresses = [&args.before, after];
            let [before, after] = read_pair(context, &archive, addresses, args.kind.as_ref())?;
            (before, Some(after))
        }
        None => (archive.get(&args.before)?, None),
    };
    let records: Vec<&Record> = [&before].into_iter().chain(&after).collect();
    ensure_type(context, &archive, args.kind.as_ref(), &records)?;
    if let (Some(file), Some(after)) = (&args.svg, &after) {
        return draw_diff(context, &archive, args, [&before, after], file);
    }
    let mut reports: Vec<Report> = Vec::new();
    let mut different = false;
    let is_short = args.stat || args.names_only;
    let states_reason =
        !is_short && !matches!(args.output.format(), OutputFormat::Csv | OutputFormat::Spreadsheet);
    let mut add = |before: &Record, after: &Record| -> Result<(), Failure> {
        let (heading, diff) = compare(&archive, before, after, args)?;
        // Elections that were not compared count as different.
        different |= !diff.is_empty() || diff.areas.is_some();
        // Some output formats do not state why the answer is empty.
        if let Some([before, after]) = diff.areas.as_ref().filter(|_| !states_reason) {
            context.notice(&format!("not compared: one is of {before}, the other of {after}"));
        }
        let report = if args.stat {
            render::stat(&heading, &diff)?
        } else if args.names_only {
            render::changed_names(&heading, &diff)?
        } else {
            render::diff(&heading, &diff)?
        };
        reports.push(report);
        Ok(())
    };
    match &after {
        Some(after) => add(&before, after)?,
        None => {
            let options = ChainOptions::default().kind(args.kind.clone()).infer(false);
            let snapshot = archive.snapshot();
            let chain = chain::chain(&snapshot, &before, &options)?;
            for pair in chain.pairs(&snapshot) {
                let [earlier, later] = pair?;
                add(&earlier, &later)?;
            }
        }
    }
    let report = match (&args.after, reports.pop()) {
        (Some(_), Some(report)) => report,
        (_, last) => render::diffs(reports.into_iter().chain(last).collect()),
    };
    context.print_report(&report, args.output.format())?;
    Ok(ExitCode::from(u8::from(args.exit_code && different)))
}

/// Ensures that a type is known, and prints a notice if neither the elections nor their contests
/// have that type.
fn ensure_type(
    context: &Context<'_>,
    archive: &Archive,
    kind: Option<&ElectionType>,
    records: &[&Record],
) -> Result<(), Failure> {
    let Some(kind) = kind else { return Ok(()) };
    archive.ensure_type(kind)?;
    let has_type = |record: &&Record| {
        record.election.summary().kinds().any(|other| other.is_comparable_to(kind))
    };
    if !records.iter().any(has_type) {
        let subject =
            if records.len() == 1 { "the election is not" } else { "neither election is" };
        context.notice(&format!("{subject} of type {kind}, and has no contest of it"));
    }
    Ok(())
}

fn compare(
    archive: &Archive,
    before: &Record,
    after: &Record,
    args: &args::Diff,
) -> Result<(String, Diff), Failure> {
    if before.id == after.id {
        let sides = (before.version.number, after.version.number);
        let heading = format!("{}: version {} → {}", before.address, sides.0, sides.1);
        let lineage =
            LineageIndex::load(&archive.snapshot(), [&*before.election, &*after.election])?;
        let lineage = (!args.no_lineage).then_some(&lineage);
        let options = diff::VersionDiffOptions::default()
            .lineage(lineage)
            .same_source(before.version.source == after.version.source);
        let diff = diff::compare_versions_with(&before.election, &after.election, &options);
        return Ok((heading, diff));
    }
    let heading = format!("{} → {}", before.election.title, after.election.title);
    let lineage = LineageIndex::load(&archive.snapshot(), [&*before.election, &*after.election])?;
    let options = diff_options(args, &lineage);
    let mut diff = diff::compare_elections(&before.election, &after.election, &options);
    if diff.areas.is_none() && is_same_country(before, after) {
        diff.area_changes = diff::area_changes(&archive.snapshot(), before, after)?;
    }
    Ok((heading, diff))
}

fn is_same_country(before: &Record, after: &Record) -> bool {
    let country = |record: &Record| record.election.country.as_deref().map(slug);
    country(before) == country(after)
}

fn diff_options<'a>(args: &'a args::Diff, lineage: &'a LineageIndex) -> diff::DiffOptions<'a> {
    diff::DiffOptions::default()
        .kind(args.kind.as_ref())
        .lineage((!args.no_lineage).then_some(lineage))
        .match_spellings(args.spelling)
        .across_areas(args.across)
}

/// Draws two elections as bars. For two versions of one election, the legend has their numbers.
fn draw_diff(
    context: &Context<'_>,
    archive: &Archive,
    args: &args::Diff,
    [before, after]: [&Record; 2],
    file: &Path,
) -> Outcome {
    let (earlier, later) = (&*before.election, &*after.election);
    let across = args.across || before.id == after.id;
    if let Some([before, after]) = diff::differing_areas(earlier, later).filter(|_| !across) {
        context.notice(&format!("not compared: one is of {before}, the other of {after}"));
    }
    let lineage = LineageIndex::load(&archive.snapshot(), [earlier, later])?;
    let options = diff_options(args, &lineage).across_areas(across);
    let compared = Comparison::from_elections(earlier, later, &options);
    let version = |record: &Record| format!("version {}", record.version.number);
    let sides = if before.id == after.id {
        [version(before), version(after)]
    } else {
        [earlier.title.clone(), later.title.clone()]
    };
    let caption = Caption::for_pair(before, after);
    let picture = svg::diff(&compared, sides.each_ref().map(String::as_str), &caption)?;
    context.write_picture(file, &picture)?;
    let different = args.exit_code && !compare(archive, before, after, args)?.1.is_empty();
    Ok(ExitCode::from(u8::from(different)))
}

pub(super) fn series(context: &Context<'_>, args: &args::Series) -> Outcome {
    match &*args.targets {
        _ if args.list => context.print_report(&render::measures()?, args.output.format()),
        [target] => single_series(context, args, target),
        territories => several_series(context, args, territories),
    }
}

/// Prints the series of several territories, or of the whole archive.
fn several_series(context: &Context<'_>, args: &args::Series, territories: &[String]) -> Outcome {
    if args.picture.svg.is_some() {
        let problem = "a chart shows one series: name one territory or election".to_owned();
        return Err(Failure::Usage(problem));
    }
    let archive = context.open_as_of(&args.as_of)?;
    let filter = args.areas.of_one_level(args.selection.filter(None));
    filter.ensure_years()?;
    if let Some(kind) = &filter.kind {
        archive.ensure_type(kind)?;
    }
    let (snapshot, options) = (archive.snapshot(), series_options(args, filter.kind.as_ref()));
    let options = options.areas(&filter);
    let points = || {
        let points = series::measure_territories(
            &snapshot,
            territories,
            &args.measure,
            &options,
            !args.no_lineage,
        )?;
        let is_selected = |point: &hustings::Result<SeriesPoint>| {
            point.as_ref().map_or(true, |point| is_within(&filter, point))
        };
        Ok(points.filter(is_selected))
    };
    if filter.kind.is_none() {
        context.notice(
            "the first contest of each election is measured, whatever its type; --type selects one",
        );
    }
    let format = args.output.format();
    let rows = render::series_rows(&args.measure, format, points);
    if rows.is_empty()? {
        context.notice_no_match(&filter);
    }
    context.print_rows(&rows, format)
}

fn series_options<'a>(
    args: &args::Series,
    kind: Option<&'a ElectionType>,
) -> series::SeriesOptions<'a> {
    let mode = if args.renormalise { ShareMode::Renormalised } else { ShareMode::Raw };
    series::SeriesOptions::default()
        .kind(kind)
        .measure(measure::MeasureOptions::default().mode(mode).round(args.round))
        .across(args.across)
        .lineage(None)
}

/// Returns whether a point lies within the years of a filter.
fn is_within(filter: &Filter, point: &SeriesPoint) -> bool {
    filter.includes_year(point.date.map(PartialDate::year))
}

fn single_series(context: &Context<'_>, args: &args::Series, target: &String) -> Outcome {
    let archive = context.open_as_of(&args.as_of)?;
    let filter = args.areas.of_one_level(args.selection.filter(Some(target)));
    filter.ensure_years()?;
    // Some measures compare with the previous election, which may be outside the selected years.
    let all_years = filter.clone().since(None).until(None);
    let records = match archive.select(target, &all_years)? {
        Selection::Territory(records) => {
            let option = "--area and --level select them";
            areas::notice_hidden(context, &archive.snapshot(), &filter, option)?;
            records
        }
        Selection::Election(start) => {
            let options = ChainOptions::default().kind(filter.kind.clone()).infer(false);
            let snapshot = archive.snapshot();
            chain::chain(&snapshot, &start, &options)?.records(&snapshot)?
        }
    };
    let kind = match &filter.kind {
        Some(kind) => Some(kind.clone()),
        None => most_common_type(context, &records),
    };
    let elections = records.iter().map(|record| &*record.election);
    let lineage = LineageIndex::load(&archive.snapshot(), elections)?;
    let options = series_options(args, kind.as_ref());
    let options = options.lineage((!args.no_lineage).then_some(&lineage));
    let mut series = series::measure_records(&records, &args.measure, &options);
    series.points.retain(|point| is_within(&filter, point));
    if series.points.is_empty() {
        context.notice_no_match(&filter);
    }
    notice_boundaries(context, args, &series);
    if let Some(file) = &args.picture.svg {
        let picture = svg::series(&series, &Caption::for_series(&series, &records))?;
        return context.write_picture(file, &picture);
    }
    context.print_report(&render::series(&series)?, args.output.format())
}

/// Reports the elections that are not compared with those before, since the boundaries changed.
fn notice_boundaries(context: &Context<'_>, args: &args::Series, series: &series::Series) {
    let spans_two = args.measure.iter().any(|measure| measure.spans_two_contests());
    let points = series.points.iter();
    let changed: Vec<(&str, &[String; 2])> = points
        .filter_map(|point| Some((point.address.as_str(), point.boundary_change.as_ref()?)))
        .collect();
    let (Some((address, [before, after])), false) = (changed.first(), args.across || !spans_two)
    else {
        return;
    };
    let which = match changed.len() - 1 {
        0 => "it is not compared with the election".to_owned(),
        others => format!(
            "it and {} are not compared with the elections",
            format_count(others as u64, "other")
        ),
    };
    context.notice(&format!(
        "{address}: boundaries changed: {before} → {after}; {which} before, unless --across is set"
    ));
}

/// Returns the most frequent type of the elections. Elections of different types, such as of a
/// parliament and of a president, do not form one series.
fn most_common_type(context: &Context<'_>, records: &[Record]) -> Option<ElectionType> {
    let mut kinds: Vec<(ElectionType, usize)> = Vec::new();
    for record in records {
        let election = &record.election;
        let contests = election.contests.iter().filter_map(|contest| contest.kind.as_ref());
        let Some(kind) = contests.chain(&election.kind).next() else { continue };
        match kinds.iter_mut().find(|(other, _)| other.is_comparable_to(kind)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind.clone(), 1)),
        }
    }
    let all: usize = kinds.iter().map(|(_, count)| count).sum();
    let (kind, most) = kinds.iter().rev().max_by_key(|(_, count)| *count)?;
    if kinds.len() > 1 {
        context.notice(&format!(
            "{most} of {all} elections are of type {kind} and are shown; --type selects another"
        ));
    }
    Some(kind.clone())
}

pub(super) fn lineage(context: &Context<'_>, args: &args::Lineage) -> Outcome {
    let archive = context.open_at(args.as_of.as_of)?;
    let lineages = archive.snapshot().lineages(&args.country)?;
    if lineages.is_empty() {
        archive.ensure_territory(&args.country)?;
        context.notice(&format!("the archive has no lineage of the parties of '{}'", args.country));
    }
    let mut parties = lineages.iter().flat_map(|lineage| &lineage.parties);
    if let Some(name) = &args.party
        && !lineages.is_empty()
        && !parties.any(|party| party.has_name(name))
    {
        context.notice(&format!("no party of '{}' is called '{name}'", args.country));
    }
    if let Some(name) = &args.party
        && !args.parties
        && lineages.iter().any(|lineage| lineage.parties.iter().any(|party| party.has_name(name)))
        && party_changes(&lineages, Some(name.as_str())).is_empty()
    {
        context.notice(&format!(
            "no change of '{name}' is recorded; --parties lists its names and identifiers"
        ));
    }
    let report = match args.parties {
        true => render::parties(&lineages, args.party.as_deref())?,
        false => render::lineage(&lineages, args.party.as_deref())?,
    };
    context.print_report(&report, args.output.format())
}
