//! SQLite, as an engineer would use it: WAL, batched transactions, prepared statements, an index
//! for each query, and durable at the end.

use std::path::Path;
use std::sync::Arc;

use hustings::analysis::diff;
use hustings::analysis::diff::Diff;
use hustings::model::{Election, fold, slug};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::parsed::{Digest, Parsed, record};
use super::{Imported, Peer, Res, Step, Texts, known, parsed};
use crate::given::Address;

/// Number of versions in one transaction.
const BATCH: i64 = 5_000;

const CHAIN: &str = include_str!("sqlite-chain.sql");
const GALLAGHER: &str = include_str!("sqlite-gallagher.sql");

pub(super) struct Sqlite {
    connection: Connection,
    /// Whether another thread parses.
    beside: bool,
}

impl Sqlite {
    pub(super) fn open(folder: &Path, beside: bool) -> Res<Self> {
        let file = folder.join("elections.sqlite");
        let fresh = !file.exists();
        let connection = Connection::open(file)?;
        connection.set_prepared_statement_cache_capacity(32);
        connection.execute_batch(
            // Exclusive locking avoids locking calls. An archive, too, is open in one process at a
            // time.
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
            PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY;",
        )?;
        // The bundled SQLite is built without `sqrt`.
        connection.create_scalar_function(
            "sqrt",
            1,
            FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_UTF8,
            |of| Ok(of.get::<f64>(0)?.sqrt()),
        )?;
        if fresh {
            connection.execute_batch(include_str!("sqlite.sql"))?;
        }
        Ok(Self { connection, beside })
    }

    /// Returns the only record that a statement finds.
    fn one(&self, sql: &str, values: impl rusqlite::Params) -> Res<Arc<Election>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let Some(row) = rows.next()? else { return Err("no such election".into()) };
        let found = record(row.get_ref(0)?.as_str()?)?;
        if rows.next()?.is_some() {
            return Err("several elections".into());
        }
        Ok(found)
    }

    /// Walks a chain, and reads each election and its row with `read`.
    fn walk<T>(&self, title: &str, read: impl Fn(&Row<'_>) -> Res<T>) -> Res<Vec<T>> {
        let mut statement = self.connection.prepare_cached(CHAIN)?;
        let mut rows = statement.query([fold(title)])?;
        let mut steps = Vec::new();
        while let Some(row) = rows.next()? {
            steps.push(read(row)?);
        }
        Ok(steps)
    }

    fn store(&self, given: &Parsed, import: i64, next: &mut Next) -> Res<bool> {
        let connection = &self.connection;
        let found: Option<(i64, i64)> = connection
            .prepare_cached("SELECT id, versions FROM election WHERE folded = ?1")?
            .query_row([&given.entry.folded], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (election, number) =
            found.map_or((next.election, 1), |(id, versions)| (id, versions + 1));
        let added = connection
            .prepare_cached(
                "INSERT INTO version (id, election, number, import, source, digest, record)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (digest) DO NOTHING",
            )?
            .execute(params![
                next.version,
                election,
                number,
                import,
                given.source,
                given.digest,
                given.record
            ])?;
        if added == 0 {
            return Ok(false);
        }
        connection
            .prepare_cached("INSERT INTO text (version, text) VALUES (?1, ?2)")?
            .execute(params![next.version, given.text])?;
        let sql = match found {
            None => {
                "INSERT INTO election (id, folded, title, country, shown, year, kind, date, previous, next, versions,
                current) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
            }
            Some(_) => {
                "UPDATE election SET folded = ?2, title = ?3, country = ?4, shown = ?5, year = ?6, kind = ?7, date = ?8,
                previous = ?9, next = ?10, versions = ?11, current = ?12 WHERE id = ?1"
            }
        };
        connection.prepare_cached(sql)?.execute(params![
            election,
            given.entry.folded,
            given.entry.title,
            given.entry.country,
            given.entry.shown,
            given.entry.year,
            given.entry.kind,
            given.entry.date,
            given.entry.previous,
            given.entry.next,
            number,
            next.version,
        ])?;
        next.version += 1;
        next.election += i64::from(found.is_none());
        Ok(true)
    }

    fn next(&self, table: &str) -> Res<i64> {
        let sql = format!("SELECT coalesce(max(id), 0) + 1 FROM {table}");
        Ok(self.connection.query_row(&sql, [], |row| row.get(0))?)
    }
}

/// The ids of the next rows.
struct Next {
    election: i64,
    version: i64,
}

impl Peer for Sqlite {
    fn import(&mut self, texts: Texts<'_>) -> Res<Imported> {
        let connection = &self.connection;
        let import = self.next("import")?;
        let mut next = Next { election: self.next("election")?, version: self.next("version")? };
        // A transaction exceeds the size of the WAL at which SQLite checkpoints by default.
        connection.execute_batch("PRAGMA wal_autocheckpoint = 16384; BEGIN IMMEDIATE")?;
        connection
            .execute("INSERT INTO import (id, recorded) VALUES (?1, datetime('now'))", [import])?;
        let mut imported = Imported { import: import as u64, ..Imported::default() };
        let is_known = |digest: &Digest| -> Res<bool> {
            let mut statement =
                connection.prepare_cached("SELECT 1 FROM version WHERE digest = ?1")?;
            Ok(statement.exists([digest])?)
        };
        let mut store = |given: Parsed| -> Res<bool> {
            let added = self.store(&given, import, &mut next)?;
            if added && next.version % BATCH == 0 {
                connection.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
            }
            Ok(added)
        };
        let counts = match self.beside {
            true => parsed::each_beside(texts, &is_known, &mut store),
            false => parsed::each(texts, &is_known, &mut store),
        };
        (imported.added, imported.unchanged) = counts?;
        if imported.added == 0 {
            connection.execute_batch("ROLLBACK")?;
            return Ok(imported);
        }
        connection
            .execute_batch("COMMIT; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(imported)
    }

    fn titled(&self, title: &str) -> Res<Arc<Election>> {
        let sql =
            "SELECT record FROM election JOIN version ON version.id = current WHERE folded = ?1";
        self.one(sql, [fold(title)])
    }

    fn at(&self, address: &Address) -> Res<Arc<Election>> {
        let sql = "SELECT record FROM election JOIN version ON version.id = current
            WHERE country = ?1 AND year = ?2 AND (?3 IS NULL OR kind = ?3)
            AND (length(?4) = 4 OR substr(date, 1, length(?4)) = ?4)";
        let kind = address.kind.map(slug);
        self.one(sql, params![slug(&address.country), address.year, kind, address.date])
    }

    fn source(&self, title: &str) -> Res<String> {
        let sql = "SELECT text FROM election JOIN text ON text.version = current WHERE folded = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([fold(title)], |row| row.get(0))?)
    }

    fn territory(&self, country: &str) -> Res<Vec<Arc<Election>>> {
        let sql =
            "SELECT record FROM election JOIN version ON version.id = current WHERE country = ?1
            ORDER BY year, date, kind, folded";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([slug(country)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(record(row.get_ref(0)?.as_str()?)?);
        }
        Ok(found)
    }

    fn chain(&self, title: &str) -> Res<Vec<Step>> {
        type Named = (Step, String, Option<String>, Option<String>);
        let read = |row: &Row<'_>| -> Res<Named> {
            let step =
                Step { title: row.get(1)?, country: row.get(2)?, date: row.get(3)?, known: "" };
            Ok((step, row.get(4)?, row.get(5)?, row.get(6)?))
        };
        let mut steps = self.walk(title, read)?;
        let start = fold(title);
        let start = steps.iter().position(|(_, folded, ..)| *folded == start).unwrap_or(0);
        for at in 1..steps.len() {
            let [(_, earlier, _, next), (_, later, previous, _)] = &steps[at - 1..=at] else {
                continue;
            };
            let known = known(next.as_ref() == Some(later), previous.as_ref() == Some(earlier));
            // The evidence for a step is stated at the election that is farther from the start.
            steps[if at <= start { at - 1 } else { at }].0.known = known;
        }
        steps[start].0.known = "start";
        Ok(steps.into_iter().map(|(step, ..)| step).collect())
    }

    fn diff(&self, [earlier, later]: &[String; 2]) -> Res<Diff> {
        Ok(diff::compare_elections(
            &*self.titled(earlier)?,
            &*self.titled(later)?,
            &diff::DiffOptions::default(),
        ))
    }

    fn diffs(&self, title: &str) -> Res<Vec<Diff>> {
        let sql = "SELECT record FROM version WHERE id = ?1";
        let current = self.walk(title, |row| Ok(row.get::<_, i64>(7)?))?;
        let records: Vec<Arc<Election>> =
            current.iter().map(|id| self.one(sql, [id])).collect::<Res<_>>()?;
        Ok(super::differences(&records))
    }

    fn as_of(&self, title: &str, import: u64) -> Res<Arc<Election>> {
        let sql = "SELECT record FROM election JOIN version ON version.election = election.id
            WHERE folded = ?1 AND import <= ?2 ORDER BY number DESC LIMIT 1";
        self.one(sql, params![fold(title), import as i64])
    }

    fn turnout(&self, _: &[String]) -> Res<(u64, f64)> {
        let sql = "SELECT count(turnout), total(turnout) FROM (
            SELECT CAST(record ->> '$.contests[0].rounds[0].turnout' AS REAL) AS turnout
            FROM election JOIN version ON version.id = current)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?)))?)
    }

    fn gallagher(&self, _: &[String]) -> Res<(u64, f64)> {
        let mut statement = self.connection.prepare_cached(GALLAGHER)?;
        Ok(statement.query_row([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?)))?)
    }
}
