//! Cells that name the previous or the next election.

use super::trim_trailing_commas;
use crate::model::UnparsedReason;
use crate::values::number;
use crate::values::words::trim;

/// The previous or the next election, as a cell names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NamedElection {
    /// Title of the election: the linked page, or the text if there is no link.
    pub(crate) title: String,
    /// Displayed words, if they differ from the title.
    pub(crate) label: Option<String>,
    /// Remaining text of the cell: other elections, and words about them.
    pub(crate) rest: Option<String>,
}

/// Parses the election that a cell names; the first one, if there are several.
///
/// # Errors
/// Returns the reason if the cell names no election.
pub(crate) fn parse_named_election(text: &str) -> Result<NamedElection, UnparsedReason> {
    if let Some(markup) = number::find_unknown_markup(text) {
        return Err(UnparsedReason::UnknownMarkup(markup));
    }
    if number::is_plain_line(trim(text)) {
        let title = trim_trailing_commas(text);
        return match number::name_placeholder_reason(title) {
            Some(reason) => Err(reason),
            None => Ok(NamedElection { title: title.to_owned(), ..NamedElection::default() }),
        };
    }
    let lines = number::lines(text);
    let count = lines.iter().map(|line| line.links.len()).sum::<usize>();
    let Some(at) = lines.iter().position(|line| count == 0 || !line.links.is_empty()) else {
        return Err(UnparsedReason::expected("the title of an election"));
    };
    let line = &lines[at];
    let mut others: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    others.remove(at);
    let mut named = NamedElection::default();
    match line.links.first() {
        // The page identifies the election, whatever words are displayed: "Next", "TBD".
        Some((range, page)) => {
            let label = if count == 1 {
                trim_trailing_commas(&line.text)
            } else {
                others.insert(0, line.text[range.end..].trim_matches([' ', ',', '/', ';', '·']));
                &line.text[range.clone()]
            };
            named.label = (label != page).then(|| label.to_owned());
            named.title.clone_from(page);
        }
        None => trim_trailing_commas(&line.text).clone_into(&mut named.title),
    }
    if let Some(reason) = number::name_placeholder_reason(&named.title) {
        return Err(reason);
    }
    others.retain(|line| !line.is_empty());
    named.rest = (!others.is_empty()).then(|| others.join(", "));
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        match parse_named_election(text) {
            Ok(NamedElection { title, label, rest }) => {
                let parts = [Some(title), label, rest.map(|rest| format!("+ {rest}"))];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
            }
            Err(reason) => reason.to_string(),
        }
    }

    #[test]
    fn linked_elections_are_parsed_with_their_titles() {
        for (text, expected) in [
            (
                "[[2006 Ruritanian general election|2006]]",
                "2006 Ruritanian general election | 2006",
            ),
            ("2006", "2006"),
            ("''Next''", "not known yet"),
            ("''TBD''", "not known yet"),
            ("None", "states that there is nothing"),
            (
                "[[Next Ruritanian general election|''Next'']]",
                "Next Ruritanian general election | Next",
            ),
            ("[[A|Jan 2015]] / [[B|Sep 2015]]", "A | Jan 2015 | + Sep 2015"),
            ("[[A]]<br>[[B]]", "A | + B"),
            ("[[A|1938]]<br>{{small|x}}", "has markup that is not known: {{small}}"),
            ("1938<br>(pre-partition)", "1938 | + (pre-partition)"),
            ("[[To be determined|TBD]]", "not known yet"),
            ("[[File:x.png]]", "expected the title of an election"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }
}
