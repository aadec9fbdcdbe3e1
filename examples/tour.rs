//! A tour of the library, as an embedder would use it: import the fixtures, follow a chain across
//! a renamed country, and compare years and editions.
//!
//! `cargo run --example tour`

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use hustings::Archive;
use hustings::analysis::chain::{ChainOptions, chain};
use hustings::analysis::diff;
use hustings::model::{self, Address};
use hustings::render::{self, OutputFormat, TextStyle};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("hustings-tour-{}", std::process::id()));
    let result = run(&folder, &mut io::stdout().lock());
    std::fs::remove_dir_all(&folder)?;
    result
}

pub(crate) fn run(folder: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let archive = Archive::create(folder)?;

    let inputs = [fixtures.join("articles"), fixtures.join("commission")];
    let report = archive.import(&inputs)?;
    let elections = archive.list(&Default::default())?.len();
    writeln!(out, "Imported {} versions of {elections} elections.\n", report.added)?;

    writeln!(out, "The chain of 2012, across the rename:\n")?;
    let start = archive.get("nagorno-karabakh/2012")?;
    let steps = chain(&archive.snapshot(), &start, &ChainOptions::default())?;
    render::chain(&steps)?.write(out, OutputFormat::Text, TextStyle::default())?;

    let before = archive.get("nagorno-karabakh/2007")?;
    let options = diff::DiffOptions::default().kind(&model::ElectionType::Presidential);
    let years = diff::compare_elections(&before.election, &start.election, &options);
    writeln!(out)?;
    render::diff("From 2007 to 2012", &years)?.write(
        out,
        OutputFormat::Text,
        TextStyle::default(),
    )?;

    // The older edition has an older title. The alias makes both titles one election.
    archive.import(&[fixtures.join("editions")])?;
    let address: Address = "2012 Nagorno-Karabakh presidential election".parse()?;
    archive.add_alias(&address, "Nagorno-Karabakh presidential election, 2012", None)?;
    let edition =
        |number| archive.get(address.clone().with_version(model::VersionSelector::Version(number)));
    let editions = diff::compare_versions(&edition(2)?.election, &edition(1)?.election);
    writeln!(out)?;
    render::diff("From the older edition of 2012 to the newer", &editions)?.write(
        out,
        OutputFormat::Text,
        TextStyle::default(),
    )?;
    Ok(())
}
