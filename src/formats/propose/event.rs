//! Country, year and type of the elections of a table: from its columns, from the lines above its
//! header, or from the name of its file.

use super::column::Column;
use super::grid::{Grid, is_year};
use super::role::{Role, words};
use crate::model::{find_territory, territory_names};

/// A text, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) reason: String,
}

/// What a table says about the event as a whole.
#[derive(Debug, Default)]
pub(super) struct Event {
    pub(super) country: Option<Found>,
    pub(super) year: Option<Found>,
    /// Full date, from a line above the header.
    pub(super) date: Option<Found>,
    pub(super) kind: Option<Found>,
}

/// Words for types of elections. German and Scandinavian compounds are found by their parts.
const TYPES: [(&str, &[&str]); 6] = [
    (
        "presidential",
        &[
            "presidential",
            "president",
            "presidente",
            "prasident",
            "prasidentenwahl",
            "prasidentschaftswahl",
            "bundesprasidentenwahl",
            "presidentielle",
            "presidentielles",
            "presidenziali",
            "presidenciais",
            "presidencial",
            "presidenciales",
            "prezydenta",
            "prezydenckie",
            "presidentvalg",
            "presidentsverkiezing",
            "presidentvaalit",
        ],
    ),
    ("by-election", &["byelection", "by election"]),
    (
        "european parliament",
        &[
            "european",
            "europawahl",
            "europeennes",
            "europee",
            "europeias",
            "europeas",
            "europarl",
            "europaparlamentsvalg",
            "europaparlamentsval",
            "europees",
        ],
    ),
    (
        "parliamentary",
        &[
            "parliamentary",
            "parliament",
            "bundestag",
            "bundestagswahl",
            "parlamentswahl",
            "nationalratswahl",
            "general",
            "generales",
            "congreso",
            "assembleia",
            "sejm",
            "sejmu",
            "parlament",
            "parlamentarne",
            "tweede kamer",
            "tweedekamer",
            "riksdag",
            "riksdagsval",
            "folketing",
            "folketingsvalg",
            "storting",
            "stortingsvalg",
            "camera",
            "commons",
            "legislatives",
            "legislativas",
            "legislative",
            "politiche",
            "eduskuntavaalit",
            "house of representatives",
            "mp",
            "mps",
        ],
    ),
    (
        "state",
        &[
            "landtag",
            "landtagswahl",
            "assembly",
            "regional",
            "regionales",
            "regionali",
            "regionales",
            "autonomicas",
            "provincial",
        ],
    ),
    (
        "local",
        &[
            "local",
            "municipal",
            "municipales",
            "kommunalwahl",
            "comunali",
            "autarquicas",
            "council",
            "mayor",
            "mayoral",
            "kommunalvalg",
            "gemeenteraad",
            "samorzadowe",
            "kommunevalg",
        ],
    ),
];

/// Reads what a table says about the event.
pub(super) fn read(
    grid: &Grid,
    columns: &[Column],
    file_name: &str,
    country: Option<&str>,
    kind: Option<&str>,
) -> Event {
    let stem = file_name.split('.').next().unwrap_or_default();
    let above = grid.above.iter().map(|row| (row.cells.join(" "), format!("line {}", row.line)));
    let titles: Vec<(String, String)> =
        above.chain([(stem.to_owned(), "the file's name".to_owned())]).collect();
    let constant = |role: Role| {
        let column = columns.iter().find(|column| column.role == role && column.distinct == 1)?;
        grid.column(column.index).find(|cell| !cell.is_empty()).map(str::to_owned)
    };
    let stated =
        |text: &str| Found { text: text.to_owned(), reason: "as the command says".to_owned() };
    let first = |find: &dyn Fn(&str) -> Option<String>| {
        titles.iter().find_map(|(text, reason)| {
            Some(Found { text: find(text)?, reason: format!("from {reason}") })
        })
    };
    let names: Vec<String> = grid.names.clone();
    let from_names = || {
        let text = names.join(" ");
        Some(Found { text: kind_in(&text)?, reason: "from the names of the columns".to_owned() })
    };
    let from_office = || {
        let text = constant(Role::Office)?;
        Some(Found { text: kind_in(&text)?, reason: format!("from '{text}' in a column") })
    };
    Event {
        country: country.map(stated).or_else(|| first(&country_in)),
        year: first(&year_in),
        date: first(&date_in),
        kind: kind.map(stated).or_else(from_office).or_else(|| first(&kind_in)).or_else(from_names),
    }
}

/// Returns the type that a text names.
pub(super) fn kind_in(text: &str) -> Option<String> {
    let phrase = format!(" {} ", words(text).join(" "));
    let found = TYPES
        .iter()
        .find(|(_, names)| names.iter().any(|name| phrase.contains(&format!(" {name} "))));
    found.map(|(kind, _)| (*kind).to_owned())
}

fn year_in(text: &str) -> Option<String> {
    let mut digits = text.split(|c: char| !c.is_ascii_digit());
    digits.find_map(|run| match run.len() {
        4 if is_year(run) => Some(run.to_owned()),
        8 => run.get(..4).filter(|year| is_year(year)).map(str::to_owned),
        _ => None,
    })
}

/// Returns the date in a text, in the form of ISO 8601: `2019-05-26`, or from a date with the name
/// of the month.
fn date_in(text: &str) -> Option<String> {
    // The day on which a file was written is not that of the vote.
    const OTHER_DATES: [&str; 12] = [
        "generated",
        "created",
        "updated",
        "published",
        "stand",
        "erstellt",
        "export",
        "downloaded",
        "as at",
        "as of",
        "genere",
        "version",
    ];
    let folded = text.to_lowercase();
    if OTHER_DATES.iter().any(|word| folded.contains(word)) {
        return None;
    }
    let iso = regex::Regex::new(r"(?:^|\D)(\d{4})-?(\d{2})-?(\d{2})(?:\D|$)").ok()?;
    if let Some(found) = iso.captures(text) {
        let part = |at| found.get(at).map_or("", |part: regex::Match<'_>| part.as_str());
        let is_date = is_year(part(1))
            && part(2).parse::<u8>().is_ok_and(|month| (1..=12).contains(&month))
            && part(3).parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
        return is_date.then(|| format!("{}-{}-{}", part(1), part(2), part(3)));
    }
    let worded =
        regex::Regex::new(r"\d{1,2}\.? (?:de |of )?\p{L}+\.? (?:de )?\d{4}|\p{L}+ \d{1,2}, \d{4}")
            .ok()?;
    let found = worded.find(text)?.as_str();
    let date = crate::values::date::parse_one(found).ok()?;
    Some(date.to_string())
}

/// Returns the country that a text names. Codes are not looked for: 'it' and 'no' are words too.
fn country_in(text: &str) -> Option<String> {
    let all = words(text);
    let phrase = format!("-{}-", all.join("-"));
    let mut found: Vec<(&str, &str)> = territory_names()
        .filter(|(name, _)| {
            name.len() > 3 && phrase.contains(&format!("-{}-", words(name).join("-")))
        })
        .collect();
    found.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    found.first().and_then(|(name, _)| find_territory(name)).map(|territory| territory.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_state_years_types_and_countries() {
        assert_eq!(year_in("results_1905-05-06"), Some("1905".to_owned()));
        assert_eq!(kind_in("Bundestagswahl 1905"), Some("parliamentary".to_owned()));
        assert_eq!(country_in("sweden_1905"), Some("Sweden".to_owned()));
        assert_eq!(country_in("ruritania"), None);
    }
}
