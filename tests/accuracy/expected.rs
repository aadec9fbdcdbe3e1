//! The expected statements about a document, as lines of `field = value`.

use std::fs;
use std::path::Path;

/// The expectations for one election, or those for a file before its first election.
#[derive(Default)]
pub(crate) struct Expected {
    /// Title of the election, in a section for a table.
    pub(crate) title: String,
    pub(crate) values: Vec<(String, String)>,
    /// Labels of the texts that must be kept unparsed.
    pub(crate) kept: Vec<String>,
    /// Numbers of the lines that must be reported.
    pub(crate) reported: Vec<u32>,
    /// Whether the whole file must be refused.
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
            // The type of a contest is compared only if it differs from the election's.
            let kind = one.values.iter().find(|(field, _)| field == "type").cloned();
            one.values.retain(|(field, value)| {
                !field.ends_with(" type") || kind.as_ref().is_none_or(|(_, kind)| kind != value)
            });
        }
        all
    }

    /// Returns whether the program kept the text of the parameter that states a field.
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

/// Returns the parameters that state a field, without their numbers.
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
