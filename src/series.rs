//! Measures over elections one after the other: along a chain, or over all of a territory.

use std::collections::HashSet;
use std::iter;

use serde::Serialize;

use crate::Result;
use crate::archive::{Filter, Record, Snapshot};
use crate::diff::{self, Genealogy, Matching};
use crate::measure::{self, Group, Measure, Value};
use crate::model::{Contest, Election, Kind, PartialDate, slug};

/// Measures of elections, in their order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// What is measured.
    pub measures: Vec<Measure>,
    /// One point an election that has a contest of the type.
    pub points: Vec<Point>,
}

/// What was measured of one election.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its first date, as precise as it is known.
    pub date: Option<PartialDate>,
    /// The type of the contest that was measured.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// A value for each measure, in their order; none where what it takes is not stated.
    pub values: Vec<Option<Value>>,
    /// Between whom a swing is, where one is measured.
    pub swing: Option<Swing>,
}

/// Between whom a swing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Swing {
    /// The larger of the two after the later election: a swing above 0 is to it.
    pub to: String,
    /// The other.
    pub from: String,
}

impl Series {
    /// The values of one measure, point after point.
    pub fn of(&self, measure: Measure) -> impl Iterator<Item = Option<Value>> {
        let at = self.measures.iter().position(|known| *known == measure);
        self.points.iter().map(move |point| point.values.get(at?).copied().flatten())
    }
}

/// What is measured, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Contests of this type; without one, the first of each election.
    pub kind: Option<&'a Kind>,
    /// How each is measured.
    pub measure: measure::Options,
    /// Which party became which, for what is measured between two elections.
    pub lineage: Option<&'a Genealogy>,
}

/// Measures the elections, which stand in the order of time: of each the first contest of the type, or its first.
/// A measure of two contests takes the one before that can be compared with it: of the same type and place.
///
/// ```
/// use hustings::archive::{Archive, ImportOptions};
/// use hustings::measure::Measure;
/// use hustings::series;
/// # let folder = std::env::temp_dir().join("hustings-example-series");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
/// let filter = hustings::archive::Filter { country: Some("nagorno-karabakh".into()), ..Default::default() };
/// let records = archive.list(&filter)?;
/// let series = series::over(&records, &[Measure::Margin], &Default::default());
/// let margin = series.points.last().unwrap().values[0].unwrap();
/// assert_eq!(format!("{:.2}", margin.value), "34.14");
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[must_use]
pub fn over(records: &[Record], measures: &[Measure], options: &Options<'_>) -> Series {
    let mut measured: Vec<(&Election, &Contest, Option<&Kind>)> = Vec::new();
    let mut points = Vec::new();
    let of_two = measures.iter().any(|measure| measure.is_of_two());
    for record in records {
        let election = &record.election;
        let of = |contest: &&Contest| {
            let own = contest.kind.as_ref().or(election.kind.as_ref());
            options.kind.is_none_or(|kind| own.is_some_and(|own| own.comparable(kind)))
        };
        let Some(contest) = election.contests.iter().find(of) else { continue };
        let own = contest.kind.as_ref().or(election.kind.as_ref());
        let comparable =
            |other: Option<&Kind>| own.zip(other).is_none_or(|(own, other)| own.comparable(other));
        let mut before = measured.iter().rev().filter(|_| of_two);
        let earlier = before
            .find(|(earlier, _, other)| comparable(*other) && diff::comparable(earlier, election));
        let earlier = earlier.map(|(earlier, before, _)| {
            let dates = earlier.start().zip(election.start());
            let dates = dates.map(|(first, second)| [first, second]);
            let with = Matching { lineage: options.lineage, dates, spelling: false };
            (*before, diff::groups(before, contest, &with))
        });
        let value = |measure: &Measure| {
            if !measure.is_of_two() {
                return measure.of(contest, &options.measure);
            }
            let (before, groups) = earlier.as_ref()?;
            measure.between(before, contest, groups, &options.measure)
        };
        points.push(Point {
            address: record.address.clone(),
            title: election.title.clone(),
            date: election.start(),
            kind: own.cloned(),
            values: measures.iter().map(value).collect(),
            swing: swing(measures, contest, earlier.as_ref(), &options.measure),
        });
        measured.push((election, contest, own));
    }
    Series { measures: measures.to_vec(), points }
}

/// Measures all elections of some territories, or without any of the whole archive: each territory by itself, in the
/// order of time, as [`over`] does. The records of one territory at a time are in memory. One that is named twice, or by two
/// of its names, is measured once.
///
/// Where [`Options`] have no lineage and `with_lineage` says so, it is what the archive has of each territory.
///
/// ```
/// use hustings::archive::{Archive, ImportOptions};
/// use hustings::measure::Measure;
/// use hustings::series;
/// # let folder = std::env::temp_dir().join("hustings-example-series-each");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
/// let (snapshot, measures) = (archive.snapshot(), [Measure::Turnout]);
/// let points = series::each(&snapshot, &[], &measures, &Default::default(), true)?;
/// assert!(points.count() > 10);
/// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When a territory is not known, or the store cannot be read; the latter also as an item.
pub fn each<'a>(
    snapshot: &'a Snapshot,
    territories: &'a [String],
    measures: &'a [Measure],
    options: &Options<'a>,
    with_lineage: bool,
) -> Result<impl Iterator<Item = Result<Point>> + use<'a>> {
    let mut once: Vec<String> = Vec::new();
    for territory in territories {
        snapshot.ensure_territory(territory)?;
        if !snapshot.names_one_of(territory, &once)? {
            once.push(territory.clone());
        }
    }
    let options = *options;
    let groups: Box<dyn Iterator<Item = Result<Territory>> + 'a> = if territories.is_empty() {
        Box::new(every_territory(snapshot)?)
    } else {
        Box::new(once.into_iter().map(|territory| {
            let filter = Filter { country: Some(territory), ..Filter::default() };
            Ok(Territory { records: snapshot.list(&filter)?, only: None })
        }))
    };
    let points = groups.map(move |territory| {
        let Territory { records, only } = territory?;
        let elections = records.iter().map(|record| &*record.election);
        let lineage = with_lineage.then(|| Genealogy::of(snapshot, elections)).transpose()?;
        let options = Options { lineage: options.lineage.or(lineage.as_ref()), ..options };
        let points = over(&records, measures, &options).points;
        Ok(points
            .into_iter()
            .filter(move |point| only.as_ref().is_none_or(|only| only.contains(&point.address))))
    });
    Ok(points.flat_map(|points: Result<_>| match points {
        Ok(points) => points.map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }))
}

/// The elections of one territory.
struct Territory {
    records: Vec<Record>,
    /// The addresses of those that are measured here. Those under another of its names are measured with that.
    only: Option<HashSet<String>>,
}

/// The elections of the archive by the name that they give their territory.
fn every_territory(snapshot: &Snapshot) -> Result<impl Iterator<Item = Result<Territory>>> {
    let mut records = snapshot.records(&Filter::default())?.peekable();
    Ok(iter::from_fn(move || {
        let first = match records.next()? {
            Ok(first) => first,
            Err(error) => return Some(Err(error)),
        };
        let country = country_of(&first);
        let mut all = vec![first];
        // What names no territory is of no series.
        let is_next = |next: &Result<Record>| {
            next.as_ref().is_ok_and(|next| country.is_some() && country_of(next) == country)
        };
        while let Some(Ok(next)) = records.next_if(is_next) {
            all.push(next);
        }
        Some(whole_territory(snapshot, country.as_deref(), all))
    }))
}

/// With the elections that stand under other names of the territory.
fn whole_territory(
    snapshot: &Snapshot,
    country: Option<&str>,
    records: Vec<Record>,
) -> Result<Territory> {
    let country = match country {
        Some(country) if snapshot.has_other_names(country)? => country,
        _ => return Ok(Territory { records, only: None }),
    };
    let only = records.into_iter().map(|record| record.address).collect();
    let filter = Filter { country: Some(country.to_owned()), ..Filter::default() };
    Ok(Territory { records: snapshot.list(&filter)?, only: Some(only) })
}

fn country_of(record: &Record) -> Option<String> {
    record.election.country.as_deref().map(slug).filter(|country| !country.is_empty())
}

fn swing(
    measures: &[Measure],
    contest: &Contest,
    earlier: Option<&(&Contest, Vec<Group>)>,
    options: &measure::Options,
) -> Option<Swing> {
    let (before, groups) = earlier.filter(|_| measures.iter().any(|measure| measure.is_swing()))?;
    let [to, from] = measure::two_largest(before, contest, groups, options)?.map(|group| {
        let names = group.after.iter().filter_map(|at| contest.contenders.get(*at));
        names.map(diff::contender_name).collect::<Vec<_>>().join(" + ")
    });
    Some(Swing { to, from })
}
