//! Title and sources of a picture.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::canvas::{Canvas, FontStyle};
use super::{MARGIN, WIDTH, colour};
use crate::analysis::chain::Chain;
use crate::analysis::measure::Measure;
use crate::analysis::series::Series;
use crate::archive::Record;
use crate::model::{Election, ElectionType, PartialDate, format_count};

/// Maximum number of sources that are named; further ones are counted.
const MAX_SOURCES: usize = 3;

/// Name and version of the program that draws the picture.
const TOOL: &str = concat!("hustings ", env!("CARGO_PKG_VERSION"));

/// The title of a picture, and its sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caption {
    /// Content of the picture.
    pub title: String,
    /// Sources of the data, and the program that drew the picture.
    pub source: String,
}

impl Caption {
    /// Creates a caption from a title and the source files of the records. The file names appear
    /// without their folders, which may be private.
    ///
    /// ```
    /// use hustings::render::svg::Caption;
    /// let caption = Caption::new("Turnout", []);
    /// assert_eq!(caption.source, concat!("Drawn with hustings ", env!("CARGO_PKG_VERSION")));
    /// ```
    #[must_use]
    pub fn new<'a>(
        title: impl Into<String>,
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Self {
        let mut files: BTreeMap<&str, u64> = BTreeMap::new();
        for record in records {
            *files.entry(caption_name(&record.version.file)).or_default() += 1;
        }
        let mut files: Vec<(&str, u64)> = files.into_iter().collect();
        files.sort_by_key(|(_, records)| Reverse(*records));
        let mut named: Vec<String> = Vec::new();
        for (file, records) in files.iter().take(MAX_SOURCES) {
            let record_count = if *records > 1 {
                format!(" ({})", format_count(*records, "record"))
            } else {
                String::new()
            };
            named.push(format!("{file}{record_count}"));
        }
        if files.len() > MAX_SOURCES {
            named.push(format_count((files.len() - MAX_SOURCES) as u64, "more file"));
        }
        let source = match (named.as_slice(), files.len()) {
            ([], _) => format!("Drawn with {TOOL}"),
            ([one], _) => format!("Source: {one} · drawn with {TOOL}"),
            (several, _) => format!("Sources: {} · drawn with {TOOL}", several.join(", ")),
        };
        Self { title: title.into(), source }
    }

    /// Creates a caption such as "United Kingdom: turnout, margin, 1918–2019". The sources are
    /// those of the records that have a point in the series.
    #[must_use]
    pub fn for_series(series: &Series, records: &[Record]) -> Self {
        let points: BTreeSet<&str> =
            series.points.iter().map(|point| point.address.as_str()).collect();
        let is_drawn = |record: &&Record| points.contains(record.address.as_str());
        let drawn: Vec<&Record> = records.iter().filter(is_drawn).collect();
        let place =
            join_countries(drawn.iter().filter_map(|record| record.election.country.as_deref()));
        let names: Vec<String> =
            series.measures.iter().map(|measure| title_in_sentence(*measure)).collect();
        let subject = if names.len() > 3 {
            format_count(names.len() as u64, "measure")
        } else {
            names.join(", ")
        };
        let years = series.points.iter().filter_map(|point| point.date).map(PartialDate::year);
        let span = match (years.clone().min(), years.max()) {
            (Some(first), Some(last)) if first == last => format!(", {first}"),
            (Some(first), Some(last)) => format!(", {first}–{last}"),
            _ => String::new(),
        };
        let title =
            if place.is_empty() { capitalise(&subject) } else { format!("{place}: {subject}") };
        Self::new(title + &span, drawn)
    }

    /// Creates a caption such as "Italy: parliamentary elections of 1992 and 1994" for two
    /// elections of one country and type, otherwise with both titles.
    #[must_use]
    pub fn for_pair(before: &Record, after: &Record) -> Self {
        let (one, other) = (&before.election, &after.election);
        let title = if before.id == after.id {
            let numbers = (before.version.number, after.version.number);
            format!("{}: versions {} and {}", other.title, numbers.0, numbers.1)
        } else {
            common_title(one, other).unwrap_or_else(|| format!("{} → {}", one.title, other.title))
        };
        Self::new(title, [before, after])
    }

    /// Creates a caption such as "United Kingdom: the chain of parliamentary elections", with every
    /// name of a country that was renamed.
    #[must_use]
    pub fn for_chain(chain: &Chain, records: &[Record]) -> Self {
        let kind = chain.kind.as_ref().map(|kind| format!("{kind} ")).unwrap_or_default();
        let place = join_countries(chain.steps.iter().filter_map(|step| step.country.as_deref()));
        let subject = format!("the chain of {kind}elections");
        let title =
            if place.is_empty() { capitalise(&subject) } else { format!("{place}: {subject}") };
        Self::new(title, records)
    }

    /// Draws the title, and returns the vertical position at which the content begins.
    pub(super) fn draw_title(&self, canvas: &mut Canvas) -> f64 {
        let font = FontStyle::new(20.0).bold();
        canvas.wrapped_text((MARGIN, MARGIN + 18.0), font, &self.title, WIDTH - 2.0 * MARGIN, 3)
            - 8.0
    }

    /// Draws the notes and sources from the vertical position `top`, and returns the finished
    /// document.
    pub(super) fn finish(&self, mut canvas: Canvas, top: f64, notes: &[String]) -> String {
        let font = FontStyle::new(11.0).fill(colour::GREY);
        let mut y = top + 20.0;
        for (text, lines) in notes.iter().map(|note| (note, 3)).chain([(&self.source, 2)]) {
            y = canvas.wrapped_text((MARGIN, y), font, text, WIDTH - 2.0 * MARGIN, lines) + 3.0;
        }
        canvas.finish(y + 2.0, &self.title)
    }
}

/// Returns the title of a measure as used within a sentence.
fn title_in_sentence(measure: Measure) -> String {
    let title = measure.title().replace(", votes", " (votes)").replace(", seats", " (seats)");
    // A proper name keeps its capital.
    if title.contains("'s ") {
        return title;
    }
    let mut letters = title.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    let unit = if measure.unit() == "votes" { " in votes" } else { "" };
    first.unwrap_or_default() + letters.as_str() + unit
}

/// Capitalises the first letter.
pub(super) fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Returns the distinct countries in order; of more than three, only the first and the last.
fn join_countries<'a>(countries: impl Iterator<Item = &'a str>) -> String {
    let mut places: Vec<&str> = Vec::new();
    for country in countries {
        if !places.contains(&country) {
            places.push(country);
        }
    }
    match places.as_slice() {
        [first, _, _, .., last] => format!("{first} … {last}"),
        places => places.join(", "),
    }
}

fn common_country<'a>(mut elections: impl Iterator<Item = &'a Election>) -> Option<String> {
    let first = elections.next()?.country.clone()?;
    elections.all(|other| other.country.as_ref() == Some(&first)).then_some(first)
}

fn common_title(one: &Election, other: &Election) -> Option<String> {
    let country = common_country([one, other].into_iter())?;
    let kind = one.kind.as_ref().filter(|kind| other.kind.as_ref() == Some(*kind))?;
    let (before, after) = (one.start()?, other.start()?);
    let (before, after) = if before.year() == after.year() {
        (before.to_string(), after.to_string())
    } else {
        (before.year().to_string(), after.year().to_string())
    };
    let kind =
        if *kind == ElectionType::ByElection { "by-".to_owned() } else { format!("{kind} ") };
    Some(format!("{country}: {kind}elections of {before} and {after}"))
}

/// Returns the name of a record's file in a caption.
fn caption_name(file: &str) -> &str {
    if file == "<stdin>" { "standard input" } else { file }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measure_titles_fit_into_a_sentence() {
        assert_eq!(title_in_sentence(Measure::EnpVotes), "effective number of parties (votes)");
        assert_eq!(title_in_sentence(Measure::MarginVotes), "margin in votes");
        assert_eq!(title_in_sentence(Measure::GolosovSeats), "Golosov's number of parties (seats)");
    }
}
