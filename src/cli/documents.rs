//! Documents in and out: `import`, `export`.

use std::collections::BTreeSet;
use std::io;
use std::process::ExitCode;

use hustings::archive::{
    AddedLineages, AddedVersion, Archive, DumpProgress, Filter, ImportEvent, ImportOptions,
    ImportTotals, Record, preview,
};
use hustings::formats::Mapping;
use hustings::model::{Address, VersionSelector, count, grouped};
use hustings::{Error, export};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Export, Import};
use super::context::{Context, Outcome};
use super::{Failure, terminal};

pub(super) fn import(context: &Context<'_>, args: &Import) -> Outcome {
    let options = ImportOptions {
        format: args.format,
        mapping: args.mapping.as_deref().map(Mapping::find).transpose()?,
        note: args.note.clone(),
        dry_run: args.dry_run,
        strict: args.strict,
        jobs: args.jobs,
    };
    if !args.dry_run {
        install_interrupt_handler()?;
    }
    let watched = ImportMonitor::new(context);
    let format = context.path().join("FORMAT").symlink_metadata();
    let is_absent = format.is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    let report = if args.dry_run && is_absent {
        preview(&args.paths, &options, &mut |event| watched.hear(event))
    } else {
        let archive = context.open(true)?;
        let imported =
            archive.import_watched(&args.paths, &options, &mut |event| watched.hear(event));
        let closed = archive.close();
        imported.and_then(|report| closed.map(|()| report))
    };
    watched.finish();
    let report = report?;
    report.unread.lines().chain(report.warnings.lines()).for_each(|line| terminal::note(&line));
    let (first, others) = report.removed.split_at(report.removed.len().min(MAX_REMOVED_NAMED));
    for title in first {
        context
            .tell(&format!("'{title}' is removed and stays so; 'hustings revert' brings it back"));
    }
    if !others.is_empty() {
        context.tell(&format!("so are {} others", grouped(others.len() as u64)));
    }
    report.notes.iter().for_each(|note| context.tell(note));
    if report.partly_read > 0 {
        let pages = match report.partly_read {
            1 => "1 added version is of a page".to_owned(),
            count => format!("{} added versions are of pages", grouped(count)),
        };
        let which = if context.args.global.verbose { "" } else { " (-v says which)" };
        context.tell(&format!(
            "{pages} with tables of results, or boxes of other kinds, that are not read{which}"
        ));
    }
    if !context.args.global.quiet {
        let what = match report.imports.as_slice() {
            [] if args.dry_run => "would be".to_owned(),
            [] => "no import".to_owned(),
            [number] => format!("import {number}"),
            [first, .., last] => format!("imports {first} to {last}"),
        };
        let unread = grouped(report.unread.len() as u64);
        let [added, unchanged] = [report.added, report.unchanged].map(grouped);
        let same = match report.same_record {
            0 => String::new(),
            same => format!(" ({} with the same record)", grouped(same)),
        };
        let doubtful = match report.warnings.len() as u64 {
            0 => String::new(),
            number => format!(", {}", count(number, "warning")),
        };
        terminal::line(&format!(
            "{what}: {added} added{same}, {unchanged} unchanged, {unread} not read{doubtful}"
        ))?;
        if report.pages > 0 || report.aliases > 0 {
            let [pages, aliases] = [report.pages, report.aliases].map(grouped);
            terminal::line(&format!("pages {pages}, redirects to elections {aliases}"))?;
        }
        if args.mapping.is_some() && report.added > 0 {
            terminal::line(&format_totals(&report.totals))?;
        }
        let AddedLineages { countries, parties, changes } = report.lineages;
        if countries > 0 {
            let [countries, parties, changes] = [countries, parties, changes].map(grouped);
            terminal::line(&format!(
                "lineages {countries}, of parties {parties} with {changes} changes"
            ))?;
        }
    }
    let is_certain = report.unread.is_empty() && report.warnings.is_empty();
    Ok(if is_certain { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Maximum number of removed elections that are listed by name.
const MAX_REMOVED_NAMED: usize = 5;

/// Installs a handler that ends the process at an interrupt. No cleanup is needed: uncommitted data
/// is cut off when the archive is next opened.
fn install_interrupt_handler() -> Result<(), Failure> {
    let stop = || {
        terminal::note("");
        terminal::note(
            "hustings: interrupted. Imports that were made are kept; the same command again goes on.",
        );
        std::process::exit(EXIT_INTERRUPTED);
    };
    ctrlc::set_handler(stop).map_err(|error| {
        let source = match error {
            ctrlc::Error::System(source) => source,
            other => io::Error::other(other),
        };
        let path = "interrupts".into();
        Failure::from(Error::Io { doing: "start a thread for", path, source })
    })
}

/// Exit code of a process that an interrupt ended (128 + SIGINT).
const EXIT_INTERRUPTED: i32 = 130;

/// Progress output of an import: a bar for a dump, and a line per version with `-v`.
struct ImportMonitor {
    verbose: bool,
    bar: Option<ProgressBar>,
}

impl ImportMonitor {
    fn new(context: &Context<'_>) -> Self {
        Self { verbose: context.args.global.verbose, bar: context.progress() }
    }

    fn hear(&self, event: ImportEvent<'_>) {
        match event {
            ImportEvent::Added(added) if self.verbose => {
                let AddedVersion { source, title, version, kept, not_read, same_record } = added;
                let kept = match kept {
                    0 => String::new(),
                    kept => format!(", {kept} not understood"),
                };
                let same = if *same_record { ", same record" } else { "" };
                let not_read = match *not_read {
                    [] => String::new(),
                    what => format!(", not read: {}", what.join(", ")),
                };
                let line = format!("{source}: {title}, version {version}{same}{kept}{not_read}");
                self.aside(|| {
                    let _ = terminal::line(&line);
                });
            }
            ImportEvent::Reading(reading) => self.draw(reading),
            _ => {}
        }
    }

    /// Writes without garbling the progress bar.
    fn aside(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn draw(&self, reading: &DumpProgress) {
        let Some(bar) = &self.bar else { return };
        if bar.length() != reading.size || bar.position() == 0 {
            let rest =
                if reading.size.is_some() { "/{total_bytes} {bar:20} {eta} left" } else { "" };
            let form = format!("{{bytes}}{rest}, {{bytes_per_sec}}, {{msg}}");
            if let Ok(style) = ProgressStyle::with_template(&form) {
                bar.set_style(style);
            }
            reading.size.inspect(|size| bar.set_length(*size));
        }
        bar.set_position(reading.bytes);
        let [pages, revisions] = [reading.pages, reading.revisions].map(grouped);
        bar.set_message(format!("{pages} pages, {revisions} versions of elections"));
    }

    fn finish(&self) {
        self.bar.as_ref().inspect(|bar| bar.finish_and_clear());
    }
}

fn format_totals(totals: &ImportTotals) -> String {
    let ImportTotals { countries, contenders, links, broken } = totals;
    let [countries, contenders, links, broken] =
        [countries.len() as u64, *contenders, *links, *broken].map(grouped);
    format!(
        "countries {countries}, contenders {contenders}, links to the election before {links}, \
         of which {broken} to none in the archive"
    )
}

pub(super) fn export(context: &Context<'_>, args: &Export) -> Outcome {
    let archive = context.archive()?;
    let filter = args.selection.filter(args.country.as_ref());
    if !args.addresses.is_empty() && filter != Filter::default() {
        let problem = "an export is of addresses, or of what the other options leave, but not both";
        return Err(Error::Request(problem.to_owned()).into());
    }
    if args.all_versions {
        return all_versions(context, &archive, args, &filter);
    }
    let snapshot = archive.snapshot();
    let named = args.addresses.iter().map(|address| snapshot.get(address));
    let named = named.collect::<hustings::Result<Vec<_>>>()?;
    // Records are read one at a time, since they may exceed memory.
    let records: Box<dyn Iterator<Item = hustings::Result<Record>>> = match named.is_empty() {
        true => Box::new(snapshot.records(&filter)?),
        false => Box::new(named.into_iter().map(Ok)),
    };
    let mut records = records.peekable();
    if records.peek().is_none() {
        context.tell_none(&filter);
    }
    let version = |record: &Record| {
        let title = Address::title(record.election.title.clone());
        title.with(VersionSelector::Version(record.version.number))
    };
    terminal::document(|out| match args.format.as_str() {
        "source" => records.try_for_each(|record| {
            out.write_all(snapshot.source(&version(&record?))?.as_bytes()).map_err(Failure::from)
        }),
        "csv" => {
            let mut failed = None;
            let elections = records.map_while(|record| match record {
                Ok(record) => Some(record.election),
                Err(error) => {
                    failed = Some(error);
                    None
                }
            });
            match args.spreadsheet.spreadsheet {
                true => export::write_spreadsheet(out, elections)?,
                false => export::write_csv(out, elections)?,
            }
            failed.map_or(Ok(()), |error| Err(Failure::from(error)))
        }
        _ => records.try_for_each(|record| {
            let election = snapshot.document(&version(&record?))?;
            export::write_line(out, &election).map_err(Failure::from)
        }),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Streams all versions, since they may exceed memory.
fn all_versions(
    context: &Context<'_>,
    archive: &Archive,
    args: &Export,
    filter: &Filter,
) -> Outcome {
    if args.format != "jsonl" {
        let problem = format!("all versions are JSON lines, and not {}", args.format);
        return Err(Error::Request(problem).into());
    }
    let only = if !args.addresses.is_empty() {
        let named = args.addresses.iter().map(|address| archive.id(address));
        Some(named.collect::<hustings::Result<_>>()?)
    } else if *filter != Filter::default() {
        let snapshot = archive.snapshot();
        let listed = snapshot.listings(filter)?;
        let ids = listed.map(|listed| Ok(listed?.version.election));
        let ids = ids.collect::<hustings::Result<BTreeSet<_>>>()?;
        if ids.is_empty() {
            context.tell_none(filter);
        }
        Some(ids)
    } else {
        None
    };
    terminal::document(|out| {
        export::write_versions(out, archive, only.as_ref()).map_err(Failure::from)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Adds the version selected by `--as-of` or `--as-of-source` to an address.
pub(super) fn with_as_of(
    address: &Address,
    as_of: Option<VersionSelector>,
) -> Result<Address, Error> {
    match as_of {
        Some(_) if address.at() != VersionSelector::Latest => {
            let problem = format!("'{address}' names a version already, so it has no --as-of");
            Err(Error::Request(problem))
        }
        // A plain number after `--as-of` would be a version number, which is written as `@3`
        // instead.
        Some(at) => Ok(address.clone().with(at)),
        None => Ok(address.clone()),
    }
}
