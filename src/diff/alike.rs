//! Names that may be two spellings of one. They are offered, and never taken for the same unless that is
//! asked for.

use crate::model::slug;

/// How near two names must be, by Jaro and Winkler's measure (1 is the same), when no word tells.
const NEAR: f64 = 0.93;

/// Names shorter than this are near to many others.
const LONG: usize = 8;

/// Whether two names may be spellings of one: the same but for accents and signs, with and without middle names or
/// initials, or a few letters apart.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let [one, other] = [slug(one), slug(other)];
    if one.is_empty() || other.is_empty() {
        return false;
    }
    if one == other {
        return true;
    }
    let words = |name: &str| name.split('-').map(str::to_owned).collect::<Vec<_>>();
    let [mut short, mut long] = [words(&one), words(&other)];
    if short.len() > long.len() {
        std::mem::swap(&mut short, &mut long);
    }
    if short.len() > 1 && short.len() < long.len() {
        let ends = short.first() == long.first() && short.last() == long.last();
        let mut rest = long.iter();
        // Every word of the shorter stands in the longer, in order.
        return ends && short.iter().all(|word| rest.any(|other| other == word));
    }
    // The words that differ must not be numbers: a party of 1990 is none of 1992.
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    one.chars().count().min(other.chars().count()) >= LONG
        && short.len() == long.len()
        && digits(&one) == digits(&other)
        && strsim::jaro_winkler(&one, &other) >= NEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_alike_and_other_names_are_not() {
        for (one, other) in [
            ("Lyndon Johnson", "Lyndon B. Johnson"),
            ("Arkadi Ghukasyan", "Arkady Ghukasyan"),
            ("Nicolás Maduro", "Nicolas Maduro"),
            ("Luiz Inácio Lula da Silva", "Luiz Silva"),
            ("Free Motherland - UCA", "Free Motherland – UCA"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} / {other}");
        }
        for (one, other) in [
            ("George Bush", "Jeb Bush"),
            ("Democratic Party", "Republican Party"),
            ("New Democracy", "Democracy"),
            ("Movement 88", "Movement 89"),
            ("", ""),
        ] {
            assert!(!alike(one, other), "{one} / {other}");
        }
    }
}
