//! A tour of the library, as an embedder would use it: import the fixtures, follow a chain across
//! a renamed country, and compare years and editions.

use std::error::Error;
use std::io::{self, Write};

use hustings::Archive;
use hustings::archive::ImportOptions;
use hustings::chain::{Options, chain};
use hustings::model::Address;
use hustings::render::{self, Format};
use hustings::{diff, model};

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
    let steps = chain(&archive, &start, &Options::default())?;
    render::chain(&steps)?.write(&mut out, Format::Text, false)?;

    let before = archive.get(&"nagorno-karabakh/2007".parse()?)?;
    let options = diff::Options { kind: Some(&model::Kind::Presidential), ..Default::default() };
    let years = diff::between(&before.election, &start.election, &options);
    writeln!(out)?;
    render::diff("From 2007 to 2012", &years)?.write(&mut out, Format::Text, false)?;

    // An older edition stands under an older title. The alias says that both are one election.
    archive.import(&[fixtures.join("editions")], &ImportOptions::default())?;
    let address: Address = "2012 Nagorno-Karabakh presidential election".parse()?;
    archive.add_alias(&address, "Nagorno-Karabakh presidential election, 2012", None)?;
    let edition = |number| archive.get(&address.clone().with(model::At::Version(number)));
    let editions = diff::versions(&edition(2)?.election, &edition(1)?.election);
    writeln!(out)?;
    render::diff("From the older edition of 2012 to the newer", &editions)?.write(
        &mut out,
        Format::Text,
        false,
    )?;
    Ok(())
}
