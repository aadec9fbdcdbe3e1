//! Names of the election infoboxes that are parsed, and of those that are only recognised.

use super::tree::{Node, Template};

/// Names of the infobox templates that are parsed.
const SUPPORTED: [&str; 6] = [
    "infobox election",
    "infobox legislative election",
    "infobox elections",
    "election infobox",
    "infobox general election",
    "infobox by-election",
];

/// Names of other election infoboxes, mostly in wikis of other languages. They are not parsed.
#[rustfmt::skip]
const UNSUPPORTED: [&str; 22] = [
    "معلومات انتخابات", "infotaula eleccions", "infobox präsidentschaftswahl in den vereinigten staaten",
    "κουτί πληροφοριών εκλογών", "ficha de elección", "جعبه اطلاعات انتخابات", "infobox élection",
    "infobox elezioni", "infobox 選挙", "선거 정보", "infobox verkiezingen", "eleição", "info/eleição", "карточка выборов",
    "референдум", "инфокутија парламентарни избори", "infobox val", "картка виборів", "infobox referendum",
    "infobox u.s. ballot measure", "infobox valg", "bilgi kutusu seçim",
];

/// Words that identify an election infobox, in the languages of larger wikis.
#[rustfmt::skip]
const ELECTION_WORDS: [&str; 16] = [
    "election", "élection", "elección", "eleccion", "eleição", "elezion", "referendum", "référendum", "referéndum",
    "primary", "primaries", "plebiscite", "verkiezing", "wahl", "wybory", "ballot",
];

pub(super) fn is_supported_infobox(name: &str) -> bool {
    SUPPORTED.contains(&name)
}

/// Returns whether a template is an election infobox that is not parsed.
pub(super) fn is_unsupported_infobox(name: &str) -> bool {
    let begins = ["infobox", "info/", "ficha"].iter().any(|begins| name.starts_with(begins));
    !is_supported_infobox(name)
        && (UNSUPPORTED.contains(&name)
            || (begins && ELECTION_WORDS.iter().any(|word| name.contains(word))))
}

/// Returns the outermost election infoboxes, which may be nested in other templates.
pub(super) fn find_infoboxes<'a, 'b>(nodes: &'b [Node<'a>]) -> Vec<&'b Template<'a>> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Template(template) if is_supported_infobox(&template.name) => {
                found.push(template)
            }
            Node::Template(template) => {
                found.extend(
                    template.arguments.iter().flat_map(|argument| find_infoboxes(&argument.value)),
                );
            }
            _ => {}
        }
    }
    found
}

/// Returns the offset of the start of an election infobox, closed or not.
pub(super) fn infobox_start(text: &str) -> Option<usize> {
    find_template(text, is_supported_infobox)
}

/// Returns the offset of the infobox that best shows the subject of a page: an election infobox
/// that is not parsed, or else any infobox.
pub(super) fn other_infobox_start(text: &str) -> Option<usize> {
    find_template(text, is_unsupported_infobox)
        .or_else(|| find_template(text, |name| name.starts_with("infobox")))
}

/// Returns the offset of the first template whose name `is_wanted` accepts.
fn find_template(text: &str, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    /// Maximum length of a template name, in bytes.
    const MAX_NAME_BYTES: usize = 120;
    text.match_indices("{{").map(|(at, _)| at).find(|at| {
        let rest = &text[at + 2..text.floor_char_boundary(at + 2 + MAX_NAME_BYTES)];
        let name = rest.split(['|', '}', '{', '\n']).next().unwrap_or_default();
        is_wanted(&name.replace('_', " ").trim().to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsupported_infoboxes_are_recognised_by_name() {
        for name in [
            "infobox referendum",
            "ficha de elección",
            "info/eleição presidencial",
            "карточка выборов",
        ] {
            assert!(is_unsupported_infobox(name), "{name}");
        }
        for name in ["infobox election", "infobox settlement", "election results", "eleições"] {
            assert!(!is_unsupported_infobox(name), "{name}");
        }
        assert_eq!(infobox_start("a {{foo|{{Infobox_election"), Some(8));
        assert_eq!(other_infobox_start("a {{Infobox person}} {{Infobox Élection\n|"), Some(21));
    }
}
