//! Compares what one source stated about an election at two times: title, date, links and the rest.

use crate::Result;
use crate::index::StateView;
use crate::model::{Election, ElectionChangeKind, Link, fold};

/// How two records of one source differ.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RecordChange {
    /// The kinds of changes, each once. Minor kinds occur alone.
    pub(crate) kinds: Vec<ElectionChangeKind>,
    /// The title before and after, if it changed.
    pub(crate) title: Option<[String; 2]>,
    /// Titles in links, before and after, that name the same election.
    pub(crate) links: Vec<[String; 2]>,
    /// The records. The first has the title and the renamed links of the second.
    pub(crate) records: [Election; 2],
}

impl RecordChange {
    /// Compares two records. Returns `None` if they are equal.
    pub(crate) fn between(
        view: &StateView<'_>,
        before: Election,
        after: Election,
    ) -> Result<Option<Self>> {
        if before == after {
            return Ok(None);
        }
        let mut change = Self::default();
        let mut aligned = before;
        if aligned.is_same_record(&after) {
            change.kinds.push(ElectionChangeKind::SameRecord);
            change.records = [aligned, after];
            return Ok(Some(change));
        }
        if aligned.title != after.title {
            change.kinds.push(ElectionChangeKind::Renamed);
            change.title = Some([aligned.title.clone(), after.title.clone()]);
            aligned.title.clone_from(&after.title);
        }
        change.links = align_links(view, &mut aligned, &after)?;
        // Whether a value was stated or inferred from the title is not a value.
        aligned.inferred.clone_from(&after.inferred);
        if !aligned.is_same_record(&after) {
            change.kinds.extend(value_kinds(&aligned, &after));
        }
        if change.kinds.is_empty() {
            let has_links = !change.links.is_empty();
            change.kinds.push(match has_links {
                true => ElectionChangeKind::LinksRenamed,
                false => ElectionChangeKind::SameRecord,
            });
        }
        change.records = [aligned, after];
        Ok(Some(change))
    }
}

/// Returns whether two records, which differ in more than title and links, differ in place or date,
/// in other values, or in both.
fn value_kinds(before: &Election, after: &Election) -> Vec<ElectionChangeKind> {
    let mut moved = before.clone();
    moved.country.clone_from(&after.country);
    moved.year = after.year;
    moved.dates.clone_from(&after.dates);
    let mut kinds = Vec::new();
    if moved != *before {
        kinds.push(ElectionChangeKind::Moved);
    }
    if !moved.is_same_record(after) {
        kinds.push(ElectionChangeKind::Corrected);
    }
    kinds
}

/// Gives `before` the links of `after` that name the same election by another title. Returns these
/// titles, before and after.
fn align_links(
    view: &StateView<'_>,
    before: &mut Election,
    after: &Election,
) -> Result<Vec<[String; 2]>> {
    let mut renamed = Vec::new();
    let mut align = |own: &mut Option<Link>, other: &Option<Link>| -> Result<()> {
        let (Some(link), Some(new_link)) = (&*own, other) else { return Ok(()) };
        let (Some(title), Some(new_title)) = (&link.title, &new_link.title) else { return Ok(()) };
        if fold(title) == fold(new_title) {
            return Ok(());
        }
        let election = |title: &str| -> Result<Option<u64>> {
            Ok(view.find_by_title(title)?.map(|(id, _)| id))
        };
        // A source that identifies the elections that it links to has renamed this one.
        let is_same = match (&link.id, &new_link.id) {
            (Some(id), Some(new_id)) => id == new_id,
            _ => {
                let (target, new_target) = (election(title)?, election(new_title)?);
                target.is_some() && target == new_target
            }
        };
        if is_same {
            renamed.push([title.clone(), new_title.clone()]);
            *own = Some(new_link.clone());
        }
        Ok(())
    };
    align(&mut before.previous, &after.previous)?;
    align(&mut before.next, &after.next)?;
    if before.contests.len() == after.contests.len() {
        for (contest, new_contest) in before.contests.iter_mut().zip(&after.contests) {
            align(&mut contest.previous, &new_contest.previous)?;
            align(&mut contest.next, &new_contest.next)?;
        }
    }
    Ok(renamed)
}
