//! Parses a mapping's TOML, setting by setting.

use std::path::Path;

use crate::{Error, Result};
use std::collections::BTreeMap;

use toml::de::DeTable;

use super::columns::{ContenderColumns, ContestColumns, ElectionColumns, Join, KeyColumns};
use super::lineage::{ChangeColumns, LineageTables, PartyColumns, RenameColumns};
use super::read_value::{ValueKind, optional_value, parse_value};
use super::value::ValueSource;
use super::words::{MappingError, Read, Section};
use super::{Duplicates, Mapping, Merge, OnError, Totals, default_nulls};

const PARLGOV: &str = include_str!("../parlgov.toml");

const TOP_LEVEL: [&str; 16] = [
    "name",
    "file",
    "key",
    "version_by",
    "null",
    "delimiter",
    "header",
    "merge",
    "duplicates",
    "totals",
    "on_error",
    "join",
    "election",
    "contest",
    "contender",
    "lineage",
];
const JOIN: [&str; 5] = ["file", "on", "key", "delimiter", "header"];
const ELECTION: [&str; 7] = ["title", "country", "type", "date", "year", "previous", "details"];
const CONTEST: [&str; 10] = [
    "office",
    "seats",
    "registered",
    "cast",
    "valid",
    "invalid",
    "blank",
    "turnout",
    "counted",
    "previous",
];
const CONTENDER: [&str; 9] = [
    "person",
    "party",
    "alliance",
    "round",
    "votes",
    "share",
    "seats",
    "electoral_votes",
    "details",
];
const LINEAGE: [&str; 5] = ["detail", "unknown_day", "parties", "renames", "changes"];
const PARTIES: [&str; 4] = ["file", "id", "country", "names"];
const RENAMES: [&str; 4] = ["file", "id", "names", "date"];
const CHANGES: [&str; 6] = ["file", "country", "from", "to", "date", "note"];

impl Mapping {
    /// Action that an [`Error::Io`] reports when a mapping file cannot be read.
    pub const READ: &str = "read the mapping";

    /// Returns the built-in mapping of this name, or parses the mapping file at this path.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a valid mapping.
    pub fn find(name: &str) -> Result<Self> {
        if name == "parlgov" {
            return PARLGOV.parse();
        }
        let path = Path::new(name);
        let text = std::fs::read_to_string(path).map_err(Error::io(Self::READ, path))?;
        parse_mapping(&text).map_err(|mistake| {
            let line = line_of(&text, &mistake);
            Error::Request(format!("{name}:{line}: {}", mistake.problem))
        })
    }
}

/// Returns the line of a mistake, counted from 1.
fn line_of(text: &str, mistake: &MappingError) -> usize {
    text[..text.floor_char_boundary(mistake.at)].matches('\n').count() + 1
}

impl std::str::FromStr for Mapping {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse_mapping(text).map_err(|mistake| {
            let line = line_of(text, &mistake);
            Error::Request(format!("the mapping, line {line}: {}", mistake.problem))
        })
    }
}

/// Parses a mapping.
///
/// # Errors
/// When the text is not valid TOML, at the first setting that is unknown or has an invalid value,
/// and when the settings contradict each other.
pub(super) fn parse_mapping(text: &str) -> Read<Mapping> {
    let table = DeTable::parse(text).map_err(|error| MappingError {
        at: error.span().map_or(0, |span| span.start),
        problem: error.message().to_owned(),
    })?;
    let words = Section::of("the mapping", 0, table.get_ref()).only(&TOP_LEVEL, &[])?;
    let mapping = Mapping {
        name: words.text("name")?,
        file: words.text("file")?,
        key: key(&words)?,
        version_by: optional_value(&words, "version_by", ValueKind::Date)?,
        null: words.texts("null")?.unwrap_or_else(default_nulls),
        delimiter: delimiter(&words)?,
        header: header(&words)?,
        merge: words.choice("merge", &Merge::ALL)?,
        duplicates: words.choice("duplicates", &Duplicates::ALL)?,
        totals: words.choice("totals", &Totals::ALL)?,
        on_error: words.choice("on_error", &OnError::ALL)?,
        join: joins(&words)?,
        election: words
            .section("election", "[election]")?
            .map_or(Ok(ElectionColumns::default()), election)?,
        contest: words
            .section("contest", "[contest]")?
            .map_or(Ok(ContestColumns::default()), contest)?,
        contender: words
            .section("contender", "[contender]")?
            .map_or(Ok(ContenderColumns::default()), contender)?,
        lineage: words.section("lineage", "[lineage]")?.map(lineage).transpose()?,
        ..Mapping::default()
    };
    match mapping.mistake() {
        Some((word, problem)) => {
            let at = words.find(word);
            Err(at.map_or_else(|| words.mistake(problem.clone()), |at| at.mistake(problem.clone())))
        }
        None => Ok(mapping),
    }
}

fn key(words: &Section<'_>) -> Read<KeyColumns> {
    let Some(word) = words.find("key") else { return Ok(KeyColumns::default()) };
    if let Some(column) = word.plain() {
        return Ok(KeyColumns::One(column.to_owned()));
    }
    let columns = words.texts("key").map_err(|mistake| {
        let is_word = mistake.problem.starts_with("'key' is ");
        let expected = "the name of a column, or a list of names";
        if is_word { word.expected(expected) } else { mistake }
    })?;
    Ok(KeyColumns::Several(columns.unwrap_or_default()))
}

/// Reads the delimiter: one ASCII character, not alphanumeric, a quote or a line break.
fn delimiter(words: &Section<'_>) -> Read<Option<char>> {
    let expected = "one sign, such as \",\", \";\", \"\\t\" or \"|\"";
    let Some(word) = words.find("delimiter") else { return Ok(None) };
    let text = word.text(expected)?;
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None)
            if sign.is_ascii() && !sign.is_ascii_alphanumeric() && !"\"\r\n".contains(sign) =>
        {
            Ok(Some(sign))
        }
        _ => Err(word.expected(expected)),
    }
}

/// Reads the line of the header row.
fn header(words: &Section<'_>) -> Read<Option<u32>> {
    let expected = "the line with the names of the columns, counted from 1";
    words.find("header").map(|word| word.number(expected)).transpose()
}

fn joins(words: &Section<'_>) -> Read<BTreeMap<String, Join>> {
    let Some(sections) = words.section("join", "[join.NAME]")? else { return Ok(BTreeMap::new()) };
    let joins = sections.all().map(|word| {
        let name = format!("[join.{}]", word.word);
        let section = sections.section(word.word, &name)?;
        let Some(section) = section else { return Err(word.expected("a section")) };
        let section = section.only(&JOIN, &TOP_LEVEL)?;
        let join = Join {
            file: section.needed("file")?,
            on: section.needed("on")?,
            key: section.needed("key")?,
            delimiter: delimiter(&section)?,
            header: header(&section)?,
        };
        Ok((word.word.to_owned(), join))
    });
    joins.collect()
}

fn election(words: Section<'_>) -> Read<ElectionColumns> {
    let words = words.only(&ELECTION, &TOP_LEVEL)?;
    let of = |word| optional_value(&words, word, ValueKind::Other);
    Ok(ElectionColumns {
        title: of("title")?,
        country: of("country")?,
        r#type: of("type")?,
        date: optional_value(&words, "date", ValueKind::Date)?,
        year: of("year")?,
        previous: of("previous")?,
        details: details(&words, "[election.details]")?,
    })
}

fn contest(words: Section<'_>) -> Read<ContestColumns> {
    let words = words.only(&CONTEST, &TOP_LEVEL)?;
    let of = |word| optional_value(&words, word, ValueKind::Other);
    Ok(ContestColumns {
        previous: of("previous")?,
        office: of("office")?,
        seats: of("seats")?,
        registered: of("registered")?,
        cast: of("cast")?,
        valid: of("valid")?,
        invalid: of("invalid")?,
        blank: of("blank")?,
        turnout: optional_value(&words, "turnout", ValueKind::Share)?,
        counted: optional_value(&words, "counted", ValueKind::Share)?,
    })
}

fn contender(words: Section<'_>) -> Read<ContenderColumns> {
    let words = words.only(&CONTENDER, &TOP_LEVEL)?;
    let of = |word| optional_value(&words, word, ValueKind::Other);
    Ok(ContenderColumns {
        person: of("person")?,
        party: of("party")?,
        alliance: of("alliance")?,
        round: of("round")?,
        votes: of("votes")?,
        share: optional_value(&words, "share", ValueKind::Share)?,
        seats: of("seats")?,
        electoral_votes: of("electoral_votes")?,
        details: details(&words, "[contender.details]")?,
    })
}

/// Reads values whose names the mapping chooses.
fn details(words: &Section<'_>, name: &str) -> Read<BTreeMap<String, ValueSource>> {
    let Some(section) = words.section("details", name)? else { return Ok(BTreeMap::new()) };
    let details =
        section.all().map(|word| Ok((word.word.to_owned(), parse_value(word, ValueKind::Other)?)));
    details.collect()
}

fn lineage(words: Section<'_>) -> Read<LineageTables> {
    let words = words.only(&LINEAGE, &TOP_LEVEL)?;
    let names = |words: &Section<'_>, name: &str| {
        words.texts("names")?.ok_or_else(|| words.mistake(format!("{name} needs 'names'")))
    };
    let parties = words.section("parties", "[lineage.parties]")?.map(|words| {
        let words = words.only(&PARTIES, &TOP_LEVEL)?;
        Ok(PartyColumns {
            file: words.text("file")?,
            id: words.needed("id")?,
            country: words.needed("country")?,
            names: names(&words, "[lineage.parties]")?,
        })
    });
    let renames = words.section("renames", "[lineage.renames]")?.map(|words| {
        let words = words.only(&RENAMES, &TOP_LEVEL)?;
        Ok(RenameColumns {
            file: words.text("file")?,
            id: words.needed("id")?,
            names: names(&words, "[lineage.renames]")?,
            date: words.text("date")?,
        })
    });
    let changes = words.section("changes", "[lineage.changes]")?.map(|words| {
        let words = words.only(&CHANGES, &TOP_LEVEL)?;
        Ok(ChangeColumns {
            file: words.text("file")?,
            country: words.text("country")?,
            from: words.needed("from")?,
            to: words.needed("to")?,
            date: words.text("date")?,
            note: words.text("note")?,
        })
    });
    Ok(LineageTables {
        detail: words.text("detail")?,
        unknown_day: words.text("unknown_day")?,
        parties: parties.transpose()?,
        renames: renames.transpose()?,
        changes: changes.transpose()?,
    })
}
