//! Reads the journal of an archive without hustings: with zstd and serde_json, as `docs/format.md`
//! describes it. The example first creates a small archive.
//!
//! `cargo run --example journal`

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use hustings::Archive;
use hustings::archive::ImportOptions;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("hustings-journal-{}", std::process::id()));
    let result = run(&folder, &mut io::stdout().lock());
    fs::remove_dir_all(&folder)?;
    result
}

pub(crate) fn run(folder: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    create_archive(folder)?;
    for import in read_imports(folder)? {
        writeln!(out, "{}", import.join("\n  "))?;
    }
    Ok(())
}

/// Creates an archive with two imports.
fn create_archive(folder: &Path) -> hustings::Result<()> {
    let archive = Archive::create(folder)?;
    for year in [1824, 1828] {
        let text =
            format!("= {year} Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n");
        archive.import_texts([(format!("{year}.txt"), text)], &ImportOptions::default())?;
    }
    archive.remove("ruritania/1824", None)?;
    Ok(())
}

/// Reads the imports of an archive, in order. Each import is a list of lines of text: its number,
/// then one line per version or removal.
fn read_imports(archive: &Path) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let entries = fs::read_dir(archive.join("journal"))?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "zst"));
    files.sort();
    let mut imports = Vec::new();
    for file in files {
        // Lines that no commit follows belong to an incomplete import and are ignored.
        let mut entries = Vec::new();
        // A file is a sequence of zstd frames. The decoder skips the frames with checksums between
        // them.
        for line in BufReader::new(zstd::Decoder::new(File::open(file)?)?).lines() {
            let line: Value = serde_json::from_str(&line?)?;
            if let Some(version) = line.get("version") {
                let size = version["text"].as_str().unwrap_or_default().len();
                entries
                    .push(format!("{}, {size} bytes from {}", version["title"], version["source"]));
            } else if let Some(removal) = line.get("removal") {
                entries.push(format!("{} removed", removal["title"]));
            } else if let Some(commit) = line.get("commit") {
                entries.insert(0, format!("import {}", commit["import"]));
                imports.push(std::mem::take(&mut entries));
            }
        }
    }
    Ok(imports)
}
