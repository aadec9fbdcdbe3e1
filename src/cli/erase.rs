//! The command `erase`.

use hustings::archive::EraseOptions;
use hustings::model::format_count;
use hustings::render::{self, OutputFormat};

use super::args::Erase;
use super::context::{Context, Outcome, print_result};

pub(super) fn erase(context: &Context<'_>, args: &Erase) -> Outcome {
    let mut options =
        EraseOptions::new(args.reason.as_str()).same_text(args.all).dry_run(args.dry_run);
    options.note.clone_from(&args.note);
    let archive = context.open_for_writing(false)?;
    let report = archive.erase(&args.addresses, &options)?;
    archive.close()?;
    for copy in &report.copies {
        let copy = copy.display();
        context.notice(&format!("{copy} was kept by a repair and may contain the text: delete it"));
    }
    if report.replicas_in_use > 0 {
        let replicas = format_count(report.replicas_in_use, "replica");
        context.notice(&format!(
            "{replicas} in use by other processes contain the record until they are opened again"
        ));
    }
    context.notice(
        "backups, exports and copies that were made before still contain the text; a backup folder \
         is erased too when 'hustings backup' next updates it",
    );
    let format = args.output.format();
    context.print_report(&render::erasure(&report)?, format)?;
    if format != OutputFormat::Text {
        return Ok(std::process::ExitCode::SUCCESS);
    }
    let versions = format_count(report.erased.len() as u64, "version");
    match report.import {
        Some(import) => print_result(context, &format!("import {import}: {versions} erased")),
        None => print_result(context, &format!("dry run: {versions} would be erased")),
    }
}
