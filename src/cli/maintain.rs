//! Integrity and maintenance of the archive: `verify`, `stats`, `rebuild`, `backup`, `restore`.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use hustings::archive::{BackupReport, ReparsedVersion};
use hustings::model::{format_count, group_digits};
use hustings::render;

use super::Failure;
use super::args::{Rebuild, Stats, Verify};
use super::context::{Context, Outcome, print_result};

pub(super) fn verify(context: &Context<'_>, args: &Verify) -> Outcome {
    let verification = context.with_progress(|options| match args.deep {
        true => options.verify_records(context.archive_path()),
        false => options.verify(context.archive_path()),
    })?;
    verification.notes.iter().for_each(|note| context.notice(note));
    context.print_report(&render::verification(&verification)?, args.output.format())?;
    Ok(ExitCode::from(if verification.problems.is_empty() { 0 } else { 4 }))
}

pub(super) fn stats(context: &Context<'_>, args: &Stats) -> Outcome {
    context
        .print_report(&render::stats(&context.open_for_reading()?.stats()?)?, args.output.format())
}

pub(super) fn rebuild(context: &Context<'_>, args: &Rebuild) -> Outcome {
    let report = context.with_progress(|options| match args.reparse {
        true => options.reparse(context.archive_path()),
        false => options.rebuild(context.archive_path()),
    })?;
    for damage in &report.damage {
        context.notice(damage);
    }
    for lost in &report.lost {
        context.notice(&lost.to_string());
    }
    if let Some(path) = &report.kept_journal {
        context.notice(&format!("the damaged journal is kept as {}", path.display()));
    }
    if let Some(path) = &report.kept_store {
        let path = path.display();
        context
            .notice(&format!("the old store, which may contain what is lost, is kept as {path}"));
    }
    let lost: u64 = report.lost.iter().map(|lost| lost.last - lost.first + 1).sum();
    let entries = if report.entries == 1 { "entry" } else { "entries" };
    let mut sentence = match lost {
        0 => format!("rebuilt: {}", format_count(report.imports, "import")),
        _ => format!(
            "rebuilt: {} of {}",
            group_digits(report.imports - lost),
            format_count(report.imports, "import")
        ),
    };
    sentence += &format!(", {} {entries}", group_digits(report.entries));
    print_result(context, &sentence)?;
    for ReparsedVersion { title, version, .. } in &report.reparsed {
        print_result(
            context,
            &format!("version {version} of '{title}' is parsed differently now"),
        )?;
    }
    if args.reparse && report.reparsed.is_empty() {
        print_result(context, "every version is parsed as before")?;
    }
    Ok(ExitCode::from(if report.lost.is_empty() { 0 } else { 4 }))
}

pub(super) fn backup(context: &Context<'_>, target: &Path) -> Outcome {
    if target.as_os_str() == "-" {
        let problem = "a backup is a file or a folder; 'export --all-versions' writes to a pipe";
        return Err(Failure::Usage(problem.to_owned()));
    }
    let report = context.with_progress(|options| options.backup(context.archive_path(), target))?;
    let BackupReport { imports, copied, bytes, skipped_bytes: left, .. } = report;
    if left > 0 {
        let bytes = format_count(left, "byte");
        context.notice(&format!(
            "{bytes} after the last import were not copied; 'hustings verify' examines them"
        ));
    }
    let imports = format_count(imports, "import");
    let (copied, bytes) = (group_digits(copied), format_count(bytes, "byte"));
    print_result(context, &format!("{imports} in the backup, {copied} copied now ({bytes})"))
}

pub(super) fn restore(context: &Context<'_>, source: &Path) -> Outcome {
    let report = context.with_progress(|options| match source.to_str() {
        Some("-") => {
            options.restore_from(&mut io::stdin(), Path::new("<stdin>"), context.archive_path())
        }
        _ => options.restore(source, context.archive_path()),
    })?;
    if report.skipped_bytes > 0 {
        let bytes = format_count(report.skipped_bytes, "byte");
        context.notice(&format!("{bytes} after the last import of the backup were ignored"));
    }
    print_result(context, &format!("restored: {}", format_count(report.imports, "import")))
}
