//! What changed between two states of the archive: `changes`, and `list --changed`.

use std::process::ExitCode;

use hustings::analysis::changes::{ChangeOptions, changes as find_changes};
use hustings::archive::{AreaFilter, ElectionId, Snapshot};
use hustings::render::{self, ChangeReport};

use super::args::{Changes, List};
use super::context::{Context, Outcome};

pub(super) fn changes(context: &Context<'_>, args: &Changes) -> Outcome {
    let snapshot = context.open_for_reading()?.snapshot();
    let options = ChangeOptions::default()
        .from(args.since.or(args.from))
        .to(args.to)
        .country(args.country.clone())
        .source(args.source.clone())
        .with_minor(context.args.global.verbose);
    let changes = find_changes(&snapshot, &options)?;
    let report = ChangeReport { changes: &changes, counts: changes.counts()? };
    let format = args.output.format();
    context.print(format, |out, style| report.write(out, format, style))?;
    Ok(ExitCode::from(u8::from(args.exit_code && report.counts.elections > 0)))
}

/// Lists the elections that changed.
pub(super) fn list_changed(context: &Context<'_>, args: &List, snapshot: &Snapshot) -> Outcome {
    let filter = args.selection.filter(args.country.as_ref());
    let filter = args.areas.within(filter, AreaFilter::All);
    let changes = find_changes(snapshot, &ChangeOptions::default().from(args.since))?;
    let elections = changes.elections().collect::<hustings::Result<Vec<ElectionId>>>()?;
    let rows = render::list_of(snapshot, &filter, &elections);
    if rows.is_empty()? {
        context.notice("none of these elections changed");
    }
    context.print_rows(&rows, args.output.format())
}
