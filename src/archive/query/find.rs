//! Finds people, parties, titles and other names in records, by their words.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::resolve::MAX_SUGGESTIONS;
use crate::archive::Snapshot;
use crate::index::{NameNumbers, NamePosting, SegmentName, SummaryRow, last_postings};
use crate::model::{NameKind, NameQuery, QueryTerm};
use crate::{Error, Result};

/// Which names [`Snapshot::find`] returns.
///
/// ```
/// use hustings::archive::FindOptions;
/// use hustings::model::NameKind;
/// let options = FindOptions::default().kind(NameKind::Party).country("Italy").limit(5);
/// assert_eq!(options, options.clone());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindOptions {
    kinds: Vec<NameKind>,
    country: Option<String>,
    limit: Option<usize>,
    max_addresses: Option<usize>,
}

impl FindOptions {
    /// Returns only names of this kind, and of those added before.
    #[must_use]
    pub fn kind(mut self, kind: NameKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Counts only the elections of a territory, by any of its names.
    #[must_use]
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// Returns at most this many names. By default, all are returned.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Returns at most this many addresses of elections for each name. By default, all are returned.
    #[must_use]
    pub fn max_addresses(mut self, max_addresses: usize) -> Self {
        self.max_addresses = Some(max_addresses);
        self
    }
}

/// A name in the current records of an archive, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FoundName {
    /// What the name is the name of.
    pub kind: NameKind,
    /// The name, as the records write it.
    pub name: String,
    /// Number of elections whose records have the name.
    pub elections: u64,
    /// Year of the first of these elections, if any of them has a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_year: Option<i32>,
    /// Year of the last of these elections, if any of them has a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_year: Option<i32>,
    /// Addresses of the elections, the latest first.
    pub addresses: Vec<String>,
}

/// The names that a search found. Iterating reads the elections of one name at a time.
#[derive(Debug)]
pub struct FoundNames<'s> {
    snapshot: &'s Snapshot,
    total: usize,
    /// The names up to the limit, in order.
    matches: Vec<NameMatch>,
    max_addresses: usize,
}

impl FoundNames<'_> {
    /// Returns the number of names that were found, including those beyond the limit.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Returns an iterator over the names up to the limit: first those that consist of the words
    /// alone, then by number of elections.
    pub fn iter(&self) -> impl Iterator<Item = Result<FoundName>> + use<'_> {
        self.matches.iter().map(|found| self.read(found))
    }

    fn read(&self, found: &NameMatch) -> Result<FoundName> {
        let mut elections = found.elections.clone();
        elections.sort_unstable_by_key(|(id, year)| Reverse((*year, *id)));
        let mut addresses = Vec::new();
        for (id, _) in elections.iter().take(self.max_addresses) {
            addresses.extend(self.snapshot.listing(*id)?.map(|listing| listing.address.clone()));
        }
        let years = || elections.iter().filter_map(|(_, year)| *year);
        Ok(FoundName {
            kind: found.kind,
            name: found.name.clone(),
            elections: elections.len() as u64,
            first_year: years().min(),
            last_year: years().max(),
            addresses,
        })
    }
}

/// A name, and the ids and years of its elections.
#[derive(Debug, Clone)]
struct NameMatch {
    kind: NameKind,
    name: String,
    is_whole: bool,
    elections: Vec<(u64, Option<i32>)>,
}

impl Snapshot {
    /// Finds the names in current records that have all of these words, whatever their case and
    /// accents. A word that ends with `*` finds all words that begin with it.
    ///
    /// Every election has the names in its current version, and in the latest version of each of its
    /// sources.
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::FindOptions;
    /// # let folder = std::env::temp_dir().join("hustings-example-find");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles"])?;
    /// let snapshot = archive.snapshot();
    /// let found = snapshot.find("SAHAKYAN", &FindOptions::default())?;
    /// let first = found.iter().next().transpose()?;
    /// assert_eq!(first.map(|found| found.name).as_deref(), Some("Bako Sahakyan"));
    /// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the store cannot be read, when `words` has no letter or digit, when the territory is
    /// unknown, or when the snapshot selects versions by a date of the sources.
    pub fn find(&self, words: &str, options: &FindOptions) -> Result<FoundNames<'_>> {
        let query = NameQuery::parse(words);
        if query.terms.is_empty() {
            let problem = format!("expected a word, found '{words}'");
            return Err(Error::InvalidArgument { argument: "words", problem });
        }
        self.ensure_current()?;
        let mut matches = self.matches(&query, options)?;
        let total = matches.len();
        let order = |found: &NameMatch| (!found.is_whole, Reverse(found.elections.len()));
        let compare = |one: &NameMatch, other: &NameMatch| {
            let names = || (one.kind, &one.name).cmp(&(other.kind, &other.name));
            order(one).cmp(&order(other)).then_with(names)
        };
        if let Some(limit) = options.limit.filter(|limit| *limit < total) {
            matches.select_nth_unstable_by(limit, compare);
            matches.truncate(limit);
        }
        matches.sort_unstable_by(compare);
        let max_addresses = options.max_addresses.unwrap_or(usize::MAX);
        Ok(FoundNames { snapshot: self, total, matches, max_addresses })
    }

    /// Returns names that resemble a search which found nothing, the most similar first: names with
    /// words that begin with one of the words or differ from it in one or two letters, or else names
    /// that lack one of the words.
    ///
    /// # Errors
    /// As [`Snapshot::find`].
    pub fn similar_names(&self, words: &str, options: &FindOptions) -> Result<Vec<String>> {
        self.ensure_current()?;
        let terms = NameQuery::parse(words).terms;
        // The queries with similar words in place of unknown ones.
        let mut queries: Vec<Vec<QueryTerm>> = vec![Vec::new()];
        let mut known = Vec::new();
        for term in &terms {
            let choices = if self.term_numbers(term)?.is_empty() {
                let word = term.alternatives.last().map(|words| words.concat());
                self.similar_words(&word.unwrap_or_default())?.into_iter().map(word_term).collect()
            } else {
                known.push(term.clone());
                vec![term.clone()]
            };
            let extended = choices.iter().flat_map(|choice| {
                queries
                    .iter()
                    .map(move |before| [before.as_slice(), std::slice::from_ref(choice)].concat())
            });
            queries = extended.take(MAX_SIMILAR_QUERIES).collect();
        }
        let mut similar = Vec::new();
        if known.len() < terms.len() {
            self.add_similar(queries, options, &mut similar)?;
        }
        if similar.is_empty() {
            // The queries without one of the words.
            let is_every_word_known = known.len() == terms.len();
            let without = (0..known.len()).filter(|_| is_every_word_known).map(|left_out| {
                let kept = known.iter().enumerate().filter(|(at, _)| *at != left_out);
                kept.map(|(_, term)| term.clone()).collect()
            });
            let mut queries: Vec<Vec<QueryTerm>> = without.take(MAX_SIMILAR_QUERIES).collect();
            if !is_every_word_known {
                queries.push(known.clone());
            }
            self.add_similar(queries, options, &mut similar)?;
        }
        similar.truncate(MAX_SUGGESTIONS);
        Ok(similar)
    }

    /// Adds the names that match queries, those of the most elections first.
    fn add_similar(
        &self,
        queries: Vec<Vec<QueryTerm>>,
        options: &FindOptions,
        similar: &mut Vec<String>,
    ) -> Result<()> {
        for terms in queries.into_iter().filter(|terms| !terms.is_empty()) {
            let mut found = self.matches(&NameQuery::from_terms(terms), options)?;
            found.sort_by_cached_key(|found| (Reverse(found.elections.len()), found.name.clone()));
            for NameMatch { name, .. } in found.into_iter().take(MAX_SUGGESTIONS) {
                if !similar.contains(&name) {
                    similar.push(name);
                }
            }
        }
        Ok(())
    }

    /// Checks that the snapshot shows the latest versions, whose names the index has.
    fn ensure_current(&self) -> Result<()> {
        match self.source_date() {
            None => Ok(()),
            Some(date) => {
                let problem =
                    format!("expected a state of the archive, found a date of the sources, {date}");
                Err(Error::InvalidArgument { argument: "as of", problem })
            }
        }
    }

    /// Returns the names that match a query, in any order.
    fn matches(&self, query: &NameQuery, options: &FindOptions) -> Result<Vec<NameMatch>> {
        let elections = options.country.as_ref().map(|country| self.territory_ids(country));
        let elections = elections.transpose()?;
        let mut numbers: Option<NameNumbers> = None;
        for term in &query.terms {
            let of_term = self.term_numbers(term)?;
            numbers = Some(match numbers {
                None => of_term,
                Some(before) => intersect(before, &of_term),
            });
        }
        let numbers = numbers.unwrap_or_default();
        let is_in_one_segment = numbers.len() == 1;
        let mut all: Vec<SegmentName> = Vec::new();
        for (import, numbers) in &numbers {
            self.view().read_names(*import, numbers, &mut |row| {
                let is_kind = options.kinds.is_empty() || options.kinds.contains(&row.kind);
                if is_kind && query.has_verified_runs(row.name) {
                    all.push((row.kind, row.name.to_owned(), row.postings()?));
                }
                Ok(())
            })?;
        }
        if !is_in_one_segment {
            all = combine_segments(all);
        }
        let mut matches = Vec::with_capacity(all.len());
        for (kind, name, postings) in all {
            let elections: Vec<(u64, Option<i32>)> = postings
                .into_iter()
                .filter_map(|(id, posting)| match posting {
                    NamePosting::Added(year) => Some((id, year)),
                    NamePosting::Removed => None,
                })
                .filter(|(id, _)| elections.as_ref().is_none_or(|ids| ids.contains(id)))
                .collect();
            if !elections.is_empty() {
                let is_whole = query.is_whole_name(&name);
                matches.push(NameMatch { kind, name, is_whole, elections });
            }
        }
        Ok(matches)
    }

    /// Returns the names that match a term.
    fn term_numbers(&self, term: &QueryTerm) -> Result<NameNumbers> {
        let mut all = NameNumbers::new();
        for words in &term.alternatives {
            let mut numbers: Option<NameNumbers> = None;
            for (at, word) in words.iter().enumerate() {
                let is_prefix = term.is_prefix && at + 1 == words.len();
                let of_word = self.view().names_with_word(word, is_prefix)?;
                numbers = Some(match numbers {
                    None => of_word,
                    Some(before) => intersect(before, &of_word),
                });
            }
            for (import, more) in numbers.unwrap_or_default() {
                let numbers: &mut Vec<u32> = all.entry(import).or_default();
                let is_first = numbers.is_empty();
                numbers.extend(more);
                if !is_first {
                    numbers.sort_unstable();
                    numbers.dedup();
                }
            }
        }
        Ok(all)
    }

    /// Returns the ids of the elections of a territory.
    fn territory_ids(&self, country: &str) -> Result<HashSet<u64>> {
        self.ensure_territory(country)?;
        let rows: Vec<SummaryRow> = self.rows_in_territory(country)?;
        Ok(rows.iter().map(SummaryRow::id).collect())
    }

    /// Returns the words of the index that are most similar to a word that it lacks.
    fn similar_words(&self, word: &str) -> Result<Vec<String>> {
        let length = word.chars().count();
        let max_distance = match length {
            0..=2 => 0,
            3..=5 => 1,
            _ => 2,
        };
        let mut similar: BTreeSet<(usize, String)> = BTreeSet::new();
        self.view().for_each_name_word(&mut |other| {
            let is_longer = length >= MIN_PREFIX_CHARS && other.starts_with(word);
            let is_near = other.chars().count().abs_diff(length) <= max_distance;
            let distance = match (is_longer, is_near) {
                (true, _) => 1,
                (false, true) => strsim::osa_distance(word, other),
                (false, false) => return,
            };
            if distance <= max_distance.max(usize::from(is_longer)) {
                similar.insert((distance, other.to_owned()));
                if similar.len() > MAX_SUGGESTIONS {
                    similar.pop_last();
                }
            }
        })?;
        Ok(similar.into_iter().map(|(_, word)| word).collect())
    }
}

/// Minimum length of a word whose continuations are suggested, in characters.
const MIN_PREFIX_CHARS: usize = 3;

/// Maximum number of queries that a search for similar names tries.
const MAX_SIMILAR_QUERIES: usize = 10;

fn word_term(word: String) -> QueryTerm {
    QueryTerm { alternatives: vec![vec![word]], is_prefix: false }
}

/// Returns the names that are in both.
fn intersect(mut one: NameNumbers, other: &NameNumbers) -> NameNumbers {
    one.retain(|import, numbers| {
        let Some(others) = other.get(import) else { return false };
        let mut others = others.iter().peekable();
        numbers.retain(|number| {
            while others.next_if(|other| *other < number).is_some() {}
            others.peek() == Some(&number)
        });
        !numbers.is_empty()
    });
    one
}

/// Combines the names of several segments, which are in the order of their imports.
fn combine_segments(mut all: Vec<SegmentName>) -> Vec<SegmentName> {
    // The sort is stable, and each segment is sorted.
    all.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    let mut combined: Vec<SegmentName> = Vec::new();
    for (kind, name, mut postings) in all {
        match combined.last_mut() {
            Some((last_kind, last_name, last)) if (*last_kind, &*last_name) == (kind, &name) => {
                last.append(&mut postings);
            }
            _ => combined.push((kind, name, postings)),
        }
    }
    for (_, _, postings) in &mut combined {
        *postings = last_postings(std::mem::take(postings));
    }
    combined
}
