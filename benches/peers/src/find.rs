//! Searches for names: hustings beside SQLite's FTS5, with the same names, in one process.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use hustings::Archive;
use hustings::archive::{Filter, FindOptions, ImportOptions, Snapshot};
use hustings::model::{Contest, Election, NameKind, Reference, group_digits};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::figures::shown;
use crate::given::{self, Given, Plan, Texts};
use crate::machine::Machine;
use crate::peers::Res;

/// Number of names that each query returns, with its number of elections and its years.
const LIMIT: usize = 20;

/// Number of people who are searched for.
const PEOPLE: usize = 200;

/// Number of times that each query for a frequent word is measured.
const REPETITIONS: usize = 21;

const SCHEMA: &str = "
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824;
    CREATE TABLE name (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL);
    CREATE TABLE posting (name INTEGER NOT NULL, election INTEGER NOT NULL, year INTEGER,
        PRIMARY KEY (name, election)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE word USING fts5(name, content='name', content_rowid='id',
        tokenize=\"unicode61 remove_diacritics 2\");";

const QUERY: &str = "
    SELECT kind, name, elections, first, last, count(*) OVER () FROM (
        SELECT name.kind, name.name, count(*) AS elections, min(year) AS first, max(year) AS last
        FROM word JOIN name ON name.id = word.rowid JOIN posting ON posting.name = name.id
        WHERE word MATCH ?1 GROUP BY name.id)
    ORDER BY name = ?1 COLLATE NOCASE DESC, elections DESC, kind, name LIMIT 20";

/// A row of an answer: the kind and the name, the number of elections, and the years.
type Row = (i64, String, u64, Option<i32>, Option<i32>);

/// The figures of all queries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct FindFigures {
    machine: String,
    elections: u64,
    names: u64,
    rows: Vec<FindRow>,
}

/// The figures of one kind of query: the median times, in µs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct FindRow {
    query: String,
    /// Mean number of names that are found.
    found: f64,
    hustings: f64,
    fts5: f64,
}

/// Measures searches in an archive of this many versions, in an empty folder.
pub(crate) fn measure(folder: &Path, versions: u64) -> Res<FindFigures> {
    let texts = folder.join("texts");
    std::fs::create_dir_all(&texts)?;
    let texts = Texts(texts);
    given::write(&Plan::new(versions), false, 0, &texts)?;
    let archive = Archive::create(folder.join("archive"))?;
    archive.import_texts(texts.read(Given::First)?, &ImportOptions::default())?;
    let snapshot = archive.snapshot();
    let connection = Connection::open(folder.join("names.sqlite"))?;
    connection.execute_batch(SCHEMA)?;
    let (elections, names) = fill(&connection, &snapshot)?;
    let people: Vec<&String> =
        names.iter().filter(|(kind, _)| *kind == NameKind::Person).map(|(_, name)| name).collect();
    let step = (people.len() / PEOPLE).max(1);
    let people: Vec<String> = people.into_iter().step_by(step).take(PEOPLE).cloned().collect();
    let surname = |name: &String| name.split(' ').next_back().unwrap_or_default().to_owned();
    let repeated = |words: &str| vec![words.to_owned(); REPETITIONS];
    let mut figures = FindFigures {
        machine: Machine::here().text(),
        elections,
        names: names.len() as u64,
        rows: Vec::new(),
    };
    for (query, words) in [
        ("a rare word (a surname)", people.iter().map(surname).collect()),
        ("two words (a given name and a surname)", people.clone()),
        ("a word of a name in many elections (labour)", repeated("labour")),
        (
            "two words of a name in many elections (labour federation)",
            repeated("labour federation"),
        ),
        ("two frequent words of titles (municipal election)", repeated("municipal election")),
        ("a frequent word, in all titles (election)", repeated("election")),
    ] {
        figures.rows.push(compare(query, &words, &connection, &snapshot)?);
    }
    Ok(figures)
}

/// Fills the tables with the names of all elections. Returns the number of elections, and the names.
fn fill(connection: &Connection, snapshot: &Snapshot) -> Res<(u64, Vec<(NameKind, String)>)> {
    let mut postings: BTreeMap<(NameKind, String), BTreeMap<u64, Option<i32>>> = BTreeMap::new();
    let mut elections = 0;
    for record in snapshot.records(&Filter::default())? {
        let record = record?;
        elections += 1;
        for name in names(&record.election) {
            postings.entry(name).or_default().insert(elections, record.election.year);
        }
    }
    connection.execute_batch("BEGIN")?;
    for (id, ((kind, name), elections)) in postings.iter().enumerate() {
        connection.prepare_cached("INSERT INTO name VALUES (?1, ?2, ?3)")?.execute(params![
            id as i64,
            *kind as i64,
            name
        ])?;
        for (election, year) in elections {
            connection
                .prepare_cached("INSERT INTO posting VALUES (?1, ?2, ?3)")?
                .execute(params![id as i64, *election as i64, year])?;
        }
    }
    connection.execute_batch(
        "INSERT INTO word (word) VALUES ('rebuild'); INSERT INTO word (word) VALUES ('optimize');
        COMMIT; PRAGMA wal_checkpoint(TRUNCATE); ANALYZE;",
    )?;
    Ok((elections, postings.into_keys().collect()))
}

/// Returns the names in a record that have a letter or a digit.
fn names(election: &Election) -> Vec<(NameKind, String)> {
    let mut names = vec![(NameKind::Title, election.title.clone())];
    names.extend(election.name.iter().map(|name| (NameKind::Title, name.clone())));
    names.extend(election.country.iter().map(|name| (NameKind::Territory, name.clone())));
    for contest in election.contests.iter().chain(&election.results) {
        add_names(contest, &mut names);
    }
    names.retain(|(_, name)| name.chars().any(char::is_alphanumeric));
    names
}

fn add_names(contest: &Contest, names: &mut Vec<(NameKind, String)>) {
    names.extend(contest.name.iter().map(|name| (NameKind::Title, name.clone())));
    let mut add = |kind, reference: &Reference| names.push((kind, reference.name.clone()));
    for contender in &contest.contenders {
        let people = contender.people.iter().chain(&contender.running_mates);
        people.for_each(|person| add(NameKind::Person, person));
        let parties = contender.party.iter().chain(&contender.alliances);
        parties.for_each(|party| add(NameKind::Party, party));
    }
    for holder in contest.before.iter().chain(&contest.after) {
        holder.person.iter().for_each(|person| add(NameKind::Person, person));
        holder.party.iter().for_each(|party| add(NameKind::Party, party));
    }
    names.extend(contest.options.iter().map(|option| (NameKind::Option, option.name.clone())));
}

/// Measures queries in turn, after one without measuring. The answers must be the same.
fn compare(
    query: &str,
    words: &[String],
    connection: &Connection,
    snapshot: &Snapshot,
) -> Res<FindRow> {
    let (mut ours, mut theirs, mut found) = (Vec::new(), Vec::new(), 0);
    for words in words {
        let answer = ask_hustings(snapshot, words)?;
        let other = ask_sqlite(connection, words)?;
        if answer != other {
            return Err(format!("to '{words}', FTS5 answers {other:?}, not {answer:?}").into());
        }
        found += answer.0;
        let start = Instant::now();
        ask_hustings(snapshot, words)?;
        ours.push(start.elapsed().as_secs_f64() * 1e6);
        let start = Instant::now();
        ask_sqlite(connection, words)?;
        theirs.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(FindRow {
        query: query.to_owned(),
        found: found as f64 / words.len() as f64,
        hustings: median(ours),
        fts5: median(theirs),
    })
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn ask_hustings(snapshot: &Snapshot, words: &str) -> Res<(u64, Vec<Row>)> {
    let found = snapshot.find(words, &FindOptions::default().limit(LIMIT).max_addresses(0))?;
    let rows = found.iter().map(|name| {
        let name = name?;
        Ok((name.kind as i64, name.name, name.elections, name.first_year, name.last_year))
    });
    Ok((found.total() as u64, rows.collect::<Res<_>>()?))
}

fn ask_sqlite(connection: &Connection, words: &str) -> Res<(u64, Vec<Row>)> {
    let mut statement = connection.prepare_cached(QUERY)?;
    let (mut total, mut names) = (0, Vec::new());
    let mut rows = statement.query([words])?;
    while let Some(row) = rows.next()? {
        total = row.get::<_, i64>(5)? as u64;
        let elections = row.get::<_, i64>(2)? as u64;
        names.push((row.get(0)?, row.get(1)?, elections, row.get(3)?, row.get(4)?));
    }
    Ok((total, names))
}

/// Returns the figures as a table of Markdown.
pub(crate) fn markdown(figures: &FindFigures) -> String {
    let mut text = format!(
        "{}.\n{} elections with {} names.\n\n| find | names found | hustings, µs | FTS5, µs | to FTS5 |\n|---|---|---|---|---|\n",
        figures.machine,
        group_digits(figures.elections),
        group_digits(figures.names),
    );
    for row in &figures.rows {
        let ratio = shown(row.hustings / row.fts5);
        let [found, ours, theirs] = [row.found, row.hustings, row.fts5].map(shown);
        let _ = writeln!(text, "| {} | {found} | {ours} | {theirs} | {ratio} |", row.query);
    }
    text
}
