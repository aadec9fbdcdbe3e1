//! Converts the templates in a value to the text that they display.

use std::borrow::Cow;

use super::template_output::{TemplateOutput, template_output};
use super::tree::{Argument, Node, Template, parse};
use crate::values::number::file_name;

/// Converts nodes to the text of a cell. Links are kept, and templates are replaced by the text
/// that they display. Unknown templates are left as they are.
pub(super) fn cell_text(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        match node {
            Node::Text(words) => text.push_str(words),
            // The options of a file link, such as its size, are not part of the value.
            Node::Link(target, _) if file_name(target).is_some() => {
                text.extend(["[[", target, "]]"]);
            }
            Node::Link(target, words) if words.contains("{{") => {
                text.extend(["[[", target, "|", &cell_text(&parse(words)), "]]"]);
            }
            Node::Link(target, words) if target == words => {
                text.extend(["[[", target, "]]"]);
            }
            Node::Link(target, words) => text.extend(["[[", target, "|", words, "]]"]),
            Node::Template(template) => {
                text.push_str(&render(template).unwrap_or_else(|| template.source.to_owned()));
            }
        }
    }
    text
}

/// Converts an argument to the text of its value. The items of a list are separated by `<br>`.
pub(super) fn value_text(nodes: &[Node<'_>]) -> String {
    let text = match nodes {
        [Node::Text(words)] => Cow::Borrowed(*words),
        nodes => Cow::Owned(cell_text(nodes)),
    };
    let text = text.trim();
    let has_star = memchr::memchr(b'*', text.as_bytes()).is_some();
    if has_star && (text.starts_with('*') || text.contains("\n*")) {
        items(text).join("<br>")
    } else {
        text.to_owned()
    }
}

/// Converts a colour argument to the text of its value. The colour of a party becomes a link to the
/// party.
pub(super) fn colour_text(nodes: &[Node<'_>]) -> String {
    let is_not_blank =
        |node: &&Node<'_>| !matches!(node, Node::Text(words) if words.trim().is_empty());
    let mut all = nodes.iter().filter(is_not_blank);
    if let (Some(Node::Template(template)), None) = (all.next(), all.next()) {
        let party = match template_output(&template.name) {
            Some(TemplateOutput::PartyColour(index)) => positional_text(template, index),
            Some(TemplateOutput::CanadianParty) => positional_text(template, 1),
            _ => None,
        };
        if let Some(party) = party.filter(|party| !party.is_empty()) {
            return format!("[[{party}]]");
        }
    }
    value_text(nodes)
}

/// Returns the text that a template displays, or `None` if the text is unknown.
fn render(template: &Template<'_>) -> Option<String> {
    let Some(output) = template_output(&template.name) else { return number_format(template) };
    let first = || positional_text(template, 0);
    match output {
        TemplateOutput::Nothing | TemplateOutput::PartyColour(_) => Some(String::new()),
        TemplateOutput::Literal(mark) => Some(mark.to_owned()),
        TemplateOutput::Argument(index) => positional_text(template, index),
        TemplateOutput::Last => (positional_count(template) > 1)
            .then(|| positional_text(template, positional_count(template) - 1))?,
        TemplateOutput::Resized => match positional_count(template) {
            1 => first(),
            _ => positional_text(template, 1),
        },
        TemplateOutput::Small => Some(format!("<small>{}</small>", first()?)),
        TemplateOutput::Superscript => Some(format!("<sup>{}</sup>", first()?)),
        TemplateOutput::Flag => named_text(template, "name").or_else(first),
        TemplateOutput::Arrow(arrow) => {
            // Wikis display the argument only as a tooltip. A number is probably meant to follow
            // the arrow.
            let beside = first().filter(|text| text.starts_with(|c: char| c.is_ascii_digit()));
            Some(format!("{arrow}{}", beside.unwrap_or_default()))
        }
        TemplateOutput::Change => change(template),
        TemplateOutput::Number => first().filter(|_| is_plain_number(template)),
        TemplateOutput::CompositionBar => {
            Some(format!("{} of {}", first()?, positional_text(template, 1)?))
        }
        TemplateOutput::ArgumentOr(words) => {
            Some(first().filter(|text| !text.is_empty()).unwrap_or(words.to_owned()))
        }
        TemplateOutput::Circa => Some(format!("circa {}", first().unwrap_or_default())),
        TemplateOutput::Date => date(template),
        TemplateOutput::List => Some(list(template)),
        TemplateOutput::PersonName => person_name(template),
        TemplateOutput::InterlanguageLink => {
            let page = first().filter(|page| !page.is_empty())?;
            Some(format!(
                "[[{page}|{}]]",
                named_text(template, "lt").unwrap_or_else(|| page.clone())
            ))
        }
        TemplateOutput::AbbreviationLink => {
            let short = first()?;
            Some(format!(
                "[[{}|{short}]]",
                positional_text(template, 1).unwrap_or_else(|| short.clone())
            ))
        }
        TemplateOutput::PageLink => {
            first().filter(|page| !page.contains("[[")).map(|page| format!("[[{page}]]"))
        }
        TemplateOutput::Files => file_list(template),
        TemplateOutput::CanadianParty => {
            let is_name = positional_text(template, 2).is_some_and(|form| form.contains("name"));
            if is_name { positional_text(template, 1) } else { Some(String::new()) }
        }
    }
}

/// Returns the number of positional arguments: those without a name, or named `1`, `2` …
fn positional_count(template: &Template<'_>) -> usize {
    template.arguments.iter().filter(|argument| is_positional(argument)).count()
}

fn is_positional(argument: &Argument<'_>) -> bool {
    argument.name.is_none_or(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns the positional argument with an index, counted from 0. The names `1`, `2` … state
/// positions as well.
fn positional_argument<'a, 'b>(
    template: &'b Template<'a>,
    index: usize,
) -> Option<&'b Argument<'a>> {
    let number = (index + 1).to_string();
    let arguments = &template.arguments;
    let named = arguments.iter().find(|argument| argument.name == Some(&number));
    named.or_else(|| arguments.iter().filter(|argument| argument.name.is_none()).nth(index))
}

fn positional_text(template: &Template<'_>, index: usize) -> Option<String> {
    positional_argument(template, index).map(|found| cell_text(&found.value).trim().to_owned())
}

/// Returns the value of a named argument, unless it is empty.
fn named_text(template: &Template<'_>, name: &str) -> Option<String> {
    let found = template.arguments.iter().find(|argument| argument.name == Some(name))?;
    Some(cell_text(&found.value).trim().to_owned()).filter(|text| !text.is_empty())
}

/// Returns the text that `{{formatnum:1234}}` displays, or `None` if the number contains an unknown
/// template.
fn number_format(template: &Template<'_>) -> Option<String> {
    template.name.strip_prefix("formatnum:")?;
    let inside = template.source.strip_prefix("{{")?.strip_suffix("}}")?;
    let (_, number) = inside.split_once(':')?;
    let number = cell_text(&parse(number));
    let number = number.split('|').next().unwrap_or_default();
    (!number.contains("{{")).then(|| number.trim().to_owned())
}

/// Returns whether a number has no unit, exponent or margin of error.
fn is_plain_number(template: &Template<'_>) -> bool {
    const NAMES: [&str; 5] = ["1", "fmt", "format", "debug", "class"];
    let names = template.arguments.iter().filter_map(|argument| argument.name);
    positional_count(template) == 1 && names.into_iter().all(|name| NAMES.contains(&name))
}

/// Returns the text that `{{fluc|-4}}` displays.
fn change(template: &Template<'_>) -> Option<String> {
    let is_plain =
        template.arguments.iter().all(|argument| argument.name.is_none_or(|name| name == "type"));
    let text = positional_text(template, 0).filter(|_| is_plain)?;
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

/// Returns the text that `{{Start date|2014|05|25|df=y}}`, `{{Start date|1901|June|2}}` or a date
/// in words displays.
fn date(template: &Template<'_>) -> Option<String> {
    let [year, month, day] =
        [0, 1, 2].map(|index| positional_text(template, index).unwrap_or_default());
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year {
        let is_format = ["mdy", "dmy", "iso", "ymd"].contains(&month.to_lowercase().as_str());
        let all = if is_format { vec![year] } else { vec![year, month, day] };
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

/// Returns the items of a list, separated by `<br>`. The items are arguments, or lines that begin
/// with `*`.
fn list(template: &Template<'_>) -> String {
    let arguments = template.arguments.iter().filter(|argument| is_positional(argument));
    arguments
        .flat_map(|argument| items(&cell_text(&argument.value)))
        .collect::<Vec<_>>()
        .join("<br>")
}

/// Returns the lines of a list, without their leading `*`.
fn items(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim().trim_start_matches('*').trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Returns the text that `{{sortname|Anna|Alba|dab=politician}}` displays.
fn person_name(template: &Template<'_>) -> Option<String> {
    let names = [positional_text(template, 0)?, positional_text(template, 1)?];
    let name = names.join(" ").trim().to_owned();
    if named_text(template, "nolink").is_some() {
        return Some(name);
    }
    let page = positional_text(template, 2).filter(|page| !page.is_empty());
    let page = page.unwrap_or_else(|| match named_text(template, "dab") {
        Some(words) => format!("{name} ({words})"),
        None => name.clone(),
    });
    Some(format!("[[{page}|{name}]]"))
}

/// Returns the files and captions of a template that displays several files, or a part of one.
fn file_list(template: &Template<'_>) -> Option<String> {
    let (mut lines, mut has_files) = (Vec::new(), false);
    for argument in &template.arguments {
        let text = cell_text(&argument.value).trim().to_owned();
        let name = argument.name.unwrap_or_default().trim().to_lowercase();
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_file = match base {
            "image" | "file" | "photo" => true,
            // Photo montages number their files by row and column: `photo1a`.
            _ => name.starts_with("photo") && name.chars().any(|c| c.is_ascii_digit()),
        };
        let is_words = is_number || ["caption", "footer", "header", "description"].contains(&base);
        if text.is_empty() || !(is_file || is_words) {
            continue;
        }
        let is_size = text.strip_suffix("px").is_some_and(|size| size.parse::<u32>().is_ok());
        let is_link = text.contains("[[");
        has_files |= is_file || is_link;
        match is_file && !is_link {
            true if text.contains("{{") => return None,
            true => lines.push(format!("[[File:{}]]", file_name(&text).unwrap_or(&text))),
            false if is_size => {}
            false => lines.push(text),
        }
    }
    has_files.then(|| lines.join("<br>"))
}

#[cfg(test)]
mod tests;
