//! fjall 3: an LSM tree, with the texts stored apart from their keys.

use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};

use super::Res;
use super::engine::{Each, Keyed, Put, Snapshot, TABLES, Table};

pub(super) struct Fjall {
    database: Database,
    keyspaces: Vec<Keyspace>,
}

impl Fjall {
    pub(super) fn open(folder: &Path) -> Res<Self> {
        // The same size as SQLite's cache.
        let database = Database::builder(folder.join("elections")).cache_size(64 << 20).open()?;
        let keyspace = |table: Table| {
            let apart = matches!(table, Table::Texts).then(KvSeparationOptions::default);
            database.keyspace(table.name(), || {
                KeyspaceCreateOptions::default().with_kv_separation(apart.clone())
            })
        };
        let keyspaces = TABLES.into_iter().map(keyspace).collect::<Result<_, _>>()?;
        Ok(Self { database, keyspaces })
    }
}

impl Keyed for Fjall {
    fn read(&self, ask: &mut dyn FnMut(&dyn Snapshot) -> Res<()>) -> Res<()> {
        ask(self)
    }

    fn write(&mut self, puts: Vec<Put>) -> Res<()> {
        let mut batch = self.database.batch();
        for (table, key, value) in puts {
            let keyspace = &self.keyspaces[table as usize];
            match value {
                Some(value) => batch.insert(keyspace, key, value),
                None => batch.remove(keyspace, key),
            }
        }
        batch.commit()?;
        Ok(())
    }

    fn sync(&mut self) -> Res<()> {
        Ok(self.database.persist(PersistMode::SyncAll)?)
    }
}

impl Snapshot for Fjall {
    fn get(&self, table: Table, key: &[u8], found: &mut dyn FnMut(&[u8]) -> Res<()>) -> Res<bool> {
        match self.keyspaces[table as usize].get(key)? {
            Some(value) => found(&value).map(|()| true),
            None => Ok(false),
        }
    }

    fn each(&self, table: Table, prefix: &[u8], found: Each<'_>) -> Res<()> {
        for item in self.keyspaces[table as usize].prefix(prefix) {
            let (key, value) = item.into_inner()?;
            found(&key, &value)?;
        }
        Ok(())
    }
}
