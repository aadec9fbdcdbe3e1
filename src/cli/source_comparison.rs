//! Comparison of sources: `compare`.

use std::process::ExitCode;

use hustings::Error;
use hustings::analysis::source_comparison::{
    FigureStatus, SourceAgreementCounter, SourceComparisonOptions, compare_sources,
    compare_territory,
};
use hustings::archive::Snapshot;
use hustings::model::Address;
use hustings::render;

use super::args::Compare;
use super::context::{Context, Outcome};
use super::{Failure, areas};

pub(super) fn compare(context: &Context<'_>, args: &Compare) -> Outcome {
    let snapshot = context.open_as_of(&args.as_of)?.snapshot();
    let options = SourceComparisonOptions::default()
        .kind(args.selection.kind.as_ref())
        .match_spellings(args.spelling);
    if let Some(target) = &args.target
        && let Some(address) = election_address(&snapshot, target)?
    {
        return compare_election(context, args, &snapshot, &address, &options);
    }
    let filter = args.areas.of_one_level(args.selection.filter(args.target.as_ref()));
    let mut counter = SourceAgreementCounter::default();
    for compared in compare_territory(&snapshot, &filter, options)? {
        counter.add(&compared?);
    }
    let list = counter.finish();
    if list.elections == 0 {
        context.notice("none of the selected elections has several sources");
    }
    let option = "--area and --level select them";
    areas::notice_hidden(context, &snapshot, &filter, option)?;
    let is_different = list.pairs.iter().any(|pair| pair.differ > 0);
    context.print_report(&render::source_agreement(&list)?, args.output.format())?;
    Ok(exit_code(args, is_different))
}

fn compare_election(
    context: &Context<'_>,
    args: &Compare,
    snapshot: &Snapshot,
    address: &Address,
    options: &SourceComparisonOptions<'_>,
) -> Outcome {
    let compared = compare_sources(snapshot, address, options)?;
    let present = compared.sources.iter().filter(|source| !source.absent);
    if let [only] = present.collect::<Vec<_>>().as_slice() {
        context.notice(&format!("only {} has {}", only.source, compared.address));
    }
    let is_different = compared.figures.iter().any(|one| one.status == FigureStatus::Differ);
    if args.differing && !is_different {
        context.notice("no figure differs by more than precision");
    }
    let report = render::source_comparison(&compared, args.differing)?;
    context.print_report(&report, args.output.format())?;
    Ok(exit_code(args, is_different))
}

fn exit_code(args: &Compare, is_different: bool) -> ExitCode {
    ExitCode::from(u8::from(args.exit_code && is_different))
}

/// Returns the address if a text names an election and not a territory.
fn election_address(snapshot: &Snapshot, target: &str) -> Result<Option<Address>, Failure> {
    match snapshot.ensure_territory(target) {
        Ok(()) => return Ok(None),
        Err(Error::UnknownTerritory { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let address: Address = target.parse()?;
    match snapshot.id(&address) {
        Err(Error::UnknownAddress { .. }) if matches!(address, Address::Title { .. }) => {
            Err(Error::UnknownName { name: target.to_owned(), suggestions: Vec::new() }.into())
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(Some(address)),
    }
}
