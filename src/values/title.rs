//! Inference from titles: year, type and country of an election.

use super::date::is_month;
use super::words::LowercaseWord;
use crate::model::{Contest, Election, ElectionType, InferredField, find_territory};

/// Endings of titles, without the event word, and their types. The first match counts, so longer
/// endings come first.
const TYPE_SUFFIXES: &[(&str, &str)] = &[
    ("european parliament", "european parliament"),
    ("constitutional assembly", "constitutional assembly"),
    ("constituent assembly", "constituent assembly"),
    ("national assembly", "legislative"),
    ("legislative assembly", "legislative"),
    ("legislative council", "legislative"),
    ("house of representatives", "legislative"),
    ("house of assembly", "legislative"),
    ("house of commons", "legislative"),
    ("house of keys", "legislative"),
    ("house of councillors", "legislative"),
    ("house of delegates", "legislative"),
    ("chamber of deputies", "legislative"),
    ("congress of deputies", "legislative"),
    ("state assembly", "legislative"),
    ("federal assembly", "legislative"),
    ("supreme council", "legislative"),
    ("people's assembly", "legislative"),
    ("people's council", "legislative"),
    ("states general", "legislative"),
    ("lok sabha", "legislative"),
    ("vidhan sabha", "legislative"),
    ("state duma", "legislative"),
    ("congressional", "legislative"),
    ("attorney general", "attorney general"),
    ("lieutenant gubernatorial", "lieutenant gubernatorial"),
    ("vice presidential", "vice presidential"),
    ("secretary of state", "secretary of state"),
    ("state treasurer", "state treasurer"),
    ("city council", "local"),
    ("county council", "local"),
    ("borough council", "local"),
    ("district council", "local"),
    ("town council", "local"),
    ("municipal council", "local"),
    ("presidential primary", "primary"),
    ("presidential", "presidential"),
    ("parliamentary", "parliamentary"),
    ("legislative", "legislative"),
    ("general", "general"),
    ("primary", "primary"),
    ("gubernatorial", "gubernatorial"),
    ("mayoral", "mayoral"),
    ("municipal", "municipal"),
    ("regional", "regional"),
    ("local", "local"),
    ("provincial", "provincial"),
    ("territorial", "territorial"),
    ("state", "state"),
    ("federal", "federal"),
    ("senate", "senate"),
    ("supreme soviet", "legislative"),
    ("parliament", "parliamentary"),
];

/// Words for the event in a title.
const EVENTS: [&str; 7] =
    ["election", "elections", "by-election", "by-elections", "referendum", "primary", "primaries"];

/// Fills in year, type and country from the title if the record does not state them, and lists
/// these fields as inferred.
pub(crate) fn infer_from_title(election: &mut Election) {
    election.year = election.year.or(election.dates.first().map(|date| date.start.year()));
    if election.year.is_some() && election.kind.is_some() && election.country.is_some() {
        return;
    }
    let parts = parse_title(&election.title);
    if election.year.is_none() && parts.year.is_some() {
        election.year = parts.year;
        election.inferred.push(InferredField::Year);
    }
    if election.kind.is_none()
        && let Some(kind) = parts.kind
    {
        let only_contest: Option<&mut Contest> = match election.contests.as_mut_slice() {
            [contest] => Some(contest),
            _ => None,
        };
        if let Some(contest) = only_contest.filter(|contest| contest.kind.is_none()) {
            contest.kind = Some(kind.clone());
        }
        election.kind = Some(kind);
        election.inferred.push(InferredField::Type);
    }
    if election.country.is_none() && !parts.country.is_empty() {
        let common_name = find_territory(&parts.country).map(|territory| territory.name.clone());
        election.country = Some(common_name.unwrap_or(parts.country));
        election.inferred.push(InferredField::Country);
    }
}

struct TitleParts {
    year: Option<i32>,
    kind: Option<ElectionType>,
    country: String,
}

fn parse_title(title: &str) -> TitleParts {
    let words = title.split(|c: char| c == '_' || c.is_whitespace());
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let year = words.iter().find_map(|word| parse_year(word));
    let lower = |word: &str| LowercaseWord::new(word.trim_end_matches(','));
    let event = words.iter().rposition(|word| lower(word).is_one_of(&EVENTS));
    let Some(event) = event else { return TitleParts { year, kind: None, country: String::new() } };
    let event_word = lower(words[event]);
    // After the event word comes a year or a place: "in Missouri, 2008".
    let place = words.split_off(event).split_off(1);
    let place = place.into_iter().filter(|word| parse_year(word).is_none()).collect::<Vec<_>>();
    let place = match place.as_slice() {
        [] => Some(String::new()),
        [joint, place @ ..] if lower(joint).as_bytes() == b"in" => {
            let place = place.strip_prefix(&["the"]).unwrap_or(place).join(" ");
            Some(place.trim_end_matches(',').to_owned())
        }
        _ => None,
    };
    words.retain(|word| parse_year(word).is_none());
    let month = words.first().is_some_and(|word| is_month(word));
    let next = words.first().is_some_and(|word| word.eq_ignore_ascii_case("next"));
    if month || next {
        words.remove(0);
    }
    // A special election fills a vacant seat, like a by-election.
    let special = words.last().is_some_and(|word| word.eq_ignore_ascii_case("special"));
    let rest = words.join(" ");
    let lower = rest.to_lowercase();
    // Lower-casing can change the length of a word, so the offset is counted from the end.
    let found = TYPE_SUFFIXES.iter().find(|(ending, _)| {
        lower.strip_suffix(ending).is_some_and(|left| left.is_empty() || left.ends_with(' '))
    });
    let (kind, country) = match (found, event_word.as_bytes()) {
        (_, b"by-election" | b"by-elections") => (Some(ElectionType::ByElection), ""),
        _ if special => (Some(ElectionType::ByElection), ""),
        (_, b"referendum") => (Some(ElectionType::Other("referendum".to_owned())), rest.as_str()),
        (_, b"primary" | b"primaries") => (Some(ElectionType::Primary), ""),
        (Some((ending, kind)), _) => {
            let country = rest.len().checked_sub(ending.len()).and_then(|end| rest.get(..end));
            (Some(ElectionType::from_name(kind)), country.unwrap_or(""))
        }
        (None, _) => (None, rest.as_str()),
    };
    let country = match place {
        Some(place) if place.is_empty() => country.trim().trim_end_matches(',').to_owned(),
        // The place votes on its own: a part of a country, or a country in a larger area.
        Some(place) if kind != Some(ElectionType::ByElection) => place,
        _ => String::new(),
    };
    TitleParts { year, kind, country }
}

/// Parses a word as a year: `2012`, `2012,`. Returns the first year of a range such as `1999–2000`.
fn parse_year(word: &str) -> Option<i32> {
    let word = word.trim_matches(|c: char| c == ',' || c == '(' || c == ')');
    let first = word.split(['–', '-', '/']).next()?;
    let digits = first.len() == 4 && word.chars().all(|c| c.is_ascii_digit() || "–-/".contains(c));
    if digits { first.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_both_styles_give_year_type_and_country() {
        let cases = [
            (
                "2012 Nagorno-Karabakh presidential election",
                Some(2012),
                "presidential",
                "Nagorno-Karabakh",
            ),
            (
                "Nagorno-Karabakh presidential election, 2012",
                Some(2012),
                "presidential",
                "Nagorno-Karabakh",
            ),
            ("February 1974 Ruritanian general election", Some(1974), "general", "Ruritanian"),
            ("1788–89 Ruritania presidential election", Some(1788), "presidential", "Ruritania"),
            ("Next Ruritania parliamentary election", None, "parliamentary", "Ruritania"),
            (
                "1921 Ruritania Constitutional Assembly election",
                Some(1921),
                "constitutional assembly",
                "Ruritania",
            ),
            ("1990 Northtown by-election", Some(1990), "by-election", ""),
            ("Assam Legislative Assembly election, 2011", Some(2011), "legislative", "Assam"),
            (
                "2018 Ruritania House of Representatives election",
                Some(2018),
                "legislative",
                "Ruritania",
            ),
            ("2017 Alabama Senate special election", Some(2017), "by-election", ""),
            ("2018 Texas Attorney General election", Some(2018), "attorney general", "Texas"),
            (
                "United States presidential election in Missouri, 2008",
                Some(2008),
                "presidential",
                "Missouri",
            ),
            (
                "2019 European Parliament election in the United Kingdom",
                Some(2019),
                "european parliament",
                "United Kingdom",
            ),
            ("2011 Ruritania election for mayor", Some(2011), "", ""),
            (
                "2019 Ruritania European Parliament elections",
                Some(2019),
                "european parliament",
                "Ruritania",
            ),
        ];
        for (title, year, kind, country) in cases {
            let parts = parse_title(title);
            assert_eq!((parts.year, parts.country.as_str()), (year, country), "{title}");
            assert_eq!(parts.kind.as_ref().map_or("", ElectionType::as_str), kind, "{title}");
        }
        assert!(parse_title("Ruritania").kind.is_none() && parse_title("").country.is_empty());
    }
}
