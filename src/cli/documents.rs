//! Documents in and out: `import`, `export`.

use std::io::Write;
use std::process::ExitCode;

use hustings::archive::{ImportOptions, Totals, preview};
use hustings::export;
use hustings::import::Mapping;
use hustings::model::{Address, At, grouped};

use super::args::{Export, Import};
use super::{Context, Outcome};

pub(super) fn import(context: &Context<'_>, args: &Import) -> Outcome {
    let options = ImportOptions {
        format: args.format,
        mapping: args.mapping.as_deref().map(Mapping::find).transpose()?,
        note: args.note.clone(),
        dry_run: args.dry_run,
        strict: args.strict,
    };
    let report = if args.dry_run && !context.path().join("FORMAT").exists() {
        preview(&args.paths, &options)?
    } else {
        context.open(true)?.import(&args.paths, &options)?
    };
    let mut err = anstream::stderr().lock();
    for unread in &report.unread {
        let _ = writeln!(err, "{unread}");
    }
    let mut out = anstream::stdout().lock();
    for added in report.added.iter().filter(|_| context.args.global.verbose) {
        let kept =
            if added.kept > 0 { format!(", {} not understood", added.kept) } else { String::new() };
        writeln!(out, "{}: {}, version {}{kept}", added.source, added.title, added.version)?;
    }
    for title in &report.removed {
        context
            .tell(&format!("'{title}' is removed and stays so; 'hustings revert' brings it back"));
    }
    if !context.args.global.quiet {
        let what = match (report.import, args.dry_run) {
            (Some(number), _) => format!("import {number}"),
            (None, true) => "would be".to_owned(),
            (None, false) => "no import".to_owned(),
        };
        let [added, unread] = [report.added.len(), report.unread.len()].map(|n| grouped(n as u64));
        let unchanged = grouped(report.unchanged);
        writeln!(out, "{what}: {added} added, {unchanged} unchanged, {unread} not read")?;
        if args.mapping.is_some() && !report.added.is_empty() {
            writeln!(out, "{}", totals(&report.totals))?;
        }
    }
    out.flush()?;
    Ok(if report.unread.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn totals(totals: &Totals) -> String {
    let Totals { countries, contenders, links, broken } = totals;
    let [countries, contenders, links, broken] =
        [countries.len() as u64, *contenders, *links, *broken].map(grouped);
    format!(
        "countries {countries}, contenders {contenders}, links to the election before {links}, \
         of which {broken} to none in the archive"
    )
}

pub(super) fn export(context: &Context<'_>, args: &Export) -> Outcome {
    let archive = context.archive()?;
    let addresses = if args.addresses.is_empty() {
        let listed = archive.list(&args.selection.filter(args.country.as_ref()))?;
        listed.into_iter().map(|record| Address::title(record.election.title)).collect()
    } else {
        args.addresses.clone()
    };
    let mut out = Vec::new();
    if args.format == "source" {
        for address in &addresses {
            out.extend_from_slice(archive.source(address)?.as_bytes());
        }
        return context.print_raw(&out);
    }
    let elections = addresses.iter().map(|address| archive.document(address));
    let elections = elections.collect::<hustings::Result<Vec<_>>>()?;
    if args.format == "csv" {
        export::write_csv(&mut out, &elections)?;
    } else {
        elections.iter().try_for_each(|election| export::write_line(&mut out, election))?;
    }
    context.print_raw(&out)
}

/// An address at another time, where one is given beside it.
pub(super) fn at(address: &Address, as_of: Option<At>) -> Address {
    // A plain number after --as-of would be a version; that is written @3.
    as_of.map_or_else(|| address.clone(), |at| address.clone().with(at))
}
