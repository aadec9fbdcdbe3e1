//! Random elections for property tests.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::*;

fn words() -> impl Strategy<Value = String> {
    "\\PC{0,12}"
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0_u8..=15).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).unwrap())
}

fn date() -> impl Strategy<Value = PartialDate> {
    (-9999..=9999_i32, 1..=12_u8, 1..=28_u8, 0..3_u8).prop_map(|(year, month, day, precision)| {
        match precision {
            0 => PartialDate::from_year(year),
            1 => PartialDate::from_month(year, month),
            _ => PartialDate::from_day(year, month, day),
        }
        .unwrap()
    })
}

fn polling() -> impl Strategy<Value = PollingDate> {
    let bound = prop::sample::select(vec![
        DateBound::On,
        DateBound::By,
        DateBound::From,
        DateBound::Either,
    ]);
    let outcome = of(prop::sample::select(vec![PollOutcome::Annulled, PollOutcome::Rerun]));
    (date(), of(date()), bound, of(any::<u8>()), outcome, of(words())).prop_map(
        |(start, end, bound, round, outcome, note)| PollingDate {
            start,
            end,
            bound,
            round,
            outcome,
            note,
        },
    )
}

fn reference() -> impl Strategy<Value = Reference> {
    (words(), of(words()), of(words())).prop_map(|(name, target, note)| Reference {
        name,
        target,
        note,
    })
}

fn link() -> impl Strategy<Value = Link> {
    (of(words()), of(words()), of(date()), of(words())).prop_map(|(title, label, year, id)| Link {
        title,
        label,
        year,
        id,
    })
}

fn value() -> impl Strategy<Value = DetailValue> {
    prop_oneof![
        words().prop_map(DetailValue::Text),
        any::<bool>().prop_map(DetailValue::Flag),
        any::<u64>().prop_map(DetailValue::Count),
        decimal().prop_map(DetailValue::Share),
        decimal().prop_map(DetailValue::Change),
        vec(polling(), 0..3).prop_map(DetailValue::Dates),
        vec(reference(), 0..3).prop_map(DetailValue::Refs),
        (of(any::<u32>()), of(any::<u32>()))
            .prop_map(|(width, height)| DetailValue::Size { width, height }),
    ]
}

fn detail() -> impl Strategy<Value = Detail> {
    (words(), value()).prop_map(|(parameter, value)| Detail { parameter, label: None, value })
}

fn field() -> impl Strategy<Value = UnparsedField> {
    let reason = prop_oneof![
        Just(UnparsedReason::UnknownLabel),
        Just(UnparsedReason::Nothing),
        words().prop_map(UnparsedReason::Expected),
        Just(UnparsedReason::NoOne),
        words().prop_map(UnparsedReason::UnknownMarkup),
        words().prop_map(UnparsedReason::NotRead),
    ];
    (words(), words(), reason, of(any::<u32>()))
        .prop_map(|(label, text, reason, line)| UnparsedField { label, text, reason, line })
}

fn tally() -> impl Strategy<Value = Tally> {
    let swing = of(prop_oneof![decimal().prop_map(StatedChange::By), Just(StatedChange::New)]);
    let change = of(prop_oneof![any::<i64>().prop_map(StatedChange::By), Just(StatedChange::New)]);
    (any::<u8>(), of(any::<u64>()), of(decimal()), swing, of(any::<u64>()), change).prop_map(
        |(round, votes, share, swing, seats, seat_change)| Tally {
            round: Some(round),
            votes,
            share,
            swing,
            seats,
            seat_change,
            ..Tally::default()
        },
    )
}

fn contender() -> impl Strategy<Value = Contender> {
    (
        of(any::<u16>()),
        vec(reference(), 0..3),
        of(reference()),
        vec(tally(), 0..3),
        vec(detail(), 0..2),
    )
        .prop_map(|(number, people, party, tallies, details)| Contender {
            number,
            people,
            party,
            tallies,
            details,
            role: Some(Role::Leader),
            ..Contender::default()
        })
}

fn contest() -> impl Strategy<Value = Contest> {
    let holder = of((of(reference()), of(reference()))
        .prop_map(|(person, party)| OfficeHolder { person, party }));
    (of(words()), of(reference()), vec(contender(), 0..3), holder, vec(field(), 0..2), of(link()))
        .prop_map(|(name, office, contenders, before, unparsed, next)| Contest {
            name,
            office,
            contenders,
            before,
            unparsed,
            next,
            kind: Some(ElectionType::Other("mayoral".to_owned())),
            ongoing: Some(CountStatus::Future),
            seats: Some(Quantity::default()),
            rounds: vec![RoundFigures { number: Some(1), ..RoundFigures::default() }],
            ..Contest::default()
        })
}

fn area() -> impl Strategy<Value = Area> {
    (vec(words(), 1..3), of(words()), of(words())).prop_map(|(path, code, boundaries)| Area {
        path,
        code,
        boundaries,
        ..Area::default()
    })
}

/// Returns a strategy for elections with a non-empty title.
pub(crate) fn election() -> impl Strategy<Value = Election> {
    let section = (any::<u8>(), words(), words()).prop_map(|(level, heading, text)| Section {
        level,
        heading,
        text,
    });
    (
        "[a-z]{1,8}",
        of(words()),
        of(any::<i32>()),
        vec(polling(), 0..3),
        of(link()),
        (vec(contest(), 0..3), vec(contest(), 0..2), of(area())),
        vec(detail(), 0..3),
        vec(field(), 0..3),
        vec(section, 0..2),
    )
        .prop_map(
            |(
                title,
                country,
                year,
                dates,
                previous,
                (contests, results, area),
                details,
                unparsed,
                sections,
            )| Election {
                title,
                country,
                year,
                dates,
                area,
                previous,
                contests,
                results,
                details,
                unparsed,
                sections,
                kind: Some(ElectionType::General),
                inferred: vec![InferredField::Type],
                ..Election::default()
            },
        )
}
