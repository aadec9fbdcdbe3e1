//! Deterministic chains of elections with the fields of articles.

use hustings::model::{
    Contender, Contest, Decimal, Detail, DetailValue, Election, ElectionType, Link, OfficeHolder,
    PartialDate, PollingDate, Quantity, Reference, RoundFigures, StatedChange, Tally,
};

/// Elections of a president, in which some candidates stand again and the holder changes, and
/// elections of a parliament, in which the same parties stand with other leaders.
pub(crate) fn chains(count: usize) -> [(&'static str, Vec<Election>); 2] {
    [("presidential", ElectionType::Presidential), ("parliamentary", ElectionType::Parliamentary)]
        .map(|(name, kind)| {
            (name, (0..count as u64).map(|number| election(number, &kind)).collect())
        })
}

const NAMES: [&str; 24] = [
    "Bako", "Vitaly", "Arkadi", "Masis", "Vanya", "Leonard", "Robert", "Karen", "Anahit", "Samvel",
    "Ruben", "Nicolás", "Levon", "Serzh", "Armen", "Raffi", "Gagik", "Hrant", "Artur", "Davit",
    "Zaruhi", "Seyran", "Garik", "Oleg",
];
const PARTIES: [&str; 6] = [
    "Free Motherland",
    "Movement 88",
    "Democratic Party of Ruritania",
    "Independent politician",
    "Revolutionary Federation",
    "Communist Party",
];

/// Returns a pseudo-random number below a bound (splitmix64).
fn below(seed: u64, bound: u64) -> u64 {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % bound
}

fn person(number: u64) -> Reference {
    let family = NAMES[below(number, 24) as usize];
    Reference::new(format!("{} {family}yan", NAMES[number as usize % 24]))
}

fn party(number: u64) -> Reference {
    Reference::new(PARTIES[number as usize % 6])
}

fn percent(hundredths: u64) -> Option<Decimal> {
    Decimal::new(hundredths as i64, 2)
}

fn year(number: u64) -> Option<PartialDate> {
    PartialDate::from_year(1840 + number as i32 * 4).ok()
}

fn title(number: u64, kind: &ElectionType) -> String {
    format!("{} Ruritanian {kind} election", 1840 + number * 4)
}

/// Returns the person who is elected. Each winner comes second in two elections, and wins the next
/// two.
fn winner(number: u64) -> u64 {
    number / 2
}

fn election(number: u64, kind: &ElectionType) -> Election {
    let link = |at: Option<u64>| {
        let at = at?;
        Some(Link { title: Some(title(at, kind)), label: None, year: year(at), id: None })
    };
    let file = DetailValue::File(format!("Ruritania {number}.svg"));
    Election {
        title: title(number, kind),
        country: Some("Ruritania".to_owned()),
        year: Some(1840 + number as i32 * 4),
        kind: Some(kind.clone()),
        dates: vec![PollingDate::new(
            PartialDate::from_day(1840 + number as i32 * 4, 7, 19).unwrap(),
        )],
        previous: link(number.checked_sub(1)),
        next: link(Some(number + 1)),
        contests: vec![contest(number, kind)],
        details: vec![Detail { parameter: "map_image".to_owned(), label: None, value: file }],
        ..Election::default()
    }
}

fn contest(number: u64, kind: &ElectionType) -> Contest {
    let parliament = *kind == ElectionType::Parliamentary;
    let registered = 90_000 + below(number, 20_000);
    let turnout = 6_000 + below(number ^ 7, 3_000);
    let cast = registered * turnout / 10_000;
    let holder = |number: u64| {
        Some(OfficeHolder {
            person: Some(person(winner(number))),
            party: Some(party(winner(number))),
        })
    };
    Contest {
        kind: Some(kind.clone()),
        office: Some(Reference::new(if parliament { "Prime Minister" } else { "President" })),
        seats: parliament.then(|| Quantity { count: Some(120), text: "120".to_owned(), of: None }),
        rounds: vec![RoundFigures {
            number: Some(1),
            registered: Some(registered),
            turnout: percent(turnout),
            cast: Some(cast),
            valid: Some(cast - 900),
            invalid: Some(900),
            ..RoundFigures::default()
        }],
        contenders: contenders(number, parliament, cast - 900),
        before: holder(number.saturating_sub(1)),
        after: holder(number),
        ..Contest::default()
    }
}

/// Returns two to six contenders, the winner first.
fn contenders(number: u64, parliament: bool, valid: u64) -> Vec<Contender> {
    let count = 2 + below(number ^ 99, 5);
    let stands = |place: u64| {
        let hundredths = if place == 0 { 5_200 } else { (4_800 - number * 7) / count };
        let swing = Decimal::new(below(number ^ place, 2_000) as i64 - 1_000, 2);
        let tally = Tally {
            round: Some(1),
            votes: Some(valid * hundredths / 10_000),
            share: percent(hundredths),
            swing: swing.map(StatedChange::By).filter(|_| parliament),
            seats: parliament.then_some(hundredths * 120 / 10_000),
            seat_change: parliament.then_some(StatedChange::By(3)),
            ..Tally::default()
        };
        // The second contender is the winner of the next elections; the others stand once or twice.
        let who = if place < 2 { winner(number) + place } else { number / 2 * 7 + place * 3 };
        Contender {
            number: Some(place as u16 + 1),
            people: vec![person(who)],
            party: Some(if parliament { party(place) } else { party(who) }),
            tallies: vec![tally],
            ..Contender::default()
        }
    };
    (0..count).map(stands).collect()
}
