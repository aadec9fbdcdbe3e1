//! A tour of the library, as an embedder would use it: import the fixtures, follow a chain across
//! a renamed country, and compare years and editions.

use std::error::Error;
use std::io::{self, Write};

use hustings::Archive;
use hustings::analysis::chain::{ChainOptions, chain};
use hustings::analysis::diff;
use hustings::archive::ImportOptions;
use hustings::model::{self, Address};
use hustings::render::{self, OutputFormat};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("hustings-tour-{}", std::process::id()));
    let told = tour(&folder);
    std::fs::remove_dir_all(&folder)?;
    told
}

fn tour(folder: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut out = io::stdout().lock();
    let archive = Archive::create(folder)?;

    let given = [fixtures.join("articles"), fixtures.join("commission")];
    let report = archive.import(&given, &ImportOptions::default())?;
    let elections = archive.list(&Default::default())?.len();
    writeln!(out, "Imported {} versions of {elections} elections.\n", report.added)?;

    writeln!(out, "The chain of 2012, across the rename:\n")?;
    let start = archive.get(&"nagorno-karabakh/2012".parse()?)?;
    let steps = chain(&archive, &start, &ChainOptions::default())?;
    render::chain(&steps)?.write(&mut out, OutputFormat::Text, false)?;

    let before = archive.get(&"nagorno-karabakh/2007".parse()?)?;
    let options =
        diff::DiffOptions { kind: Some(&model::ElectionType::Presidential), ..Default::default() };
    let years = diff::compare_elections(&before.election, &start.election, &options);
    writeln!(out)?;
    render::diff("From 2007 to 2012", &years)?.write(&mut out, OutputFormat::Text, false)?;

    // An older edition stands under an older title. The alias says that both are one election.
    archive.import(&[fixtures.join("editions")], &ImportOptions::default())?;
    let address: Address = "2012 Nagorno-Karabakh presidential election".parse()?;
    archive.add_alias(&address, "Nagorno-Karabakh presidential election, 2012", None)?;
    let edition =
        |number| archive.get(&address.clone().with(model::VersionSelector::Version(number)));
    let editions = diff::compare_versions(&edition(2)?.election, &edition(1)?.election);
    writeln!(out)?;
    render::diff("From the older edition of 2012 to the newer", &editions)?.write(
        &mut out,
        OutputFormat::Text,
        false,
    )?;
    Ok(())
}
