//! The two elections that `diff` compares. If an address names several elections, the one with the
//! same type as the other election is compared.

use hustings::archive::Record;
use hustings::model::{Address, ElectionType};
use hustings::{Archive, Error, ErrorKind};

use super::Failure;
use super::context::Context;

/// Reads the records at two addresses.
pub(super) fn read_pair(
    context: &Context<'_>,
    archive: &Archive,
    [before, after]: [&Address; 2],
    kind: Option<&ElectionType>,
) -> Result<[Record; 2], Failure> {
    let is_requested = |record: &Record| {
        kind.is_none_or(|kind| main_type(record).is_some_and(|main| main.is_comparable_to(kind)))
    };
    let [earlier, later] = [before, after].map(|address| Candidates::read(archive, address));
    let (earlier, later) = (earlier?, later?);
    let mut pairs = Vec::new();
    for earlier_record in &earlier.records {
        for later_record in &later.records {
            let is_chosen = !earlier.is_ambiguous() && !later.is_ambiguous();
            let have_matching_types = || {
                is_requested(earlier_record)
                    && is_requested(later_record)
                    && have_same_type(earlier_record, later_record)
            };
            if is_chosen || have_matching_types() {
                pairs.push([earlier_record, later_record]);
            }
        }
    }
    // If several pairs have comparable types, such as general and parliamentary, only pairs with
    // identical types remain.
    if pairs.len() > 1 {
        pairs.retain(|[earlier_record, later_record]| {
            main_type(earlier_record) == main_type(later_record)
        });
    }
    let [[earlier_record, later_record]] = pairs.as_slice() else {
        let ambiguity = earlier.ambiguity.or(later.ambiguity);
        return Err(ambiguity.map_or_else(
            || Failure::Usage("the addresses name no two elections".to_owned()),
            Failure::from,
        ));
    };
    for (candidates, address, chosen, other) in [
        (&earlier, before, earlier_record, later_record),
        (&later, after, later_record, earlier_record),
    ] {
        if candidates.is_ambiguous() {
            context.notice(&format!(
                "'{address}' names several elections; {} is of the same type as {} and is compared",
                chosen.address, other.address
            ));
        }
    }
    Ok([(*earlier_record).clone(), (*later_record).clone()])
}

/// The elections that an address may mean.
struct Candidates {
    records: Vec<Record>,
    /// The error for an address that names several elections.
    ambiguity: Option<Error>,
}

impl Candidates {
    fn read(archive: &Archive, address: &Address) -> Result<Self, Failure> {
        let error = match archive.get(address) {
            Ok(record) => return Ok(Self { records: vec![record], ambiguity: None }),
            Err(error) => error,
        };
        // An error lists only the first candidates. If there are more, none is chosen.
        let Error::Ambiguous { matches, omitted: 0, .. } = &error else { return Err(error.into()) };
        let mut records = Vec::new();
        for (candidate, _) in matches {
            let candidate: Address = candidate.parse()?;
            match archive.get(candidate.with_version(address.version())) {
                Ok(record) => records.push(record),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self { records, ambiguity: Some(error) })
    }

    fn is_ambiguous(&self) -> bool {
        self.ambiguity.is_some()
    }
}

/// Returns the type of an election, or else the first type that one of its contests states.
fn main_type(record: &Record) -> Option<&ElectionType> {
    let contests = record.election.contests.iter().filter_map(|contest| contest.kind.as_ref());
    record.election.kind.as_ref().into_iter().chain(contests).next()
}

fn have_same_type(earlier_record: &Record, later_record: &Record) -> bool {
    match (main_type(earlier_record), main_type(later_record)) {
        (Some(earlier_record), Some(later_record)) => earlier_record.is_comparable_to(later_record),
        _ => false,
    }
}
