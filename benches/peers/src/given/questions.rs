//! The queries, drawn from the plan and the same for every peer.

use super::article::date;
use super::numbers::Numbers;
use super::plan::{Event, NATIONAL, Plan};

/// An address of an election, other than its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) country: String,
    /// A year, a month, or a day.
    pub(crate) date: String,
    pub(crate) year: i32,
    pub(crate) kind: Option<&'static str>,
}

impl Address {
    pub(crate) fn text(&self) -> String {
        let kind = self.kind.map_or(String::new(), |kind| format!("/{kind}"));
        format!("{}/{}{kind}", self.country.to_lowercase(), self.date)
    }
}

pub(crate) struct Questions {
    /// The first query to a process that has just opened the store.
    pub(crate) first: String,
    pub(crate) titles: Vec<String>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) countries: Vec<String>,
    /// Titles of elections in national chains.
    pub(crate) chained: Vec<String>,
    /// Titles of two consecutive elections.
    pub(crate) pairs: Vec<[String; 2]>,
    /// All territories, for a scan by territory.
    pub(crate) all_countries: Vec<String>,
}

impl Questions {
    pub(crate) fn of(plan: &Plan) -> Self {
        let numbers = &mut Numbers::of(&[plan.versions, 10]);
        let (mut titles, mut addresses, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        let (mut countries, mut chained) = (Vec::new(), Vec::new());
        for _ in 0..50 {
            let territory = numbers.below(plan.territories);
            let events = plan.events(territory);
            let mut any = || &events[numbers.below(events.len() as u64) as usize];
            titles.extend((0..20).map(|_| any().title.clone()));
            addresses.extend((0..20).filter_map(|_| shortest(any(), &events)).collect::<Vec<_>>());
            pairs.extend((0..4).filter_map(|_| {
                let later = any();
                Some([later.previous.as_ref()?.0.clone(), later.title.clone()])
            }));
            countries.push(Plan::country(territory));
            let national = NATIONAL.min(events.len()) as u64;
            chained.push(events[numbers.below(national) as usize].title.clone());
        }
        let first = titles[7].clone();
        let all_countries = (0..plan.territories).map(Plan::country).collect();
        countries.truncate(10);
        Self { first, titles, addresses, countries, chained, pairs, all_countries }
    }
}

/// Returns the first of country/year, country/year/type, country/year-month and the day, with the
/// type or without, that identifies this election alone.
fn shortest(event: &Event, all: &[Event]) -> Option<Address> {
    let day = date(event);
    let forms = [(4, None), (4, Some(event.kind)), (7, None), (10, None), (10, Some(event.kind))];
    let alone = |length: usize, kind: Option<&str>| {
        let same = all.iter().filter(|other| {
            other.year == event.year
                && date(other)[..length] == day[..length]
                && kind.is_none_or(|kind| other.kind == kind)
        });
        same.count() == 1
    };
    let (length, kind) = forms.into_iter().find(|(length, kind)| alone(*length, *kind))?;
    Some(Address {
        country: event.country.clone(),
        date: day[..length].to_owned(),
        year: event.year as i32,
        kind,
    })
}
