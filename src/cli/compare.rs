//! Comparison of elections: `chain`, `diff`, `series`; and of parties over time: `lineage`.

use std::path::Path;
use std::process::ExitCode;

use hustings::analysis::chain::{self, ChainOptions};
use hustings::analysis::diff::{self, Diff, LineageIndex};
use hustings::analysis::measure::{self, ShareMode};
use hustings::analysis::series::{self, SeriesPoint};
use hustings::archive::{ElectionQueries, Filter, Record, Selection};
use hustings::model::{ElectionType, PartialDate};
use hustings::render::svg::{self, Caption, Comparison};
use hustings::render::{self, GraphLanguage, OutputFormat, Report};
use hustings::{Archive, Error};

use super::context::{Context, Outcome};
use super::{Failure, args};

pub(super) fn chain(context: &Context<'_>, args: &args::Chain) -> Outcome {
    let archive = context.archive()?;
    let start = archive.get(&args.address)?;
    ensure_type(context, &archive, args.kind.as_ref(), &[&start])?;
    let options = ChainOptions { kind: args.kind.clone(), infer: args.infer };
    let chain = chain::chain(&archive, &start, &options)?;
    if let Some(file) = &args.picture.svg {
        return context.picture(
            file,
            &svg::chain(&chain, &Caption::of_chain(&chain, &chain.records(&archive)?)),
        );
    }
    match args.format.as_str() {
        "dot" => context.document(render::graph(&chain, GraphLanguage::Dot).as_bytes()),
        "mermaid" => context.document(render::graph(&chain, GraphLanguage::Mermaid).as_bytes()),
        format => context.report(&render::chain(&chain)?, args.spreadsheet.format(format)),
    }
}

pub(super) fn diff(context: &Context<'_>, args: &args::Diff) -> Outcome {
    let archive = context.archive()?;
    let before = archive.get(&args.before)?;
    let after = args.after.as_ref().map(|after| archive.get(after)).transpose()?;
    let both: Vec<&Record> = [&before].into_iter().chain(&after).collect();
    ensure_type(context, &archive, args.kind.as_ref(), &both)?;
    if let (Some(file), Some(after)) = (&args.svg, &after) {
        return draw_diff(context, &archive, args, [&before, after], file);
    }
    let mut report = Report { json: serde_json::Value::Array(Vec::new()), ..Report::default() };
    let mut different = false;
    let short = args.stat || args.names_only;
    let says_why =
        !short && !matches!(args.output.format(), OutputFormat::Csv | OutputFormat::Spreadsheet);
    let mut add = |before: &Record, after: &Record| -> Result<(), Failure> {
        let (heading, diff) = compare(&archive, before, after, args)?;
        // Elections that were not compared count as different.
        different |= !diff.is_empty() || diff.places.is_some();
        // Some output formats do not state why the answer is empty.
        if let Some([before, after]) = diff.places.as_ref().filter(|_| !says_why) {
            context.tell(&format!("not compared: one is of {before}, the other of {after}"));
        }
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
    match &after {
        Some(after) => add(&before, after)?,
        None => {
            let options = ChainOptions { kind: args.kind.clone(), infer: false };
            let chain = chain::chain(&archive, &before, &options)?;
            for pair in chain.pairs(&archive) {
                let [earlier, later] = pair?;
                add(&earlier, &later)?;
            }
        }
    }
    if let (Some(_), serde_json::Value::Array(list)) = (&args.after, &mut report.json) {
        report.json = list.pop().unwrap_or_default();
    }
    context.report(&report, args.output.format())?;
    Ok(ExitCode::from(u8::from(args.exit_code && different)))
}

/// Ensures that a type is known, and reports if none of the elections is of it.
fn ensure_type(
    context: &Context<'_>,
    archive: &Archive,
    kind: Option<&ElectionType>,
    records: &[&Record],
) -> Result<(), Failure> {
    let Some(kind) = kind else { return Ok(()) };
    archive.ensure_type(kind)?;
    let holds =
        |record: &&Record| record.election.outline().kinds().any(|other| other.comparable(kind));
    if !records.iter().any(holds) {
        let of = if records.len() == 1 { "the election is not" } else { "neither election is" };
        context.tell(&format!("{of} of type {kind}, and has no contest of it"));
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
        return Ok((heading, diff::compare_versions(&before.election, &after.election)));
    }
    let heading = format!("{} → {}", before.election.title, after.election.title);
    let lineage = LineageIndex::of(archive, [&*before.election, &*after.election])?;
    let options = options(args, &lineage);
    Ok((heading, diff::compare_elections(&before.election, &after.election, &options)))
}

fn options<'a>(args: &'a args::Diff, lineage: &'a LineageIndex) -> diff::DiffOptions<'a> {
    diff::DiffOptions {
        kind: args.kind.as_ref(),
        lineage: (!args.no_lineage).then_some(lineage),
        spelling: args.spelling,
        across: args.across,
    }
}

/// Draws two elections as bars. For two versions of one election, the legend has their numbers.
fn draw_diff(
    context: &Context<'_>,
    archive: &Archive,
    args: &args::Diff,
    [before, after]: [&Record; 2],
    file: &Path,
) -> Outcome {
    let (one, other) = (&*before.election, &*after.election);
    let across = args.across || before.id == after.id;
    if let Some([before, after]) = diff::places(one, other).filter(|_| !across) {
        context.tell(&format!("not compared: one is of {before}, the other of {after}"));
    }
    let lineage = LineageIndex::of(archive, [one, other])?;
    let with = diff::DiffOptions { across, ..options(args, &lineage) };
    let compared = Comparison::of_elections(one, other, &with);
    let version = |record: &Record| format!("version {}", record.version.number);
    let sides = if before.id == after.id {
        [version(before), version(after)]
    } else {
        [one.title.clone(), other.title.clone()]
    };
    let caption = Caption::of_two(before, after);
    let picture = svg::diff(&compared, sides.each_ref().map(String::as_str), &caption)?;
    context.picture(file, &picture)?;
    let different = args.exit_code && !compare(archive, before, after, args)?.1.is_empty();
    Ok(ExitCode::from(u8::from(different)))
}

pub(super) fn series(context: &Context<'_>, args: &args::Series) -> Outcome {
    match &*args.of {
        _ if args.list => context.report(&render::measures()?, args.output.format()),
        [of] => series_of(context, args, of),
        territories => series_of_several(context, args, territories),
    }
}

/// Prints the series of several territories, or of the whole archive.
fn series_of_several(
    context: &Context<'_>,
    args: &args::Series,
    territories: &[String],
) -> Outcome {
    if args.picture.svg.is_some() {
        let problem = "a picture is of one series: name one territory".to_owned();
        return Err(Error::Request(problem).into());
    }
    let archive = context.archive()?;
    let filter = args.selection.filter(None);
    filter.ensure_years()?;
    if let Some(kind) = &filter.kind {
        archive.ensure_type(kind)?;
    }
    let (snapshot, options) = (archive.snapshot(), options_of(args, filter.kind.as_ref()));
    let points = || {
        let points = series::measure_territories(
            &snapshot,
            territories,
            &args.measure,
            &options,
            !args.no_lineage,
        )?;
        let is_asked = |point: &hustings::Result<SeriesPoint>| {
            point.as_ref().map_or(true, |point| is_within(&filter, point))
        };
        Ok(points.filter(is_asked))
    };
    if filter.kind.is_none() {
        context.tell(
            "the first contest of each election is measured, of whatever type; --type chooses one",
        );
    }
    let format = args.output.format();
    let rows = render::series_rows(&args.measure, format, points);
    if rows.is_empty()? {
        context.tell_none(&filter);
    }
    context.rows(&rows, format)
}

fn options_of<'a>(
    args: &args::Series,
    kind: Option<&'a ElectionType>,
) -> series::SeriesOptions<'a> {
    let mode = if args.renormalise { ShareMode::Renormalised } else { ShareMode::Raw };
    series::SeriesOptions {
        kind,
        measure: measure::MeasureOptions { mode, round: args.round },
        lineage: None,
    }
}

/// Returns whether a point lies within the years of a filter.
fn is_within(filter: &Filter, point: &SeriesPoint) -> bool {
    filter.includes_year(point.date.map(PartialDate::year))
}

fn series_of(context: &Context<'_>, args: &args::Series, of: &String) -> Outcome {
    let archive = context.archive()?;
    let filter = args.selection.filter(Some(of));
    filter.ensure_years()?;
    // Some measures compare with the previous election, which may be outside the selected years.
    let all = Filter { from: None, to: None, ..filter.clone() };
    let records = match archive.select(of, &all)? {
        Selection::Territory(records) => records,
        Selection::Election(start) => {
            let options = ChainOptions { kind: filter.kind.clone(), infer: false };
            chain::chain(&archive, &start, &options)?.records(&archive)?
        }
    };
    let kind = match &filter.kind {
        Some(kind) => Some(kind.clone()),
        None => most_common_type(context, &records),
    };
    let elections = records.iter().map(|record| &*record.election);
    let lineage = LineageIndex::of(&archive, elections)?;
    let options = options_of(args, kind.as_ref());
    let options =
        series::SeriesOptions { lineage: (!args.no_lineage).then_some(&lineage), ..options };
    let mut series = series::measure_records(&records, &args.measure, &options);
    series.points.retain(|point| is_within(&filter, point));
    if series.points.is_empty() {
        context.tell_none(&filter);
    }
    if let Some(file) = &args.picture.svg {
        let picture = svg::series(&series, &Caption::of_series(&series, &records))?;
        return context.picture(file, &picture);
    }
    context.report(&render::series(&series)?, args.output.format())
}

/// Returns the most frequent type of the elections. Elections of different types, such as of a
/// parliament and of a president, do not form one series.
fn most_common_type(context: &Context<'_>, records: &[Record]) -> Option<ElectionType> {
    let mut kinds: Vec<(ElectionType, usize)> = Vec::new();
    for record in records {
        let election = &record.election;
        let contests = election.contests.iter().filter_map(|contest| contest.kind.as_ref());
        let Some(kind) = contests.chain(&election.kind).next() else { continue };
        match kinds.iter_mut().find(|(known, _)| known.comparable(kind)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind.clone(), 1)),
        }
    }
    let all: usize = kinds.iter().map(|(_, count)| count).sum();
    let (kind, most) = kinds.iter().rev().max_by_key(|(_, count)| *count)?;
    if kinds.len() > 1 {
        context.tell(&format!(
            "{most} of {all} elections are {kind} ones and are shown; --type shows others"
        ));
    }
    Some(kind.clone())
}

pub(super) fn lineage(context: &Context<'_>, args: &args::Lineage) -> Outcome {
    let archive = context.archive()?;
    let lineages = archive.lineages(&args.country)?;
    if lineages.is_empty() {
        archive.ensure_territory(&args.country)?;
        context.tell(&format!("nothing is known of the parties of '{}'", args.country));
    }
    let mut parties = lineages.iter().flat_map(|lineage| &lineage.parties);
    if let Some(name) = &args.party
        && !lineages.is_empty()
        && !parties.any(|party| party.is_called(name))
    {
        context.tell(&format!("no party of '{}' is called '{name}'", args.country));
    }
    let report = render::lineage(&lineages, args.party.as_deref())?;
    context.report(&report, args.output.format())
}
