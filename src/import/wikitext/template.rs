//! What the templates inside of a value say.

use std::borrow::Cow;

use super::templates::{Shows, shows};
use super::tree::{Argument, Node, Template, parse};
use crate::import::cell::file_name;

/// Nodes as a cell: links stay, and templates become what they show. One that is not known stays as it is.
pub(super) fn cell(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        match node {
            Node::Text(words) => text.push_str(words),
            // How large a file is shown is no part of a value.
            Node::Link(target, _) if file_name(target).is_some() => {
                text.extend(["[[", target, "]]"]);
            }
            Node::Link(target, words) if words.contains("{{") => {
                text.extend(["[[", target, "|", &cell(&parse(words)), "]]"]);
            }
            Node::Link(target, words) if target == words => {
                text.extend(["[[", target, "]]"]);
            }
            Node::Link(target, words) => text.extend(["[[", target, "|", words, "]]"]),
            Node::Template(template) => {
                text.push_str(&said(template).unwrap_or_else(|| template.source.to_owned()));
            }
        }
    }
    text
}

/// The value of an argument: its items are lines.
pub(super) fn value(nodes: &[Node<'_>]) -> String {
    let text = match nodes {
        [Node::Text(words)] => Cow::Borrowed(*words),
        nodes => Cow::Owned(cell(nodes)),
    };
    let text = text.trim();
    let has_star = memchr::memchr(b'*', text.as_bytes()).is_some();
    if has_star && (text.starts_with('*') || text.contains("\n*")) {
        items(text).join("<br>")
    } else {
        text.to_owned()
    }
}

/// The value of an argument that is a colour: that of a party is a link to the party.
pub(super) fn colour(nodes: &[Node<'_>]) -> String {
    let is_said = |node: &&Node<'_>| !matches!(node, Node::Text(words) if words.trim().is_empty());
    let mut all = nodes.iter().filter(is_said);
    if let (Some(Node::Template(template)), None) = (all.next(), all.next()) {
        let party = match shows(&template.name) {
            Some(Shows::PartyColour(index)) => positional(template, index),
            Some(Shows::CanadianParty) => positional(template, 1),
            _ => None,
        };
        if let Some(party) = party.filter(|party| !party.is_empty()) {
            return format!("[[{party}]]");
        }
    }
    value(nodes)
}

/// What a template shows; none where that is not known.
fn said(template: &Template<'_>) -> Option<String> {
    let Some(shows) = shows(&template.name) else { return number_format(template) };
    let first = || positional(template, 0);
    match shows {
        Shows::Nothing | Shows::PartyColour(_) => Some(String::new()),
        Shows::Mark(mark) => Some(mark.to_owned()),
        Shows::Argument(index) => positional(template, index),
        Shows::Last => (count(template) > 1).then(|| positional(template, count(template) - 1))?,
        Shows::Resized => match count(template) {
            1 => first(),
            _ => positional(template, 1),
        },
        Shows::Small => Some(format!("<small>{}</small>", first()?)),
        Shows::Raised => Some(format!("<sup>{}</sup>", first()?)),
        Shows::Flag => named(template, "name").or_else(first),
        Shows::Arrow(arrow) => {
            // The argument is shown over the arrow only. A number in it is meant to stand beside it.
            let beside = first().filter(|text| text.starts_with(|c: char| c.is_ascii_digit()));
            Some(format!("{arrow}{}", beside.unwrap_or_default()))
        }
        Shows::Change => change(template),
        Shows::Number => first().filter(|_| is_plain_number(template)),
        Shows::Bar => Some(format!("{} of {}", first()?, positional(template, 1)?)),
        Shows::Cell(words) => {
            Some(first().filter(|text| !text.is_empty()).unwrap_or(words.to_owned()))
        }
        Shows::Circa => Some(format!("circa {}", first().unwrap_or_default())),
        Shows::Date => date(template),
        Shows::List => Some(list(template)),
        Shows::PersonName => person_name(template),
        Shows::MissingPage => {
            let page = first().filter(|page| !page.is_empty())?;
            Some(format!("[[{page}|{}]]", named(template, "lt").unwrap_or_else(|| page.clone())))
        }
        Shows::Abbreviation => {
            let short = first()?;
            Some(format!(
                "[[{}|{short}]]",
                positional(template, 1).unwrap_or_else(|| short.clone())
            ))
        }
        Shows::Page => {
            first().filter(|page| !page.contains("[[")).map(|page| format!("[[{page}]]"))
        }
        Shows::Files => files(template),
        Shows::CanadianParty => {
            let is_name = positional(template, 2).is_some_and(|form| form.contains("name"));
            if is_name { positional(template, 1) } else { Some(String::new()) }
        }
    }
}

/// The number of arguments without a name, or named `1`, `2` ….
fn count(template: &Template<'_>) -> usize {
    template.arguments.iter().filter(|argument| is_numbered(argument)).count()
}

fn is_numbered(argument: &Argument<'_>) -> bool {
    argument.name.is_none_or(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An argument without a name, counted from 0; those named `1`, `2` … count as such.
fn argument<'a, 'b>(template: &'b Template<'a>, index: usize) -> Option<&'b Argument<'a>> {
    let number = (index + 1).to_string();
    let arguments = &template.arguments;
    let named = arguments.iter().find(|argument| argument.name == Some(&number));
    named.or_else(|| arguments.iter().filter(|argument| argument.name.is_none()).nth(index))
}

fn positional(template: &Template<'_>, index: usize) -> Option<String> {
    argument(template, index).map(|found| cell(&found.value).trim().to_owned())
}

/// The value of a named argument, where it says anything.
fn named(template: &Template<'_>, name: &str) -> Option<String> {
    let found = template.arguments.iter().find(|argument| argument.name == Some(name))?;
    Some(cell(&found.value).trim().to_owned()).filter(|text| !text.is_empty())
}

/// `{{formatnum:1234}}`. What is computed in it is not known.
fn number_format(template: &Template<'_>) -> Option<String> {
    template.name.strip_prefix("formatnum:")?;
    let inside = template.source.strip_prefix("{{")?.strip_suffix("}}")?;
    let (_, number) = inside.split_once(':')?;
    let number = cell(&parse(number));
    let number = number.split('|').next().unwrap_or_default();
    (!number.contains("{{")).then(|| number.trim().to_owned())
}

/// Whether nothing is added to a number: a unit, a power of ten, a margin.
fn is_plain_number(template: &Template<'_>) -> bool {
    const NAMES: [&str; 5] = ["1", "fmt", "format", "debug", "class"];
    let names = template.arguments.iter().filter_map(|argument| argument.name);
    count(template) == 1 && names.into_iter().all(|name| NAMES.contains(&name))
}

/// `{{fluc|-4}}`
fn change(template: &Template<'_>) -> Option<String> {
    let is_plain =
        template.arguments.iter().all(|argument| argument.name.is_none_or(|name| name == "type"));
    let text = positional(template, 0).filter(|_| is_plain)?;
    let number = text.trim_start_matches(['-', '−', '+']);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(match text.chars().next()? {
        _ if number == "0" => "Steady".to_owned(),
        '-' | '−' => format!("▼{number}"),
        _ => format!("▲{number}"),
    })
}

/// `{{Start date|2014|05|25|df=y}}`, `{{Start date|1901|June|2}}`, or a date in words.
fn date(template: &Template<'_>) -> Option<String> {
    let [year, month, day] = [0, 1, 2].map(|index| positional(template, index).unwrap_or_default());
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year {
        let form = ["mdy", "dmy", "iso", "ymd"].contains(&month.to_lowercase().as_str());
        let all = if form { vec![year] } else { vec![year, month, day] };
        return Some(all.join(" ").trim().to_owned()).filter(|text| !text.is_empty());
    }
    Some(match (month.parse::<u8>(), day.parse::<u8>()) {
        (Ok(month), Ok(day)) => format!("{year}-{month:02}-{day:02}"),
        (Ok(month), Err(_)) if day.is_empty() => format!("{year}-{month:02}"),
        (Err(_), Ok(day)) => format!("{day} {month} {year}"),
        (Err(_), Err(_)) if day.is_empty() => format!("{month} {year}").trim().to_owned(),
        _ => return None,
    })
}

/// Items, a line each: arguments, or lines that begin with `*`.
fn list(template: &Template<'_>) -> String {
    let arguments = template.arguments.iter().filter(|argument| is_numbered(argument));
    arguments.flat_map(|argument| items(&cell(&argument.value))).collect::<Vec<_>>().join("<br>")
}

/// The lines of a list, without their marks.
fn items(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim().trim_start_matches('*').trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// `{{sortname|Anna|Alba|dab=politician}}`
fn person_name(template: &Template<'_>) -> Option<String> {
    let names = [positional(template, 0)?, positional(template, 1)?];
    let name = names.join(" ").trim().to_owned();
    if named(template, "nolink").is_some() {
        return Some(name);
    }
    let page = positional(template, 2).filter(|page| !page.is_empty());
    let page = page.unwrap_or_else(|| match named(template, "dab") {
        Some(words) => format!("{name} ({words})"),
        None => name.clone(),
    });
    Some(format!("[[{page}|{name}]]"))
}

/// The files of a template that shows several, or a part of one, and the words that it shows with them.
fn files(template: &Template<'_>) -> Option<String> {
    let (mut shown, mut any) = (Vec::new(), false);
    for argument in &template.arguments {
        let text = cell(&argument.value).trim().to_owned();
        let name = argument.name.unwrap_or_default().trim().to_lowercase();
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_file = match base {
            "image" | "file" | "photo" => true,
            // Photo montages count in rows and columns: `photo1a`.
            _ => name.starts_with("photo") && name.chars().any(|c| c.is_ascii_digit()),
        };
        let is_words = is_number || ["caption", "footer", "header", "description"].contains(&base);
        if text.is_empty() || !(is_file || is_words) {
            continue;
        }
        let is_size = text.strip_suffix("px").is_some_and(|size| size.parse::<u32>().is_ok());
        let is_link = text.contains("[[");
        any |= is_file || is_link;
        match is_file && !is_link {
            true if text.contains("{{") => return None,
            true => shown.push(format!("[[File:{}]]", file_name(&text).unwrap_or(&text))),
            false if is_size => {}
            false => shown.push(text),
        }
    }
    any.then(|| shown.join("<br>"))
}

#[cfg(test)]
mod tests;
