//! Results rows that are not contenders: blank, invalid and valid votes, and options such as
//! "Against all".

mod details;
mod row_names;

use super::infobox::{round_mut, tally_mut};
use crate::model::{BallotOption, Contender, Contest, OptionKind, RoundFigures, Tally, is_others};
use crate::values::words::WordList;
use row_names::{AGAINST_ALL, BLANK, INVALID, INVALID_COMPANIONS, UNCOMMITTED, VALID};

/// The kind of a results row that is not a contender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    Blank,
    Invalid,
    Valid,
    Option(OptionKind),
}

impl RowKind {
    /// Returns the kind of a row by its name, or `None` if the row is probably a contender.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().trim_matches(['(', ')']).to_lowercase();
        let words: Vec<&str> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !["and", "or"].contains(word))
            .collect();
        let invalid = words.iter().any(|word| INVALID.contains(word))
            && words.iter().all(|word| INVALID.contains(word) || INVALID_COMPANIONS.contains(word));
        match name.as_str() {
            name if BLANK.contains(&name) => Some(Self::Blank),
            name if AGAINST_ALL.contains(&name) => Some(Self::Option(OptionKind::AgainstAll)),
            name if is_others(name) => Some(Self::Option(OptionKind::Others)),
            name if UNCOMMITTED.contains(&name) => Some(Self::Option(OptionKind::Unclear)),
            name if VALID.contains(&name) => Some(Self::Valid),
            _ => invalid.then_some(Self::Invalid),
        }
    }

    /// Returns whether a name is a single word that may also be a person's name, such as "Blank".
    pub(super) fn may_be_name(name: &str) -> bool {
        static WORDS: WordList = WordList::new(&["null", "void", "blank"]);
        WORDS.contains(name.trim())
    }

    /// Returns the kind of a row that is known not to be a contender.
    pub(super) fn from_non_contender_name(name: &str) -> Self {
        const OTHERS_PREFIXES: [&str; 9] = [
            "other",
            "independent",
            "write-in",
            "write in",
            "minor part",
            "scatter",
            "remaining",
            "miscellaneous",
            "non-partisan",
        ];
        let lower = name.trim().to_lowercase();
        let others = OTHERS_PREFIXES.iter().any(|others| lower.starts_with(others));
        let kind = if others { OptionKind::Others } else { OptionKind::Unclear };
        Self::from_name(name).unwrap_or(Self::Option(kind))
    }

    /// Adds the figures of a row to the rounds of the contest, or adds the row as an option. A
    /// figure already in the contest is not overwritten: tallies that contradict it become an
    /// option. Values without a field in a round or an option become details.
    pub(super) fn add_to_contest(self, contest: &mut Contest, name: &str, mut row: Contender) {
        let field: fn(&mut RoundFigures) -> &mut Option<u64> = match self {
            Self::Blank => |round| &mut round.blank,
            Self::Invalid => |round| &mut round.invalid,
            Self::Valid => |round| &mut round.valid,
            Self::Option(kind) => return add_option(contest, kind, name, row),
        };
        // A row of blank or invalid ballots that states more than votes, such as a share, becomes
        // an option. A row of valid votes does not, because it is the total of the options.
        let is_counts = row.seats.is_none() && row.tallies.iter().all(has_votes_only);
        if self != Self::Valid && !is_counts {
            return add_option(contest, OptionKind::Unclear, name, row);
        }
        let mut contradicting: Vec<Tally> = Vec::new();
        for mut tally in std::mem::take(&mut row.tallies) {
            if let Some(votes) = tally.votes {
                let stated: &mut Option<u64> =
                    field(round_mut(&mut contest.rounds, tally.ballot()));
                if stated.is_some_and(|stated| stated != votes) {
                    contradicting.push(tally);
                    continue;
                }
                *stated = Some(votes);
                tally.votes = None;
            }
            contest.details.extend(details::tally_details(name, row.number, tally));
        }
        if !contradicting.is_empty() {
            row.tallies = contradicting;
            return add_option(contest, OptionKind::Unclear, name, row);
        }
        let seats_tally = Tally { round: Some(1), seats: row.seats, ..Tally::default() };
        contest.details.extend(details::tally_details(name, row.number, seats_tally));
        contest.details.extend(details::row_details(name, row));
    }
}

fn has_votes_only(tally: &Tally) -> bool {
    let votes = Tally {
        round: tally.round,
        label: tally.label.clone(),
        votes: tally.votes,
        ..Tally::default()
    };
    *tally == votes
}

/// Adds a row as an option. Values without a field in an option become details.
fn add_option(contest: &mut Contest, kind: OptionKind, name: &str, mut row: Contender) {
    let mut tallies = std::mem::take(&mut row.tallies);
    if let Some(seats) = row.seats {
        // If tallies state seats, adding the total would count seats twice.
        if tallies.iter().all(|one| one.seats.is_none()) {
            tally_mut(&mut tallies, 1.into()).seats = Some(seats);
        } else {
            let seats_tally = Tally { round: Some(1), seats: Some(seats), ..Tally::default() };
            contest.details.extend(details::tally_details(name, row.number, seats_tally));
        }
    }
    contest.options.push(BallotOption { kind, name: name.to_owned(), tallies });
    contest.details.extend(details::row_details(name, row));
}

/// Removes the rows that are not contenders, such as "Against all", from the contenders, and adds
/// their values to the contest. Such a row has one name, without a link, which identifies its kind.
/// A person whose name is one ambiguous word stays a contender.
pub(super) fn separate_non_contenders(contest: &mut Contest) {
    let name = |contender: &Contender| {
        let mut names = contender.people.iter().chain(&contender.party);
        let only = names.next().filter(|name| name.target.is_none())?;
        let is_person = !contender.people.is_empty() && RowKind::may_be_name(&only.name);
        (names.next().is_none() && !is_person).then(|| only.name.clone())
    };
    let classify = |contender: &Contender| {
        let name = name(contender)?;
        Some((RowKind::from_name(&name)?, name))
    };
    if contest.contenders.iter().all(|contender| classify(contender).is_none()) {
        return;
    }
    for contender in std::mem::take(&mut contest.contenders) {
        match classify(&contender) {
            Some((kind, name)) => kind.add_to_contest(contest, &name, contender),
            None => contest.contenders.push(contender),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Decimal, PreviousResult, Reference};

    #[test]
    fn rows_that_are_not_contenders_are_recognised_by_name() {
        let against = Some(RowKind::Option(OptionKind::AgainstAll));
        for (name, expected) in [
            ("Blank votes", Some(RowKind::Blank)),
            ("Invalid/blank votes", Some(RowKind::Invalid)),
            ("Spoilt and null ballots", Some(RowKind::Invalid)),
            ("None of the above", against),
            ("(Against all)", against),
            ("Valid votes", Some(RowKind::Valid)),
            ("White", None),
            ("Null Party", None),
            ("Blank", Some(RowKind::Blank)),
            ("Griffin Blank", None),
            ("Others", Some(RowKind::Option(OptionKind::Others))),
        ] {
            assert_eq!(RowKind::from_name(name), expected, "{name}");
        }
        assert_eq!(
            RowKind::from_non_contender_name("Other parties"),
            RowKind::Option(OptionKind::Others)
        );
        assert_eq!(
            RowKind::from_non_contender_name("Appointed seats"),
            RowKind::Option(OptionKind::Unclear)
        );
    }

    #[test]
    fn a_person_named_blank_is_a_contender() {
        let person =
            |name: &str| Contender { people: vec![Reference::new(name)], ..Contender::default() };
        let party = Contender { party: Some(Reference::new("Blank")), ..Contender::default() };
        let mut contest = Contest {
            contenders: vec![person("Blank"), person("Void"), person("Blank votes"), party],
            ..Contest::default()
        };
        separate_non_contenders(&mut contest);
        let names: Vec<&str> =
            contest.contenders.iter().map(|contender| contender.people[0].name.as_str()).collect();
        assert_eq!(names, ["Blank", "Void"]);
    }

    #[test]
    fn a_valid_votes_row_sets_the_figure_and_keeps_other_values_as_details() {
        let tally = Tally {
            round: Some(1),
            votes: Some(1_000),
            share: Decimal::new(1_000, 1),
            ..Tally::default()
        };
        let row = Contender {
            number: Some(4),
            tallies: vec![tally],
            notes: vec!["counted twice".to_owned()],
            last_election: Some(PreviousResult { seats: Some(3), share: None, new: true }),
            ..Contender::default()
        };
        let mut contest = Contest::default();
        RowKind::Valid.add_to_contest(&mut contest, "Valid votes", row);
        assert_eq!(contest.rounds[0].valid, Some(1_000));
        assert!(contest.options.is_empty());
        let details: Vec<String> = contest
            .details
            .iter()
            .map(|detail| format!("{}: {}", detail.parameter, detail.value))
            .collect();
        let expected = [
            "percentage4: 100.0 %",
            "last_election4: 3",
            "last_election4: New",
            "note4: counted twice",
        ];
        assert_eq!(details, expected);
    }

    #[test]
    fn a_blank_row_with_a_share_becomes_an_option() {
        let tally = Tally {
            round: Some(1),
            votes: Some(12),
            share: Decimal::new(12, 1),
            ..Tally::default()
        };
        let row = Contender { tallies: vec![tally.clone()], ..Contender::default() };
        let mut contest = Contest::default();
        RowKind::Blank.add_to_contest(&mut contest, "Blank votes", row);
        assert!(contest.rounds.is_empty() && contest.details.is_empty());
        assert_eq!(contest.options[0].kind, OptionKind::Unclear);
        assert_eq!(contest.options[0].tallies, [tally]);
    }
}
