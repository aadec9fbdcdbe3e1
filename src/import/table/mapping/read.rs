//! A mapping's TOML, word by word.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::columns::{ContenderColumns, ContestColumns, ElectionColumns, Join, Keys};
use super::lineage::{ChangeColumns, LineageTables, PartyColumns, RenameColumns};
use super::read_value::{Meaning, of_word, value};
use super::value::Value;
use super::words::{Mistake, Read, Words};
use super::{Duplicates, Mapping, Merge, OnError, Totals, nulls};

const OUTER: [&str; 16] = [
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

/// Reads a mapping.
///
/// # Errors
/// At the first word that is not allowed, or is set to what it cannot be.
pub(super) fn mapping(text: &str) -> Read<Mapping> {
    let table = DeTable::parse(text).map_err(|error| Mistake {
        at: error.span().map_or(0, |span| span.start),
        problem: error.message().to_owned(),
    })?;
    let words = Words::of("the mapping", 0, table.get_ref()).only(&OUTER, &[])?;
    let mapping = Mapping {
        name: words.text("name")?,
        file: words.text("file")?,
        key: key(&words)?,
        version_by: value(&words, "version_by", Meaning::Date)?,
        null: words.texts("null")?.unwrap_or_else(nulls),
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

fn key(words: &Words<'_>) -> Read<Keys> {
    let Some(word) = words.find("key") else { return Ok(Keys::default()) };
    if let Some(column) = word.plain() {
        return Ok(Keys::One(column.to_owned()));
    }
    let columns = words.texts("key").map_err(|mistake| {
        let is_word = mistake.problem.starts_with("'key' is ");
        let expected = "the name of a column, or a list of names";
        if is_word { word.expected(expected) } else { mistake }
    })?;
    Ok(Keys::Several(columns.unwrap_or_default()))
}

/// The delimiter of a table: one sign.
fn delimiter(words: &Words<'_>) -> Read<Option<char>> {
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

/// The line with the names of the columns.
fn header(words: &Words<'_>) -> Read<Option<u32>> {
    let expected = "the line with the names of the columns, counted from 1";
    words.find("header").map(|word| word.number(expected)).transpose()
}

fn joins(words: &Words<'_>) -> Read<BTreeMap<String, Join>> {
    let Some(sections) = words.section("join", "[join.NAME]")? else { return Ok(BTreeMap::new()) };
    let joins = sections.all().map(|word| {
        let name = format!("[join.{}]", word.word);
        let section = sections.section(word.word, &name)?;
        let Some(section) = section else { return Err(word.expected("a section")) };
        let section = section.only(&JOIN, &OUTER)?;
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

fn election(words: Words<'_>) -> Read<ElectionColumns> {
    let words = words.only(&ELECTION, &OUTER)?;
    let of = |word| value(&words, word, Meaning::Other);
    Ok(ElectionColumns {
        title: of("title")?,
        country: of("country")?,
        r#type: of("type")?,
        date: value(&words, "date", Meaning::Date)?,
        year: of("year")?,
        previous: of("previous")?,
        details: details(&words, "[election.details]")?,
    })
}

fn contest(words: Words<'_>) -> Read<ContestColumns> {
    let words = words.only(&CONTEST, &OUTER)?;
    let of = |word| value(&words, word, Meaning::Other);
    Ok(ContestColumns {
        previous: of("previous")?,
        office: of("office")?,
        seats: of("seats")?,
        registered: of("registered")?,
        cast: of("cast")?,
        valid: of("valid")?,
        invalid: of("invalid")?,
        blank: of("blank")?,
        turnout: value(&words, "turnout", Meaning::Share)?,
        counted: value(&words, "counted", Meaning::Share)?,
    })
}

fn contender(words: Words<'_>) -> Read<ContenderColumns> {
    let words = words.only(&CONTENDER, &OUTER)?;
    let of = |word| value(&words, word, Meaning::Other);
    Ok(ContenderColumns {
        person: of("person")?,
        party: of("party")?,
        alliance: of("alliance")?,
        round: of("round")?,
        votes: of("votes")?,
        share: value(&words, "share", Meaning::Share)?,
        seats: of("seats")?,
        electoral_votes: of("electoral_votes")?,
        details: details(&words, "[contender.details]")?,
    })
}

/// Values under names of the mapping's own.
fn details(words: &Words<'_>, name: &str) -> Read<BTreeMap<String, Value>> {
    let Some(section) = words.section("details", name)? else { return Ok(BTreeMap::new()) };
    let details =
        section.all().map(|word| Ok((word.word.to_owned(), of_word(word, Meaning::Other)?)));
    details.collect()
}

fn lineage(words: Words<'_>) -> Read<LineageTables> {
    let words = words.only(&LINEAGE, &OUTER)?;
    let names = |words: &Words<'_>, name: &str| {
        words.texts("names")?.ok_or_else(|| words.mistake(format!("{name} needs 'names'")))
    };
    let parties = words.section("parties", "[lineage.parties]")?.map(|words| {
        let words = words.only(&PARTIES, &OUTER)?;
        Ok(PartyColumns {
            file: words.text("file")?,
            id: words.needed("id")?,
            country: words.needed("country")?,
            names: names(&words, "[lineage.parties]")?,
        })
    });
    let renames = words.section("renames", "[lineage.renames]")?.map(|words| {
        let words = words.only(&RENAMES, &OUTER)?;
        Ok(RenameColumns {
            file: words.text("file")?,
            id: words.needed("id")?,
            names: names(&words, "[lineage.renames]")?,
            date: words.text("date")?,
        })
    });
    let changes = words.section("changes", "[lineage.changes]")?.map(|words| {
        let words = words.only(&CHANGES, &OUTER)?;
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
