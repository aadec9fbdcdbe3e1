//! The sums over areas that a table makes: which areas belong to which sum, and what excludes one.

use std::collections::{HashMap, HashSet};

use super::area_rows::RecordKey;
use super::area_sum::SumBuilder;
use super::election;
use super::election_rows::ElectionRows;
use super::errors::cell_error;
use super::mapping::{AreaColumns, Mapping, RecordArea};
use super::report::RowNote;
use super::rows::Row;
use super::sum_parts::SumBy;
use crate::ParseError;
use crate::model::{Contest, Election, TotalCertainty};

/// Keys of records with smaller areas in the table.
pub(super) struct LargerAreas(HashSet<RecordKey>);

impl LargerAreas {
    pub(super) fn new<'k>(keys: impl IntoIterator<Item = &'k RecordKey>) -> Self {
        let mut larger = HashSet::new();
        for key in keys {
            for depth in (0..key.path.len()).rev() {
                // The areas around an area that is known are known too.
                if !larger.insert(key.within(depth)) {
                    break;
                }
            }
        }
        Self(larger)
    }

    /// Returns whether the table has areas within this one.
    pub(super) fn contains(&self, key: &RecordKey) -> bool {
        self.0.contains(key)
    }
}

/// A sum under construction.
pub(super) struct PendingSum<'a> {
    pub(super) key: RecordKey,
    builder: SumBuilder,
    by: SumBy,
    /// Rows of the areas.
    pub(super) rows: Vec<&'a Row>,
    /// Lengths of the paths of the areas.
    depths: HashSet<usize>,
    /// What excludes the sum, and the row that shows it.
    pub(super) refused: Option<(String, &'a Row)>,
}

impl<'a> PendingSum<'a> {
    fn new(mapping: &Mapping, key: RecordKey, election: Option<&Election>) -> Self {
        let (columns, contender) = (mapping.area.as_ref(), &mapping.contender);
        let kind = election.and_then(|election| election.kind.as_ref());
        let stated = columns.and_then(|columns| columns.by.as_deref());
        let (has_party, has_person) = (contender.party.is_some(), contender.person.is_some());
        let by = SumBy::new(stated, has_party, has_person, kind);
        let seats = columns.and_then(|columns| columns.seats);
        let builder = SumBuilder::new(by.clone(), seats);
        let (rows, depths) = Default::default();
        Self { key, builder, by, rows, depths, refused: None }
    }

    /// Returns the name of the area of the sum.
    pub(super) fn name(&self) -> String {
        if self.key.path.is_empty() { "the country".to_owned() } else { self.key.path.join(", ") }
    }

    /// Adds an area. What excludes it excludes the sum.
    fn add(&mut self, key: &RecordKey, rows: &[&'a Row], added: Result<&Election, &str>) {
        self.depths.insert(key.path.len());
        self.rows.extend(rows);
        let added = added.map_err(str::to_owned).and_then(|election| self.builder.add(election));
        if let (Err(problem), None, Some(row)) = (added, &self.refused, rows.first()) {
            self.refused = Some((problem, row));
        }
    }

    /// Completes a record with the sum: as its contest, or beside the figures that rows of the
    /// larger area state. Returns notes on what the sum leaves out.
    pub(super) fn complete(
        self,
        mapping: &Mapping,
        is_stated: bool,
        election: &mut Election,
    ) -> Vec<(RowNote, String)> {
        let levels = mapping.area.as_ref().map_or(&[][..], |columns| &columns.levels);
        let mut depths = self.depths.iter().map(|depth| levels.get(depth.saturating_sub(1)));
        let level = match (depths.next(), depths.next()) {
            (Some(level), None) => level.cloned(),
            _ => None,
        };
        let contest = if is_stated {
            Contest { kind: election.kind.clone(), ..Contest::default() }
        } else {
            election.contests.pop().unwrap_or_default()
        };
        let (sum, mut notes) = self.builder.finish(level, contest);
        let contests = if is_stated { &mut election.results } else { &mut election.contests };
        contests.push(sum);
        let is_default = mapping.area.as_ref().is_some_and(|columns| columns.by.is_none());
        if is_default && mapping.contender.party.is_some() && mapping.contender.person.is_some() {
            let by = if self.by == SumBy::Person { "person" } else { "party" };
            notes.push((RowNote::SumByDefault(by), String::new()));
        }
        notes
    }
}

/// The sums of a table.
pub(super) struct PendingSums<'a> {
    mapping: &'a Mapping,
    /// Depths of the levels that are summed.
    depths: Vec<usize>,
    indices: HashMap<RecordKey, usize>,
    sums: Vec<PendingSum<'a>>,
}

impl<'a> PendingSums<'a> {
    pub(super) fn new(mapping: &'a Mapping) -> Self {
        let depths = mapping.area.as_ref().map(AreaColumns::sum_depths).unwrap_or_default();
        Self { mapping, depths, indices: HashMap::new(), sums: Vec::new() }
    }

    /// Returns whether records of this level are sums.
    pub(super) fn has_level(&self, key: &RecordKey) -> bool {
        self.depths.contains(&key.path.len())
    }

    /// Adds an area to the sums of the larger areas around it, or excludes these sums.
    pub(super) fn add(
        &mut self,
        key: &RecordKey,
        rows: &[&'a Row],
        added: Result<&Election, &str>,
    ) {
        for depth in self.depths.iter().filter(|depth| **depth < key.path.len()) {
            let larger = key.within(*depth);
            let sums = &mut self.sums;
            let at = *self.indices.entry(larger.clone()).or_insert_with(|| {
                sums.push(PendingSum::new(self.mapping, larger, added.ok()));
                sums.len() - 1
            });
            if let Some(sum) = self.sums.get_mut(at) {
                sum.add(key, rows, added);
            }
        }
    }

    /// Returns the sums, in the order of their first areas, each as soon as all rows are added.
    pub(super) fn into_sums(self) -> impl Iterator<Item = PendingSum<'a>> {
        self.sums.into_iter()
    }
}

/// Returns what excludes an area from sums because of its level; a warning if it is added.
pub(super) fn level_problem(mapping: &Mapping, key: &RecordKey) -> Option<Result<String, String>> {
    let columns = mapping.area.as_ref().filter(|columns| !columns.sum.is_empty())?;
    let name = key.path.last()?;
    if TotalCertainty::from_name(name) != TotalCertainty::No {
        return Some(Err(format!(
            "an area, not a total: '{name}' is called a total, and would be added to the areas (use = \"drop\" in \
             [[rows]] leaves it out, and blank cells in the path make it the total of the larger area)"
        )));
    }
    let level = columns.levels.get(key.path.len())?;
    Some(Ok(format!(
        "'{name}' has no area of the level '{level}' in the table, and is added to sums as it is"
    )))
}

/// Parses the record of a source text with a sum: the figures of the larger area if its rows are
/// there too, and the sum of its areas.
///
/// # Errors
/// When the rows of an area cannot be parsed or added.
pub(super) fn parse_with_sum(election_rows: &ElectionRows<'_>) -> Result<Election, ParseError> {
    let view = &election_rows.view;
    let mapping = view.mapping;
    let mut indices: HashMap<RecordKey, usize> = HashMap::new();
    let mut groups: Vec<(RecordKey, Vec<&Row>)> = Vec::new();
    for row in &view.rows {
        let key = RecordKey::read(view, row)?;
        let at = *indices.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((key, vec![*row])),
        }
    }
    let larger = LargerAreas::new(groups.iter().map(|(key, _)| key));
    let of_rows = |rows: &[&Row], path: &[String]| -> Result<Election, ParseError> {
        let area = Some(RecordArea { path: path.to_vec(), sum: false });
        let parsed = election::parse_election(&election_rows.with_rows(rows, area), true)?;
        Ok(parsed.election)
    };
    let mut stated = None;
    let mut sum: Option<PendingSum<'_>> = None;
    for (key, rows) in &groups {
        if key.path == election_rows.path() {
            stated = Some(of_rows(rows, &key.path)?);
        }
        if larger.contains(key) || key.path.len() <= election_rows.path().len() {
            continue;
        }
        let election = of_rows(rows, &key.path)?;
        let own = key.within(election_rows.path().len());
        let sum = sum.get_or_insert_with(|| PendingSum::new(mapping, own, Some(&election)));
        sum.add(key, rows, Ok(&election));
    }
    let is_stated = stated.is_some();
    let mut election = match stated {
        Some(election) => election,
        None => election::parse_summed_event(election_rows, true)?.election,
    };
    if let Some((problem, row)) = sum.as_mut().and_then(|sum| sum.refused.take()) {
        return Err(cell_error(view.table, Some(row), "", &problem));
    }
    if let Some(sum) = sum {
        sum.complete(mapping, is_stated, &mut election);
    }
    Ok(election)
}
