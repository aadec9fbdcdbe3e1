//! Documents in and out: `import`, `export`.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;
use std::process::ExitCode;

use hustings::archive::{
    AddedLineages, AddedVersion, Archive, AreaFilter, DumpProgress, Filter, ImportEvent,
    ImportOptions, ImportTotals, Input, Record, preview,
};
use hustings::formats::Mapping;
use hustings::model::{format_count, group_digits};
use hustings::{Error, export, render};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Export, Import};
use super::context::{Context, Outcome};
use super::query::version_address;
use super::{Failure, terminal};

pub(super) fn import(context: &Context<'_>, args: &Import) -> Outcome {
    let is_one_page = matches!(args.paths.as_slice(), [path] if !path.is_dir());
    if args.title.is_some() && !is_one_page {
        let problem = "--title is the title of one page: name one file, or - for standard input";
        return Err(Failure::Usage(problem.to_owned()));
    }
    let mut options = ImportOptions::default()
        .format(args.format)
        .mapping(args.mapping.as_deref().map(Mapping::load).transpose()?)
        .dry_run(args.dry_run)
        .strict(args.strict)
        .source(args.source.clone())
        .partial(args.partial)
        .allow_erased(args.allow_erased)
        .complete(args.complete)
        .jobs(args.jobs);
    (options.note, options.title) = (args.note.clone(), args.title.clone());
    if !args.dry_run {
        install_interrupt_handler()?;
    }
    let monitor = ImportMonitor::new(context);
    let inputs = args.paths.iter().map(|path| match path.as_os_str() == "-" {
        true => Input::reader(Input::STDIN, io::stdin()),
        false => path.into(),
    });
    let format = context.archive_path().join("FORMAT").symlink_metadata();
    let is_absent = format.is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    let report = if args.dry_run && is_absent {
        preview(inputs, &options, &mut |event| monitor.handle(event))
    } else {
        let archive = context.open_for_writing(true)?;
        let imported =
            archive.import_with_events(inputs, &options, &mut |event| monitor.handle(event));
        let closed = archive.close();
        imported.and_then(|report| closed.map(|()| report))
    };
    monitor.finish();
    let report = report?;
    report
        .errors
        .lines()
        .chain(report.warnings.lines())
        .for_each(|line| terminal::eprint_line(&line));
    let (first, others) =
        report.still_removed.split_at(report.still_removed.len().min(MAX_REMOVED_NAMED));
    for title in first {
        context.notice(&format!(
            "'{title}' is removed and remains removed; 'hustings revert' restores it"
        ));
    }
    if !others.is_empty() {
        context
            .notice(&format!("{} others also remain removed", group_digits(others.len() as u64)));
    }
    report.notes.iter().for_each(|note| context.notice(note));
    for title in report.missing.iter().take(MAX_MISSING_NAMED) {
        context.notice(&format!("the source no longer has '{title}'"));
    }
    if report.partially_parsed > 0 {
        let pages = match report.partially_parsed {
            1 => "1 added version is of a page".to_owned(),
            count => format!("{} added versions are of pages", group_digits(count)),
        };
        let hint = if context.args.global.verbose { "" } else { " (-v lists them)" };
        context.notice(&format!(
            "{pages} with tables of results, or infoboxes of other types, that are not read{hint}"
        ));
    }
    if !context.args.global.quiet {
        let import_name = match report.imports.as_slice() {
            [] if args.dry_run => "would be".to_owned(),
            [] => "no import".to_owned(),
            [number] => format!("import {number}"),
            [first, .., last] => format!("imports {first} to {last}"),
        };
        let errors = group_digits(report.errors.len() as u64);
        let [added, unchanged] = [report.added, report.unchanged].map(group_digits);
        let same_record = match report.same_record {
            0 => String::new(),
            same => format!(" ({} with the same record)", group_digits(same)),
        };
        let warnings = match report.warnings.len() as u64 {
            0 => String::new(),
            number => format!(", {}", format_count(number, "warning")),
        };
        terminal::print_line(&format!(
            "{import_name}: {added} added{same_record}, {unchanged} unchanged, {errors} not read{warnings}"
        ))?;
        if report.pages > 0 || report.aliases > 0 {
            let [pages, aliases] = [report.pages, report.aliases].map(group_digits);
            terminal::print_line(&format!("pages {pages}, redirects to elections {aliases}"))?;
        }
        if report.changes.elections > report.changes.new || report.changes.links_renamed > 0 {
            terminal::print_line(&render::describe_counts(&report.changes))?;
        }
        if args.mapping.is_some() && report.added > 0 {
            terminal::print_line(&format_totals(&report.totals))?;
        }
        let AddedLineages { countries, parties, successions, .. } = report.lineages;
        if countries > 0 {
            let [countries, parties, successions] =
                [countries, parties, successions].map(group_digits);
            terminal::print_line(&format!(
                "lineages {countries}, of parties {parties} with {successions} changes"
            ))?;
        }
    }
    let is_clean = report.errors.is_empty() && report.warnings.is_empty();
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Maximum number of missing elections that are listed by name.
const MAX_MISSING_NAMED: usize = 5;

/// Maximum number of removed elections that are listed by name.
const MAX_REMOVED_NAMED: usize = 5;

/// Installs a handler that ends the process at an interrupt. No cleanup is needed: an unfinished
/// import is truncated when the archive is next opened.
fn install_interrupt_handler() -> Result<(), Failure> {
    let stop = || {
        terminal::eprint_line("");
        terminal::eprint_line(
            "hustings: interrupted. Completed imports are kept; the same command continues.",
        );
        std::process::exit(EXIT_INTERRUPTED);
    };
    ctrlc::set_handler(stop).map_err(|error| {
        let source = match error {
            ctrlc::Error::System(source) => source,
            other => io::Error::other(other),
        };
        let path = "interrupts".into();
        Failure::from(Error::Io { operation: "start a thread for", path, source })
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
        Self { verbose: context.args.global.verbose, bar: context.progress_bar() }
    }

    fn handle(&self, event: ImportEvent<'_>) -> ControlFlow<()> {
        match event {
            ImportEvent::Added(added) if self.verbose => {
                let AddedVersion {
                    source,
                    title,
                    version,
                    unparsed_fields,
                    unread_results,
                    same_record,
                    ..
                } = added;
                let unparsed = match unparsed_fields {
                    0 => String::new(),
                    count => format!(", {count} not parsed"),
                };
                let same = if *same_record { ", same record" } else { "" };
                let unread = match *unread_results {
                    [] => String::new(),
                    descriptions => format!(", not read: {}", descriptions.join(", ")),
                };
                let line = format!("{source}: {title}, version {version}{same}{unparsed}{unread}");
                self.suspend_bar(|| {
                    let _ = terminal::print_line(&line);
                });
            }
            ImportEvent::Progress(progress) => self.update_bar(progress),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Writes without garbling the progress bar.
    fn suspend_bar(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn update_bar(&self, progress: &DumpProgress) {
        let Some(bar) = &self.bar else { return };
        if bar.length() != progress.size || bar.position() == 0 {
            let rest =
                if progress.size.is_some() { "/{total_bytes} {bar:20} {eta} left" } else { "" };
            let template = format!("{{bytes}}{rest}, {{bytes_per_sec}}, {{msg}}");
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style);
            }
            progress.size.inspect(|size| bar.set_length(*size));
        }
        bar.set_position(progress.bytes);
        let [pages, revisions] = [progress.pages, progress.revisions].map(group_digits);
        bar.set_message(format!("{pages} pages, {revisions} versions of elections"));
    }

    fn finish(&self) {
        self.bar.as_ref().inspect(|bar| bar.finish_and_clear());
    }
}

fn format_totals(totals: &ImportTotals) -> String {
    let ImportTotals { countries, contenders, links, broken_links: broken, .. } = totals;
    let [countries, contenders, links, broken] =
        [countries.len() as u64, *contenders, *links, *broken].map(group_digits);
    format!(
        "countries {countries}, contenders {contenders}, links to the election before {links}, \
         of which {broken} to none in the archive"
    )
}

pub(super) fn export(context: &Context<'_>, args: &Export) -> Outcome {
    if args.all_versions && args.as_of.is_of_sources() {
        let problem = "--as-of-source selects one version of each election, not --all-versions";
        return Err(Failure::Usage(problem.to_owned()));
    }
    let archive = context.open_as_of(&args.as_of)?;
    let filter = args.selection.filter(args.country.as_ref());
    let filter = args.areas.within(filter, AreaFilter::All);
    if !args.addresses.is_empty() && filter != Filter::default() {
        let problem = "expected either addresses, or options that select elections, but not both";
        return Err(Failure::Usage(problem.to_owned()));
    }
    if args.all_versions {
        return export_all_versions(context, &archive, args, &filter);
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
        context.notice_no_match(&filter);
    }
    terminal::write_document(|out| match args.format.as_str() {
        "source" => records.try_for_each(|record| {
            out.write_all(snapshot.source(version_address(&record?))?.as_bytes())
                .map_err(Failure::from)
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
            let election = snapshot.document(version_address(&record?))?;
            export::write_json_line(out, &election).map_err(Failure::from)
        }),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Streams all versions, since they may exceed memory.
fn export_all_versions(
    context: &Context<'_>,
    archive: &Archive,
    args: &Export,
    filter: &Filter,
) -> Outcome {
    if args.format != "jsonl" {
        let problem = format!("--all-versions writes JSON lines, not {}", args.format);
        return Err(Failure::Usage(problem));
    }
    let election_ids = if !args.addresses.is_empty() {
        let named = args.addresses.iter().map(|address| archive.id(address));
        Some(named.collect::<hustings::Result<_>>()?)
    } else if *filter != Filter::default() {
        let snapshot = archive.snapshot();
        let listed = snapshot.listings(filter)?;
        let ids = listed.map(|listed| Ok(listed?.version.election));
        let ids = ids.collect::<hustings::Result<BTreeSet<_>>>()?;
        if ids.is_empty() {
            context.notice_no_match(filter);
        }
        Some(ids)
    } else {
        None
    };
    terminal::write_document(|out| {
        export::write_versions(out, archive, election_ids.as_ref()).map_err(Failure::from)
    })?;
    Ok(ExitCode::SUCCESS)
}
