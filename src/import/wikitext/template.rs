//! What the small templates inside of a value say.

use super::tree::{Argument, Node, Template, parse};

/// Nodes as a cell: links stay, and templates become what they say.
pub(super) fn cell(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        match node {
            Node::Text(words) => text.push_str(words),
            Node::Link(target, _) if is_file(target) => text.push_str(target),
            Node::Link(target, words) if words.contains("{{") => {
                text.extend(["[[", target, "|", &cell(&parse(words)), "]]"]);
            }
            Node::Link(target, words) if target == words => {
                text.extend(["[[", target, "]]"]);
            }
            Node::Link(target, words) => text.extend(["[[", target, "|", words, "]]"]),
            Node::Template(template) => text.push_str(&said(template)),
        }
    }
    text
}

fn is_file(target: &str) -> bool {
    let space = target.split_once(':').map(|(space, _)| space.trim().to_lowercase());
    space.is_some_and(|space| space == "file" || space == "image")
}

fn said(template: &Template<'_>) -> String {
    let name = template.name.as_str();
    match name {
        "increase" | "up" | "gain" | "increaseneutral" | "increasenegative"
        | "negative increase" => {
            format!("▲{}", positional(template, 0))
        }
        "decrease" | "down" | "loss" | "decreaseneutral" | "decreasepositive"
        | "positive decrease" => format!("▼{}", positional(template, 0)),
        "br" | "break" | "crlf" => "<br>".to_owned(),
        "!" => "|".to_owned(),
        "nbsp" | "space" | "spaces" => " ".to_owned(),
        "ndash" | "en dash" => "–".to_owned(),
        "snd" | "spnd" | "spaced ndash" | "spaced en dash" => " – ".to_owned(),
        "circa" | "c." => format!("circa {}", positional(template, 0)),
        "start date" | "start-date" | "end date" | "date" | "dts" | "election date" => {
            date(template)
        }
        "plainlist" | "flatlist" | "plain list" | "hlist" | "ubl" | "unbulleted list"
        | "ublist" => list(template),
        "sortname" => format!("{} {}", positional(template, 0), positional(template, 1)),
        "lang" => positional(template, 1),
        "canadian party colour" | "canadian party color" => positional(template, 1),
        _ if is_silent(name) => String::new(),
        _ if name.starts_with("formatnum:") => name["formatnum:".len()..].trim().to_owned(),
        _ if is_dress(name) || name.starts_with("party name") => positional(template, 0),
        // What is not known keeps its words, so that what it said is not lost.
        _ => template.source.to_owned(),
    }
}

/// Templates that say nothing of the value: references, notes, icons, "no change".
fn is_silent(name: &str) -> bool {
    const NAMES: [&str; 36] = [
        "efn",
        "efn-ua",
        "efn-la",
        "refn",
        "ref",
        "sfn",
        "sfnp",
        "r",
        "rp",
        "note",
        "notetag",
        "citation",
        "citation needed",
        "cn",
        "fact",
        "dubious",
        "clarify",
        "disputed inline",
        "verify source",
        "failed verification",
        "better source needed",
        "when",
        "who",
        "by whom",
        "update inline",
        "inconsistent",
        "steady",
        "no change",
        "nochange",
        "clear",
        "flagicon",
        "flag icon",
        "0",
        "dagger",
        "update after",
        "party shortname linked icon",
    ];
    let begins = ["cite ", "flagicon ", "#tag:ref"];
    NAMES.contains(&name) || begins.iter().any(|begins| name.starts_with(begins))
}

/// Templates that only dress their first argument.
fn is_dress(name: &str) -> bool {
    const NAMES: [&str; 30] = [
        "nowrap",
        "nobr",
        "no wrap",
        "small",
        "smaller",
        "big",
        "bigger",
        "large",
        "larger",
        "center",
        "centre",
        "nobold",
        "bold",
        "abbr",
        "nts",
        "val",
        "flag",
        "flagcountry",
        "flagdeco",
        "flagu",
        "flagg",
        "resize",
        "ill",
        "interlanguage link",
        "notatypo",
        "not a typo",
        "composition bar",
        "longitem",
        "nom",
        "left",
    ];
    NAMES.contains(&name)
}

/// An argument without a name, counted from 0; those named `1`, `2` … count as such.
fn argument<'a, 'b>(template: &'b Template<'a>, index: usize) -> Option<&'b Argument<'a>> {
    let number = (index + 1).to_string();
    let arguments = &template.arguments;
    let named = arguments.iter().find(|argument| argument.name == Some(&number));
    named.or_else(|| arguments.iter().filter(|argument| argument.name.is_none()).nth(index))
}

fn positional(template: &Template<'_>, index: usize) -> String {
    argument(template, index).map(|found| cell(&found.value).trim().to_owned()).unwrap_or_default()
}

/// `{{Start date|2014|05|25|df=y}}`, or a date in words.
fn date(template: &Template<'_>) -> String {
    let [year, month, day] = [0, 1, 2].map(|index| positional(template, index));
    match (year.parse::<i32>(), month.parse::<u8>(), day.parse::<u8>()) {
        (Ok(year), Ok(month), Ok(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Ok(year), Ok(month), _) => format!("{year:04}-{month:02}"),
        _ => [year, month, day].join(" ").trim().to_owned(),
    }
}

/// Items, a line each: arguments, or lines that begin with `*`.
fn list(template: &Template<'_>) -> String {
    let arguments = template.arguments.iter().filter(|argument| argument.name.is_none());
    let cells = arguments.map(|argument| cell(&argument.value));
    let items = cells.flat_map(|cell| {
        cell.lines()
            .map(|line| line.trim().trim_start_matches('*').trim().to_owned())
            .collect::<Vec<_>>()
    });
    items.filter(|item| !item.is_empty()).collect::<Vec<_>>().join("<br>")
}
