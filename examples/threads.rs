//! Threads that share an archive: one imports, the others read. A reader sees each import completely
//! or not at all.
//!
//! `cargo run --example threads`

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use hustings::archive::{Filter, ImportOptions};
use hustings::{Archive, Result};

/// Number of imports.
const IMPORTS: usize = 5;

/// Number of elections in each import.
const ELECTIONS: usize = 20;

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("hustings-threads-{}", std::process::id()));
    let result = run(&folder, &mut io::stdout().lock());
    std::fs::remove_dir_all(&folder)?;
    result
}

pub(crate) fn run(folder: &Path, out: &mut impl Write) -> std::result::Result<(), Box<dyn Error>> {
    let archive = Archive::create(folder)?;
    // A snapshot stays the same, whatever is imported later.
    let empty = archive.snapshot();
    let is_complete = AtomicBool::new(false);
    let counts = thread::scope(|scope| {
        let readers = [(); 2].map(|()| scope.spawn(|| read(&archive, &is_complete)));
        // `Archive` is a handle: a clone or a reference accesses the same archive.
        let writer = archive.clone();
        let imported = import(&writer);
        is_complete.store(true, Ordering::Release);
        imported?;
        let results =
            readers.into_iter().map(|reader| reader.join().map_err(|_| "a reader panicked"));
        results.map(|result| Ok(result??)).collect::<std::result::Result<Vec<_>, Box<dyn Error>>>()
    })?;
    for counts in counts {
        let partial = counts.iter().filter(|count| *count % ELECTIONS != 0).count();
        let last = counts.last().copied().unwrap_or_default();
        writeln!(out, "reader: {last} elections at the end, {partial} partial imports seen")?;
    }
    writeln!(out, "first snapshot: {} elections", empty.list(&Filter::default())?.len())?;
    Ok(())
}

/// Imports a few batches of texts, each atomically.
fn import(archive: &Archive) -> Result<()> {
    for import in 0..IMPORTS {
        let texts = (0..ELECTIONS).map(|number| {
            let title = format!("{} Ruritanian district {number} election", 1900 + import);
            let name = format!("{import}-{number}.txt");
            (name, format!("= {title} =\n\nInfobox\n- Country: Ruritania\n"))
        });
        archive.import_texts(texts, &ImportOptions::default())?;
    }
    Ok(())
}

/// Counts the elections repeatedly until all imports are complete, and once more after that.
fn read(archive: &Archive, is_complete: &AtomicBool) -> Result<Vec<usize>> {
    let mut counts = Vec::new();
    loop {
        let is_last = is_complete.load(Ordering::Acquire);
        // All queries of one snapshot read the same state.
        let snapshot = archive.snapshot();
        counts.push(snapshot.list(&Filter::default())?.len());
        if is_last {
            return Ok(counts);
        }
    }
}
