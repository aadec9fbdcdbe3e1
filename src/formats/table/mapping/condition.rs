//! Conditions on the cells of a row: in `when`, `until` and `[[rows]]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pattern::Pattern;

/// Conditions by column, all of which must hold.
pub(crate) type Conditions = BTreeMap<String, Condition>;

/// A condition on the cell of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Condition {
    /// The cell has this text.
    Equals(String),
    /// The cell has one of these texts.
    In(Vec<String>),
    /// The cell passes all of these tests.
    Test(Box<CellTest>),
}

/// Tests of a cell. A test that is not stated holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CellTest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) r#in: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) matches: Option<Pattern>,
    /// Whether the cell is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) empty: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not: Option<Condition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) above: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) below: Option<i64>,
}

impl Condition {
    /// Returns whether the condition holds for a cell. `is_null` states whether the text of the
    /// cell stands for an unknown value.
    pub(crate) fn holds(&self, text: &str, is_null: bool) -> bool {
        let equals = |wanted: &String| wanted == text || wanted.is_empty() && is_null;
        match self {
            Self::Equals(wanted) => equals(wanted),
            Self::In(wanted) => wanted.iter().any(equals),
            Self::Test(test) => {
                test.r#in.as_ref().is_none_or(|wanted| wanted.iter().any(equals))
                    && test.matches.as_ref().is_none_or(|pattern| pattern.is_match(text))
                    && test.empty.is_none_or(|empty| empty == is_null)
                    && test.not.as_ref().is_none_or(|not| !not.holds(text, is_null))
                    && test
                        .above
                        .is_none_or(|limit| is_number(text, |number| number > limit as f64))
                    && test
                        .below
                        .is_none_or(|limit| is_number(text, |number| number < limit as f64))
            }
        }
    }
}

/// Returns whether a text is a number that passes a test. Spaces between digits, and a comma or a
/// point before groups of three digits, are separators.
fn is_number(text: &str, test: impl Fn(f64) -> bool) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '%').collect();
    let is_grouped = |sign: char| {
        let mut groups = plain.split(sign).skip(1).peekable();
        groups.peek().is_some() && groups.all(|group| group.len() == 3)
    };
    let plain = match (is_grouped(','), is_grouped('.')) {
        (true, _) => plain.replace(',', ""),
        (_, true) => plain.replace('.', ""),
        _ => plain.replace(',', "."),
    };
    plain.parse().is_ok_and(test)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_test_texts_numbers_and_null() {
        let test = |test: CellTest| Condition::Test(Box::new(test));
        let matches = Pattern::parse("^(Tot|Sum)").ok();
        let total = test(CellTest { matches, ..CellTest::default() });
        let not = test(CellTest { not: Some(total.clone()), ..CellTest::default() });
        assert!(total.holds("Total", false) && !not.holds("Total", false));
        assert!(Condition::Equals(String::new()).holds("NA", true));
        assert!(Condition::In(vec!["a".to_owned(), "b".to_owned()]).holds("b", false));
        assert!(test(CellTest { empty: Some(true), ..CellTest::default() }).holds("-", true));
        let above = test(CellTest { above: Some(999), ..CellTest::default() });
        let found =
            ["1,234", "1.234", "1 234", "999", "-", "12,5"].map(|text| above.holds(text, false));
        assert_eq!(found, [true, true, true, false, false, false]);
    }
}
