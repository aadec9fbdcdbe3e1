//! LMDB, through heed: a memory-mapped file of B-trees.

use std::path::Path;

use heed::types::Bytes;
use heed::{CommitOrAbort, Database, Env, EnvOpenOptions, RoTxn, WithTls};

use super::Res;
use super::engine::{Each, Keyed, Put, Snapshot, TABLES, Table};

type Opened = Database<'static, Bytes, Bytes>;
type Databases = [Opened; TABLES.len()];

/// Maximum size of the file in bytes. Only used pages take space.
const LARGEST: usize = 64 << 30;

pub(super) struct Lmdb {
    env: Env<WithTls>,
    databases: Databases,
}

impl Lmdb {
    pub(super) fn open(folder: &Path) -> Res<Self> {
        let fresh = !folder.join("data.mdb").exists();
        let env = mapped(folder)?;
        let databases = match fresh {
            true => {
                env.create_databases_and_commit(env.write_txn()?, |opener, writing| -> Res<_> {
                    let mut all = Vec::new();
                    for table in TABLES {
                        all.push(opener.create_database(writing, Some(table.name()))?);
                    }
                    committed(all)
                })
            }
            false => env.open_databases_and_commit(env.read_txn()?, |opener, reading| -> Res<_> {
                let mut all = Vec::new();
                for table in TABLES {
                    all.push(opener.open_database(reading, Some(table.name()))?.ok_or("no table")?);
                }
                committed(all)
            }),
        };
        let databases = databases?.unwrap_commit();
        Ok(Self { env, databases })
    }
}

#[allow(unsafe_code, reason = "a mapped file cannot be opened otherwise")]
fn mapped(folder: &Path) -> Res<Env<WithTls>> {
    let mut options = EnvOpenOptions::new();
    options.map_size(LARGEST).max_dbs(TABLES.len() as u32);
    // SAFETY: the file is memory-mapped, so no other process may change it while it is open. It is
    // in a folder that this program has created for this process alone, which opens it once, on a
    // local disk.
    Ok(unsafe { options.open(folder)? })
}

impl Keyed for Lmdb {
    fn read(&self, ask: &mut dyn FnMut(&dyn Snapshot) -> Res<()>) -> Res<()> {
        ask(&Reading { reading: self.env.read_txn()?, databases: &self.databases })
    }

    fn write(&mut self, puts: Vec<Put>) -> Res<()> {
        let mut writing = self.env.write_txn()?;
        for (table, key, value) in &puts {
            let database = &self.databases[*table as usize];
            match value {
                Some(value) => database.put(&mut writing, key, value)?,
                None => drop(database.delete(&mut writing, key)?),
            }
        }
        writing.commit()?;
        Ok(())
    }

    fn sync(&mut self) -> Res<()> {
        Ok(self.env.force_sync()?)
    }
}

struct Reading<'a> {
    reading: RoTxn<'a, WithTls>,
    databases: &'a Databases,
}

impl Snapshot for Reading<'_> {
    fn get(&self, table: Table, key: &[u8], found: &mut dyn FnMut(&[u8]) -> Res<()>) -> Res<bool> {
        match self.databases[table as usize].get(&self.reading, key)? {
            Some(value) => found(value).map(|()| true),
            None => Ok(false),
        }
    }

    fn each(&self, table: Table, prefix: &[u8], found: Each<'_>) -> Res<()> {
        let database = &self.databases[table as usize];
        // LMDB does not search for an empty key.
        if prefix.is_empty() {
            for item in database.iter(&self.reading)? {
                let (key, value) = item?;
                found(key, value)?;
            }
            return Ok(());
        }
        for item in database.prefix_iter(&self.reading, prefix)? {
            let (key, value) = item?;
            found(key, value)?;
        }
        Ok(())
    }
}

type All<'a> = [Database<'a, Bytes, Bytes>; TABLES.len()];

fn committed(all: Vec<Database<'_, Bytes, Bytes>>) -> Res<CommitOrAbort<All<'_>, ()>> {
    let all = all.try_into().map_err(|_| "a table too few")?;
    Ok(CommitOrAbort::Commit(all))
}
