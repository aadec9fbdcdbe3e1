//! Parses a mapping's TOML, setting by setting.

use std::path::Path;

use crate::model::Source;
use crate::{Error, Result};
use std::collections::BTreeMap;

use toml::de::DeTable;

use super::columns::{
    ContenderColumns, ContestColumns, ElectionColumns, Join, KeyColumns, TableSource,
};
use super::lineage::{
    ChangeColumns, JoinForm, LineageJoin, LineageTables, PartyColumns, RenameColumns,
};
use super::read_area::area;
use super::read_container::{encoding, records_path, sheet};
use super::read_shape::{header, row_rules, unpivot, until};
use super::read_value::{ValueKind, optional_value, parse_value};
use super::section::{MappingError, MappingResult, Section, Setting};
use super::value::ValueSource;
use super::{Duplicates, Mapping, Merge, OnError, Totals, default_nulls};

pub(super) const TOP_LEVEL: [&str; 26] = [
    "name",
    "file",
    "key",
    "version_by",
    "null",
    "encoding",
    "sheet",
    "records",
    "entry",
    "delimiter",
    "header",
    "columns",
    "until",
    "unpivot",
    "rows",
    "merge",
    "duplicates",
    "totals",
    "on_error",
    "join",
    "election",
    "area",
    "contest",
    "contender",
    "lineage",
    "source",
];
pub(super) const JOIN: [&str; 9] =
    ["file", "on", "key", "encoding", "sheet", "records", "entry", "delimiter", "header"];
pub(super) const ELECTION: [&str; 7] =
    ["title", "country", "type", "date", "year", "previous", "details"];
pub(super) const CONTEST: [&str; 10] = [
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
pub(super) const CONTENDER: [&str; 9] = [
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
pub(super) const LINEAGE: [&str; 6] =
    ["detail", "unknown_day", "parties", "renames", "changes", "join"];
pub(super) const LINEAGE_JOIN: [&str; 4] = ["file", "on", "key", "form"];
pub(super) const PARTIES: [&str; 5] = ["file", "id", "country", "names", "identifiers"];
pub(super) const SOURCE: [&str; 6] = ["name", "kind", "address", "licence", "attribution", "id"];
pub(super) const RENAMES: [&str; 4] = ["file", "id", "names", "date"];
pub(super) const CHANGES: [&str; 6] = ["file", "country", "from", "to", "date", "note"];

impl Mapping {
    /// Returns the built-in mapping of this name, or parses the mapping file at this path.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a valid mapping.
    pub fn load(name: &str) -> Result<Self> {
        if let Some(built_in) = Self::built_in().find(|built_in| built_in.name == name) {
            return built_in.text.parse();
        }
        let path = Path::new(name);
        let text = std::fs::read_to_string(path).map_err(Error::unreadable("the mapping", path))?;
        parse_mapping(&text).map_err(|error| {
            let (name, line) = (Some(name.to_owned()), line_of(&text, &error));
            Error::Mapping { name, line, problem: error.problem }
        })
    }
}

/// Returns the line of an error, counted from 1.
fn line_of(text: &str, error: &MappingError) -> usize {
    text[..text.floor_char_boundary(error.offset)].matches('\n').count() + 1
}

impl std::str::FromStr for Mapping {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse_mapping(text).map_err(|error| {
            let line = line_of(text, &error);
            Error::Mapping { name: None, line, problem: error.problem }
        })
    }
}

/// Parses a mapping.
///
/// # Errors
/// When the text is not valid TOML, at the first setting that is unknown or has an invalid value,
/// and when the settings contradict each other.
pub(super) fn parse_mapping(text: &str) -> MappingResult<Mapping> {
    let table = DeTable::parse(text).map_err(|error| MappingError {
        offset: error.span().map_or(0, |span| span.start),
        problem: error.message().to_owned(),
    })?;
    let root = Section::new("the mapping", 0, table.get_ref()).deny_unknown(&TOP_LEVEL, &[])?;
    let mapping = Mapping {
        name: root.text("name")?,
        file: root.text("file")?,
        key: key(&root)?,
        version_by: optional_value(&root, "version_by", ValueKind::Date)?,
        null: root.texts("null")?.unwrap_or_else(default_nulls),
        encoding: encoding(&root)?,
        sheet: sheet(&root)?,
        records_path: records_path(&root)?,
        entry: root.text("entry")?,
        delimiter: delimiter(&root)?,
        header: header(&root)?,
        columns: root.texts("columns")?.unwrap_or_default(),
        until: until(&root)?,
        unpivot: root
            .subsection("unpivot", "[unpivot]")?
            .map(|section| unpivot(section, &TOP_LEVEL))
            .transpose()?,
        rows: row_rules(&root, &TOP_LEVEL)?,
        merge: root.choice("merge", &Merge::ALL)?,
        duplicates: root.choice("duplicates", &Duplicates::ALL)?,
        totals: root.choice("totals", &Totals::ALL)?,
        on_error: root.choice("on_error", &OnError::ALL)?,
        join: joins(&root)?,
        election: root
            .subsection("election", "[election]")?
            .map_or(Ok(ElectionColumns::default()), election)?,
        area: root
            .subsection("area", "[area]")?
            .map(|section| area(section, &TOP_LEVEL))
            .transpose()?,
        contest: root
            .subsection("contest", "[contest]")?
            .map_or(Ok(ContestColumns::default()), contest)?,
        contender: root
            .subsection("contender", "[contender]")?
            .map_or(Ok(ContenderColumns::default()), contender)?,
        source: root.subsection("source", "[source]")?.map(source).transpose()?,
        lineage: root.subsection("lineage", "[lineage]")?.map(lineage).transpose()?,
        ..Mapping::default()
    };
    match mapping.find_inconsistency() {
        Some((word, problem)) => {
            let at = root.find(word);
            Err(at.map_or_else(|| root.error(problem.clone()), |at| at.error(problem.clone())))
        }
        None => Ok(mapping),
    }
}

fn key(section: &Section<'_>) -> MappingResult<KeyColumns> {
    let Some(setting) = section.find("key") else { return Ok(KeyColumns::default()) };
    if let Some(column) = setting.as_str() {
        return Ok(KeyColumns::One(column.to_owned()));
    }
    let columns = section.texts("key").map_err(|error| {
        let is_word = error.problem.starts_with("'key' is ");
        let expected = "the name of a column, or a list of names";
        if is_word { setting.invalid_value(expected) } else { error }
    })?;
    Ok(KeyColumns::Several(columns.unwrap_or_default()))
}

/// Reads the delimiter: one ASCII character that is neither alphanumeric nor a quote nor a line
/// break.
fn delimiter(section: &Section<'_>) -> MappingResult<Option<char>> {
    let expected = "one sign, such as \",\", \";\", \"\\t\" or \"|\"";
    let Some(setting) = section.find("delimiter") else { return Ok(None) };
    let text = setting.text(expected)?;
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None)
            if sign.is_ascii() && !sign.is_ascii_alphanumeric() && !"\"\r\n".contains(sign) =>
        {
            Ok(Some(sign))
        }
        _ => Err(setting.invalid_value(expected)),
    }
}

fn joins(section: &Section<'_>) -> MappingResult<BTreeMap<String, Join>> {
    let Some(sections) = section.subsection("join", "[join.NAME]")? else {
        return Ok(BTreeMap::new());
    };
    let joins = sections.iter().map(|setting| {
        let name = format!("[join.{}]", setting.name);
        let section = sections.subsection(setting.name, &name)?;
        let Some(section) = section else { return Err(setting.invalid_value("a section")) };
        let section = section.deny_unknown(&JOIN, &TOP_LEVEL)?;
        let join = Join {
            file: section.required_text("file")?,
            on: section.required_text("on")?,
            key: section.required_text("key")?,
            delimiter: delimiter(&section)?,
            header: header(&section)?,
            encoding: encoding(&section)?,
            sheet: sheet(&section)?,
            records_path: records_path(&section)?,
            entry: section.text("entry")?,
        };
        Ok((setting.name.to_owned(), join))
    });
    joins.collect()
}

fn election(section: Section<'_>) -> MappingResult<ElectionColumns> {
    let section = section.deny_unknown(&ELECTION, &TOP_LEVEL)?;
    let value = |word| optional_value(&section, word, ValueKind::Other);
    Ok(ElectionColumns {
        title: value("title")?,
        country: value("country")?,
        r#type: value("type")?,
        date: optional_value(&section, "date", ValueKind::Date)?,
        year: value("year")?,
        previous: value("previous")?,
        details: details(&section, "[election.details]")?,
    })
}

fn contest(section: Section<'_>) -> MappingResult<ContestColumns> {
    let section = section.deny_unknown(&CONTEST, &TOP_LEVEL)?;
    let value = |word| optional_value(&section, word, ValueKind::Other);
    let figure = |word| optional_value(&section, word, ValueKind::Figure);
    Ok(ContestColumns {
        previous: value("previous")?,
        office: value("office")?,
        seats: figure("seats")?,
        registered: figure("registered")?,
        cast: figure("cast")?,
        valid: figure("valid")?,
        invalid: figure("invalid")?,
        blank: figure("blank")?,
        turnout: optional_value(&section, "turnout", ValueKind::Share)?,
        counted: optional_value(&section, "counted", ValueKind::Share)?,
    })
}

fn contender(section: Section<'_>) -> MappingResult<ContenderColumns> {
    let section = section.deny_unknown(&CONTENDER, &TOP_LEVEL)?;
    let value = |word| optional_value(&section, word, ValueKind::Other);
    let count = |word| optional_value(&section, word, ValueKind::Count);
    Ok(ContenderColumns {
        person: value("person")?,
        party: value("party")?,
        alliance: value("alliance")?,
        round: value("round")?,
        votes: count("votes")?,
        share: optional_value(&section, "share", ValueKind::Share)?,
        seats: count("seats")?,
        electoral_votes: count("electoral_votes")?,
        details: details(&section, "[contender.details]")?,
    })
}

/// Reads the details, which have names that the mapping chooses.
fn details(section: &Section<'_>, name: &str) -> MappingResult<BTreeMap<String, ValueSource>> {
    let Some(section) = section.subsection("details", name)? else { return Ok(BTreeMap::new()) };
    let details = section
        .iter()
        .map(|setting| Ok((setting.name.to_owned(), parse_value(setting, ValueKind::Other)?)));
    details.collect()
}

fn source(section: Section<'_>) -> MappingResult<TableSource> {
    let section = section.deny_unknown(&SOURCE, &TOP_LEVEL)?;
    let name = section.required_text("name")?;
    let description = Source::new(name).map_err(|error| section.error(error.to_string()))?;
    let mut stated = description.clone();
    (stated.kind, stated.address) = (section.text("kind")?, section.text("address")?);
    (stated.licence, stated.attribution) = (section.text("licence")?, section.text("attribution")?);
    let id = optional_value(&section, "id", ValueKind::Other)?;
    Ok(TableSource { description: description.updated_by(&stated), id })
}

fn lineage(section: Section<'_>) -> MappingResult<LineageTables> {
    let section = section.deny_unknown(&LINEAGE, &TOP_LEVEL)?;
    let names = |section: &Section<'_>, name: &str| {
        section.texts("names")?.ok_or_else(|| section.error(format!("{name} needs 'names'")))
    };
    let parties = section.subsection("parties", "[lineage.parties]")?.map(|section| {
        let section = section.deny_unknown(&PARTIES, &TOP_LEVEL)?;
        Ok(PartyColumns {
            file: section.text("file")?,
            id: section.required_text("id")?,
            country: section.required_text("country")?,
            names: names(&section, "[lineage.parties]")?,
            identifiers: section
                .find("identifiers")
                .map_or(Ok(BTreeMap::new()), Setting::text_table)?,
        })
    });
    let renames = section.subsection("renames", "[lineage.renames]")?.map(|section| {
        let section = section.deny_unknown(&RENAMES, &TOP_LEVEL)?;
        Ok(RenameColumns {
            file: section.text("file")?,
            id: section.required_text("id")?,
            names: names(&section, "[lineage.renames]")?,
            date: section.text("date")?,
        })
    });
    let changes = section.subsection("changes", "[lineage.changes]")?.map(|section| {
        let section = section.deny_unknown(&CHANGES, &TOP_LEVEL)?;
        Ok(ChangeColumns {
            file: section.text("file")?,
            country: section.text("country")?,
            from: section.required_text("from")?,
            to: section.required_text("to")?,
            date: section.text("date")?,
            note: section.text("note")?,
        })
    });
    Ok(LineageTables {
        detail: section.text("detail")?,
        unknown_day: section.text("unknown_day")?,
        parties: parties.transpose()?,
        renames: renames.transpose()?,
        changes: changes.transpose()?,
        join: lineage_joins(&section)?,
    })
}

fn lineage_joins(section: &Section<'_>) -> MappingResult<BTreeMap<String, LineageJoin>> {
    let Some(sections) = section.subsection("join", "[lineage.join.NAME]")? else {
        return Ok(BTreeMap::new());
    };
    let joins = sections.iter().map(|setting| {
        let name = format!("[lineage.join.{}]", setting.name);
        let section = sections.subsection(setting.name, &name)?;
        let Some(section) = section else { return Err(setting.invalid_value("a section")) };
        let section = section.deny_unknown(&LINEAGE_JOIN, &TOP_LEVEL)?;
        let join = LineageJoin {
            file: section.required_text("file")?,
            on: section.required_text("on")?,
            key: section.required_text("key")?,
            form: section.choice("form", &JoinForm::ALL)?,
        };
        Ok((setting.name.to_owned(), join))
    });
    joins.collect()
}
