//! What a row of results says beside what an option or a round holds, as details under the name of the row.

use crate::model::{Ballot, Change, Contender, Decimal, Detail, Ref, Standing, Tally, Value};

/// What a row says beside its tallies and its seats. Its role and its number only tell how its parameters
/// are called.
pub(super) fn of_row(name: &str, row: Contender) -> Vec<Detail> {
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
    let mut found: Vec<(&'static str, Value)> = Vec::new();
    for (parameter, refs, may_be_name) in [
        ("people", people, true),
        ("party", party.into_iter().collect::<Vec<Ref>>(), true),
        ("alliance", alliances, false),
        ("running_mate", running_mates, false),
        ("home_state", home_state.into_iter().collect::<Vec<Ref>>(), false),
        ("leaders_seat", leaders_seat.into_iter().collect::<Vec<Ref>>(), false),
    ] {
        let mut others: Vec<Ref> = Vec::new();
        for one in refs {
            if may_be_name && one.name == name && one.target.is_none() {
                notes.extend(one.note);
            } else {
                others.push(one);
            }
        }
        if !others.is_empty() {
            found.push((parameter, Value::Refs(others)));
        }
    }
    found.extend(leader_since.map(|since| ("leader_since", Value::Text(since.to_string()))));
    if let Some(Standing { seats, share, new }) = last_election {
        found.extend(seats.map(|seats| ("last_election", Value::Count(seats))));
        found.extend(share.map(|share| ("last_election", Value::Share(share))));
        found.extend(new.then(|| ("last_election", Value::Text("New".to_owned()))));
    }
    found.extend(seats_before.map(|seats| ("seats_before", Value::Count(seats))));
    found.extend(seats_after.map(|seats| ("seats_after", Value::Count(seats))));
    found.extend(seats_needed.map(|seats| ("seats_needed", signed(seats, Value::Number))));
    found.extend(seat_change.map(|change| ("seat_change", change_of_seats(change))));
    found.extend(unopposed.map(|words| ("unopposed", Value::Text(words))));
    if !notes.is_empty() {
        found.push(("note", Value::Text(notes.join("\n"))));
    }
    let mut all = labelled(name, number, found);
    for detail in details {
        let Detail { parameter, label, value } = detail;
        let label = match label {
            Some(label) => format!("{name}: {label}"),
            None => name.to_owned(),
        };
        all.push(Detail { parameter, label: Some(label), value });
    }
    all
}

/// The figures of a tally.
pub(super) fn of_tally(name: &str, number: Option<u16>, tally: Tally) -> Vec<Detail> {
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
    let mut found: Vec<(&'static str, Value)> = Vec::new();
    found.extend(votes.map(|votes| ("popular_vote", Value::Count(votes))));
    found.extend(share.map(|share| ("percentage", Value::Share(share))));
    found.extend(swing.map(|swing| ("swing", change_of_share(swing))));
    found.extend(seats.map(|seats| ("seats", Value::Count(seats))));
    found.extend(seat_change.map(|change| ("seat_change", change_of_seats(change))));
    found.extend(electoral_votes.map(|votes| ("electoral_vote", Value::Count(votes))));
    found.extend(delegates.map(|delegates| ("delegate_count", Value::Number(delegates))));
    found.extend(states_carried.map(|states| ("states_carried", Value::Text(states.text))));
    labelled(&label, number, found)
}

/// Values as details under a label, with the number of the row in their parameters.
fn labelled(label: &str, number: Option<u16>, values: Vec<(&'static str, Value)>) -> Vec<Detail> {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let mut details = Vec::with_capacity(values.len());
    for (parameter, value) in values {
        let parameter = format!("{parameter}{number}");
        details.push(Detail { parameter, label: Some(label.to_owned()), value });
    }
    details
}

fn change_of_share(change: Change<Decimal>) -> Value {
    match change {
        Change::By(points) => Value::Change(points),
        Change::New => Value::Text("New".to_owned()),
    }
}

fn change_of_seats(change: Change<i64>) -> Value {
    match change {
        Change::By(seats) => signed(seats, Value::Change),
        Change::New => Value::Text("New".to_owned()),
    }
}

fn signed(number: i64, value: fn(Decimal) -> Value) -> Value {
    match Decimal::new(number, 0) {
        Some(number) => value(number),
        None => Value::Text(number.to_string()),
    }
}
