//! Checks the holder of an office after an election against the winner, and party succession along
//! a chain.

use super::finding::{FindingDraft, Rule};
use super::resolve::matching_contest;
use crate::analysis::chain::title_area::TitleArea;
use crate::analysis::matching::name_matcher::{is_placeholder, may_be_same};
use crate::archive::Record;
use crate::model::{
    Contender, Contest, CountStatus, Decimal, Election, ElectionType, OfficeHolder, PollOutcome,
    Reference, Role, Tally, find_territory, group_digits, is_independent, slug,
};

/// Returns whether the winner of the contest obtains the office. This is `false` for a parliament,
/// since its largest party need not govern, and for a primary, which only chooses a nominee.
pub(super) fn winner_takes_office(contest: &Contest, election: &Election) -> bool {
    let kind = contest.kind.as_ref().or(election.kind.as_ref());
    let parliament = kind.is_some_and(|kind| kind.is_comparable_to(&ElectionType::Parliamentary));
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
/// office if the title names a part of the country that the name of the office does not contain, or
/// if the office belongs to another territory.
fn fills_office(contest: &Contest, election: &Election) -> bool {
    let country = election.country.as_deref();
    let office = contest.office.as_ref().map_or("", |office| &office.name);
    let kind = contest.kind.as_ref().or(election.kind.as_ref());
    let is_subnational = matches!(kind, Some(ElectionType::Other(name)) if SUBNATIONAL_TYPES.contains(&name.as_str()));
    let matches_title = TitleArea::from_title(&election.title, country)
        .is_none_or(|part| is_subnational || part.is_named_in(office));
    matches_title && !belongs_to_other_territory(office, country)
}

/// Types of elections to offices of the part of the country that votes.
const SUBNATIONAL_TYPES: [&str; 6] =
    ["gubernatorial", "mayoral", "municipal", "local", "regional", "provincial"];

/// Returns whether an office belongs to another territory, such as "President of the United States"
/// in an election in Missouri.
fn belongs_to_other_territory(office: &str, country: Option<&str>) -> bool {
    let owner = office.split_once(" of ").map(|(_, of)| of.strip_prefix("the ").unwrap_or(of));
    let Some((owner, country)) = owner.zip(country) else { return false };
    find_territory(owner).is_some_and(|of| {
        let known_country = find_territory(country);
        let names = || of.aliases.iter().chain([&of.name]);
        known_country.is_none_or(|own| own != of)
            && !names().any(|name| slug(name) == slug(country))
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

/// Returns the winner of a contest for one office, with the reason; `None` if the numbers do not
/// determine the winner.
fn winner(contest: &Contest) -> Option<(&Contender, String)> {
    let electors: Vec<(&Contender, u64)> =
        last_round_numbers(contest, |tally| tally.electoral_votes);
    if !electors.is_empty() {
        return electoral_winner(contest, &electors);
    }
    let votes = last_round_numbers(contest, |tally| tally.votes);
    let (first, most) = unique_maximum(&votes)?;
    let sum: u128 = votes.iter().map(|(_, votes)| u128::from(*votes)).sum();
    let lacks_majority = |tally: &Tally| {
        let over =
            tally.share.zip(Decimal::new(50, 0)).and_then(|(share, half)| share.checked_sub(half));
        tally.votes == Some(most) && over.is_some_and(|over| over.mantissa() <= 0)
    };
    // Without an absolute majority, another body may have decided.
    let has_majority = 2 * u128::from(most) > sum && !first.tallies.iter().any(lacks_majority);
    has_majority.then(|| {
        let reason = format!(
            "{} has {} votes in the last round",
            first.name().into_owned(),
            group_digits(most)
        );
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
    let total = contest.votes.as_ref().and_then(|votes| votes.count).unwrap_or(0);
    let has_majority = 2 * u128::from(most) > sum.max(u128::from(total)) && most >= needed;
    has_majority.then(|| {
        let reason =
            format!("{} has {} electoral votes", first.name().into_owned(), group_digits(most));
        (first, reason)
    })
}

/// Returns the contenders' numbers in the last round that states any. Returns nothing if a number
/// has no round.
fn last_round_numbers(
    contest: &Contest,
    value_of: fn(&Tally) -> Option<u64>,
) -> Vec<(&Contender, u64)> {
    let stated = contest.contenders.iter().flat_map(|contender| {
        let plain = contender.tallies.iter().filter(|tally| tally.label.is_none());
        plain.filter_map(move |tally| Some((contender, tally.round, value_of(tally)?)))
    });
    let stated: Vec<_> = stated.collect();
    let all_have_rounds = stated.iter().all(|(_, round, _)| round.is_some());
    let round =
        stated.iter().map(|(_, round, _)| *round).max().filter(|_| all_have_rounds).flatten();
    let last = stated.into_iter().filter(|(_, other, _)| round.is_some() && *other == round);
    last.map(|(contender, _, number)| (contender, number)).collect()
}

/// Returns the contender with the largest number. `None` if several share that number, or if there
/// is only one contender.
fn unique_maximum<'a>(candidates: &[(&'a Contender, u64)]) -> Option<(&'a Contender, u64)> {
    let (first, most) = candidates.iter().max_by_key(|(_, number)| *number).copied()?;
    let ties = candidates.iter().filter(|(_, number)| *number == most).count();
    (ties == 1 && candidates.len() > 1).then_some((first, most))
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
    let draft = FindingDraft::new(Rule::Holder, "holder after", holder.to_string(), expected);
    let draft = draft.with_arithmetic(reason);
    // Somebody who did not stand may have taken the office in another way.
    Some(if stood { draft } else { draft.into_note() })
}

/// Checks the party that holds the office before the election against the party that held it after
/// the previous election.
pub(super) fn check_succession(
    contest: &Contest,
    election: &Election,
    before: &Record,
) -> Option<FindingDraft> {
    let previous_contest = matching_contest(contest, election, &before.election)?;
    let (one, now) = previous_contest.after.as_ref().zip(contest.before.as_ref())?;
    let (had, has) = one.party.as_ref().zip(now.party.as_ref())?;
    let office = contest.office.as_ref().zip(previous_contest.office.as_ref());
    let people = one.person.iter().chain(&now.person);
    // Independents do not hand an office on to a party, nor take it over from one.
    let involves_independent = is_independent(had) || is_independent(has);
    let is_uncertain = involves_independent
        || people.chain([had, has]).any(is_placeholder)
        || !is_concluded(previous_contest, &before.election);
    if may_be_same(had, has)
        || is_uncertain
        || office.is_some_and(|(one, other)| !may_be_same(one, other))
    {
        return None;
    }
    let format_holder = |holder: &OfficeHolder, party: &Reference| match &holder.person {
        Some(person) => format!("{} ({person})", party.name),
        None => party.name.clone(),
    };
    let expected = format!("{}, as after {}", format_holder(one, had), before.address);
    let draft =
        FindingDraft::new(Rule::PartySuccession, "party before", format_holder(now, has), expected);
    let explanation =
        "somebody may have come into the office between the two, or changed the party";
    Some(draft.into_note().with_arithmetic(explanation.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn findings(contest: Value) -> Vec<String> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let drafts = check(&contest, &Election::default()).into_iter();
        drafts
            .map(|draft| format!("{} {}; {}", draft.severity, draft.stated, draft.expected))
            .collect()
    }

    fn contest(kind: &str, votes: [u64; 2], after: &str) -> Value {
        let contender = |name: &str, votes: u64| json!({"people": [{"name": name}], "role": "nominee", "tallies": [{"round": 1, "votes": votes}]});
        json!({"type": kind, "office": {"name": "President"}, "after": {"person": {"name": after}},
            "contenders": [contender("Anna Alba", votes[0]), contender("Boris Black", votes[1])]})
    }

    #[test]
    fn a_holder_other_than_the_winner_is_reported() {
        let of = |after| findings(contest("presidential", [60, 40], after));
        assert_eq!(of("Boris Black"), ["warning Boris Black; Anna Alba"]);
        assert_eq!(of("Clara Cole"), ["note Clara Cole; Anna Alba"]);
        for same in ["Anna Alba", "Anna B. Alba", "None", "Boris Black (acting)"] {
            assert!(of(same).is_empty(), "{same}");
        }
    }

    #[test]
    fn an_undecided_contest_has_no_finding() {
        let none: [String; 0] = [];
        assert_eq!(findings(contest("parliamentary", [60, 40], "Boris Black")), none);
        assert_eq!(findings(contest("primary", [60, 40], "Boris Black")), none);
        assert_eq!(findings(contest("presidential", [50, 50], "Boris Black")), none);
        let mut ongoing = contest("presidential", [60, 40], "Boris Black");
        ongoing["ongoing"] = json!("yes");
        assert_eq!(findings(ongoing), none);
        // The electors decide, not the popular vote.
        let mut electors = contest("presidential", [60, 40], "Boris Black");
        electors["contenders"][0]["tallies"][0]["electoral_votes"] = json!(100);
        electors["contenders"][1]["tallies"][0]["electoral_votes"] = json!(170);
        assert_eq!(findings(electors.clone()), none);
        electors["after"]["person"]["name"] = json!("Anna Alba");
        assert_eq!(findings(electors.clone()), ["warning Anna Alba; Boris Black"]);
        // Without a majority, parliament had to choose.
        electors["needed_votes"] = json!({"count": 200, "text": "200"});
        assert_eq!(findings(electors), none);
    }

    #[test]
    fn votes_in_a_part_of_a_country_do_not_fill_its_offices() {
        let is_reported = |title: &str, country: &str, office: &str, kind: &str| {
            let mut contest = contest(kind, [60, 40], "Boris Black");
            contest["office"] = json!({ "name": office });
            let election = json!({"title": title, "country": country, "contests": [contest]});
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
            assert!(
                !is_reported(title, country, office, "presidential"),
                "{title}, {country}, {office}"
            );
        }
        for (title, country, office, kind) in [
            ("1908 Ruritanian presidential election", "Ruritania", "President", "presidential"),
            ("French presidential election, 1965", "France", "President of France", "presidential"),
            ("1908 Northmarch mayoral election", "Ruritania", "Mayor", "mayoral"),
            ("1908 Northmarch election", "Ruritania", "Governor of Northmarch", "other"),
        ] {
            assert!(is_reported(title, country, office, kind), "{title}, {country}, {office}");
        }
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        findings(contest("presidential", [u64::MAX, u64::MAX - 1], "Boris Black"));
    }
}
