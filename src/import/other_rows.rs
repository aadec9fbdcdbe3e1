//! Rows of results that are no contender's: blank and invalid ballots, and what else votes are counted for.

use super::fill::{round, tally};
use crate::model::{BallotOption, Contender, Contest, OptionKind, Round};

/// What a row of results is of, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtherRow {
    Blank,
    Invalid,
    Valid,
    Option(OptionKind),
}

impl OtherRow {
    /// What a name says of a row that may be a contender's: none where it may well be one.
    pub(super) fn named(name: &str) -> Option<Self> {
        const BLANK: [&str; 8] = [
            "blank",
            "blanks",
            "blank vote",
            "blank votes",
            "blank ballot",
            "blank ballots",
            "empty ballots",
            "empty votes",
        ];
        const AGAINST: [&str; 8] = [
            "against all",
            "against all candidates",
            "none of the above",
            "none of these candidates",
            "none of them",
            "nota",
            "no candidate",
            "votes against all",
        ];
        const OTHERS: [&str; 8] = [
            "other",
            "others",
            "other parties",
            "others and independents",
            "all others",
            "other candidates",
            "other lists",
            "minor parties",
        ];
        const UNCOMMITTED: [&str; 5] =
            ["uncommitted", "no preference", "unpledged", "unpledged delegates", "uninstructed"];
        const VALID: [&str; 5] =
            ["valid", "valid votes", "valid ballots", "formal votes", "formal ballots"];
        const INVALID: [&str; 7] =
            ["invalid", "spoilt", "spoiled", "null", "rejected", "informal", "void"];
        const OF_BALLOTS: [&str; 7] = ["", "vote", "votes", "ballot", "ballots", "papers", "blank"];
        let name = name.trim().trim_matches(['(', ')']).to_lowercase();
        let words: Vec<&str> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !["and", "or"].contains(word))
            .collect();
        let invalid = words.iter().any(|word| INVALID.contains(word))
            && words.iter().all(|word| INVALID.contains(word) || OF_BALLOTS.contains(word));
        match name.as_str() {
            name if BLANK.contains(&name) => Some(Self::Blank),
            name if AGAINST.contains(&name) => Some(Self::Option(OptionKind::AgainstAll)),
            name if OTHERS.contains(&name) => Some(Self::Option(OptionKind::Others)),
            name if UNCOMMITTED.contains(&name) => Some(Self::Option(OptionKind::Unclear)),
            name if VALID.contains(&name) => Some(Self::Valid),
            _ => invalid.then_some(Self::Invalid),
        }
    }

    /// What a row is that is known to be no contender's.
    pub(super) fn of_row(name: &str) -> Self {
        const OTHERS: [&str; 9] = [
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
        let others = OTHERS.iter().any(|others| lower.starts_with(others));
        let kind = if others { OptionKind::Others } else { OptionKind::Unclear };
        Self::named(name).unwrap_or(Self::Option(kind))
    }

    /// Puts the figures of such a row where they belong. Ballots that the contest states otherwise already
    /// stay, and the row stands as an option.
    pub(super) fn put(self, contest: &mut Contest, name: &str, row: Contender) {
        let field: fn(&mut Round) -> &mut Option<u64> = match self {
            Self::Blank => |round| &mut round.blank,
            Self::Invalid => |round| &mut round.invalid,
            Self::Valid => |round| &mut round.valid,
            Self::Option(kind) => return contest.options.push(option(kind, name, row)),
        };
        let mut other = row.clone();
        other.tallies.clear();
        for one in row.tallies {
            let stated = field(round(&mut contest.rounds, one.ballot()));
            match one.votes {
                Some(votes) if stated.is_none_or(|stated| stated == votes) => *stated = Some(votes),
                Some(_) => other.tallies.push(one),
                None => {}
            }
        }
        if !other.tallies.is_empty() || other.seats.is_some() {
            contest.options.push(option(OptionKind::Unclear, name, other));
        }
    }
}

fn option(kind: OptionKind, name: &str, row: Contender) -> BallotOption {
    let mut option = BallotOption { kind, name: name.to_owned(), tallies: row.tallies };
    if row.seats.is_some() {
        tally(&mut option.tallies, 1.into()).seats = row.seats;
    }
    option
}

/// Takes the rows out of the contenders whose only name says that they are none: "Against all".
pub(super) fn take_out(contest: &mut Contest) {
    let name = |contender: &Contender| {
        let mut names = contender.people.iter().chain(&contender.party);
        let only = names.next().filter(|name| name.target.is_none())?;
        names.next().is_none().then(|| only.name.clone())
    };
    let rest = |contender: &Contender| {
        let name = name(contender)?;
        Some((OtherRow::named(&name)?, name))
    };
    if contest.contenders.iter().all(|contender| rest(contender).is_none()) {
        return;
    }
    for contender in std::mem::take(&mut contest.contenders) {
        match rest(&contender) {
            Some((rest, name)) => rest.put(contest, &name, contender),
            None => contest.contenders.push(contender),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_no_contender() {
        let against = Some(OtherRow::Option(OptionKind::AgainstAll));
        for (name, expected) in [
            ("Blank votes", Some(OtherRow::Blank)),
            ("Invalid/blank votes", Some(OtherRow::Invalid)),
            ("Spoilt and null ballots", Some(OtherRow::Invalid)),
            ("None of the above", against),
            ("(Against all)", against),
            ("Valid votes", Some(OtherRow::Valid)),
            ("White", None),
            ("Null Party", None),
            ("Blank", Some(OtherRow::Blank)),
            ("Griffin Blank", None),
            ("Others", Some(OtherRow::Option(OptionKind::Others))),
        ] {
            assert_eq!(OtherRow::named(name), expected, "{name}");
        }
        assert_eq!(OtherRow::of_row("Other parties"), OtherRow::Option(OptionKind::Others));
        assert_eq!(OtherRow::of_row("Appointed seats"), OtherRow::Option(OptionKind::Unclear));
    }
}
