//! Completed contests: random figures, consistent with the stated ones, replace the missing ones.

use hustings::analysis::measure::ContenderGroup;
use hustings::model::{Contender, Contest, Decimal, Reference, Tally};

/// Number of units in one percent.
const UNITS_PER_PERCENT: i64 = 10_i64.pow(12);

/// A deterministic pseudo-random number generator.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }

    /// Divides a number into random parts, some of which may be 0.
    fn divide(&mut self, whole: i64, parts: usize) -> Vec<i64> {
        let weights: Vec<i64> = (0..parts)
            .map(|_| if self.below(4) == 0 { 0 } else { self.below(100) as i64 + 1 })
            .collect();
        let sum: i64 = weights.iter().sum::<i64>().max(1);
        let mut parts: Vec<i64> = weights
            .iter()
            .map(|weight| (i128::from(whole) * i128::from(*weight) / i128::from(sum)) as i64)
            .collect();
        let rest = whole - parts.iter().sum::<i64>();
        if let Some(last) = parts.last_mut() {
            *last += rest;
        }
        parts
    }
}

/// A contest without gaps, and the contenders that were combined or unlisted before.
pub(crate) struct Completed {
    pub(crate) contest: Contest,
    /// Indices of the contenders that were combined or unlisted before.
    pub(crate) new: Vec<usize>,
}

pub(crate) fn share(contender: &Contender) -> Option<i64> {
    let share = contender.tally(1)?.share?;
    Some(share.mantissa() * 10_i64.pow(12 - u32::from(share.scale())))
}

fn set_result(contender: &mut Contender, share: i64, seats: u64) {
    contender.seats = Some(seats);
    let tally = Tally { round: Some(1), share: Decimal::new(share, 12), ..Tally::default() };
    contender.tallies = vec![tally];
}

fn party_name(contender: &Contender) -> &str {
    contender.party.as_ref().map_or("", |party| &party.name)
}

/// Returns whether a row combines several contenders.
pub(crate) fn is_group_row(contender: &Contender) -> bool {
    const LUMPS: [&str; 7] = [
        "others",
        "one seat",
        "one-seat",
        "no seat",
        "no party affiliation",
        "other left",
        "other right",
    ];
    LUMPS.contains(&party_name(contender))
}

/// Returns the row of the alliance of a contender, if the row has a value; otherwise that of the
/// alliance's own alliance, and so on.
pub(crate) fn alliance_row(
    contest: &Contest,
    at: usize,
    has: impl Fn(&Contender) -> bool,
) -> Option<usize> {
    let mut seen = vec![at];
    let mut at = at;
    loop {
        let alliance = contest.contenders[at].alliances.first()?;
        let row = contest.contenders.iter().position(|other| party_name(other) == alliance.name)?;
        if seen.contains(&row) {
            return None;
        }
        if has(&contest.contenders[row]) {
            return Some(row);
        }
        seen.push(row);
        at = row;
    }
}

/// Returns whether a row is an alliance whose members all have a value.
pub(crate) fn is_alliance_of_listed_members(
    contest: &Contest,
    at: usize,
    has: impl Fn(&Contender) -> bool,
) -> bool {
    let own = party_name(&contest.contenders[at]);
    let members = contest.contenders.iter().enumerate().filter(|(other, contender)| {
        *other != at && contender.alliances.iter().any(|alliance| alliance.name == own)
    });
    let mut members = members.peekable();
    members.peek().is_some() && members.all(|(_, member)| has(member))
}

/// Fills every gap of a contest: unstated shares and seats, unlisted parties, and combined rows. If
/// `divided` is set, the share of an alliance is divided among its members, if these state their
/// seats; otherwise, the alliance and its members become one contender.
pub(crate) fn complete(contest: &Contest, divided: bool, numbers: &mut Rng) -> Completed {
    let mut full = contest.clone();
    let seats = contest.seats.as_ref().and_then(|seats| seats.count).unwrap_or(0);
    let known = |contender: &Contender| (share(contender), contender.seats_won());
    let before: Vec<(Option<i64>, Option<u64>)> = contest.contenders.iter().map(known).collect();
    let (mut shares, mut won): (Vec<i64>, Vec<u64>) =
        before.iter().map(|(share, seats)| (share.unwrap_or(0), seats.unwrap_or(0))).unzip();
    let rounding = contest.contenders.iter().filter_map(|one| one.tally(1)?.share);
    let rounding: f64 =
        rounding.map(Decimal::max_rounding_error).sum::<f64>() * UNITS_PER_PERCENT as f64;
    let (mut open_shares, mut open_seats) = (Vec::new(), Vec::new());
    let mut within: Vec<(usize, usize)> = Vec::new();
    for (at, (own_share, own_seats)) in before.iter().enumerate() {
        match (own_share, alliance_row(contest, at, |row| share(row).is_some())) {
            (None, Some(row)) => within.push((row, at)),
            (None, None)
                if !is_alliance_of_listed_members(contest, at, |member| {
                    share(member).is_some()
                }) =>
            {
                open_shares.push(at);
            }
            _ => {}
        }
        let row = alliance_row(contest, at, |row| row.seats_won().is_some());
        let label =
            is_alliance_of_listed_members(contest, at, |member| member.seats_won().is_some());
        if own_seats.is_none() && row.is_none() && !label {
            open_seats.push(at);
        }
    }
    let is_missing = !open_shares.is_empty();
    // Unlisted contenders.
    let short = (100 * UNITS_PER_PERCENT - shares.iter().sum::<i64>()) as f64 > rounding + 1.0;
    let all = !short && !is_missing && open_seats.is_empty() && won.iter().sum::<u64>() >= seats;
    let unlisted = if all { 0 } else { numbers.below(3) as usize };
    let listed = full.contenders.len();
    for number in 0..unlisted {
        full.contenders.push(Contender {
            party: Some(Reference::new(format!("Unlisted {number}"))),
            ..Contender::default()
        });
        shares.push(0);
        won.push(0);
        open_shares.push(listed + number);
        open_seats.push(listed + number);
    }
    // If every contender has a share, a remainder that rounding explains belongs to no contender.
    let rest = (100 * UNITS_PER_PERCENT - shares.iter().sum::<i64>()).max(0);
    let rest = if is_missing || rest as f64 > rounding + 1.0 { rest } else { 0 };
    if open_shares.is_empty() && rest > 0 {
        full.contenders.push(Contender {
            party: Some(Reference::new("Unlisted rest")),
            ..Contender::default()
        });
        shares.push(0);
        won.push(0);
        open_shares.push(full.contenders.len() - 1);
        open_seats.push(full.contenders.len() - 1);
    }
    for (at, part) in open_shares.iter().zip(numbers.divide(rest, open_shares.len())) {
        shares[*at] += part;
    }
    let rest = seats.saturating_sub(won.iter().sum());
    for (at, part) in open_seats.iter().zip(numbers.divide(rest as i64, open_seats.len())) {
        won[*at] += part as u64;
    }
    // The share of an alliance belongs to its members, or to the alliance as a whole.
    for row in 0..listed {
        let members: Vec<usize> =
            within.iter().filter(|(of, _)| *of == row).map(|(_, at)| *at).collect();
        if members.is_empty() {
            continue;
        }
        let whole = before[row].1.is_some() && members.iter().any(|at| before[*at].1.is_none());
        if divided && whole {
            // The alliance states the seats, and at least one member does not, so its share is not
            // divided.
        } else if divided {
            let own = numbers.below(2) == 0;
            let parts = numbers.divide(shares[row], members.len() + usize::from(own));
            shares[row] = if own { parts[members.len()] } else { 0 };
            members.iter().zip(parts).for_each(|(at, part)| shares[*at] = part);
        } else {
            won[row] += members.iter().map(|at| std::mem::take(&mut won[*at])).sum::<u64>();
        }
    }
    let mut new: Vec<usize> = (listed..full.contenders.len()).collect();
    for at in 0..listed {
        full.contenders[at].alliances.clear();
        full.contenders[at].party = Some(Reference::new(format!("Party {at}")));
        if is_group_row(&contest.contenders[at]) {
            new.push(at);
            let some = shares[at] > 0 || won[at] > 0;
            let parts = if some { numbers.below(3) as usize + 1 } else { 1 };
            let (votes, seats) =
                (numbers.divide(shares[at], parts), numbers.divide(won[at] as i64, parts));
            (shares[at], won[at]) = (votes[0], seats[0] as u64);
            for (share, seats) in votes.into_iter().zip(seats).skip(1) {
                let party = Some(Reference::new(format!("Part {at} {}", full.contenders.len())));
                new.push(full.contenders.len());
                full.contenders.push(Contender { party, ..Contender::default() });
                shares.push(share);
                won.push(seats as u64);
            }
        }
    }
    for (at, contender) in full.contenders.iter_mut().enumerate() {
        set_result(contender, shares[at], won[at]);
    }
    full.rounds.clear();
    Completed { contest: full, new }
}

/// Returns a possible true matching: the groups of listed contenders, with combined and unlisted
/// ones matched at random with each other and with contenders listed on one side only.
pub(crate) fn random_matching(
    groups: &[ContenderGroup],
    before: &Completed,
    after: &Completed,
    numbers: &mut Rng,
) -> Vec<ContenderGroup> {
    let keep = |places: &[usize], of: &Completed| -> Vec<usize> {
        places.iter().copied().filter(|at| !of.new.contains(at)).collect()
    };
    let groups = groups.iter().map(|group| ContenderGroup {
        before: keep(&group.before, before),
        after: keep(&group.after, after),
    });
    let mut groups: Vec<ContenderGroup> =
        groups.filter(|group| !group.before.is_empty() || !group.after.is_empty()).collect();
    let mut gone: Vec<usize> = before.new.clone();
    let mut come: Vec<usize> = after.new.clone();
    for group in &mut groups {
        if group.before.is_empty() && numbers.below(2) == 0 {
            group.before.extend(gone.pop());
        } else if group.after.is_empty() && numbers.below(2) == 0 {
            group.after.extend(come.pop());
        }
    }
    while !gone.is_empty() || !come.is_empty() {
        let both = numbers.below(2) == 0;
        let before: Vec<usize> = gone.pop().into_iter().collect();
        let after: Vec<usize> =
            if both || before.is_empty() { come.pop().into_iter().collect() } else { Vec::new() };
        groups.push(ContenderGroup { before, after });
    }
    groups
}
