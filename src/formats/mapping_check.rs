//! Reads a table with a mapping without an archive, and reports what it gives.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::container::read_table;
use super::source::{SourceFile, open_sibling};
use super::table::{Mapping, TableEvent, parse_table};
use crate::model::{Contender, Contest, Decimal, Election, PartialDate};
use crate::{Error, ParseError, Result, Warning};

/// What a mapping gives for a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MappingCheck {
    /// Number of elections.
    pub elections: u64,
    /// Number of contenders in all elections.
    pub contenders: u64,
    /// Votes of all contenders and options, in all rounds.
    pub votes: u64,
    /// Number of contests that state their valid votes, and have one round.
    pub contests_with_valid_votes: u64,
    /// Contests in which the votes differ from the valid votes, up to the limit of the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sum_differences: Vec<SumDifference>,
    /// Number of contests in which the votes differ from the valid votes.
    pub differing_contests: u64,
    /// The first elections, up to the limit of the call.
    pub first: Vec<MappedElection>,
    /// Columns that the mapping does not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread_columns: Vec<String>,
    /// Data that is not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ParseError>,
    /// Data that is read, but doubtful.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What the settings of the mapping do to rows, such as leaving them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A contest in which the votes of contenders and options do not add up to the valid votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SumDifference {
    /// Title of the election.
    pub title: String,
    /// Sum of the votes of all contenders and options.
    pub votes: u64,
    /// The valid votes that the contest states.
    pub valid: u64,
}

/// An election as a mapping gives it, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MappedElection {
    /// Title.
    pub title: String,
    /// Country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Date, or year, of the first vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Type of the election.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Registered voters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<u64>,
    /// Ballots cast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cast: Option<u64>,
    /// Valid votes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<u64>,
    /// Invalid ballots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<u64>,
    /// Blank ballots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<u64>,
    /// Contenders and options, in the order of the table.
    pub contenders: Vec<MappedContender>,
}

/// A contender or an option, with the figures of the first round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MappedContender {
    /// People, or the name of an option.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Votes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<u64>,
    /// Share of the votes, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Decimal>,
    /// Seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
}

impl MappingCheck {
    /// Returns whether the mapping reads the table without an error or a warning.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.elections > 0 && self.errors.is_empty() && self.warnings.is_empty()
    }

    /// Reads the text of a table. Joined tables are read from the folder of `path`.
    pub(super) fn run(
        mapping: &Mapping,
        path: &Path,
        name: &str,
        text: &str,
        limit: usize,
    ) -> Self {
        let mut check = Self::default();
        let mut load = |sibling: &str| -> std::result::Result<String, ParseError> {
            let settings = mapping.container_settings(Some(sibling));
            Ok(read_table(sibling, open_sibling(path, sibling)?, &settings)?.text)
        };
        parse_table(mapping, name, text, &mut load, &mut |event| match event {
            TableEvent::Document(document) => check.add(&document.election, limit),
            TableEvent::Error(error) => check.errors.push(error),
            TableEvent::Warning(warning) => check.warnings.push(warning),
            TableEvent::Note(note) => check.notes.push(note),
        });
        check
    }

    fn add(&mut self, election: &Election, limit: usize) {
        self.elections += 1;
        let mut mapped = MappedElection {
            title: election.title.clone(),
            country: election.country.clone(),
            date: election.start(),
            kind: election.kind.as_ref().map(ToString::to_string),
            registered: None,
            cast: None,
            valid: None,
            invalid: None,
            blank: None,
            contenders: Vec::new(),
        };
        for contest in &election.contests {
            self.contenders += contest.contenders.len() as u64;
            let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
            let tallies = tallies.chain(contest.options.iter().flat_map(|option| &option.tallies));
            let votes: u64 = tallies.filter_map(|tally| tally.votes).fold(0, u64::saturating_add);
            self.votes = self.votes.saturating_add(votes);
            if let [round] = contest.rounds.as_slice()
                && let Some(valid) = round.valid
            {
                self.contests_with_valid_votes += 1;
                if votes != valid {
                    self.differing_contests += 1;
                    if self.sum_differences.len() < limit {
                        self.sum_differences.push(SumDifference {
                            title: election.title.clone(),
                            votes,
                            valid,
                        });
                    }
                }
            }
            mapped.add_contest(contest);
        }
        if self.first.len() < limit {
            self.first.push(mapped);
        }
    }
}

impl MappedElection {
    fn add_contest(&mut self, contest: &Contest) {
        if let Some(round) = contest.rounds.first() {
            (self.registered, self.cast, self.valid) = (round.registered, round.cast, round.valid);
            (self.invalid, self.blank) = (round.invalid, round.blank);
        }
        self.contenders.extend(contest.contenders.iter().map(mapped_contender));
        self.contenders.extend(contest.options.iter().map(|option| MappedContender {
            name: Some(option.name.clone()),
            votes: option.tallies.first().and_then(|tally| tally.votes),
            share: option.tallies.first().and_then(|tally| tally.share),
            ..MappedContender::default()
        }));
    }
}

fn mapped_contender(contender: &Contender) -> MappedContender {
    let people: Vec<&str> = contender.people.iter().map(|person| person.name.as_str()).collect();
    let party = contender.party.as_ref().or(contender.alliances.first());
    let first = contender.tallies.first();
    MappedContender {
        name: (!people.is_empty()).then(|| people.join(", ")),
        party: party.map(|party| party.name.clone()),
        votes: first.and_then(|tally| tally.votes),
        share: first.and_then(|tally| tally.share),
        seats: contender.seats,
    }
}

impl Mapping {
    /// Reads the table in a file with this mapping, without an archive, and reports what an import
    /// would add. At most `limit` elections and differences are listed; all are counted.
    ///
    /// ```
    /// use hustings::formats::Mapping;
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("1905.csv");
    /// std::fs::write(&file, "Party,Votes\nUnity,600\nJustice,400\n")?;
    /// let text = "[election]\ntitle = { constant = \"1905 election\" }\n[contender]\nparty = \"Party\"\nvotes = \"Votes\"";
    /// let check = text.parse::<Mapping>()?.check(&file, 10)?;
    /// assert_eq!((check.elections, check.votes), (1, 1_000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the file cannot be read, or its container leaves open which table to read.
    pub fn check(&self, path: &Path, limit: usize) -> Result<MappingCheck> {
        let name = path.display().to_string();
        let table = read_table(&name, SourceFile::open(path)?, &self.container_settings(None))
            .map_err(|error| Error::UnreadTable(Box::new(error)))?;
        let mapping = self.of_decoded(&table);
        let mut check = MappingCheck::run(&mapping, path, &name, &table.text, limit);
        check.notes.splice(0..0, table.notes.iter().map(|note| format!("{name}: {note}")));
        check.unread_columns = mapping.unread_columns(&name, &table.text);
        Ok(check)
    }
}
