//! Export of records: as JSON lines, the lossless format of the archive, and as CSV rows.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use crate::archive::{Archive, ElectionId, ReplayedLine, ReplayedVersion};
pub use crate::model::to_json;
use crate::model::{Contender, Contest, Decimal, Election, ElectionType, Reference, ResultLine};

/// Writes one election as a line of JSON. Importing that line restores the election exactly.
///
/// ```
/// use hustings::export::write_json_line;
/// use hustings::model::Election;
/// let election = Election { title: "1824 Ruritanian election".to_owned(), ..Election::default() };
/// let mut line = Vec::new();
/// write_json_line(&mut line, &election)?;
/// assert_eq!(line, b"{\"title\":\"1824 Ruritanian election\"}\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When the writer fails.
pub fn write_json_line<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    let json = to_json(value)?;
    writeln!(out, "{json}")
}

/// Writes every version as a line of JSON, in the order of import: the source text and its origin,
/// the version number, the import number and the record. `only` restricts the output to the given
/// elections.
///
/// Without `only`, the output contains every line of the journal, including removals, aliases and
/// commits, and [`OpenOptions::restore`](crate::archive::OpenOptions::restore) restores the archive
/// from it.
///
/// # Errors
/// When the archive cannot be read, or the writer fails.
pub fn write_versions(
    out: &mut dyn Write,
    archive: &Archive,
    only: Option<&BTreeSet<ElectionId>>,
) -> crate::Result<()> {
    archive.snapshot().replay(&mut |ReplayedLine { line, import, version }| {
        let is_selected =
            |version: &ReplayedVersion| only.is_none_or(|only| only.contains(&version.id));
        if !version.as_ref().map_or(only.is_none(), is_selected) {
            return Ok(());
        }
        let derived = version.map(|ReplayedVersion { number, election, .. }| {
            to_json(&json!({ "number": number, "import": import, "election": election }))
        });
        let written = match derived.transpose().map_err(io::Error::from) {
            Ok(Some(derived)) => {
                let derived = derived.to_string();
                // The line of the journal is kept byte for byte, and derived members are appended.
                let line = line.strip_suffix('}').unwrap_or(line);
                writeln!(out, "{line},{}", derived.strip_prefix('{').unwrap_or(&derived))
            }
            Ok(None) => writeln!(out, "{line}"),
            Err(error) => Err(error),
        };
        written.map_err(crate::Error::Output)
    })
}

/// One tally of one contender with its context: a row of a spreadsheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TallyRow {
    /// Title of the election.
    pub title: String,
    /// Country of the election.
    pub country: Option<String>,
    /// Year of the election.
    pub year: Option<i32>,
    /// First date of the election.
    pub date: Option<String>,
    /// Type of the contest, otherwise of the election.
    pub r#type: Option<String>,
    /// Name of the contest, if it has one.
    pub contest: Option<String>,
    /// Number of the round, counted from 1.
    pub round: Option<u8>,
    /// Label that says what the figures count, if the source states several figures of one kind.
    pub label: Option<String>,
    /// The people who stand, separated by slashes; or the name of an option.
    pub people: String,
    /// The party of the contender.
    pub party: Option<String>,
    /// Number of votes.
    pub votes: Option<u64>,
    /// Share of the votes, in percent.
    pub share: Option<Decimal>,
    /// Number of seats.
    pub seats: Option<u64>,
    /// Number of electoral votes.
    pub electoral_votes: Option<u64>,
}

/// Column names of a [`TallyRow`].
pub const COLUMNS: [&str; 14] = [
    "title",
    "country",
    "year",
    "date",
    "type",
    "contest",
    "round",
    "label",
    "people",
    "party",
    "votes",
    "share",
    "seats",
    "electoral_votes",
];

impl TallyRow {
    /// Returns the cells in the order of [`COLUMNS`]. An unknown value is an empty cell.
    #[must_use]
    pub fn cells(&self) -> [String; 14] {
        fn cell<T: ToString>(value: Option<&T>) -> String {
            value.map(ToString::to_string).unwrap_or_default()
        }
        [
            self.title.clone(),
            cell(self.country.as_ref()),
            cell(self.year.as_ref()),
            cell(self.date.as_ref()),
            cell(self.r#type.as_ref()),
            cell(self.contest.as_ref()),
            cell(self.round.as_ref()),
            cell(self.label.as_ref()),
            self.people.clone(),
            cell(self.party.as_ref()),
            cell(self.votes.as_ref()),
            cell(self.share.as_ref()),
            cell(self.seats.as_ref()),
            cell(self.electoral_votes.as_ref()),
        ]
    }
}

/// Returns the rows of an election: one for each tally, and one for a contender without results.
/// [`Contender::result_lines`] determines the row that has the seats of the whole contest.
#[must_use]
pub fn tally_rows(election: &Election) -> Vec<TallyRow> {
    let contests = election.contests.iter();
    contests.flat_map(|contest| contest_rows(election, contest)).collect()
}

fn contest_rows(election: &Election, contest: &Contest) -> Vec<TallyRow> {
    let row = |people: String, party: Option<&Reference>, line: ResultLine<'_>| TallyRow {
        title: election.title.clone(),
        country: election.country.clone(),
        year: election.year,
        date: election.dates.first().map(|date| date.start.to_string()),
        r#type: contest.kind.as_ref().or(election.kind.as_ref()).map(ElectionType::to_string),
        contest: contest.name.clone(),
        round: line.tally.and_then(|tally| tally.round),
        label: line.tally.and_then(|tally| tally.label.clone()),
        people,
        party: party.map(|party| party.name.clone()),
        votes: line.tally.and_then(|tally| tally.votes),
        share: line.tally.and_then(|tally| tally.share),
        seats: line.seats,
        electoral_votes: line.tally.and_then(|tally| tally.electoral_votes),
    };
    let mut rows = Vec::new();
    for contender in &contest.contenders {
        let lines = contender.result_lines().into_iter();
        rows.extend(lines.map(|line| row(join_names(contender), contender.party.as_ref(), line)));
    }
    for option in &contest.options {
        rows.extend(option.result_lines().map(|line| row(option.to_string(), None, line)));
    }
    rows
}

fn join_names(contender: &Contender) -> String {
    let names: Vec<&str> = contender.people.iter().map(|person| person.name.as_str()).collect();
    names.join(" / ")
}

/// Writes the rows of elections as CSV with a header row. The values are exact.
///
/// # Errors
/// When the writer fails.
pub fn write_csv<E: Borrow<Election>>(
    out: &mut dyn Write,
    elections: impl IntoIterator<Item = E>,
) -> io::Result<()> {
    write_elections(out, elections, false)
}

/// Writes the rows of elections as CSV for spreadsheets, which read no text of the output as a
/// formula (see [`escape_formula`]).
///
/// # Errors
/// When the writer fails.
pub fn write_spreadsheet<E: Borrow<Election>>(
    out: &mut dyn Write,
    elections: impl IntoIterator<Item = E>,
) -> io::Result<()> {
    write_elections(out, elections, true)
}

fn write_elections<E: Borrow<Election>>(
    out: &mut dyn Write,
    elections: impl IntoIterator<Item = E>,
    escape_formulas: bool,
) -> io::Result<()> {
    let mut csv = CsvWriter::new(out, escape_formulas);
    csv.write_row(&COLUMNS)?;
    for election in elections {
        tally_rows(election.borrow()).iter().try_for_each(|row| csv.write_row(&row.cells()))?;
    }
    csv.finish()
}

/// Writes rows as CSV, either exact or safe for spreadsheets.
pub(crate) struct CsvWriter<'w> {
    csv: csv::Writer<&'w mut dyn Write>,
    escape_formulas: bool,
}

impl<'w> CsvWriter<'w> {
    pub(crate) fn new(out: &'w mut dyn Write, escape_formulas: bool) -> Self {
        Self { csv: csv::Writer::from_writer(out), escape_formulas }
    }

    pub(crate) fn write_row(&mut self, cells: &[impl AsRef<str>]) -> io::Result<()> {
        let cells = cells.iter().map(AsRef::as_ref);
        let written = if self.escape_formulas {
            self.csv.write_record(cells.map(|cell| escape_formula(cell).into_owned()))
        } else {
            self.csv.write_record(cells)
        };
        written.map_err(|error| match error.into_kind() {
            // Unwrap I/O errors, since the conversion of the `csv` crate loses their kind. Callers
            // need to detect a closed pipe.
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

/// Prefixes the text of a cell with an apostrophe if a spreadsheet would read it as a formula, that
/// is, if it is not a number and begins with `=`, `+`, `-`, `@` (also full-width), a tab or a line
/// break.
///
/// ```
/// use hustings::export::escape_formula;
/// assert_eq!(escape_formula("=1+1"), "'=1+1");
/// assert_eq!(escape_formula("-3.86"), "-3.86");
/// ```
#[must_use]
pub fn escape_formula(text: &str) -> Cow<'_, str> {
    let triggers = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(triggers) && !is_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns whether a text is a number, with or without a sign, separators and a percent sign.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = digits.strip_suffix('%').unwrap_or(digits).trim_end_matches(' ');
    let mut groups = digits.split(['.', ',']);
    groups.all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Format, parse};
    use crate::model::strategy;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_election_round_trips_through_json_lines(election in strategy::election()) {
            let mut line = Vec::new();
            write_json_line(&mut line, &election).unwrap();
            let line = String::from_utf8(line).unwrap();
            prop_assert_eq!(parse(Format::Jsonl, line.trim_end()).unwrap(), election);
        }
    }

    #[test]
    fn csv_has_a_row_for_each_tally() {
        let json = r#"{"title":"t","contests":[{"contenders":[
            {"people":[{"name":"A"}],"tallies":[{"round":1,"votes":5},{"round":2,"votes":6}]},
            {"party":{"name":"P, Q"}}]}]}"#;
        let election: Election = serde_json::from_str(json).unwrap();
        let mut csv = Vec::new();
        write_csv(&mut csv, [&election]).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        let lines: Vec<&str> = csv.lines().skip(1).collect();
        assert_eq!(lines, ["t,,,,,,1,,A,,5,,,", "t,,,,,,2,,A,,6,,,", "t,,,,,,,,,\"P, Q\",,,,"]);
    }

    #[test]
    fn spreadsheet_formulas_are_escaped_and_numbers_are_unchanged() {
        for formula in [
            "=1", "+1+1", "-2+3", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-1e5", "+.",
            "--1", "+1,", "-5 (x)",
        ] {
            assert_eq!(escape_formula(formula), format!("'{formula}"));
        }
        for exact in
            ["", "-1", "+1,234", "-3.86", "+0.5 %", "-5%", "a=1", "'=1", " =1", "1-2", "−5"]
        {
            assert_eq!(escape_formula(exact), exact);
        }
        let title = "=HYPERLINK(1)".to_owned();
        let election: Election = Election {
            title,
            contests: vec![Contest {
                contenders: vec![Contender::default()],
                ..Contest::default()
            }],
            ..Election::default()
        };
        let written = |write: fn(&mut dyn Write, Vec<&Election>) -> io::Result<()>| {
            let mut csv = Vec::new();
            write(&mut csv, vec![&election]).unwrap();
            String::from_utf8(csv)
                .unwrap()
                .lines()
                .nth(1)
                .unwrap()
                .split(',')
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(written(|out, of| write_spreadsheet(out, of)), "'=HYPERLINK(1)");
        assert_eq!(written(|out, elections| write_csv(out, elections)), "=HYPERLINK(1)");
    }
}
