//! Facts derived from the holders of an office before and after the election.

use super::fact::{DerivedFact, FactKind};
use crate::analysis::diff::{IncumbentOutcome, MatchOptions, OfficeChange, OfficeOutcome};
use crate::model::Contest;

/// Derives whether a party holds or gains the office, and whether the incumbent returns.
pub(super) fn office_facts(contest: &Contest) -> Vec<DerivedFact> {
    let Some(office) = OfficeOutcome::from_contest(contest, &MatchOptions::default()) else {
        return Vec::new();
    };
    let outcome = office.outcome.map(|outcome| {
        let (value, had, has) = match outcome {
            OfficeChange::Hold { party } => (format!("hold by {party}"), None, party),
            OfficeChange::Gain { party, from } => {
                (format!("gain by {party} from {from}"), Some(from), party)
            }
        };
        let arithmetic = format!("{} before, {has} after", had.as_ref().unwrap_or(&has));
        DerivedFact::new(FactKind::Office, "party after".to_owned(), value, arithmetic)
    });
    let incumbent = office.incumbent.map(|incumbent| {
        let (value, arithmetic) = match incumbent {
            IncumbentOutcome::Returned { person } => {
                (format!("{person} returned"), format!("{person} before and after"))
            }
            IncumbentOutcome::Replaced { person, successor, was_contender } => {
                let stood = if was_contender { "stood and " } else { "" };
                let value = format!("{person} {stood}did not return");
                (value, format!("{person} before, {successor} after"))
            }
        };
        DerivedFact::new(FactKind::Incumbent, "holder after".to_owned(), value, arithmetic)
    });
    outcome.into_iter().chain(incumbent).collect()
}
