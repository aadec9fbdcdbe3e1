//! Integrity and maintenance of the archive: `verify`, `stats`, `rebuild`, `backup`, `restore`.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use hustings::archive::{BackupReport, ReparsedVersion};
use hustings::model::{count, grouped};
use hustings::render;

use super::args::{Rebuild, Stats, Verify};
use super::context::{Context, Outcome, print_result};

pub(super) fn verify(context: &Context<'_>, args: &Verify) -> Outcome {
    let found = context.with_progress(|options| options.verify(context.path(), args.deep))?;
    found.notes.iter().for_each(|note| context.tell(note));
    context.report(&render::verification(&found)?, args.output.format())?;
    Ok(ExitCode::from(if found.flaws.is_empty() { 0 } else { 4 }))
}

pub(super) fn stats(context: &Context<'_>, args: &Stats) -> Outcome {
    context.report(&render::stats(&context.archive()?.stats()?)?, args.output.format())
}

pub(super) fn rebuild(context: &Context<'_>, args: &Rebuild) -> Outcome {
    let report = context.with_progress(|options| match args.reparse {
        true => options.reparse(context.path()),
        false => options.rebuild(context.path()),
    })?;
    for damage in &report.damage {
        context.tell(damage);
    }
    for lost in &report.lost {
        context.tell(&lost.to_string());
    }
    if let Some(kept) = &report.kept {
        context.tell(&format!("the damaged journal is kept as {}", kept.display()));
    }
    if let Some(kept) = &report.kept_store {
        let kept = kept.display();
        context.tell(&format!("the old store, which may have what is lost, is kept as {kept}"));
    }
    let lost: u64 = report.lost.iter().map(|lost| lost.last - lost.first + 1).sum();
    let entries = if report.entries == 1 { "entry" } else { "entries" };
    let mut sentence = match lost {
        0 => format!("rebuilt: {}", count(report.imports, "import")),
        _ => format!(
            "rebuilt: {} of {}",
            grouped(report.imports - lost),
            count(report.imports, "import")
        ),
    };
    sentence += &format!(", {} {entries}", grouped(report.entries));
    print_result(context, &sentence)?;
    for ReparsedVersion { title, version } in &report.reread {
        print_result(context, &format!("version {version} of '{title}' is read otherwise now"))?;
    }
    if args.reparse && report.reread.is_empty() {
        print_result(context, "every version is read as before")?;
    }
    Ok(ExitCode::from(if report.lost.is_empty() { 0 } else { 4 }))
}

pub(super) fn backup(context: &Context<'_>, target: &Path) -> Outcome {
    let report = context.with_progress(|options| options.backup(context.path(), target))?;
    let BackupReport { imports, copied, bytes, left } = report;
    if left > 0 {
        let bytes = count(left, "byte");
        context.tell(&format!(
            "{bytes} behind the last import were not copied; 'verify' looks into them"
        ));
    }
    let imports = count(imports, "import");
    let (copied, bytes) = (grouped(copied), count(bytes, "byte"));
    print_result(context, &format!("{imports} in the backup, {copied} copied now ({bytes})"))
}

pub(super) fn restore(context: &Context<'_>, source: &Path) -> Outcome {
    let report = context.with_progress(|options| match source.to_str() {
        Some("-") => options.restore_from(&mut io::stdin(), Path::new("<stdin>"), context.path()),
        _ => options.restore(source, context.path()),
    })?;
    if report.left > 0 {
        let bytes = count(report.left, "byte");
        context.tell(&format!("{bytes} behind the last import of the backup were left out"));
    }
    print_result(context, &format!("restored: {}", count(report.imports, "import")))
}
