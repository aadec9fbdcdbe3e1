//! The templates that are boxes of elections, and those that are boxes of them under other names.

use super::tree::{Node, Template};

/// What the templates of boxes are called.
const NAMES: [&str; 6] = [
    "infobox election",
    "infobox legislative election",
    "infobox elections",
    "election infobox",
    "infobox general election",
    "infobox by-election",
];

/// Boxes of other names, which are not read, as wikis of other languages have them.
#[rustfmt::skip]
const OTHERS: [&str; 22] = [
    "معلومات انتخابات", "infotaula eleccions", "infobox präsidentschaftswahl in den vereinigten staaten",
    "κουτί πληροφοριών εκλογών", "ficha de elección", "جعبه اطلاعات انتخابات", "infobox élection",
    "infobox elezioni", "infobox 選挙", "선거 정보", "infobox verkiezingen", "eleição", "info/eleição", "карточка выборов",
    "референдум", "инфокутија парламентарни избори", "infobox val", "картка виборів", "infobox referendum",
    "infobox u.s. ballot measure", "infobox valg", "bilgi kutusu seçim",
];

/// Words that tell a box of elections from others, in the languages of larger wikis.
#[rustfmt::skip]
const WORDS: [&str; 16] = [
    "election", "élection", "elección", "eleccion", "eleição", "elezion", "referendum", "référendum", "referéndum",
    "primary", "primaries", "plebiscite", "verkiezing", "wahl", "wybory", "ballot",
];

pub(super) fn is_box(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a template is a box of an election that is not read.
pub(super) fn is_other_box(name: &str) -> bool {
    let begins = ["infobox", "info/", "ficha"].iter().any(|begins| name.starts_with(begins));
    !is_box(name)
        && (OTHERS.contains(&name) || (begins && WORDS.iter().any(|word| name.contains(word))))
}

/// The boxes, in whatever templates they stand; but not those inside of one another.
pub(super) fn boxes<'a, 'b>(nodes: &'b [Node<'a>]) -> Vec<&'b Template<'a>> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Template(template) if is_box(&template.name) => found.push(template),
            Node::Template(template) => {
                found.extend(template.arguments.iter().flat_map(|argument| boxes(&argument.value)));
            }
            _ => {}
        }
    }
    found
}

/// Where a text has the beginning of a box, closed or not.
pub(super) fn begins(text: &str) -> Option<usize> {
    named(text, is_box)
}

/// Where a text has the beginning of the box that tells best what the page is about: one of elections under
/// another name, or any other.
pub(super) fn begins_other(text: &str) -> Option<usize> {
    named(text, is_other_box).or_else(|| named(text, |name| name.starts_with("infobox")))
}

/// Where a text has the beginning of a template of such a name.
fn named(text: &str, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    /// Longer than any name, in bytes.
    const LONGEST: usize = 120;
    text.match_indices("{{").map(|(at, _)| at).find(|at| {
        let rest = &text[at + 2..text.floor_char_boundary(at + 2 + LONGEST)];
        let name = rest.split(['|', '}', '{', '\n']).next().unwrap_or_default();
        is_wanted(&name.replace('_', " ").trim().to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_other_names_are_known() {
        for name in [
            "infobox referendum",
            "ficha de elección",
            "info/eleição presidencial",
            "карточка выборов",
        ] {
            assert!(is_other_box(name), "{name}");
        }
        for name in ["infobox election", "infobox settlement", "election results", "eleições"] {
            assert!(!is_other_box(name), "{name}");
        }
        assert_eq!(begins("a {{foo|{{Infobox_election"), Some(8));
        assert_eq!(begins_other("a {{Infobox person}} {{Infobox Élection\n|"), Some(21));
    }
}
