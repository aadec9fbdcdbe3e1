//! Imports texts from memory, without files, and compares two versions of an election.
//!
//! `cargo run --example texts`

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use hustings::Archive;
use hustings::analysis::diff;
use hustings::archive::ImportOptions;
use hustings::render::{self, OutputFormat, TextStyle};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("hustings-texts-{}", std::process::id()));
    let result = run(&folder, &mut io::stdout().lock());
    std::fs::remove_dir_all(&folder)?;
    result
}

pub(crate) fn run(folder: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let archive = Archive::create(folder)?;
    // Each text has the name of its source. A later text about the same election is a new version.
    for (source, turnout) in [("evening.txt", "61.5%"), ("final.txt", "62.1%")] {
        let text = format!(
            "= 1824 Ruritanian general election =\n\n\
             Infobox\n- Country: Ruritania\n- Type: general\n- Turnout: {turnout}\n"
        );
        let report = archive.import_texts([(source, text)], &ImportOptions::default())?;
        // If a text cannot be read, the call still succeeds: the report states the reason.
        if let Some(error) = report.errors.iter().next() {
            return Err(error.to_string().into());
        }
    }
    let evening = archive.get("ruritania/1824@1")?;
    let count = archive.get("ruritania/1824@2")?;
    let diff = diff::compare_versions(&evening.election, &count.election);
    render::diff("From the evening to the final count", &diff)?.write(
        out,
        OutputFormat::Text,
        TextStyle::default(),
    )?;
    Ok(())
}
