//! A version of an election as an article like those of the seed, and as a wiki page with the same
//! facts for peers that read only wikitext.

use std::fmt::Write;

use super::facts::{Facts, grouped};
use super::numbers::Numbers;
use super::plan::Event;
use super::words::Words;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Returns the labels and values of the infobox, in the order of an article.
fn lines(event: &Event, facts: &Facts) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut push = |label: &str, value: String| lines.push((label.to_owned(), value));
    push("Election Name", event.title.clone());
    push("Country", event.country.clone());
    push("Type", event.kind.to_owned());
    push("Vote Type", "Popular".to_owned());
    push("Ongoing", "no".to_owned());
    if let Some((title, year)) = &event.previous {
        push("Previous Election", title.clone());
        push("Previous Year", year.to_string());
    }
    // A third of the articles state the date in words.
    push(
        "Election Date",
        match event.seeds[2] % 3 {
            0 => format!("{} {} {}", event.day, MONTHS[event.month as usize - 1], event.year),
            _ => date(event),
        },
    );
    if let Some((title, year)) = &event.next {
        push("Next Election", title.clone());
        push("Next Year", year.to_string());
    }
    push("Registered", grouped(facts.registered));
    push("Turnout", format!("{}%", facts.turnout));
    let legislative = event.kind == "legislative";
    for (number, standing) in (1..).zip(&facts.standing) {
        push(&format!("Image{number}"), "150x150px".to_owned());
        let role = if legislative { "Leader" } else { "Nominee" };
        push(&format!("{role}{number}"), standing.person.clone());
        push(&format!("Party{number}"), standing.party.to_owned());
        if let Some(seats) = standing.seats {
            push(&format!("Seats{number}"), seats.to_string());
        }
        push(&format!("Popular Vote{number}"), grouped(standing.votes));
        push(&format!("Percentage{number}"), format!("{}%", standing.share));
    }
    push("Title", if legislative { "Speaker" } else { "President" }.to_owned());
    push("Before Election", facts.before.0.clone());
    push("Before Party", facts.before.1.to_owned());
    if let Some(winner) = facts.standing.first() {
        push("After Election", winner.person.clone());
        push("After Party", winner.party.to_owned());
    }
    lines
}

/// Returns the day of the vote in figures.
pub(crate) fn date(event: &Event) -> String {
    format!("{}-{:02}-{:02}", event.year, event.month, event.day)
}

/// Returns a version of an election as an article.
pub(crate) fn article(event: &Event, version: u64, words: &Words) -> String {
    let facts = Facts::of(event, version);
    let mut text = format!("= {} =\n\nInfobox\n", event.title);
    for (label, value) in lines(event, &facts) {
        let _ = writeln!(text, "- {label}: {value}");
    }
    let [territory, chain, position] = event.seeds;
    let mut numbers = Numbers::of(&[territory, chain, position, 8]);
    let _ = write!(
        text,
        "\nThe {} elections of {} were held on {} {}. ",
        event.kind,
        event.country,
        event.day,
        MONTHS[event.month as usize - 1],
    );
    words.paragraph(&mut numbers, 250, &mut text);
    for heading in ["Campaign", "Conduct", "Results", "Reactions"] {
        let bytes = numbers.between(200, 620) as usize;
        let _ = write!(text, "\n=={heading}==\n");
        words.paragraph(&mut numbers, bytes, &mut text);
    }
    // Later versions have one more section.
    if version > 0 {
        text.push_str("\n==Corrections==\n");
        words.paragraph(
            &mut Numbers::of(&[territory, chain, position, version, 9]),
            120,
            &mut text,
        );
    }
    text
}

/// Returns a version of an election as a wiki page with the same infobox and prose.
pub(crate) fn page(event: &Event, version: u64, words: &Words) -> String {
    let facts = Facts::of(event, version);
    let mut text = String::from("{{Infobox election\n");
    for (label, value) in lines(event, &facts) {
        let parameter = label.to_lowercase().replace(' ', "_");
        let linked = [
            "nominee",
            "leader",
            "party",
            "previous_election",
            "next_election",
            "before_",
            "after_",
        ];
        match linked.iter().any(|start| parameter.starts_with(start)) {
            true => writeln!(text, "| {parameter} = [[{value}]]"),
            false => writeln!(text, "| {parameter} = {value}"),
        }
        .unwrap_or_default();
    }
    text.push_str("}}\n");
    let article = article(event, version, words);
    text.push_str(article.split_once("\n\nThe ").map_or("", |(_, prose)| prose));
    text
}
