//! Changes to the archive, and manual pages: `alias`, `remove`, `revert`, `man`.

use std::path::Path;
use std::process::ExitCode;

use hustings::archive::TerritoryAlias;
use hustings::model::Address;
use hustings::render::{OutputFormat, Report, Table};

use super::args::{Alias, Change};
use super::context::{Context, Outcome, print_result};
use super::help;

pub(super) fn alias(context: &Context<'_>, args: &Alias) -> Outcome {
    if args.address.is_none() {
        return list_aliases(context, &context.open_for_reading()?);
    }
    let archive = context.open_for_writing(false)?;
    let note = args.note.as_deref();
    let import = match (&args.address, &args.name) {
        (Some(name), Some(alias)) if args.territory => {
            let (name, alias) = (name.clone(), alias.clone());
            let alias = TerritoryAlias { name, alias, from: args.from, until: args.until };
            archive.add_territory_alias(alias, note)?
        }
        (Some(address), Some(title)) => {
            let address: Address = address.parse()?;
            let import = archive.add_alias(&address, title, note)?;
            let versions = archive.versions(Address::title(title.as_str()))?.len();
            archive.close()?;
            return print_result(
                context,
                &format!(
                    "import {import}: '{title}' is {address}, with {versions} version{}",
                    if versions == 1 { "" } else { "s" }
                ),
            );
        }
        _ => return list_aliases(context, &archive),
    };
    archive.close()?;
    print_result(context, &format!("import {import}: 1 name added"))
}

fn list_aliases(context: &Context<'_>, archive: &hustings::Archive) -> Outcome {
    let mut table = Table::new(&["alias", "of", "from", "until"]);
    let year = |year: Option<i32>| year.map(|year| year.to_string()).unwrap_or_default();
    for (title, address) in archive.aliases()? {
        table.rows.push(vec![title.clone(), address.clone(), String::new(), String::new()]);
    }
    for alias in archive.territory_aliases()? {
        let span = (year(alias.from), year(alias.until));
        table.rows.push(vec![alias.alias.clone(), alias.name.clone(), span.0, span.1]);
    }
    context.print_report(&Report::from_table(table), OutputFormat::Text)
}

pub(super) fn remove(context: &Context<'_>, args: &Change) -> Outcome {
    let archive = context.open_for_writing(false)?;
    let import = archive.remove(&args.address, args.note.as_deref())?;
    archive.close()?;
    print_result(context, &format!("import {import}: {} removed", args.address))
}

pub(super) fn revert(context: &Context<'_>, args: &Change) -> Outcome {
    let archive = context.open_for_writing(false)?;
    let import = archive.revert(&args.address, args.note.as_deref())?;
    archive.close()?;
    print_result(context, &format!("import {import}: {} is current again", args.address))
}

pub(super) fn man(context: &Context<'_>, output: Option<&Path>) -> Outcome {
    match output {
        Some(folder) => clap_mangen::generate_to(help::program(), folder)?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(help::program()).render(&mut page)?;
            return context.write_document(&page);
        }
    }
    Ok(ExitCode::SUCCESS)
}
