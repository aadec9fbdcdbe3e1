//! redb: a file of copy-on-write B-trees.

use std::cell::OnceCell;
use std::path::Path;

use redb::{Database, ReadOnlyTable, ReadTransaction, ReadableDatabase, TableDefinition};

use super::Res;
use super::engine::{Each, Keyed, Put, Snapshot, TABLES, Table};

type Bytes = &'static [u8];
type Opened = ReadOnlyTable<Bytes, Bytes>;

fn definition(table: Table) -> TableDefinition<'static, Bytes, Bytes> {
    TableDefinition::new(table.name())
}

pub(super) struct Redb(Database);

impl Redb {
    pub(super) fn open(folder: &Path) -> Res<Self> {
        let file = folder.join("elections.redb");
        let fresh = !file.exists();
        // The same size as SQLite's cache.
        let database = Database::builder().set_cache_size(64 << 20).create(file)?;
        if fresh {
            let writing = database.begin_write()?;
            for table in TABLES {
                writing.open_table(definition(table))?;
            }
            writing.commit()?;
        }
        Ok(Self(database))
    }
}

impl Keyed for Redb {
    fn read(&self, ask: &mut dyn FnMut(&dyn Snapshot) -> Res<()>) -> Res<()> {
        ask(&Reading { reading: self.0.begin_read()?, tables: Default::default() })
    }

    /// Every batch is durable. Batches that become durable only with a later one take longer in
    /// total.
    fn write(&mut self, puts: Vec<Put>) -> Res<()> {
        let writing = self.0.begin_write()?;
        for of_table in puts.chunk_by(|one, other| one.0 == other.0) {
            let [(table, ..), ..] = of_table else { continue };
            let mut table = writing.open_table(definition(*table))?;
            for (_, key, value) in of_table {
                match value {
                    Some(value) => table.insert(key.as_slice(), value.as_slice())?,
                    None => table.remove(key.as_slice())?,
                };
            }
        }
        writing.commit()?;
        Ok(())
    }

    fn sync(&mut self) -> Res<()> {
        Ok(())
    }
}

/// A read transaction. Each table is opened once, when it is first used.
struct Reading {
    reading: ReadTransaction,
    tables: [OnceCell<Opened>; TABLES.len()],
}

impl Reading {
    fn table(&self, table: Table) -> Res<&Opened> {
        let cell = &self.tables[table as usize];
        if let Some(opened) = cell.get() {
            return Ok(opened);
        }
        let opened = self.reading.open_table(definition(table))?;
        Ok(cell.get_or_init(|| opened))
    }
}

impl Snapshot for Reading {
    fn get(&self, table: Table, key: &[u8], found: &mut dyn FnMut(&[u8]) -> Res<()>) -> Res<bool> {
        match self.table(table)?.get(key)? {
            Some(value) => found(value.value()).map(|()| true),
            None => Ok(false),
        }
    }

    fn each(&self, table: Table, prefix: &[u8], found: Each<'_>) -> Res<()> {
        for item in self.table(table)?.range(prefix..)? {
            let (key, value) = item?;
            if !key.value().starts_with(prefix) {
                break;
            }
            found(key.value(), value.value())?;
        }
        Ok(())
    }
}
