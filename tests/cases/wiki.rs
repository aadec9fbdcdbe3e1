//! Infoboxes of wikitext and of rendered articles: templates, names, notes, dates, second
//! infoboxes, and unparsed text.

use hustings::formats::{Format, parse};
use hustings::model::{Election, Reference};

use super::import::{Case, kept_fields, page, shared_page as shared};

#[path = "wiki/boxes.rs"]
mod boxes;
#[path = "wiki/dates.rs"]
mod dates;
#[path = "wiki/names.rs"]
mod names;
#[path = "wiki/templates.rs"]
mod templates;

/// Parses a rendered infobox with these lines.
fn article(lines: &str) -> Election {
    let text = format!("= 1901 Ruritanian general election =\n\nInfobox\n{lines}\n");
    parse(Format::Article, &text).unwrap()
}

/// A name with its page and its note: "A B <A. B.> (acting)".
fn format_name(name: &Reference) -> String {
    let page = name.target.as_ref().map(|page| format!(" <{page}>"));
    let note = name.note.as_ref().map(|note| format!(" ({note})"));
    [Some(name.name.clone()), page, note].into_iter().flatten().collect()
}

fn format_names(names: &[Reference]) -> String {
    names.iter().map(format_name).collect::<Vec<_>>().join("; ")
}

/// The unparsed fields, such as "party1: Unity<br>Labour: expected one name".
fn unparsed_fields(election: &Election) -> Vec<String> {
    kept_fields(election)
        .map(|field| format!("{}: {}: {}", field.label, field.text, field.reason))
        .collect()
}

/// Returns the reason why a value of a parameter is kept unparsed. Asserts that nothing else is
/// parsed.
fn unparsed_reason(parameter: &str, value: &str) -> String {
    let election = page(&format!("|{parameter}={value}"));
    assert!(election.contests.is_empty(), "{parameter} = {value}: {:?}", election.contests);
    assert!(election.previous.is_none() && election.next.is_none() && election.dates.is_empty());
    assert_eq!(election.unparsed.len(), 1, "{parameter} = {value}: {:?}", election.unparsed);
    election.unparsed[0].reason.to_string()
}
