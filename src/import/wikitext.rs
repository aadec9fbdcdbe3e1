//! Wikitext: a page with an election's infobox, and the boxes nested in it.

mod boxes;
mod not_read;
mod results;
mod template;
mod templates;
mod tree;

use self::boxes::boxes;
use self::tree::{Argument, Template};
use super::fill::{self, Entry};
use super::infobox;
use super::other_box::absorb;
use super::source::STDIN_NAME as STDIN;
use super::{Document, Importer, article, html, title, unread};
use crate::Unread;
use crate::model::{Contest, Election, Field, Ongoing, PollingDate, Reason};

pub(super) struct Wikitext;

impl Importer for Wikitext {
    /// The file's name is the title of the page.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let election = page_title(source, text).and_then(|title| read(source, &title, text));
        each(election.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Whether a text looks like a page with a box of templates.
pub(super) fn is_page(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("{{") || start.starts_with("<!--") || redirect(text).is_some()
}

/// The title of a page that a file holds: its name, without folder and ending.
///
/// # Errors
/// When it does not stand in a file.
pub(crate) fn page_title(source: &str, text: &str) -> Result<String, Unread> {
    // A descriptor's number (`/dev/fd/63`, `/dev/stdin`) is no title.
    let descriptor = ["/dev/", "/proc/"].iter().any(|folder| source.starts_with(folder));
    if source == STDIN || descriptor {
        return Err(unread(source, text, 0, "a file with the page's title for a name"));
    }
    let name = source.rsplit(['/', '\\']).next().unwrap_or(source);
    let endings = [".wikitext", ".mediawiki", ".wiki", ".txt"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    Ok(stem.replace('_', " "))
}

/// The page that a page leads to, when it does nothing else.
pub(crate) fn redirect(text: &str) -> Option<String> {
    const MARK: &str = "#redirect";
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let rest =
        start.get(MARK.len()..).filter(|_| start[..MARK.len()].eq_ignore_ascii_case(MARK))?;
    let (target, _) = rest.trim_start_matches([':', ' ']).strip_prefix("[[")?.split_once("]]")?;
    let target = target.split(['|', '#']).next().unwrap_or_default().trim();
    (!target.is_empty()).then(|| target.to_owned())
}

/// The election of a page.
///
/// # Errors
/// When the page holds no infobox of an election.
pub(super) fn read(source: &str, title: &str, text: &str) -> Result<Election, Unread> {
    let body = text.trim_start_matches('\u{feff}');
    let page = tree::visible(body);
    let nodes = tree::parse(&page);
    let found = boxes(&nodes);
    let Some((first, others)) = found.split_first() else {
        if let Some(expected) = html::not_read(text) {
            return Err(unread(source, text, 0, expected));
        }
        let (expected, at) = match (boxes::begins(&page), boxes::begins_other(&page)) {
            (Some(at), _) => ("the end of the {{Infobox election}}: its }}", at),
            (None, other) => ("a page with {{Infobox election}}", other.unwrap_or(0)),
        };
        return Err(unread(source, &page, at, expected));
    };
    let lines = Lines::of(&page);
    let mut election = Election { title: title.to_owned(), ..Election::default() };
    read_box(&mut election, first, &lines, &[]);
    title::infer(&mut election);
    if election.contests.is_empty() && !others.is_empty() {
        // The first contest is that of the first box, whatever other boxes tell of.
        election.contests.push(Contest { kind: election.kind.clone(), ..Contest::default() });
    }
    for other in others {
        absorb_box(&mut election, other, &lines, None);
    }
    election.results = results::tables(&nodes, &lines);
    election.kept.extend(not_read::fields(&page, &nodes, &lines));
    let starts = [0].into_iter().chain(found.iter().map(|found| found.at + found.source.len()));
    let ends = found.iter().map(|found| found.at).chain([page.len()]);
    election.sections = article::sections(starts.zip(ends).map(|(start, end)| &page[start..end]));
    Ok(election)
}

/// Whether a page has the beginning of a box, closed or not.
pub(crate) fn begins_box(text: &str) -> bool {
    boxes::begins(&tree::visible(text)).is_some()
}

/// Reads a box into an election: its own contest, and one for each box inside of it. `around` are the dates
/// of the election that it is a part of.
fn read_box(election: &mut Election, found: &Template<'_>, lines: &Lines, around: &[PollingDate]) {
    let (mut entries, mut inner) = (Vec::new(), Vec::new());
    for argument in &found.arguments {
        let modules = boxes(&argument.value);
        if modules.is_empty() {
            entries.extend(entry(election, argument, lines));
            continue;
        }
        inner.extend(modules);
        let beside =
            argument.value.iter().filter(|node| boxes(std::slice::from_ref(*node)).is_empty());
        let beside = template::value(&beside.cloned().collect::<Vec<_>>());
        if !beside.is_empty() {
            let label = argument.name.unwrap_or_default().to_owned();
            let reason = Reason::Leftover(beside.clone());
            let line = Some(lines.number(argument.at));
            election.kept.push(Field { label, text: beside, reason, line });
        }
    }
    let entries = entries.iter().map(|(label, value, line)| Entry::new(label, value, *line));
    fill::entries(election, entries.collect(), around);
    let ongoing = if inner.is_empty() { None } else { spread(election) };
    for module in inner {
        absorb_box(election, module, lines, ongoing);
    }
}

/// Adds the contests of another box.
fn absorb_box(
    election: &mut Election,
    found: &Template<'_>,
    lines: &Lines,
    ongoing: Option<Ongoing>,
) {
    let mut other = Election::default();
    read_box(&mut other, found, lines, &election.dates);
    let own = election.contests.len();
    absorb(election, other);
    for contest in election.contests.iter_mut().skip(own) {
        contest.ongoing = contest.ongoing.or(ongoing);
    }
}

/// A box around others may be about no contest of its own. What it says beside them is then the
/// election's, and whether it goes on holds for all.
fn spread(election: &mut Election) -> Option<Ongoing> {
    let own = election.contests.pop()?;
    let rest = Contest {
        kind: own.kind.clone(),
        ongoing: own.ongoing,
        details: own.details.clone(),
        kept: own.kept.clone(),
        ..Contest::default()
    };
    if own != rest {
        election.contests.push(own);
        return None;
    }
    election.details.extend(own.details);
    election.kept.extend(own.kept);
    own.ongoing
}

/// An argument as a label and a value. What has no name, and says something, is kept.
fn entry<'a>(
    election: &mut Election,
    argument: &Argument<'a>,
    lines: &Lines,
) -> Option<(&'a str, String, u32)> {
    let found = argument.name.filter(|name| name.contains("olo")).and_then(infobox::find);
    let is_colour = found.is_some_and(|found| found.parameter.kind == infobox::Kind::Colour);
    let value = if is_colour { template::colour } else { template::value }(&argument.value);
    let line = lines.number(argument.at);
    match argument.name {
        Some(name) => Some((name, value, line)),
        None if value.is_empty() => None,
        None => {
            let (label, reason) = (String::new(), Reason::NoLabel);
            election.kept.push(Field { label, text: value, reason, line: Some(line) });
            None
        }
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn number(&self, at: usize) -> u32 {
        u32::try_from(self.0.partition_point(|newline| *newline < at) + 1).unwrap_or(u32::MAX)
    }
}
