//! `{{Election results}}`: a table of results in the body of a page, as a contest of its own.
//!
//! The parameters, as the template's documentation has them: `candN`, `vpN`, `partyN`, `allianceN`,
//! or `rowN` for what is no party; `votesN`, and `votesN_2` for the second round; `swN`, `seatsN`,
//! `scN`; and for all together `valid`, `invalid`, `electorate`, `total_votes`, with a `2` behind
//! for the second round. All others are kept as details.

use std::collections::{BTreeMap, HashMap};

use super::tree::{Argument, Node, Template};
use super::{Lines, template};
use crate::import::cell::{self, Part};
use crate::import::fill::{round, tally};
use crate::import::value::{
    change, count, detail_text, expected, line, names, people, quantity, reference, whole_change, words,
};
use crate::model::{Change, Contender, Contest, Field, Reason, Round};

/// The tables of a page, in their order.
pub(super) fn tables(nodes: &[Node<'_>], lines: &Lines) -> Vec<Contest> {
    let mut found = Vec::new();
    for node in nodes {
        let Node::Template(template) = node else { continue };
        if template.name == "election results" {
            found.push(table(template, lines));
        } else {
            let inner = template.arguments.iter();
            found.extend(inner.flat_map(|argument| tables(&argument.value, lines)));
        }
    }
    found
}

fn table(template: &Template<'_>, lines: &Lines) -> Contest {
    let (mut contest, mut contenders) = (Contest::default(), BTreeMap::new());
    // Of a parameter that stands more than once, the last with a value counts.
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut given: Vec<(&Argument<'_>, String)> = Vec::new();
    for argument in &template.arguments {
        let text = template::cell(&argument.value).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let name = argument.name.unwrap_or_default().to_lowercase();
        match last.get(&name).filter(|_| !name.is_empty()) {
            Some(at) => {
                let (before, text) = std::mem::replace(&mut given[*at], (argument, text));
                contest.kept.push(kept(before, text, Reason::Repeated, lines));
            }
            None => {
                last.insert(name, given.len());
                given.push((argument, text));
            }
        }
    }
    for (argument, text) in given {
        let read = match cell::absent(&text) {
            Some(reason) => Err(reason),
            None => {
                let name = argument.name.unwrap_or_default();
                value(&mut contest, &mut contenders, name, &text)
            }
        };
        if let Err(reason) = read {
            contest.kept.push(kept(argument, text, reason, lines));
        }
    }
    let contenders = contenders.into_iter();
    contest.contenders = contenders
        .map(|(number, contender)| Contender { number: Some(number), ..contender })
        .collect();
    contest.rounds.sort_by_key(|round| round.number);
    contest
}

fn kept(argument: &Argument<'_>, text: String, reason: Reason, lines: &Lines) -> Field {
    Field {
        label: argument.name.unwrap_or_default().to_owned(),
        text,
        reason,
        line: Some(lines.number(argument.at)),
    }
}

/// A parameter in its parts: `votes1_2` is the votes of the first contender in the second round.
/// One that does not name a round or a contender as numbers go has no parts.
fn parts(name: &str) -> Option<(String, Option<u16>, Option<u8>)> {
    let (rest, round) = match name.rsplit_once('_') {
        Some((rest, round)) if rest.ends_with(|c: char| c.is_ascii_digit()) => {
            (rest, Some(round.parse().ok().filter(|round| *round > 0)?))
        }
        _ => (name, None),
    };
    let base = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &rest[base.len()..];
    // `cand01` is not `cand1`.
    if digits.starts_with('0') {
        return None;
    }
    let number = if digits.is_empty() { None } else { Some(digits.parse().ok()?) };
    Some((base.to_lowercase(), number, round))
}

fn value(
    contest: &mut Contest,
    contenders: &mut BTreeMap<u16, Contender>,
    name: &str,
    text: &str,
) -> Result<(), Reason> {
    if name.is_empty() {
        return Err(Reason::NoLabel);
    }
    let Some((base, number, second)) = parts(name) else {
        contest.details.push(detail_text(name, words(text)?));
        return Ok(());
    };
    let one = || -> Result<Part, Reason> {
        let parts = cell::parts(text);
        let alone = <[Part; 1]>::try_from(parts).map_err(|_| expected("one value"))?;
        let [part] = alone;
        if part.words.is_empty() { Ok(part) } else { Err(expected("a number")) }
    };
    // Of all together, the number is that of the round.
    let of_all = number.and_then(|number| u8::try_from(number).ok()).or(second).unwrap_or(1);
    let all = |contest: &mut Contest, put: fn(&mut Round, u64)| -> Result<(), Reason> {
        put(round(&mut contest.rounds, of_all), count(text)?);
        Ok(())
    };
    match (base.as_str(), number) {
        ("caption", None) => contest.name = Some(line(text)?),
        ("total_seats" | "totseats", None) => contest.seats = Some(quantity(text)?),
        ("valid", _) => all(contest, |round, count| round.valid = Some(count))?,
        ("invalid", _) => all(contest, |round, count| round.invalid = Some(count))?,
        ("electorate", _) => all(contest, |round, count| round.registered = Some(count))?,
        ("total_votes" | "totalvotes", _) => all(contest, |round, count| round.cast = Some(count))?,
        ("cand" | "candidate", Some(n)) => contenders.entry(n).or_default().people = people(text)?,
        ("vp", Some(n)) => contenders.entry(n).or_default().running_mates = people(text)?,
        ("party" | "row", Some(n)) => {
            contenders.entry(n).or_default().party = Some(reference(text)?);
        }
        ("alliance", Some(n)) => contenders.entry(n).or_default().alliances = names(text)?,
        ("votes" | "seats" | "totseats" | "sc" | "sw", Some(n)) => {
            let tallies = &mut contenders.entry(n).or_default().tallies;
            let tally = tally(tallies, second.unwrap_or(1));
            match base.as_str() {
                "votes" => tally.votes = Some(count(text)?),
                "sc" => tally.seat_change = Some(seat_change(&one()?)?),
                "sw" => {
                    let by = change(&one()?);
                    tally.swing =
                        Some(by.ok_or_else(|| expected("a change such as +4.1, or New"))?);
                }
                _ => tally.seats = Some(count(text)?),
            }
        }
        _ => contest.details.push(detail_text(name, cell::clean(text).into_owned())),
    }
    Ok(())
}

/// A change of seats; one without a sign is a gain.
fn seat_change(part: &Part) -> Result<Change<i64>, Reason> {
    let plain = part.count.and_then(|count| i64::try_from(count).ok());
    let by = whole_change(part).or(plain).map(Change::By);
    let by = if part.new { Some(Change::New) } else { by };
    by.ok_or_else(|| expected("a change such as +4, or New"))
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn read(text: &str) -> Contest {
        tables(&tree::parse(text), &Lines::of(text)).remove(0)
    }

    #[test]
    fn rounds_rows_and_totals_have_their_places() {
        let contest = read(
            "{{Election results|caption=Result
|cand1=[[Rudolf]]|party1=[[Royal Party|Royals]]|votes1=1,204|votes1_2=2001|sw1=+4.1
|cand2=Flavia|party2=Republicans|votes2=900|votes2_2=1800|sw2=New
|row3=Against all|votes3=12|seats4=5|sc4=−2|party4=Farmers|st4t1=7
|invalid=31|invalid2=40|electorate=5,000|electorate2=5,001|source=Gazette}}",
        );
        assert_eq!(contest.name.as_deref(), Some("Result"));
        let names: Vec<_> = contest.contenders.iter().map(|contender| contender.number).collect();
        assert_eq!(names, [Some(1), Some(2), Some(3), Some(4)]);
        let rudolf = &contest.contenders[0];
        assert_eq!(rudolf.people[0].target.as_deref(), Some("Rudolf"));
        let votes: Vec<_> = rudolf.tallies.iter().map(|tally| (tally.round, tally.votes)).collect();
        assert_eq!(votes, [(1, Some(1_204)), (2, Some(2_001))]);
        assert_eq!(contest.contenders[1].tallies[0].swing, Some(Change::New));
        assert_eq!(contest.contenders[2].party.as_ref().unwrap().name, "Against all");
        assert_eq!(contest.contenders[3].tallies[0].seat_change, Some(Change::By(-2)));
        let totals: Vec<_> = contest
            .rounds
            .iter()
            .map(|round| (round.number, round.invalid, round.registered))
            .collect();
        assert_eq!(totals, [(1, Some(31), Some(5_000)), (2, Some(40), Some(5_001))]);
        let details: Vec<_> =
            contest.details.iter().map(|detail| detail.parameter.as_str()).collect();
        assert_eq!(details, ["st4t1", "source"]);
        assert_eq!(contest.kept, []);
    }

    #[test]
    fn names_are_read_in_any_case_and_what_stands_twice_is_kept() {
        let contest = read(
            "{{Election results|Cand1=A|votes1=1,234|VOTES1=1,235|votes1_0=7|votes1_300=8|cand01=B}}",
        );
        let contender = &contest.contenders[0];
        assert_eq!((contest.contenders.len(), contender.tallies.len()), (1, 1));
        assert_eq!(contender.tallies[0].votes, Some(1_235));
        assert_eq!(
            (contest.kept[0].text.as_str(), &contest.kept[0].reason),
            ("1,234", &Reason::Repeated)
        );
        let details: Vec<_> =
            contest.details.iter().map(|detail| detail.parameter.as_str()).collect();
        assert_eq!(details, ["votes1_0", "votes1_300", "cand01"]);
    }

    #[test]
    fn what_is_no_number_is_kept() {
        let contest =
            read("{{election_results\n|votes1=many\n|sc1=some|votes2=TBD|sw3=+4%, or so}}");
        let kept: Vec<_> =
            contest.kept.iter().map(|field| (field.label.as_str(), field.line)).collect();
        assert_eq!(
            kept,
            [("votes1", Some(2)), ("sc1", Some(3)), ("votes2", Some(3)), ("sw3", Some(3))]
        );
    }

    #[test]
    fn a_table_may_have_thousands_of_rows() {
        let rows: String = (1..60_000).map(|row| format!("|votes{row}=1")).collect();
        assert_eq!(read(&format!("{{{{Election results{rows}}}}}")).contenders.len(), 59_999);
    }
}
