//! Names of contenders next to their bars. A merged or split contender must not look like one of
//! its parts, so both sides of the arrow stay visible when names are cut.

use super::text::{sanitize_line, width, wrap};

/// Separator between the later and the earlier names.
const ARROW: &str = " ← ";

/// Returns all names of a row: the later, then the earlier if they differ.
pub(super) fn full_name([earlier, later]: &[Vec<String>; 2]) -> String {
    join_sides([earlier, later].map(|names| names.join(" + ")))
}

/// Joins both sides. The later names come first, since readers look for these.
fn join_sides([earlier, later]: [String; 2]) -> String {
    match (earlier.is_empty(), later.is_empty()) {
        (true, _) => later,
        (_, true) => earlier,
        _ => format!("{later}{ARROW}{earlier}"),
    }
}

/// Wraps names into at most two lines of at most `max_width`, and returns whether they fit in full.
pub(super) fn wrapped_name(
    names: &[Vec<String>; 2],
    size: f64,
    max_width: f64,
) -> (Vec<String>, bool) {
    let short = names.each_ref().map(|names| {
        let (names, rest) = abbreviate(names);
        names.join(" + ") + &rest
    });
    let is_unabridged = names.iter().all(|names| names.len() < 3);
    let lines = wrap(&join_sides(short.clone()), size, false, max_width, 2);
    let fits = !lines.iter().any(|line| line.ends_with('…'));
    let [earlier, later] = names;
    if fits || (earlier.len() < 2 && later.len() < 2 && short.iter().any(String::is_empty)) {
        return (lines, fits && is_unabridged);
    }
    let arrow = ARROW.trim_start();
    let lines = match [earlier.is_empty(), later.is_empty()] {
        [true, _] => vec![fit_on_line(later, size, max_width)],
        [_, true] => vec![fit_on_line(earlier, size, max_width)],
        _ => {
            let remaining = max_width - width(arrow, size, false);
            vec![
                fit_on_line(later, size, max_width),
                format!("{arrow}{}", fit_on_line(earlier, size, remaining)),
            ]
        }
    };
    (lines, false)
}

/// Returns the names to show, and a phrase for the others. Of more than two names, only the first
/// is shown.
fn abbreviate(names: &[String]) -> (&[String], String) {
    match names {
        [first, rest @ ..] if rest.len() > 1 => {
            (std::slice::from_ref(first), format!(" and {} others", rest.len()))
        }
        names => (names, String::new()),
    }
}

/// Fits the names of one side into a line of `max_width`. Names are cut, but the phrase for the
/// others is not.
fn fit_on_line(names: &[String], size: f64, max_width: f64) -> String {
    let (names, rest) = abbreviate(names);
    let width_of = |text: &str| width(&sanitize_line(text), size, false);
    let cut = |name: &str, max_width: f64| wrap(name, size, false, max_width, 1).concat();
    match names {
        [one, other] => {
            let remaining = max_width - width(" + ", size, false);
            // Each name gets at least half of the space, and more if the other name needs less.
            let left = (remaining / 2.0).max(remaining - width_of(other));
            let right = (remaining / 2.0).max(remaining - width_of(one));
            format!("{} + {}", cut(one, left), cut(other, right))
        }
        names => cut(&names.concat(), max_width - width(&rest, size, false)) + &rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(before: &[&str], after: &[&str]) -> [Vec<String>; 2] {
        [before, after].map(|names| names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn both_sides_stay_visible_when_names_are_cut() {
        let heirs =
            ["Partito Popolare Italiano", "Centro Cristiano Democratico", "Cristiano Sociali"];
        let parted = names(&["Democrazia Cristiana"], &heirs);
        let (lines, whole) = wrapped_name(&parted, 12.0, 250.0);
        assert_eq!(
            (lines.join(" "), whole),
            ("Partito Popolare Italiano and 2 others ← Democrazia Cristiana".to_owned(), false)
        );
        assert_eq!(
            full_name(&parted),
            "Partito Popolare Italiano + Centro Cristiano Democratico + Cristiano Sociali ← Democrazia Cristiana"
        );
        let joined = names(&heirs[..2], &[&"Democrazia è Libertà ".repeat(4)]);
        assert_eq!(
            wrapped_name(&joined, 12.0, 250.0).0,
            ["Democrazia è Libertà Democrazia è…", "← Partito… + Centro Cristia…"]
        );
        assert_eq!(
            wrapped_name(&names(&heirs, &["Short"]), 12.0, 160.0).0,
            ["Short", "← Partito… and 2 others"]
        );
    }

    #[test]
    fn no_line_exceeds_its_width() {
        let long = ["x".repeat(90), "中文 選舉 ".repeat(40), "a b ".repeat(50), "B".to_owned()];
        let long = long.each_ref().map(String::as_str);
        for most in [60.0, 140.0, 250.0] {
            for (before, after) in [(0, 1), (1, 0), (1, 1), (2, 1), (2, 2), (4, 1), (3, 4)] {
                let (lines, _) = wrapped_name(&names(&long[..before], &long[..after]), 12.0, most);
                assert!((1..=2).contains(&lines.len()), "{lines:?}");
                let widest = lines.iter().map(|line| width(line, 12.0, false));
                assert!(most < 140.0 || widest.fold(0.0, f64::max) <= most + 0.001, "{lines:?}");
            }
        }
    }
}
