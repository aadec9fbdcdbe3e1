//! The sources of the archive: `source`.

use hustings::model::Source;
use hustings::render::{self, OutputFormat};

use super::Failure;
use super::args::{SourceAction, SourceArgs, SourceOrder, SourceSet};
use super::context::{Context, Outcome, print_result};

pub(super) fn source(context: &Context<'_>, args: &SourceArgs) -> Outcome {
    match &args.action {
        None => list(context, args.output.format()),
        Some(SourceAction::List(list_args)) => list(context, list_args.output.format()),
        Some(SourceAction::Set(set_args)) => set(context, set_args),
        Some(SourceAction::Order(order_args)) => order(context, order_args),
    }
}

fn list(context: &Context<'_>, format: OutputFormat) -> Outcome {
    let sources = context.open_for_reading()?.sources()?;
    context.print_report(&render::sources(&sources)?, format)
}

fn set(context: &Context<'_>, args: &SourceSet) -> Outcome {
    let mut source =
        Source::new(args.name.as_str()).map_err(|error| Failure::Usage(error.to_string()))?;
    let description = &args.description;
    source.kind.clone_from(&description.kind);
    source.address.clone_from(&description.address);
    source.licence.clone_from(&description.licence);
    source.attribution.clone_from(&description.attribution);
    let folders: Vec<&str> = args.folders.iter().map(String::as_str).collect();
    let archive = context.open_for_writing(false)?;
    let import = archive.set_source(&source, &folders, args.note.as_deref())?;
    archive.close()?;
    print_result(context, &format!("import {import}: the source {} is described", args.name))
}

fn order(context: &Context<'_>, args: &SourceOrder) -> Outcome {
    if args.names.is_empty() && !args.none {
        let order = context.open_for_reading()?.snapshot().source_order()?;
        let text = match order.is_empty() {
            true => "no order: elections are shown as the latest import states them".to_owned(),
            false => order.join(" "),
        };
        return print_result(context, &text);
    }
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let archive = context.open_for_writing(false)?;
    let import = archive.set_source_order(&names, args.note.as_deref())?;
    archive.close()?;
    let order = if args.none { "none".to_owned() } else { names.join(", ") };
    print_result(context, &format!("import {import}: the order of sources is {order}"))
}
