//! Whether the archive can be trusted, and what to do when not: `verify`, `stats`, `rebuild`, `backup`,
//! `restore`.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use hustings::archive::{BackupReport, Reread};
use hustings::render;

use super::args::{Rebuild, Stats, Verify};
use super::change::said;
use super::{Context, Outcome};

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
        let (first, last, digest) = (lost.first, lost.last, &lost.digest);
        let imports = if first == last {
            format!("import {first} is lost (digest {digest})")
        } else {
            format!("imports {first} to {last} are lost (digest of the last {digest})")
        };
        context.tell(&imports);
    }
    if let Some(kept) = &report.kept {
        context.tell(&format!("the damaged journal is kept as {}", kept.display()));
    }
    let mut sentence = format!("rebuilt: {} imports, {} entries", report.imports, report.entries);
    for Reread { title, version } in &report.reread {
        sentence += &format!("\nversion {version} of '{title}' is read otherwise now");
    }
    if args.reparse && report.reread.is_empty() {
        sentence += "\nevery version is read as before";
    }
    said(context, &sentence)
}

pub(super) fn backup(context: &Context<'_>, target: &Path) -> Outcome {
    let report = context.with_progress(|options| options.backup(context.path(), target))?;
    let BackupReport { imports, copied, bytes } = report;
    said(context, &format!("{imports} imports in the backup, {copied} copied now ({bytes} bytes)"))
}

pub(super) fn restore(context: &Context<'_>, source: &Path) -> Outcome {
    let report = context.with_progress(|options| match source.to_str() {
        Some("-") => options.restore_from(&mut io::stdin(), Path::new("<stdin>"), context.path()),
        _ => options.restore(source, context.path()),
    })?;
    said(context, &format!("restored: {} imports", report.imports))
}
