//! Details of a results row: values that have no field in an option or a round. Each detail is
//! labelled with the name of the row.

use crate::model::{
    Ballot, Contender, Decimal, Detail, DetailValue, PreviousResult, Reference, StatedChange, Tally,
};

/// Returns the values of a row as details, except its tallies and seats. The role is left out,
/// since it only reflects the spelling of a parameter. The row's number becomes a suffix of each
/// parameter.
pub(super) fn row_details(name: &str, row: Contender) -> Vec<Detail> {
    let Contender {
        number,
        role: _,
        people,
        party,
        alliances,
        running_mates,
        home_state,
        leader_since,
        leaders_seat,
        last_election,
        seats_before,
        seats_after,
        seats_needed,
        seats: _,
        seat_change,
        unopposed,
        tallies: _,
        mut notes,
        details,
    } = row;
    let mut values: Vec<(&'static str, DetailValue)> = Vec::new();
    for (parameter, refs, may_be_name) in [
        ("people", people, true),
        ("party", party.into_iter().collect::<Vec<Reference>>(), true),
        ("alliance", alliances, false),
        ("running_mate", running_mates, false),
        ("home_state", home_state.into_iter().collect::<Vec<Reference>>(), false),
        ("leaders_seat", leaders_seat.into_iter().collect::<Vec<Reference>>(), false),
    ] {
        let mut others: Vec<Reference> = Vec::new();
        for reference in refs {
            if may_be_name && reference.name == name && reference.target.is_none() {
                notes.extend(reference.note);
            } else {
                others.push(reference);
            }
        }
        if !others.is_empty() {
            values.push((parameter, DetailValue::Refs(others)));
        }
    }
    values.extend(leader_since.map(|since| ("leader_since", DetailValue::Text(since.to_string()))));
    if let Some(PreviousResult { seats, share, new }) = last_election {
        values.extend(seats.map(|seats| ("last_election", DetailValue::Count(seats))));
        values.extend(share.map(|share| ("last_election", DetailValue::Share(share))));
        values.extend(new.then(|| ("last_election", DetailValue::Text("New".to_owned()))));
    }
    values.extend(seats_before.map(|seats| ("seats_before", DetailValue::Count(seats))));
    values.extend(seats_after.map(|seats| ("seats_after", DetailValue::Count(seats))));
    values.extend(
        seats_needed.map(|seats| ("seats_needed", integer_value(seats, DetailValue::Number))),
    );
    values.extend(seat_change.map(|change| ("seat_change", seat_change_value(change))));
    values.extend(unopposed.map(|words| ("unopposed", DetailValue::Text(words))));
    if !notes.is_empty() {
        values.push(("note", DetailValue::Text(notes.join("\n"))));
    }
    let mut labelled = labelled_details(name, number, values);
    for detail in details {
        let Detail { parameter, label, value } = detail;
        let label = match label {
            Some(label) => format!("{name}: {label}"),
            None => name.to_owned(),
        };
        labelled.push(Detail { parameter, label: Some(label), value });
    }
    labelled
}

/// Returns the figures of a tally as details. Their label is the name of the row, followed by the
/// ballot unless that is round 1 without a label.
pub(super) fn tally_details(name: &str, number: Option<u16>, tally: Tally) -> Vec<Detail> {
    let label = if tally.ballot() == Ballot::from(1) {
        name.to_owned()
    } else {
        format!("{name}, {}", tally.ballot())
    };
    let Tally {
        round: _,
        label: _,
        votes,
        share,
        swing,
        seats,
        seat_change,
        electoral_votes,
        delegates,
        states_carried,
    } = tally;
    let mut values: Vec<(&'static str, DetailValue)> = Vec::new();
    values.extend(votes.map(|votes| ("popular_vote", DetailValue::Count(votes))));
    values.extend(share.map(|share| ("percentage", DetailValue::Share(share))));
    values.extend(swing.map(|swing| ("swing", share_change_value(swing))));
    values.extend(seats.map(|seats| ("seats", DetailValue::Count(seats))));
    values.extend(seat_change.map(|change| ("seat_change", seat_change_value(change))));
    values.extend(electoral_votes.map(|votes| ("electoral_vote", DetailValue::Count(votes))));
    values.extend(delegates.map(|delegates| ("delegate_count", DetailValue::Number(delegates))));
    values.extend(states_carried.map(|states| ("states_carried", DetailValue::Text(states.text))));
    labelled_details(&label, number, values)
}

/// Converts values to details with the same label. The number of the row becomes a suffix of each
/// parameter.
fn labelled_details(
    label: &str,
    number: Option<u16>,
    values: Vec<(&'static str, DetailValue)>,
) -> Vec<Detail> {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let mut details = Vec::with_capacity(values.len());
    for (parameter, value) in values {
        let parameter = format!("{parameter}{number}");
        details.push(Detail { parameter, label: Some(label.to_owned()), value });
    }
    details
}

fn share_change_value(change: StatedChange<Decimal>) -> DetailValue {
    match change {
        StatedChange::By(points) => DetailValue::Change(points),
        StatedChange::New => DetailValue::Text("New".to_owned()),
    }
}

fn seat_change_value(change: StatedChange<i64>) -> DetailValue {
    match change {
        StatedChange::By(seats) => integer_value(seats, DetailValue::Change),
        StatedChange::New => DetailValue::Text("New".to_owned()),
    }
}

fn integer_value(number: i64, value: fn(Decimal) -> DetailValue) -> DetailValue {
    match Decimal::new(number, 0) {
        Some(number) => value(number),
        None => DetailValue::Text(number.to_string()),
    }
}
