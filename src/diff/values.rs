//! Named values of two sides, compared.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Change, Delta, What};
use crate::model::Decimal;

/// A value that is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Count(u64),
    Decimal(Decimal),
    /// Of several contenders that are one on the other side.
    Together(Vec<Value<'a>>),
}

impl Value<'_> {
    /// The value itself, or all of several together. None where these are not numbers of one kind.
    pub(super) fn total(&self) -> Option<Cow<'_, Self>> {
        let Self::Together(parts) = self else { return Some(Cow::Borrowed(self)) };
        let mut parts = parts.iter().cloned();
        let first = parts.next()?;
        let total = parts.try_fold(first, |sum, part| match (sum, part) {
            (Self::Count(sum), Self::Count(part)) => sum.checked_add(part).map(Self::Count),
            (Self::Decimal(sum), Self::Decimal(part)) => sum.plus(part).map(Self::Decimal),
            _ => None,
        });
        total.map(Cow::Owned)
    }

    pub(super) fn said(&self) -> String {
        match self {
            Self::Text(text) => text.as_ref().to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Decimal(number) => number.text(),
            Self::Together(parts) => parts.iter().map(Self::said).collect::<Vec<_>>().join(" + "),
        }
    }
}

/// A value and what it is called.
pub(super) type Named<'a> = (Cow<'a, str>, Value<'a>);

/// So many values are looked through faster than they are put into a map.
const FEW: usize = 24;

/// The values of a side, to be found by name.
struct Index<'f> {
    values: &'f [Named<'f>],
    /// Where each stands, if they are many.
    places: Option<HashMap<&'f str, usize>>,
}

impl<'f> Index<'f> {
    fn of(values: &'f [Named<'_>]) -> Self {
        let many = values.len() > FEW;
        let places = || values.iter().enumerate().map(|(at, (name, _))| (name.as_ref(), at));
        Self { values, places: many.then(|| places().collect()) }
    }

    /// The value with this name, which stands mostly where it does on the other side.
    fn find(&self, name: &str, near: usize) -> Option<&'f Value<'f>> {
        let is = |named: &&Named<'_>| named.0 == name;
        let found = self.values.get(near).filter(is).or_else(|| match &self.places {
            Some(places) => self.values.get(*places.get(name)?),
            None => self.values.iter().find(is),
        });
        found.map(|(_, value)| value)
    }
}

/// Names each value once: a name that stands twice keeps both values, the second with its number.
pub(super) fn number(values: &mut [Named<'_>]) {
    let with = |name: &mut Cow<'_, str>, earlier: usize| {
        if earlier > 0 {
            *name = Cow::Owned(format!("{name} #{}", earlier + 1));
        }
    };
    if values.len() <= FEW {
        // From the last, since a name with a number is no longer the same.
        for at in (1..values.len()).rev() {
            let (earlier, rest) = values.split_at_mut(at);
            let name = &mut rest[0].0;
            with(name, earlier.iter().filter(|(other, _)| other == name).count());
        }
        return;
    }
    let mut times: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for (name, _) in values {
        let times = times.entry(name.clone()).or_default();
        with(name, *times);
        *times += 1;
    }
}

/// Every change from the one side to the other.
pub(super) fn compare<'f>(
    before: &'f [Named<'_>],
    after: &'f [Named<'_>],
) -> impl Iterator<Item = Change> + use<'f> {
    let (old, new) = (Index::of(before), Index::of(after));
    let kept = after.iter().enumerate();
    let kept =
        kept.filter_map(move |(at, (name, value))| change(name, old.find(name, at), Some(value)));
    let gone = before.iter().enumerate();
    let gone = gone.filter(move |(at, (name, _))| new.find(name, *at).is_none());
    kept.chain(gone.filter_map(|(_, (name, value))| change(name, Some(value), None)))
}

fn change(field: &str, before: Option<&Value<'_>>, after: Option<&Value<'_>>) -> Option<Change> {
    let (old, new) = (before.and_then(Value::total), after.and_then(Value::total));
    if old == new {
        return None;
    }
    let (what, delta) = match (old.as_deref(), new.as_deref()) {
        (None, _) => (What::Added, None),
        (_, None) => (What::Removed, None),
        (Some(Value::Decimal(one)), Some(Value::Decimal(other))) if one.agrees_with(*other) => {
            (What::Precision, None)
        }
        (Some(one), Some(other)) => (What::Changed, delta(one, other)),
    };
    let [before, after] = [before, after].map(|value| value.map(Value::said));
    Some(Change { what, before, after, delta, ..Change::of(field) })
}

fn delta(before: &Value<'_>, after: &Value<'_>) -> Option<Delta> {
    match (before, after) {
        (Value::Count(one), Value::Count(other)) => count_between(*one, *other).map(Delta::Count),
        (Value::Decimal(one), Value::Decimal(other)) => other.minus(*one).map(Delta::Points),
        _ => None,
    }
}

/// How much more the second is than the first.
pub(super) fn count_between(one: u64, other: u64) -> Option<i64> {
    i64::try_from(i128::from(other) - i128::from(one)).ok()
}
