//! Wikitext: a page with an election infobox, and the infoboxes nested in it.

mod infoboxes;
mod line_index;
mod results;
mod template;
mod template_output;
mod tree;
mod unparsed_results;

use super::document::{Document, Importer, parse_error_at};
use super::infobox::additional_infobox::merge_infobox;
use super::infobox::{InfoboxEntry, fields, parameters};
use super::{article, html};
use crate::ParseError;
use crate::model::{
    Contest, CountStatus, Election, PollingDate, STDIN_NAME, UnparsedField, UnparsedReason,
};
use crate::values::title;
use infoboxes::find_infoboxes;
use line_index::LineIndex;
use tree::{Argument, Template};

pub(super) struct Wikitext;

impl Importer for Wikitext {
    /// Parses the one election of a page. The name of the file is the title of the page.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, ParseError>)) {
        let election =
            page_title(source, text).and_then(|title| parse_election(source, &title, text));
        each(election.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Returns whether a text looks like a wiki page: it begins with a template, a comment or a
/// redirect.
pub(super) fn is_page(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("{{") || start.starts_with("<!--") || redirect_target(text).is_some()
}

/// Returns the title of the page in a file: the name of the file, without folder and extension.
///
/// # Errors
/// When the source is standard input or a file descriptor.
pub(crate) fn page_title(source: &str, text: &str) -> Result<String, ParseError> {
    // The path of a descriptor (`/dev/fd/63`, `/dev/stdin`) contains no title.
    let descriptor = ["/dev/", "/proc/"].iter().any(|folder| source.starts_with(folder));
    if source == STDIN_NAME || descriptor {
        return Err(parse_error_at(
            source,
            text,
            0,
            "a title of the page: a file with the title for a name, or the option 'title'",
        ));
    }
    let name = source.rsplit(['/', '\\']).next().unwrap_or(source);
    let endings = [".wikitext", ".mediawiki", ".wiki", ".txt"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    Ok(stem.replace('_', " "))
}

/// Returns the target of a redirect page.
pub(crate) fn redirect_target(text: &str) -> Option<String> {
    const MAGIC_WORD: &str = "#redirect";
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let rest = start
        .get(MAGIC_WORD.len()..)
        .filter(|_| start[..MAGIC_WORD.len()].eq_ignore_ascii_case(MAGIC_WORD))?;
    let (target, _) = rest.trim_start_matches([':', ' ']).strip_prefix("[[")?.split_once("]]")?;
    let target = target.split(['|', '#']).next().unwrap_or_default().trim();
    (!target.is_empty()).then(|| target.to_owned())
}

/// Parses the election of a page.
///
/// # Errors
/// When the page has no complete election infobox.
pub(super) fn parse_election(
    source: &str,
    title: &str,
    text: &str,
) -> Result<Election, ParseError> {
    let body = text.trim_start_matches('\u{feff}');
    let page = tree::strip_hidden(body);
    let nodes = tree::parse(&page);
    let infoboxes = find_infoboxes(&nodes);
    let Some((first, others)) = infoboxes.split_first() else {
        if let Some(expected) = html::expected_instead(text) {
            return Err(parse_error_at(source, text, 0, expected));
        }
        let (expected, at) =
            match (infoboxes::infobox_start(&page), infoboxes::other_infobox_start(&page)) {
                (Some(at), _) => ("the end of the {{Infobox election}}: its }}", at),
                (None, other) => ("a page with {{Infobox election}}", other.unwrap_or(0)),
            };
        return Err(parse_error_at(source, &page, at, expected));
    };
    let lines = LineIndex::new(&page);
    let mut election = Election { title: title.to_owned(), ..Election::default() };
    parse_infobox(&mut election, first, &lines, &[]);
    title::infer_from_title(&mut election);
    if election.contests.is_empty() && !others.is_empty() {
        // The first contest always belongs to the first infobox, even if only the others describe
        // one.
        election.contests.push(Contest { kind: election.kind.clone(), ..Contest::default() });
    }
    for other in others {
        add_infobox(&mut election, other, &lines, None);
    }
    election.results = results::parse_tables(&nodes, &lines);
    election.unparsed.extend(unparsed_results::unparsed_results(&page, &nodes, &lines));
    let starts =
        [0].into_iter().chain(infoboxes.iter().map(|found| found.offset + found.source.len()));
    let ends = infoboxes.iter().map(|found| found.offset).chain([page.len()]);
    election.sections = article::sections(starts.zip(ends).map(|(start, end)| &page[start..end]));
    Ok(election)
}

/// Returns whether a page contains the start of an election infobox, closed or not.
pub(crate) fn has_infobox_start(text: &str) -> bool {
    infoboxes::infobox_start(&tree::strip_hidden(text)).is_some()
}

/// Parses an infobox into an election: its own contest, and one for each nested infobox.
/// `enclosing_dates` contains the dates of the enclosing election.
fn parse_infobox(
    election: &mut Election,
    infobox: &Template<'_>,
    lines: &LineIndex,
    enclosing_dates: &[PollingDate],
) {
    let (mut entries, mut nested) = (Vec::new(), Vec::new());
    for argument in &infobox.arguments {
        let modules = find_infoboxes(&argument.value);
        if modules.is_empty() {
            entries.extend(parse_argument(election, argument, lines));
            continue;
        }
        nested.extend(modules);
        let rest = argument
            .value
            .iter()
            .filter(|node| find_infoboxes(std::slice::from_ref(*node)).is_empty());
        let rest = template::value_text(&rest.cloned().collect::<Vec<_>>());
        if !rest.is_empty() {
            let label = argument.name.unwrap_or_default().to_owned();
            let reason = UnparsedReason::Leftover(rest.clone());
            let line = Some(lines.line_number(argument.offset));
            election.unparsed.push(UnparsedField { label, text: rest, reason, line });
        }
    }
    let entries = entries.iter().map(|(label, value, line)| InfoboxEntry::new(label, value, *line));
    fields::parse_entries(election, entries.collect(), enclosing_dates);
    let ongoing = if nested.is_empty() { None } else { lift_enclosing_contest(election) };
    for module in nested {
        add_infobox(election, module, lines, ongoing);
    }
}

/// Parses another infobox and adds its contests. `ongoing` is the status of the enclosing infobox,
/// which applies to contests that state none.
fn add_infobox(
    election: &mut Election,
    infobox: &Template<'_>,
    lines: &LineIndex,
    ongoing: Option<CountStatus>,
) {
    let mut other = Election::default();
    parse_infobox(&mut other, infobox, lines, &election.dates);
    let existing = election.contests.len();
    merge_infobox(election, other);
    for contest in election.contests.iter_mut().skip(existing) {
        contest.ongoing = contest.ongoing.or(ongoing);
    }
}

/// Moves the contest of an enclosing infobox into the election if it contains only a type, a
/// status, details and unparsed fields. Returns the status, which then applies to all nested
/// contests.
fn lift_enclosing_contest(election: &mut Election) -> Option<CountStatus> {
    let own = election.contests.pop()?;
    let rest = Contest {
        kind: own.kind.clone(),
        ongoing: own.ongoing,
        details: own.details.clone(),
        unparsed: own.unparsed.clone(),
        ..Contest::default()
    };
    if own != rest {
        election.contests.push(own);
        return None;
    }
    election.details.extend(own.details);
    election.unparsed.extend(own.unparsed);
    own.ongoing
}

/// Converts an argument to a label, a value and a line. A value without a name becomes an unparsed
/// field.
fn parse_argument<'a>(
    election: &mut Election,
    argument: &Argument<'a>,
    lines: &LineIndex,
) -> Option<(&'a str, String, u32)> {
    let parameter = argument.name.filter(|name| name.contains("olo")).and_then(parameters::find);
    let is_colour =
        parameter.is_some_and(|found| found.parameter.kind == parameters::ParameterType::Colour);
    let value =
        if is_colour { template::colour_text } else { template::value_text }(&argument.value);
    let line = lines.line_number(argument.offset);
    match argument.name {
        Some(name) => Some((name, value, line)),
        None if value.is_empty() => None,
        None => {
            let (label, reason) = (String::new(), UnparsedReason::NoLabel);
            election.unparsed.push(UnparsedField { label, text: value, reason, line: Some(line) });
            None
        }
    }
}

/// Parses the election of a page of a dump. Returns `None` if the page has no election infobox.
///
/// # Errors
/// When the page has an election infobox that cannot be parsed.
pub(crate) fn parse_dump_page(
    source: &str,
    title: &str,
    text: &str,
) -> Result<Option<Election>, ParseError> {
    match parse_election(source, title, text) {
        Ok(election) => Ok(Some(election)),
        Err(error) if has_infobox_start(text) => {
            let expected =
                format!("{}, at page '{}'", error.expected, super::document::excerpt(title));
            Err(ParseError { expected, ..error })
        }
        Err(_) => Ok(None),
    }
}
