//! Comparison of named values.

use std::borrow::Cow;
use std::collections::HashMap;

use super::change::{Change, ChangeKind, ChangeValue, ChangedValue, Delta};
use super::movement::count_delta;
use crate::model::Decimal;

/// Value to compare.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldValue<'a> {
    Text(Cow<'a, str>),
    Count(u64),
    Decimal(Decimal),
    /// A value with its own text form.
    Typed(Cow<'a, str>, ChangeValue),
    /// Values of several contenders that correspond to one on the other side.
    Combined(Vec<FieldValue<'a>>),
}

impl FieldValue<'_> {
    /// Returns the value itself, or the sum of several. `None` if the parts are not numbers of one
    /// kind.
    pub(super) fn total(&self) -> Option<Cow<'_, Self>> {
        let Self::Combined(parts) = self else { return Some(Cow::Borrowed(self)) };
        let mut parts = parts.iter().cloned();
        let first = parts.next()?;
        let total = parts.try_fold(first, |sum, part| match (sum, part) {
            (Self::Count(sum), Self::Count(part)) => sum.checked_add(part).map(Self::Count),
            (Self::Decimal(sum), Self::Decimal(part)) => sum.checked_add(part).map(Self::Decimal),
            _ => None,
        });
        total.map(Cow::Owned)
    }

    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Text(text) | Self::Typed(text, _) => text.as_ref().to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Decimal(decimal) => decimal.text(),
            Self::Combined(parts) => {
                parts.iter().map(Self::to_text).collect::<Vec<_>>().join(" + ")
            }
        }
    }

    /// Returns the value by type.
    pub(super) fn to_value(&self) -> ChangeValue {
        match self {
            Self::Text(text) => ChangeValue::Text(text.as_ref().to_owned()),
            Self::Count(count) => ChangeValue::Count(*count),
            Self::Decimal(decimal) => ChangeValue::Decimal(*decimal),
            Self::Typed(_, value) => value.clone(),
            Self::Combined(parts) => match self.total().as_deref() {
                Some(total) if !matches!(total, Self::Combined(_)) => total.to_value(),
                _ => ChangeValue::List(parts.iter().map(Self::to_value).collect()),
            },
        }
    }

    pub(super) fn to_changed(&self) -> ChangedValue {
        ChangedValue { text: self.to_text(), value: self.to_value() }
    }
}

/// A value with its name.
pub(super) type NamedValue<'a> = (Cow<'a, str>, FieldValue<'a>);

/// Maximum number of values that are searched linearly. More values are put into a map.
const MAX_LINEAR_SEARCH: usize = 24;

/// Values of one side, searchable by name.
struct FieldIndex<'f> {
    values: &'f [NamedValue<'f>],
    /// Index of each value by name, if there are more than [`MAX_LINEAR_SEARCH`].
    positions: Option<HashMap<&'f str, usize>>,
}

impl<'f> FieldIndex<'f> {
    fn new(values: &'f [NamedValue<'_>]) -> Self {
        let many = values.len() > MAX_LINEAR_SEARCH;
        let positions = || values.iter().enumerate().map(|(at, (name, _))| (name.as_ref(), at));
        Self { values, positions: many.then(|| positions().collect()) }
    }

    /// Finds a value by name. Tries the position on the other side first, since it is usually the
    /// same.
    fn find(&self, name: &str, hint: usize) -> Option<&'f FieldValue<'f>> {
        let has_name = |named: &&NamedValue<'_>| named.0 == name;
        let found = self.values.get(hint).filter(has_name).or_else(|| match &self.positions {
            Some(places) => self.values.get(*places.get(name)?),
            None => self.values.iter().find(has_name),
        });
        found.map(|(_, value)| value)
    }
}

/// Makes names unique: the second value with the same name gets the suffix "#2", and so on.
pub(super) fn make_names_unique(values: &mut [NamedValue<'_>]) {
    let append_suffix = |name: &mut Cow<'_, str>, earlier: usize| {
        if earlier > 0 {
            *name = Cow::Owned(format!("{name} #{}", earlier + 1));
        }
    };
    if values.len() <= MAX_LINEAR_SEARCH {
        // Proceeds from the last value, because a numbered name no longer equals the original.
        for at in (1..values.len()).rev() {
            let (earlier, rest) = values.split_at_mut(at);
            let name = &mut rest[0].0;
            append_suffix(name, earlier.iter().filter(|(other, _)| other == name).count());
        }
        return;
    }
    let mut occurrences: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for (name, _) in values {
        let count = occurrences.entry(name.clone()).or_default();
        append_suffix(name, *count);
        *count += 1;
    }
}

/// Returns every change from one side to the other.
pub(super) fn compare<'f>(
    before: &'f [NamedValue<'_>],
    after: &'f [NamedValue<'_>],
) -> impl Iterator<Item = Change> + use<'f> {
    let (old, new) = (FieldIndex::new(before), FieldIndex::new(after));
    let kept = after.iter().enumerate();
    let kept =
        kept.filter_map(move |(at, (name, value))| change(name, old.find(name, at), Some(value)));
    let gone = before.iter().enumerate();
    let gone = gone.filter(move |(at, (name, _))| new.find(name, *at).is_none());
    kept.chain(gone.filter_map(|(_, (name, value))| change(name, Some(value), None)))
}

fn change(
    field: &str,
    before: Option<&FieldValue<'_>>,
    after: Option<&FieldValue<'_>>,
) -> Option<Change> {
    let (old, new) = (before.and_then(FieldValue::total), after.and_then(FieldValue::total));
    if old == new {
        return None;
    }
    let (kind, delta) = match (old.as_deref(), new.as_deref()) {
        (None, _) => (ChangeKind::Added, None),
        (_, None) => (ChangeKind::Removed, None),
        (Some(FieldValue::Decimal(one)), Some(FieldValue::Decimal(other)))
            if one.agrees_with(*other) =>
        {
            (ChangeKind::Precision, None)
        }
        (Some(one), Some(other)) => (ChangeKind::Changed, delta(one, other)),
    };
    let [before, after] = [before, after].map(|value| value.map(FieldValue::to_changed));
    Some(Change { kind, before, after, delta, ..Change::new(field) })
}

fn delta(before: &FieldValue<'_>, after: &FieldValue<'_>) -> Option<Delta> {
    match (before, after) {
        (FieldValue::Count(one), FieldValue::Count(other)) => {
            count_delta(*one, *other).map(Delta::Count)
        }
        (FieldValue::Decimal(one), FieldValue::Decimal(other)) => {
            other.checked_sub(*one).map(Delta::Points)
        }
        _ => None,
    }
}
