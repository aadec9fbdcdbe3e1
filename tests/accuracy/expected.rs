//! What a reader says of a document: `field = value` lines.

use std::fs;
use std::path::Path;

/// What is expected of one election, or of a file before its first election.
#[derive(Default)]
pub(crate) struct Expected {
    /// The title, of a section of a table.
    pub(crate) title: String,
    pub(crate) values: Vec<(String, String)>,
    /// Labels whose text is to be kept.
    pub(crate) kept: Vec<String>,
    /// Lines of a table that are to be reported.
    pub(crate) reported: Vec<u32>,
    /// The whole file is to be refused.
    pub(crate) is_refused: bool,
}

impl Expected {
    pub(crate) fn read(path: &Path) -> Vec<Self> {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let mut all = vec![Self::default()];
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(title) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                all.push(Self { title: title.to_owned(), ..Self::default() });
                continue;
            }
            let (field, value) =
                line.split_once(" = ").unwrap_or_else(|| panic!("{path:?}: no value in '{line}'"));
            let last = all.last_mut().unwrap();
            match field {
                "kept" => last.kept.push(value.to_owned()),
                "reported" => last.reported.push(value.parse().unwrap()),
                "refused" => last.is_refused = true,
                "type" => last.values.push((field.to_owned(), value.to_lowercase())),
                _ => last.values.push((field.to_owned(), value.to_owned())),
            }
        }
        for one in &mut all {
            // A contest's type is compared where it is not the election's.
            let kind = one.values.iter().find(|(field, _)| field == "type").cloned();
            one.values.retain(|(field, value)| {
                !field.ends_with(" type") || kind.as_ref().is_none_or(|(_, kind)| kind != value)
            });
        }
        all
    }

    /// Whether the program kept the text of the parameter that states a field.
    pub(crate) fn is_kept(&self, field: &str, kept: &[String]) -> bool {
        let words: Vec<&str> = field.split(' ').collect();
        let contender = words.iter().position(|word| *word == "contender");
        let number = contender.and_then(|at| words.get(at + 1)).copied().unwrap_or_default();
        let name = words
            [contender.map_or_else(|| if words[0] == "contest" { 2 } else { 0 }, |at| at + 2)..]
            .join(" ");
        let name = name.split([' ', '[']).next().unwrap_or_default();
        let labels = labels(name);
        kept.iter().any(|label| {
            let label = label.to_lowercase().replace([' ', '_'], "");
            labels.iter().any(|one| label == format!("{one}{number}") || label == *one)
        })
    }
}

/// The parameters that state a field, without their numbers.
fn labels(field: &str) -> Vec<&str> {
    match field {
        "votes" => vec!["popularvote", "votes"],
        "share" => vec!["percentage", "share", "popularvote"],
        "people" => vec!["nominee", "candidate", "leader", "cand", "person"],
        "date" => vec!["electiondate", "date"],
        "running" => vec!["runningmate"],
        "seat" => vec!["seatchange"],
        "alliances" => vec!["alliance"],
        "last" => vec!["lastelection"],
        "home" => vec!["homestate"],
        "leader" => vec!["leadersince"],
        "leader's" => vec!["leadersseat"],
        "previous" => vec!["previouselection", "previousyear", "previous"],
        "next" => vec!["nextelection", "nextyear", "next"],
        "before" => vec!["beforeelection", "beforeparty"],
        "after" => vec!["afterelection", "afterparty"],
        "cast" => vec!["turnout"],
        "seats" => vec!["seats", "seatsforelection", "seatsbefore", "seatsafter"],
        "majority" => vec!["majorityseats"],
        other => vec![other],
    }
}
