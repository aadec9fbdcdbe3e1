//! Checks the holder of an office after an election against the winner, and party succession along
//! a chain.

use super::finding::{FindingDraft, Rule};
use super::known::matching_contest;
use crate::analysis::chain::race::TerritoryPart;
use crate::analysis::matching::person::{is_placeholder, may_be_same};
use crate::archive::Record;
use crate::model::{
    Contender, Contest, CountStatus, Decimal, Election, ElectionType, OfficeHolder, PollOutcome,
    Reference, Role, Tally, grouped, is_independent, known_territory, slug,
};

/// Returns whether the winner of the contest obtains the office. This is not so for a parliament,
/// since its largest party need not govern, nor for a primary, which only chooses a nominee.
pub(super) fn winner_takes_office(contest: &Contest, election: &Election) -> bool {
    let kind = contest.kind.as_ref().or(election.kind.as_ref());
    let parliament = kind.is_some_and(|kind| kind.comparable(&ElectionType::Parliamentary));
    let nominees = contest.contenders.iter().any(|contender| contender.role == Some(Role::Nominee));
    let seats = contest.contenders.iter().any(|contender| contender.seats_won().is_some());
    match kind {
        Some(ElectionType::Presidential) => !seats,
        Some(ElectionType::Primary) => false,
        _ => !parliament && !seats && nominees && contest.office.is_some(),
    }
}

/// Returns whether the contest alone fills the office, as far as can be determined. Voters in a
/// part of a country also vote for offices of the whole country. The contest does not fill the
/// office if the title names a part that the office does not, or if the office belongs to another
/// territory.
fn fills_office(contest: &Contest, election: &Election) -> bool {
    let country = election.country.as_deref();
    let office = contest.office.as_ref().map_or("", |office| &office.name);
    let kind = contest.kind.as_ref().or(election.kind.as_ref());
    let of_part = matches!(kind, Some(ElectionType::Other(name)) if SUBNATIONAL_TYPES.contains(&name.as_str()));
    let named = TerritoryPart::of(&election.title, country)
        .is_none_or(|part| of_part || part.is_named_in(office));
    named && !belongs_to_other_territory(office, country)
}

/// Types of elections to offices of the part of a country in which the vote is held.
const SUBNATIONAL_TYPES: [&str; 6] =
    ["gubernatorial", "mayoral", "municipal", "local", "regional", "provincial"];

/// Returns whether an office belongs to another territory, such as "President of the United States"
/// in Missouri.
fn belongs_to_other_territory(office: &str, country: Option<&str>) -> bool {
    let of = office.split_once(" of ").map(|(_, of)| of.strip_prefix("the ").unwrap_or(of));
    let Some((of, country)) = of.zip(country) else { return false };
    known_territory(of).is_some_and(|of| {
        let own = known_territory(country);
        let names = || of.aliases.iter().chain([&of.name]);
        own.is_none_or(|own| own != of) && !names().any(|name| slug(name) == slug(country))
    })
}

fn is_concluded(contest: &Contest, election: &Election) -> bool {
    let dates = election.dates.iter().chain(&contest.dates);
    let void = [
        PollOutcome::Annulled,
        PollOutcome::NotHeld,
        PollOutcome::Postponed,
        PollOutcome::Scheduled,
    ];
    !matches!(contest.ongoing, Some(CountStatus::Yes | CountStatus::Future))
        && !dates.filter_map(|date| date.outcome).any(|outcome| void.contains(&outcome))
}

/// Returns the winner of a contest for one office, with the reason; `None` if the numbers leave it
/// open.
fn winner(contest: &Contest) -> Option<(&Contender, String)> {
    let electors: Vec<(&Contender, u64)> =
        last_round_numbers(contest, |tally| tally.electoral_votes);
    if !electors.is_empty() {
        return electoral_winner(contest, &electors);
    }
    let votes = last_round_numbers(contest, |tally| tally.votes);
    let (first, most) = unique_maximum(&votes)?;
    let sum: u128 = votes.iter().map(|(_, votes)| u128::from(*votes)).sum();
    let few = |tally: &Tally| {
        let over = tally.share.zip(Decimal::new(50, 0)).and_then(|(share, half)| share.minus(half));
        tally.votes == Some(most) && over.is_some_and(|over| over.mantissa() <= 0)
    };
    // Without an absolute majority, another body may have decided.
    let most_of_all = 2 * u128::from(most) > sum && !first.tallies.iter().any(few);
    most_of_all.then(|| {
        let reason =
            format!("{} has {} votes in the last round", first.name().into_owned(), grouped(most));
        (first, reason)
    })
}

fn electoral_winner<'a>(
    contest: &Contest,
    electors: &[(&'a Contender, u64)],
) -> Option<(&'a Contender, String)> {
    let (first, most) = unique_maximum(electors)?;
    let sum: u128 = electors.iter().map(|(_, votes)| u128::from(*votes)).sum();
    let needed = contest.needed_votes.as_ref().and_then(|needed| needed.count).unwrap_or(0);
    let all = contest.votes.as_ref().and_then(|votes| votes.count).unwrap_or(0);
    let enough = 2 * u128::from(most) > sum.max(u128::from(all)) && most >= needed;
    enough.then(|| {
        let reason = format!("{} has {} electoral votes", first.name().into_owned(), grouped(most));
        (first, reason)
    })
}

/// Returns the contenders' numbers in the last round that states any. Returns nothing if a number
/// has no round.
fn last_round_numbers(contest: &Contest, of: fn(&Tally) -> Option<u64>) -> Vec<(&Contender, u64)> {
    let stated = contest.contenders.iter().flat_map(|contender| {
        let plain = contender.tallies.iter().filter(|tally| tally.label.is_none());
        plain.filter_map(move |tally| Some((contender, tally.round, of(tally)?)))
    });
    let stated: Vec<_> = stated.collect();
    let known = stated.iter().all(|(_, round, _)| round.is_some());
    let round = stated.iter().map(|(_, round, _)| *round).max().filter(|_| known).flatten();
    let last = stated.into_iter().filter(|(_, other, _)| round.is_some() && *other == round);
    last.map(|(contender, _, number)| (contender, number)).collect()
}

/// Returns the unique maximum among two or more.
fn unique_maximum<'a>(among: &[(&'a Contender, u64)]) -> Option<(&'a Contender, u64)> {
    let (first, most) = among.iter().max_by_key(|(_, number)| *number).copied()?;
    let many = among.iter().filter(|(_, number)| *number == most).count();
    (many == 1 && among.len() > 1).then_some((first, most))
}

/// Checks the holder after the election against the winner.
pub(super) fn check(contest: &Contest, election: &Election) -> Option<FindingDraft> {
    let holder = contest.after.as_ref()?.person.as_ref()?;
    let decides = winner_takes_office(contest, election) && fills_office(contest, election);
    if !decides || !is_concluded(contest, election) || is_placeholder(holder) {
        return None;
    }
    let (winner, reason) = winner(contest)?;
    if winner.people.is_empty() || winner.people.iter().any(|person| may_be_same(person, holder)) {
        return None;
    }
    let stood = contest
        .contenders
        .iter()
        .any(|contender| contender.people.iter().any(|person| may_be_same(person, holder)));
    let expected = winner.name().into_owned();
    let wrong = FindingDraft::new(Rule::Holder, "holder after", holder.to_string(), expected);
    let wrong = wrong.because(reason);
    // Somebody who did not stand may have taken the office in another way.
    Some(if stood { wrong } else { wrong.note() })
}

/// Checks the party that holds the office before against the one that held it after the previous
/// election.
pub(super) fn check_succession(
    contest: &Contest,
    of: &Election,
    before: &Record,
) -> Option<FindingDraft> {
    let last = matching_contest(contest, of, &before.election)?;
    let (one, now) = last.after.as_ref().zip(contest.before.as_ref())?;
    let (had, has) = one.party.as_ref().zip(now.party.as_ref())?;
    let office = contest.office.as_ref().zip(last.office.as_ref());
    let people = one.person.iter().chain(&now.person);
    // Independents do not hand an office on to a party, nor take it over from one.
    let none = is_independent(had) || is_independent(has);
    let open = none
        || people.chain([had, has]).any(is_placeholder)
        || !is_concluded(last, &before.election);
    if may_be_same(had, has) || open || office.is_some_and(|(one, other)| !may_be_same(one, other))
    {
        return None;
    }
    let held = |holder: &OfficeHolder, party: &Reference| match &holder.person {
        Some(person) => format!("{} ({person})", party.name),
        None => party.name.clone(),
    };
    let expected = format!("{}, as after {}", held(one, had), before.address);
    let wrong = FindingDraft::new(Rule::PartySuccession, "party before", held(now, has), expected);
    let explained = "somebody may have come into the office between the two, or changed the party";
    Some(wrong.note().because(explained.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn told(contest: Value) -> Vec<String> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let wrong = check(&contest, &Election::default()).into_iter();
        wrong
            .map(|wrong| format!("{} {}; {}", wrong.severity, wrong.said, wrong.expected))
            .collect()
    }

    fn contest(kind: &str, votes: [u64; 2], after: &str) -> Value {
        let contender = |name: &str, votes: u64| json!({"people": [{"name": name}], "role": "nominee", "tallies": [{"round": 1, "votes": votes}]});
        json!({"type": kind, "office": {"name": "President"}, "after": {"person": {"name": after}},
            "contenders": [contender("Anna Alba", votes[0]), contender("Boris Black", votes[1])]})
    }

    #[test]
    fn another_holder_than_the_winner_is_told() {
        let of = |after| told(contest("presidential", [60, 40], after));
        assert_eq!(of("Boris Black"), ["warning Boris Black; Anna Alba"]);
        assert_eq!(of("Clara Cole"), ["note Clara Cole; Anna Alba"]);
        for same in ["Anna Alba", "Anna B. Alba", "None", "Boris Black (acting)"] {
            assert!(of(same).is_empty(), "{same}");
        }
    }

    #[test]
    fn what_leaves_it_open_is_no_finding() {
        let none: [String; 0] = [];
        assert_eq!(told(contest("parliamentary", [60, 40], "Boris Black")), none);
        assert_eq!(told(contest("primary", [60, 40], "Boris Black")), none);
        assert_eq!(told(contest("presidential", [50, 50], "Boris Black")), none);
        let mut ongoing = contest("presidential", [60, 40], "Boris Black");
        ongoing["ongoing"] = json!("yes");
        assert_eq!(told(ongoing), none);
        // The electors decide, not the popular vote.
        let mut electors = contest("presidential", [60, 40], "Boris Black");
        electors["contenders"][0]["tallies"][0]["electoral_votes"] = json!(100);
        electors["contenders"][1]["tallies"][0]["electoral_votes"] = json!(170);
        assert_eq!(told(electors.clone()), none);
        electors["after"]["person"]["name"] = json!("Anna Alba");
        assert_eq!(told(electors.clone()), ["warning Anna Alba; Boris Black"]);
        // Without a majority, parliament had to choose.
        electors["needed_votes"] = json!({"count": 200, "text": "200"});
        assert_eq!(told(electors), none);
    }

    #[test]
    fn votes_in_a_part_of_a_country_do_not_fill_its_offices() {
        let told = |title: &str, country: &str, office: &str, kind: &str| {
            let mut given = contest(kind, [60, 40], "Boris Black");
            given["office"] = json!({ "name": office });
            let election = json!({"title": title, "country": country, "contests": [given]});
            let election: Election = serde_json::from_value(election).unwrap();
            check(&election.contests[0], &election).is_some()
        };
        let state = "1908 Ruritanian presidential election in Northmarch";
        for (title, country, office) in [
            (state, "Northmarch", "President"),
            (state, "Ruritania", "President of Ruritania"),
            ("1908 Northmarch presidential election", "Ruritania", "President"),
            ("1908 United States presidential election", "Missouri", "President"),
            ("1908 presidential election", "Missouri", "President of the United States"),
        ] {
            assert!(!told(title, country, office, "presidential"), "{title}, {country}, {office}");
        }
        for (title, country, office, kind) in [
            ("1908 Ruritanian presidential election", "Ruritania", "President", "presidential"),
            ("French presidential election, 1965", "France", "President of France", "presidential"),
            ("1908 Northmarch mayoral election", "Ruritania", "Mayor", "mayoral"),
            ("1908 Northmarch election", "Ruritania", "Governor of Northmarch", "other"),
        ] {
            assert!(told(title, country, office, kind), "{title}, {country}, {office}");
        }
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        told(contest("presidential", [u64::MAX, u64::MAX - 1], "Boris Black"));
    }
}
