//! Areas: the command `areas`, and notices about areas that are not shown.

use hustings::Error;
use hustings::archive::{AreaFilter, Filter, Snapshot};
use hustings::model::{Address, group_digits};
use hustings::render;

use super::args::Areas;
use super::context::{Context, Outcome};

/// Lists the areas of a country or of one election.
pub(super) fn areas(context: &Context<'_>, args: &Areas) -> Outcome {
    let snapshot = context.open_as_of(&args.as_of)?.snapshot();
    let filter = Filter::default().level(args.level.clone());
    let areas = match snapshot.ensure_territory(&args.target) {
        Ok(()) => snapshot.areas(&filter.country(&args.target))?,
        Err(Error::UnknownTerritory { .. }) => {
            let address: Address = args.target.parse()?;
            let record = match snapshot.get(&address) {
                Err(Error::UnknownAddress { .. }) if matches!(address, Address::Title { .. }) => {
                    let name = args.target.clone();
                    return Err(Error::UnknownName { name, suggestions: Vec::new() }.into());
                }
                record => record?,
            };
            snapshot.areas_of(&record, args.level.as_deref())?
        }
        Err(error) => return Err(error.into()),
    };
    if areas.is_empty() {
        context.notice(&format!("the archive has no areas of '{}'", args.target));
    }
    context.print_report(&render::areas(areas)?, args.output.format())
}

/// Reports how many records of areas a filter leaves out. Returns whether there are any.
pub(super) fn notice_hidden(
    context: &Context<'_>,
    snapshot: &Snapshot,
    filter: &Filter,
    option: &str,
) -> hustings::Result<bool> {
    if filter.area != AreaFilter::WholeCountry || context.args.global.quiet {
        return Ok(false);
    }
    let hidden = snapshot.hidden_areas(filter)?;
    let (records, without_country) = (hidden.records, hidden.without_country);
    if records == 0 {
        return Ok(false);
    }
    let [shown, only] = [records, without_country].map(|count| group_digits(count as u64));
    let only = match without_country {
        0 => String::new(),
        _ if without_country == records => {
            ", and the archive has none of the whole country".to_owned()
        }
        _ => format!(", {only} of them of elections without a record of the whole country"),
    };
    let (noun, verb) = if records == 1 { ("record", "is") } else { ("records", "are") };
    context.notice(&format!("{shown} {noun} of areas {verb} not shown{only}; {option}"));
    Ok(true)
}
