//! The election before or after, as a cell names it.

use super::{expected, tidy};
use crate::import::cell;
use crate::import::lower::trimmed;
use crate::model::Reason;

/// What a cell says of the election before or after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::import) struct NamedElection {
    /// Its title: the page, where there is a link.
    pub(in crate::import) title: String,
    /// The words that are shown for it, where they differ.
    pub(in crate::import) label: Option<String>,
    /// What else the cell says: other elections, and words about them.
    pub(in crate::import) rest: Option<String>,
}

/// The election that a cell names; the first, where it names several.
///
/// # Errors
/// When it names none.
pub(in crate::import) fn link(text: &str) -> Result<NamedElection, Reason> {
    if let Some(markup) = cell::unknown(text) {
        return Err(Reason::UnknownMarkup(markup));
    }
    if cell::is_plain_line(trimmed(text)) {
        let title = tidy(text);
        return match cell::no_name(title) {
            Some(reason) => Err(reason),
            None => Ok(NamedElection { title: title.to_owned(), ..NamedElection::default() }),
        };
    }
    let lines = cell::lines(text);
    let count = lines.iter().map(|line| line.links.len()).sum::<usize>();
    let Some(at) = lines.iter().position(|line| count == 0 || !line.links.is_empty()) else {
        return Err(expected("the title of an election"));
    };
    let line = &lines[at];
    let mut others: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    others.remove(at);
    let mut named = NamedElection::default();
    match line.links.first() {
        // A page says which election it is, whatever words are shown: "Next", "TBD".
        Some((shown, page)) => {
            let label = if count == 1 {
                tidy(&line.text)
            } else {
                others.insert(0, line.text[shown.end..].trim_matches([' ', ',', '/', ';', '·']));
                &line.text[shown.clone()]
            };
            named.label = (label != page).then(|| label.to_owned());
            named.title.clone_from(page);
        }
        None => tidy(&line.text).clone_into(&mut named.title),
    }
    if let Some(reason) = cell::no_name(&named.title) {
        return Err(reason);
    }
    others.retain(|line| !line.is_empty());
    named.rest = (!others.is_empty()).then(|| others.join(", "));
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match link(text) {
            Ok(NamedElection { title, label, rest }) => {
                let parts = [Some(title), label, rest.map(|rest| format!("+ {rest}"))];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
            }
            Err(reason) => reason.to_string(),
        }
    }

    #[test]
    fn links_name_elections() {
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
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
