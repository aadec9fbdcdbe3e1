//! Results on a page that are not parsed: tables in wiki markup, other results templates and other
//! infoboxes. They are reported, so that a record is not mistaken for the whole page.

use std::collections::BTreeMap;

use super::infoboxes::is_unsupported_infobox;
use super::line_index::LineIndex;
use super::tree::Node;
use crate::model::{UnparsedField, UnparsedReason, group_digits};

/// Offsets of unparsed results in a page, by kind.
type OffsetsByKind = BTreeMap<String, Vec<usize>>;

/// Returns the unparsed results of a page, as one field per kind.
pub(super) fn unparsed_results(
    page: &str,
    nodes: &[Node<'_>],
    lines: &LineIndex,
) -> Vec<UnparsedField> {
    let mut found = OffsetsByKind::new();
    let tables = result_tables(page);
    if !tables.is_empty() {
        let kind = if tables.len() == 1 { "table of results" } else { "tables of results" };
        found.insert(kind.to_owned(), tables);
    }
    collect_templates(nodes, &mut found);
    let mut found: Vec<(usize, String, usize)> = found
        .into_iter()
        .filter_map(|(kind, places)| Some((*places.first()?, kind, places.len())))
        .collect();
    found.sort_unstable();
    let field = |(first, kind, count): (usize, String, usize)| UnparsedField {
        label: String::new(),
        text: first_line(&page[first..]),
        reason: UnparsedReason::NotRead(format!("{} {kind}", group_digits(count as u64))),
        line: Some(lines.line_number(first)),
    };
    found.into_iter().map(field).collect()
}

/// Returns the first line of a text, shortened, to identify it.
fn first_line(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let line = text.lines().next().unwrap_or_default().trim_end();
    let cut: String = line.chars().take(MAX_CHARS).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

/// Returns the offsets of the tables that seem to contain results. A nested table counts as part of
/// the outer one.
fn result_tables(page: &str) -> Vec<usize> {
    if memchr::memmem::find(page.as_bytes(), b"{|").is_none() {
        return Vec::new();
    }
    let (mut found, mut table_start, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    for line in page.split_inclusive('\n') {
        let mark = line.trim_start_matches([' ', '\t', ':']);
        if mark.starts_with("{|") {
            if depth == 0 {
                table_start = at + (line.len() - mark.len());
            }
            depth += 1;
        } else if mark.starts_with("|}") && !mark.starts_with("|}}") && depth > 0 {
            depth -= 1;
            if depth == 0 && has_result_headings(&page[table_start..at]) {
                found.push(table_start);
            }
        }
        at += line.len();
    }
    if depth > 0 && has_result_headings(&page[table_start..]) {
        found.push(table_start);
    }
    found
}

/// Returns whether the headings of a table mention votes or seats.
fn has_result_headings(table: &str) -> bool {
    const WORDS: [&str; 10] = [
        "votes", "vote", "seats", "votos", "escaños", "voix", "sièges", "stimmen", "sitze", "voti",
    ];
    // Maximum size of the headings of a table, in bytes.
    const MAX_HEADINGS_BYTES: usize = 2_000;
    let head = table[..table.floor_char_boundary(MAX_HEADINGS_BYTES)].to_lowercase();
    head.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word))
}

/// Collects the results templates that are not parsed. If several templates form one table, only
/// the template that begins the table is counted.
fn collect_templates(nodes: &[Node<'_>], found: &mut OffsetsByKind) {
    for node in nodes {
        let Node::Template(template) = node else { continue };
        if let Some(kind) = display_name(&template.name) {
            let offsets = found.entry(kind).or_default();
            let begins = template.name.contains("begin") || is_unsupported_infobox(&template.name);
            if begins || offsets.is_empty() {
                offsets.push(template.offset);
            }
        }
        template.arguments.iter().for_each(|argument| collect_templates(&argument.value, found));
    }
}

/// Returns the display name of a results template that is not parsed, or `None` for other
/// templates.
fn display_name(name: &str) -> Option<String> {
    #[rustfmt::skip]
    const FAMILIES: [&str; 8] = [
        "election box", "election summary", "election table", "election result", "electiontable", "election row",
        "canadian election result", "canelec",
    ];
    if name == "election results" {
        return None;
    }
    let family = FAMILIES.iter().find(|family| name.starts_with(**family));
    let family = family.map(|family| format!("{{{{{}}}}}", capitalise(family)));
    family.or_else(|| is_unsupported_infobox(name).then(|| format!("{{{{{}}}}}", capitalise(name))))
}

fn capitalise(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::wikitext::tree::parse;

    fn reported(page: &str) -> Vec<(String, String, u32)> {
        let fields = unparsed_results(page, &parse(page), &LineIndex::new(page)).into_iter();
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
            reported(page),
            [
                line("2 tables of results", "{| class=wikitable", 2),
                line("2 {{Election box}}", "{{Election box begin|title=x}}", 15),
                line("1 {{Infobox referendum}}", "{{Infobox referendum|yes=1}}}}", 19),
            ]
        );
        assert_eq!(reported("{{Infobox election}}\n{{Ruritanian elections}}\n|}"), []);
    }
}
