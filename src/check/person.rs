//! Whether two names are of one person or one party, however they are spelled.

use crate::model::{Ref, fold, slug};

/// How alike two spellings of one name are at least.
const ALIKE: f64 = 0.92;

/// So many bytes a name has at most.
const LONGEST: usize = 200;

/// Whether they have one page, or the same words.
pub(super) fn is_exactly(one: &Ref, other: &Ref) -> bool {
    let pages = one.target.as_ref().zip(other.target.as_ref());
    pages.is_some_and(|(one, other)| fold(one) == fold(other))
        || fold(&one.name) == fold(&other.name)
}

/// Whether they may be the same: a middle initial, a word or an accent more, or another transliteration.
pub(super) fn may_be(one: &Ref, other: &Ref) -> bool {
    if is_exactly(one, other) {
        return true;
    }
    // What is longer is no name, and would take its time.
    if one.name.len().max(other.name.len()) > LONGEST {
        return false;
    }
    let (left, right) = (words(&one.name), words(&other.name));
    if left.is_empty() || right.is_empty() {
        return false;
    }
    let within = |some: &[String], all: &[String]| some.iter().all(|word| all.contains(word));
    within(&left, &right)
        || within(&right, &left)
        || strsim::jaro_winkler(&left.join(" "), &right.join(" ")) >= ALIKE
}

/// Whether they are the same as far as can be told: by their pages where both have one.
pub(super) fn is(one: &Ref, other: &Ref) -> bool {
    match one.target.as_ref().zip(other.target.as_ref()) {
        Some((one, other)) => fold(one) == fold(other),
        None => may_be(one, other),
    }
}

/// The words of a name, without initials and without what says that somebody has no party.
fn words(name: &str) -> Vec<String> {
    let slug = slug(name);
    let words = slug.split('-').filter(|word| word.chars().count() > 1);
    words
        .filter(|word| !["politician", "politican", "party"].contains(word))
        .map(str::to_owned)
        .collect()
}

/// Whether a text stands in the place of a person: nobody holds the office, or only for the time being.
pub(super) fn is_nobody(person: &Ref) -> bool {
    const SIGNS: [&str; 15] = [
        "none",
        "nobody",
        "vacant",
        "vacancy",
        "annulled",
        "void",
        "tbd",
        "tba",
        "pending",
        "disputed",
        "acting",
        "interim",
        "provisional",
        "caretaker",
        "abolished",
    ];
    let note = person.note.as_deref().unwrap_or_default();
    let text = slug(&format!("{} {note}", person.name));
    text.split('-').any(|word| SIGNS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        for (one, other) in [
            ("Lyndon Johnson", "Lyndon B. Johnson"),
            ("Luiz Inácio Lula da Silva", "Lula da Silva"),
            ("Bako Sahakyan", "Bako Sahakian"),
            ("Independent", "Independent (politician)"),
        ] {
            assert!(may_be(&Ref::new(one), &Ref::new(other)), "{one}, {other}");
        }
        for (one, other) in [
            ("Bako Sahakyan", "Vitaly Balasanyan"),
            ("Viktor Yanukovych", "Viktor Yushchenko"),
            ("J. B.", "A. C."),
        ] {
            assert!(!may_be(&Ref::new(one), &Ref::new(other)), "{one}, {other}");
        }
    }

    #[test]
    fn some_words_are_nobody() {
        let acting = Ref { note: Some("acting".into()), ..Ref::new("Oleksandr Turchynov") };
        assert!(is_nobody(&acting));
        for name in
            ["None (Schleicher appointed shortly afterward)", "Election results annulled", "Vacant"]
        {
            assert!(is_nobody(&Ref::new(name)), "{name}");
        }
        assert!(!is_nobody(&Ref::new("Bako Sahakyan")));
    }
}
