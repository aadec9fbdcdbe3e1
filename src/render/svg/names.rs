//! What contenders are called beside their bars. Several that are one because they joined or parted must not look
//! like one of them, so whatever is cut, both sides of the arrow stay.

use super::text::{plain, width, wrap};

/// Between what they are now and what they were.
const ARROW: &str = " ← ";

/// A row's names in full: the earlier, and the later; where they are the same, only these.
pub(super) fn in_full([one, other]: &[Vec<String>; 2]) -> String {
    between([one, other].map(|names| names.join(" + ")))
}

/// What they are now is what readers look for, so it stands first.
fn between([one, other]: [String; 2]) -> String {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other,
        (_, true) => one,
        _ => format!("{other}{ARROW}{one}"),
    }
}

/// In at most two lines of this width; and whether that is all of it.
pub(super) fn in_lines(names: &[Vec<String>; 2], size: f64, most: f64) -> (Vec<String>, bool) {
    let short = names.each_ref().map(|names| {
        let (names, rest) = counted(names);
        names.join(" + ") + &rest
    });
    let whole = names.iter().all(|names| names.len() < 3);
    let lines = wrap(&between(short.clone()), size, false, most, 2);
    let fits = !lines.iter().any(|line| line.ends_with('…'));
    let [one, other] = names;
    if fits || (one.len() < 2 && other.len() < 2 && short.iter().any(String::is_empty)) {
        return (lines, fits && whole);
    }
    let arrow = ARROW.trim_start();
    let lines = match [one.is_empty(), other.is_empty()] {
        [true, _] => vec![in_one(other, size, most)],
        [_, true] => vec![in_one(one, size, most)],
        _ => {
            let room = most - width(arrow, size, false);
            vec![in_one(other, size, most), format!("{arrow}{}", in_one(one, size, room))]
        }
    };
    (lines, false)
}

/// Those that are named, and what stands for the others: of more than two, the first.
fn counted(names: &[String]) -> (&[String], String) {
    match names {
        [first, rest @ ..] if rest.len() > 1 => {
            (std::slice::from_ref(first), format!(" and {} others", rest.len()))
        }
        names => (names, String::new()),
    }
}

/// One side in a line of this width: each name that is too long is cut, and not what stands behind it.
fn in_one(names: &[String], size: f64, most: f64) -> String {
    let (names, rest) = counted(names);
    let wide = |text: &str| width(&plain(text), size, false);
    let cut = |name: &str, room: f64| wrap(name, size, false, room, 1).concat();
    match names {
        [one, other] => {
            let room = most - width(" + ", size, false);
            // What one does not need, the other has.
            let left = (room / 2.0).max(room - wide(other));
            let right = (room / 2.0).max(room - wide(one));
            format!("{} + {}", cut(one, left), cut(other, right))
        }
        names => cut(&names.concat(), most - width(&rest, size, false)) + &rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(before: &[&str], after: &[&str]) -> [Vec<String>; 2] {
        [before, after].map(|names| names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn both_ends_are_seen_whatever_is_cut() {
        let heirs =
            ["Partito Popolare Italiano", "Centro Cristiano Democratico", "Cristiano Sociali"];
        let parted = names(&["Democrazia Cristiana"], &heirs);
        let (lines, whole) = in_lines(&parted, 12.0, 250.0);
        assert_eq!(
            (lines.join(" "), whole),
            ("Partito Popolare Italiano and 2 others ← Democrazia Cristiana".to_owned(), false)
        );
        assert_eq!(
            in_full(&parted),
            "Partito Popolare Italiano + Centro Cristiano Democratico + Cristiano Sociali ← Democrazia Cristiana"
        );
        let joined = names(&heirs[..2], &[&"Democrazia è Libertà ".repeat(4)]);
        assert_eq!(
            in_lines(&joined, 12.0, 250.0).0,
            ["Democrazia è Libertà Democrazia è…", "← Partito… + Centro Cristia…"]
        );
        assert_eq!(
            in_lines(&names(&heirs, &["Short"]), 12.0, 160.0).0,
            ["Short", "← Partito… and 2 others"]
        );
    }

    #[test]
    fn no_line_is_wider_than_its_room() {
        let long = ["x".repeat(90), "中文 選舉 ".repeat(40), "a b ".repeat(50), "B".to_owned()];
        let long = long.each_ref().map(String::as_str);
        for most in [60.0, 140.0, 250.0] {
            for (before, after) in [(0, 1), (1, 0), (1, 1), (2, 1), (2, 2), (4, 1), (3, 4)] {
                let (lines, _) = in_lines(&names(&long[..before], &long[..after]), 12.0, most);
                assert!((1..=2).contains(&lines.len()), "{lines:?}");
                let widest = lines.iter().map(|line| width(line, 12.0, false));
                assert!(most < 140.0 || widest.fold(0.0, f64::max) <= most + 0.001, "{lines:?}");
            }
        }
    }
}
