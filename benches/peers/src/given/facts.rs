//! The results of one version of an election: who stood, for which party, with how many votes.

use super::names;
use super::numbers::Numbers;
use super::plan::Event;

/// A share in hundredths of a percent.
pub(crate) struct Share(pub(crate) u64);

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

pub(crate) struct Standing {
    pub(crate) person: String,
    pub(crate) party: &'static str,
    pub(crate) votes: u64,
    pub(crate) share: Share,
    /// Number of seats, in legislative elections.
    pub(crate) seats: Option<u64>,
}

pub(crate) struct Facts {
    pub(crate) registered: u64,
    pub(crate) turnout: Share,
    pub(crate) standing: Vec<Standing>,
    /// The holder before the election, with their party.
    pub(crate) before: (String, &'static str),
}

impl Facts {
    /// Returns the facts of a version, counted from 0. A later correction has a version number that
    /// no other text has.
    pub(crate) fn of(event: &Event, version: u64) -> Self {
        let [territory, chain, position] = event.seeds;
        let mut numbers = Numbers::of(&[territory, chain, position, 3]);
        let size = Numbers::of(&[territory, chain, 4]).between(4_000, 2_000_000);
        let registered = size + size * position / 30 + numbers.below(size / 50 + 1);
        // Each version has slightly different counts.
        let mut counted = Numbers::of(&[territory, chain, position, version, 5]);
        let turnout = 3_000 + numbers.below(6_500) + counted.below(20);
        let valid = (registered * turnout / 10_000).max(100);
        let count = numbers.between(3, 6);
        let mut left = valid - counted.below(valid / 100 + 1);
        let mut standing: Vec<Standing> = Vec::new();
        for place in 0..count {
            let part = if place + 1 == count { 100 } else { numbers.between(25, 60) };
            let votes =
                left * part / 100 + counted.below(left / 500 + 1).min(left * (100 - part) / 100);
            left -= votes;
            // A person stands for a party in a few elections, and the parties change over time.
            let party = (position / 7 + place) % 8;
            let tenure = 1 + (chain + place) % 3;
            let person =
                names::person(&mut Numbers::of(&[territory, chain, party, position / tenure, 6]));
            standing.push(Standing {
                person,
                party: names::party(territory, party),
                votes,
                share: Share((votes * 20_000 / valid).div_ceil(2)),
                seats: (event.kind == "legislative").then(|| votes * 120 / valid),
            });
        }
        standing.sort_by_key(|standing| std::cmp::Reverse(standing.votes));
        let earlier = &mut Numbers::of(&[territory, chain, position.saturating_sub(1) / 2, 7]);
        let before =
            (names::person(earlier), names::party(territory, position.saturating_sub(1) / 7 % 8));
        Self { registered, turnout: Share(turnout), standing, before }
    }
}

/// Formats a count with grouped digits.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
