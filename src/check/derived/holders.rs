//! What follows from who held the office before and after.

use super::{Derived, Fact};
use crate::diff::{Incumbent, Matching, Office, Outcome};
use crate::model::Contest;

/// Hold or gain, and whether the incumbent returned.
pub(super) fn office(contest: &Contest) -> Vec<Derived> {
    let Some(office) = Office::of(contest, &Matching::default()) else { return Vec::new() };
    let outcome = office.outcome.map(|outcome| {
        let (value, had, has) = match outcome {
            Outcome::Hold { party } => (format!("hold by {party}"), None, party),
            Outcome::Gain { party, from } => {
                (format!("gain by {party} from {from}"), Some(from), party)
            }
        };
        let arithmetic = format!("{} before, {has} after", had.as_ref().unwrap_or(&has));
        Derived::new(Fact::Office, "party after".to_owned(), value, arithmetic)
    });
    let incumbent = office.incumbent.map(|incumbent| {
        let (value, arithmetic) = match incumbent {
            Incumbent::Returned { person } => {
                (format!("{person} returned"), format!("{person} before and after"))
            }
            Incumbent::Replaced { person, by, stood } => {
                let stood = if stood { "stood and " } else { "" };
                let value = format!("{person} {stood}did not return");
                (value, format!("{person} before, {by} after"))
            }
        };
        Derived::new(Fact::Incumbent, "holder after".to_owned(), value, arithmetic)
    });
    outcome.into_iter().chain(incumbent).collect()
}
