//! Generates deterministic rendered articles: an infobox of about thirty labels and 2 KB of prose.

use std::fmt::Write as _;

use hustings::model::group_digits;

#[path = "../shared/numbers.rs"]
mod numbers;

use numbers::Numbers;

impl Numbers {
    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const COUNTRIES: [&str; 6] =
    ["Ruritania", "Graustark", "Nagorno-Karabakh", "São Tomé", "Borduria", "Syldavia"];
const TYPES: [&str; 4] = ["presidential", "parliamentary", "general", "legislative"];
const FIRST: [&str; 6] = ["Anna", "Bako", "Élodie", "Dmitri", "Vitaly", "Rudolf"];
const LAST: [&str; 6] = ["Sahakyan", "Balasanyan", "Núñez", "Rassendyll", "Strelsau", "Petrov"];
const PARTIES: [&str; 5] =
    ["Independent politician", "Liberal Party", "Green Alliance", "Peasants' Union", "Unity"];
const HEADINGS: [&str; 4] = ["Campaign", "Conduct", "Results", "Reactions"];
const WORDS: [&str; 18] = [
    "the",
    "of",
    "and",
    "in",
    "to",
    "election",
    "candidates",
    "commission",
    "observers",
    "votes",
    "held",
    "party",
    "announced",
    "result",
    "district",
    "turnout",
    "coalition",
    "voters’",
];

/// Returns the article with this number.
pub(crate) fn article(number: u64) -> String {
    let mut numbers = Numbers(number);
    let (country, kind) = (numbers.pick(&COUNTRIES), numbers.pick(&TYPES));
    let year = 1900 + numbers.below(120);
    let title = |year: u64| format!("{year} {country} {kind} election");
    let mut text = format!("= {} =\n\nInfobox\n", title(year));
    let mut put = |label: &str, value: String| {
        let _ = writeln!(text, "- {label}: {value}");
    };
    put("Election Name", title(year));
    put("Country", country.to_owned());
    put("Type", kind.to_owned());
    put("Vote Type", "Popular".to_owned());
    put("Ongoing", "no".to_owned());
    put("Previous Election", title(year - 5));
    put("Previous Year", (year - 5).to_string());
    let (month, day) = (1 + numbers.below(12), 1 + numbers.below(28));
    put(
        "Election Date",
        match numbers.below(4) {
            0 => format!("{day} July {year}"),
            _ => format!("{year}-{month:02}-{day:02}"),
        },
    );
    put("Next Election", title(year + 5));
    put("Next Year", (year + 5).to_string());
    let share = |of: u64| format!("{}.{:02}%", of / 100, of % 100);
    put("Turnout", share(3_000 + numbers.below(6_000)));
    let person = |numbers: &mut Numbers| [numbers.pick(&FIRST), numbers.pick(&LAST)].join(" ");
    for contender in 1..=2 + numbers.below(2) {
        put(&format!("Image{contender}"), "150x150px".to_owned());
        put(&format!("Nominee{contender}"), person(&mut numbers));
        put(&format!("Party{contender}"), numbers.pick(&PARTIES).to_owned());
        put(&format!("Popular Vote{contender}"), group_digits(numbers.below(5_000_000)));
        put(&format!("Percentage{contender}"), share(numbers.below(6_000)));
    }
    put("Title", "President".to_owned());
    for when in ["Before", "After"] {
        put(&format!("{when} Election"), person(&mut numbers));
        put(&format!("{when} Party"), numbers.pick(&PARTIES).to_owned());
    }
    for heading in [None].into_iter().chain(HEADINGS.map(Some)) {
        text.push('\n');
        if let Some(heading) = heading {
            let _ = writeln!(text, "=={heading}==");
        }
        for _ in 0..60 + numbers.below(20) {
            text.push_str(numbers.pick(&WORDS));
            text.push(' ');
        }
        text.push_str("it ended.\n");
    }
    text
}
