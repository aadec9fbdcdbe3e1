//! Series of measures: over the elections of a chain, or over all elections of a territory.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::iter;

use serde::{Deserialize, Serialize};

use super::diff::{self, LineageIndex, MatchOptions};
use super::measure::{self, ContenderGroup, Estimate, Measure};
use crate::Result;
use crate::archive::{AreaFilter, Filter, Record, Snapshot};
use crate::model::{Area, Contest, Election, ElectionType, PartialDate, slug};

/// Values of measures over a sequence of elections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Series {
    /// Measures, in the order in which they are shown.
    pub measures: Vec<Measure>,
    /// One point for each election with a contest of the type.
    pub points: Vec<SeriesPoint>,
}

/// Values of the measures for one election.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SeriesPoint {
    /// Address of the election.
    pub address: String,
    /// Title of the election.
    pub title: String,
    /// First date of the election, as precise as the record states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Type of the measured contest.
    #[serde(rename = "type")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ElectionType>,
    /// Value of each measure, except measures for which the record lacks figures.
    #[cfg_attr(feature = "schema", schemars(schema_with = "estimates_schema"))]
    pub values: BTreeMap<Measure, Estimate>,
    /// Groups that the swing is measured between, if a swing is among the measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swing: Option<SwingPair>,
    /// Boundaries of the area in the election before and in this one, if they differ. Measures of
    /// two elections are then omitted, unless [`SeriesOptions::across`] is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary_change: Option<[String; 2]>,
}

impl Series {
    /// Creates a series.
    ///
    /// ```
    /// use hustings::analysis::series::{Series, SeriesPoint};
    /// use hustings::analysis::measure::{Estimate, Measure};
    /// let mut point = SeriesPoint::new("ruritania/1894", "1894 Ruritanian election");
    /// point.values.insert(Measure::Turnout, Estimate::exact(61.5));
    /// let series = Series::new(vec![Measure::Turnout], vec![point]);
    /// assert_eq!(series.points.len(), 1);
    /// ```
    #[must_use]
    pub fn new(measures: Vec<Measure>, points: Vec<SeriesPoint>) -> Self {
        Self { measures, points }
    }
}

impl SeriesPoint {
    /// Creates a point without values. Its fields can be set.
    #[must_use]
    pub fn new(address: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            title: title.into(),
            date: None,
            kind: None,
            values: BTreeMap::new(),
            swing: None,
            boundary_change: None,
        }
    }
}

/// Names of the two groups of contenders that a swing is measured between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SwingPair {
    /// The larger group in the later election. A positive swing is towards it.
    pub to: String,
    /// The other group.
    pub from: String,
}

impl Series {
    /// Returns the values of one measure, one for each point.
    pub fn values(&self, measure: Measure) -> impl Iterator<Item = Option<Estimate>> {
        self.points.iter().map(move |point| point.values.get(&measure).copied())
    }
}

/// Returns the schema of values by measure.
#[cfg(feature = "schema")]
fn estimates_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "propertyNames": { "enum": Measure::ALL },
        "additionalProperties": generator.subschema_for::<Estimate>(),
    })
}

/// Options for measuring a series.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SeriesOptions<'a> {
    /// Contest type to measure. Defaults to the first contest of each election.
    pub kind: Option<&'a ElectionType>,
    /// Options for each measure.
    pub measure: measure::MeasureOptions,
    /// Index of party successions, for measures between two elections.
    pub lineage: Option<&'a LineageIndex>,
    /// Whether to compare elections of one area with different boundaries.
    pub across: bool,
    /// Areas to measure in [`measure_territories`]. Defaults to whole countries.
    pub areas: Option<&'a Filter>,
}

impl<'a> SeriesOptions<'a> {
    /// Sets whether to compare elections of one area with different boundaries.
    #[must_use]
    pub fn across(mut self, across: bool) -> Self {
        self.across = across;
        self
    }

    /// Sets the filter of which [`measure_territories`] uses the areas and the level.
    #[must_use]
    pub fn areas(mut self, areas: impl Into<Option<&'a Filter>>) -> Self {
        self.areas = areas.into();
        self
    }

    /// Returns a filter for the areas to measure.
    fn area_filter(&self) -> Filter {
        self.areas.map_or_else(
            || Filter::default().area(AreaFilter::WholeCountry),
            |areas| Filter {
                area: areas.area.clone(),
                level: areas.level.clone(),
                ..Filter::default()
            },
        )
    }

    /// Sets the contest type to measure.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Option<&'a ElectionType>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets the options for each measure.
    #[must_use]
    pub fn measure(mut self, measure: measure::MeasureOptions) -> Self {
        self.measure = measure;
        self
    }

    /// Sets the index of party successions, for measures between two elections.
    #[must_use]
    pub fn lineage(mut self, lineage: impl Into<Option<&'a LineageIndex>>) -> Self {
        self.lineage = lineage.into();
        self
    }
}

/// Measures elections, which must be in chronological order. Measures the first contest of the
/// given type in each election, or the first contest if no type is given. A measure of two contests
/// compares each contest with the latest earlier one of comparable type whose election is linked or
/// has a comparable area.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::measure::Measure;
/// use hustings::analysis::series;
/// # let folder = std::env::temp_dir().join("hustings-example-series");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let filter = hustings::archive::Filter::default().country("nagorno-karabakh");
/// let records = archive.list(&filter)?;
/// let series = series::measure_records(&records, &[Measure::Margin], &Default::default());
/// let margin = series.points.last().unwrap().values[&Measure::Margin];
/// assert_eq!(format!("{:.2}", margin.value), "34.14");
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[must_use]
pub fn measure_records(
    records: &[Record],
    measures: &[Measure],
    options: &SeriesOptions<'_>,
) -> Series {
    let mut measured: Vec<(&Election, &Contest, Option<&ElectionType>)> = Vec::new();
    let mut points = Vec::new();
    let mut of_areas: HashMap<AreaKey, Vec<usize>> = HashMap::new();
    let spans_two_contests = measures.iter().any(|measure| measure.spans_two_contests());
    for record in records {
        let election = &record.election;
        let has_type = |contest: &&Contest| {
            let own = contest.kind.as_ref().or(election.kind.as_ref());
            options.kind.is_none_or(|kind| own.is_some_and(|own| own.is_comparable_to(kind)))
        };
        let Some(contest) = election.contests.iter().find(has_type) else { continue };
        let own = contest.kind.as_ref().or(election.kind.as_ref());
        let comparable = |other: Option<&ElectionType>| {
            own.zip(other).is_none_or(|(own, other)| own.is_comparable_to(other))
        };
        let keys = area_keys(election);
        let of_area: BTreeSet<usize> =
            keys.iter().flat_map(|key| of_areas.get(key)).flatten().copied().collect();
        let before = of_area.iter().rev().filter_map(|at| measured.get(*at));
        let mut before = before.filter(|_| spans_two_contests);
        let earlier = before.find(|(earlier, _, other)| {
            comparable(*other) && diff::can_compare_measures(earlier, election)
        });
        let boundary_change =
            earlier.and_then(|(earlier, ..)| diff::boundary_change(earlier, election));
        let earlier = earlier.filter(|_| options.across || boundary_change.is_none());
        let earlier = earlier.map(|(earlier, before, _)| {
            let dates = earlier.start().zip(election.start());
            let dates = dates.map(|(first, second)| [first, second]);
            let match_options =
                MatchOptions { lineage: options.lineage, dates, ..MatchOptions::default() };
            (*before, diff::group_contenders(before, contest, &match_options))
        });
        let value = |measure: &Measure| {
            if !measure.spans_two_contests() {
                return measure.compute(contest, &options.measure);
            }
            let (before, groups) = earlier.as_ref()?;
            measure.compute_between(before, contest, groups, &options.measure)
        };
        points.push(SeriesPoint {
            address: record.address.clone(),
            title: election.title.clone(),
            date: election.start(),
            kind: own.cloned(),
            values: measures
                .iter()
                .filter_map(|measure| Some((*measure, value(measure)?)))
                .collect(),
            swing: swing_pair(measures, contest, earlier.as_ref(), &options.measure),
            boundary_change,
        });
        for key in keys {
            of_areas.entry(key).or_default().push(measured.len());
        }
        measured.push((election, contest, own));
    }
    Series { measures: measures.to_vec(), points }
}

/// Key under which the elections of an area are found: the slugs of its path, or its code. The path
/// of a whole country is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum AreaKey {
    Path(Vec<String>),
    Code(String),
}

fn area_keys(election: &Election) -> Vec<AreaKey> {
    let area = election.area.as_ref();
    let path = AreaKey::Path(area.map(Area::slugs).unwrap_or_default());
    let code = area.and_then(|area| area.code.as_deref());
    let code = code.map(|code| AreaKey::Code(code.to_ascii_lowercase()));
    [path].into_iter().chain(code).collect()
}

/// Measures all elections of the given territories, or of the whole archive if none are given. Each
/// territory is measured separately, in chronological order, as by [`measure_records`]. Only the
/// records of one territory are in memory at a time. A territory given twice, or under two names, is
/// measured once.
///
/// If [`SeriesOptions`] have no lineage and `with_lineage` is set, uses the lineages that the
/// archive holds for each territory.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::measure::Measure;
/// use hustings::analysis::series;
/// # let folder = std::env::temp_dir().join("hustings-example-series-territories");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let (snapshot, measures) = (archive.snapshot(), [Measure::Turnout]);
/// let points = series::measure_territories(&snapshot, &[], &measures, &Default::default(), true)?;
/// assert!(points.count() > 10);
/// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When a territory is unknown or the store cannot be read. An item is an error when a later read of
/// the store fails.
pub fn measure_territories<'a>(
    snapshot: &'a Snapshot,
    territories: &'a [String],
    measures: &'a [Measure],
    options: &SeriesOptions<'a>,
    with_lineage: bool,
) -> Result<impl Iterator<Item = Result<SeriesPoint>> + use<'a>> {
    let mut unique: Vec<String> = Vec::new();
    for territory in territories {
        snapshot.ensure_territory(territory)?;
        if !snapshot.is_name_of_any(territory, &unique)? {
            unique.push(territory.clone());
        }
    }
    let options = *options;
    let groups: Box<dyn Iterator<Item = Result<TerritoryRecords>> + 'a> = if territories.is_empty()
    {
        Box::new(group_by_territory(snapshot, options.area_filter())?)
    } else {
        Box::new(unique.into_iter().map(move |territory| {
            let filter = options.area_filter().country(territory);
            Ok(TerritoryRecords { records: snapshot.list(&filter)?, reported_addresses: None })
        }))
    };
    let points = groups.map(move |territory| {
        let TerritoryRecords { records, reported_addresses: only } = territory?;
        let elections = records.iter().map(|record| &*record.election);
        let lineage = with_lineage.then(|| LineageIndex::load(snapshot, elections)).transpose()?;
        let options = SeriesOptions { lineage: options.lineage.or(lineage.as_ref()), ..options };
        let points = measure_records(&records, measures, &options).points;
        Ok(points
            .into_iter()
            .filter(move |point| only.as_ref().is_none_or(|only| only.contains(&point.address))))
    });
    Ok(points.flat_map(|points: Result<_>| match points {
        Ok(points) => points.map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }))
}

/// Elections of one territory.
struct TerritoryRecords {
    records: Vec<Record>,
    /// Addresses of the elections to report. The other elections, which are recorded under other
    /// names of the territory, serve only for comparison. They are reported under those names.
    reported_addresses: Option<HashSet<String>>,
}

/// Groups the elections of the archive by the name of the territory in their records.
fn group_by_territory(
    snapshot: &Snapshot,
    filter: Filter,
) -> Result<impl Iterator<Item = Result<TerritoryRecords>>> {
    let mut records = snapshot.records(&filter)?.peekable();
    Ok(iter::from_fn(move || {
        let first = match records.next()? {
            Ok(first) => first,
            Err(error) => return Some(Err(error)),
        };
        let country = country_slug(&first);
        let mut all = vec![first];
        // A record without a territory forms a group of its own.
        let is_next = |next: &Result<Record>| {
            next.as_ref().is_ok_and(|next| country.is_some() && country_slug(next) == country)
        };
        while let Some(Ok(next)) = records.next_if(is_next) {
            all.push(next);
        }
        Some(with_other_names(snapshot, country.as_deref(), all, &filter))
    }))
}

/// Adds the elections recorded under other names of the territory.
fn with_other_names(
    snapshot: &Snapshot,
    country: Option<&str>,
    records: Vec<Record>,
    filter: &Filter,
) -> Result<TerritoryRecords> {
    let country = match country {
        Some(country) if snapshot.has_other_names(country)? => country,
        _ => return Ok(TerritoryRecords { records, reported_addresses: None }),
    };
    let only = records.into_iter().map(|record| record.address).collect();
    let filter = filter.clone().country(country);
    Ok(TerritoryRecords { records: snapshot.list(&filter)?, reported_addresses: Some(only) })
}

fn country_slug(record: &Record) -> Option<String> {
    record.election.country.as_deref().map(slug).filter(|country| !country.is_empty())
}

fn swing_pair(
    measures: &[Measure],
    contest: &Contest,
    earlier: Option<&(&Contest, Vec<ContenderGroup>)>,
    options: &measure::MeasureOptions,
) -> Option<SwingPair> {
    let (before, groups) = earlier.filter(|_| measures.iter().any(|measure| measure.is_swing()))?;
    let [to, from] = measure::two_largest(before, contest, groups, options)?.map(|group| {
        let names = group.after.iter().filter_map(|at| contest.contenders.get(*at));
        names.map(|one| one.name().into_owned()).collect::<Vec<_>>().join(" + ")
    });
    Some(SwingPair { to, from })
}
