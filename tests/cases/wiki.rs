//! Wikitext and rendered boxes: templates, names, notes, dates, second boxes, and what is not read.

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

/// An election of a rendered box with these lines.
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

/// What was not understood: "party1: Unity<br>Labour: expected one name".
fn unparsed_fields(election: &Election) -> Vec<String> {
    kept_fields(election)
        .map(|field| format!("{}: {}: {}", field.label, field.text, field.reason))
        .collect()
}

/// What is kept of one value of a parameter, and nothing else of it is read.
fn unparsed_reason(parameter: &str, value: &str) -> String {
    let election = page(&format!("|{parameter}={value}"));
    assert!(election.contests.is_empty(), "{parameter} = {value}: {:?}", election.contests);
    assert!(election.previous.is_none() && election.next.is_none() && election.dates.is_empty());
    assert_eq!(election.unparsed.len(), 1, "{parameter} = {value}: {:?}", election.unparsed);
    election.unparsed[0].reason.to_string()
}
