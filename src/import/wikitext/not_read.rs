//! What a page has beside its boxes that is about results and is not read: tables in wiki markup, other
//! templates of results, boxes of other names. It is reported, so that nobody takes the record for the page.

use std::collections::BTreeMap;

use super::Lines;
use super::boxes::is_other_box;
use super::tree::Node;
use crate::model::{Field, Reason, grouped};

/// Where what is not read stands, by what it is called.
type Places = BTreeMap<String, Vec<usize>>;

/// What is not read of a page, a field for each kind.
pub(super) fn fields(page: &str, nodes: &[Node<'_>], lines: &Lines) -> Vec<Field> {
    let mut found = Places::new();
    let tables = result_tables(page);
    if !tables.is_empty() {
        let kind = if tables.len() == 1 { "table of results" } else { "tables of results" };
        found.insert(kind.to_owned(), tables);
    }
    templates(nodes, &mut found);
    let mut found: Vec<(usize, String, usize)> = found
        .into_iter()
        .filter_map(|(kind, places)| Some((*places.first()?, kind, places.len())))
        .collect();
    found.sort_unstable();
    let field = |(first, kind, count): (usize, String, usize)| Field {
        label: String::new(),
        text: first_line(&page[first..]),
        reason: Reason::NotRead(format!("{} {kind}", grouped(count as u64))),
        line: Some(lines.number(first)),
    };
    found.into_iter().map(field).collect()
}

/// Enough of a text to know it by.
fn first_line(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default().trim_end();
    let cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

/// Where the tables of a page begin that seem to be of results. A table in another belongs to that.
fn result_tables(page: &str) -> Vec<usize> {
    if memchr::memmem::find(page.as_bytes(), b"{|").is_none() {
        return Vec::new();
    }
    let (mut found, mut open, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    for line in page.split_inclusive('\n') {
        let mark = line.trim_start_matches([' ', '\t', ':']);
        if mark.starts_with("{|") {
            if depth == 0 {
                open = at + (line.len() - mark.len());
            }
            depth += 1;
        } else if mark.starts_with("|}") && !mark.starts_with("|}}") && depth > 0 {
            depth -= 1;
            if depth == 0 && is_of_results(&page[open..at]) {
                found.push(open);
            }
        }
        at += line.len();
    }
    if depth > 0 && is_of_results(&page[open..]) {
        found.push(open);
    }
    found
}

/// Whether the headings of a table speak of votes or seats.
fn is_of_results(table: &str) -> bool {
    const WORDS: [&str; 10] = [
        "votes", "vote", "seats", "votos", "escaños", "voix", "sièges", "stimmen", "sitze", "voti",
    ];
    // As many bytes as headings take.
    const HEAD: usize = 2_000;
    let head = table[..table.floor_char_boundary(HEAD)].to_lowercase();
    head.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word))
}

/// Templates of results that are not read. Of those that are rows of a table, the one that begins it counts.
fn templates(nodes: &[Node<'_>], found: &mut Places) {
    for node in nodes {
        let Node::Template(template) = node else { continue };
        if let Some(kind) = kind(&template.name) {
            let places = found.entry(kind).or_default();
            let begins = template.name.contains("begin") || is_other_box(&template.name);
            if begins || places.is_empty() {
                places.push(template.at);
            }
        }
        template.arguments.iter().for_each(|argument| templates(&argument.value, found));
    }
}

/// What a template of results is called that is not read.
fn kind(name: &str) -> Option<String> {
    #[rustfmt::skip]
    const FAMILIES: [&str; 8] = [
        "election box", "election summary", "election table", "election result", "electiontable", "election row",
        "canadian election result", "canelec",
    ];
    if name == "election results" {
        return None;
    }
    let family = FAMILIES.iter().find(|family| name.starts_with(**family));
    let family = family.map(|family| format!("{{{{{}}}}}", capital(family)));
    family.or_else(|| is_other_box(name).then(|| format!("{{{{{}}}}}", capital(name))))
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::super::tree::parse;
    use super::*;

    fn said(page: &str) -> Vec<(String, String, u32)> {
        let fields = fields(page, &parse(page), &Lines::of(page)).into_iter();
        fields.map(|field| (field.reason.to_string(), field.text, field.line.unwrap())).collect()
    }

    #[test]
    fn tables_and_templates_of_results_are_found() {
        let page = "{{Infobox election}}
{| class=wikitable
! Candidate !! Votes
|-
|
{| class=inner
! Votes
|}
|}
{|
! Member || Party
|}
 {| class=second
! Seats
{{Election box begin|title=x}}
{{Election box candidate|votes=1}}
{{Election box begin}}
{{Election results|votes1=1}}
{{foo|{{Infobox referendum|yes=1}}}}";
        let line =
            |reason: &str, text: &str, line| (format!("not read: {reason}"), text.to_owned(), line);
        assert_eq!(
            said(page),
            [
                line("2 tables of results", "{| class=wikitable", 2),
                line("2 {{Election box}}", "{{Election box begin|title=x}}", 15),
                line("1 {{Infobox referendum}}", "{{Infobox referendum|yes=1}}}}", 19),
            ]
        );
        assert_eq!(said("{{Infobox election}}\n{{Ruritanian elections}}\n|}"), []);
    }
}
