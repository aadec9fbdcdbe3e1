//! Extracts the number of registered voters from prose, for infoboxes that do not state it.

use crate::model::Section;

/// A number, and the sentence that states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatedNumber {
    pub(super) number: u64,
    pub(super) sentence: String,
}

/// Phrases that mark a sentence about registered voters.
const ROLL_PHRASES: [&str; 6] = [
    "registered",
    "voters' list",
    "voters’ list",
    "voter list",
    "electoral roll",
    "electoral register",
];

/// Words that follow a number of voters.
const VOTER_NOUNS: [&str; 5] = ["voters", "electors", "names", "registered", "citizens"];

/// Returns the number of registered voters that the prose states; `None` if no sentence states one,
/// or sentences disagree.
pub(super) fn registered_voters(sections: &[Section]) -> Option<StatedNumber> {
    let mut statement: Option<StatedNumber> = None;
    for section in sections {
        for sentence in
            section.text.split_inclusive(['\n', '.', ';']).collect::<Vec<_>>().as_slice()
        {
            let sentence = sentence.trim();
            let Some(number) = number_in_sentence(sentence) else { continue };
            match &statement {
                Some(earlier) if earlier.number != number => return None,
                Some(_) => {}
                None => statement = Some(StatedNumber { number, sentence: sentence.to_owned() }),
            }
        }
    }
    statement
}

fn number_in_sentence(sentence: &str) -> Option<u64> {
    if !sentence.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let lower = sentence.to_lowercase();
    if !ROLL_PHRASES.iter().any(|roll| lower.contains(roll)) || lower.contains('%') {
        return None;
    }
    let words: Vec<&str> = lower.split_whitespace().collect();
    let mut numbers =
        words.iter().enumerate().filter_map(|(at, word)| Some((at, parse_people_count(word)?)));
    let (at, number) = numbers.next()?;
    let follows = words.iter().skip(at + 1).take(2);
    let mut follows = follows.map(|word| word.trim_end_matches([',', '.', ';']));
    (numbers.next().is_none() && follows.any(|word| VOTER_NOUNS.contains(&word))).then_some(number)
}

/// Parses a number of people: at least 100, with or without thousands separators, and not a year.
fn parse_people_count(word: &str) -> Option<u64> {
    let word = word.trim_end_matches([',', '.', ';']);
    let grouped = word.split(',').skip(1).all(|group| group.len() == 3);
    let digits: String = word.chars().filter(|c| *c != ',').collect();
    let number: u64 = digits.parse().ok().filter(|number| *number >= 100 && grouped)?;
    (word.contains(',') || !(1000..3000).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered_in(text: &str) -> Option<u64> {
        let section = Section { text: text.to_owned(), ..Section::default() };
        registered_voters(&[section]).map(|statement| statement.number)
    }

    #[test]
    fn registered_voters_are_read_from_an_unambiguous_sentence() {
        assert_eq!(
            registered_in("A total of 98,909 voters registered for the vote. 12 stations."),
            Some(98_909)
        );
        assert_eq!(registered_in("The voters' list had 98,909 names."), Some(98_909));
        assert_eq!(
            registered_in(
                "There were 98909 registered voters.\nOf 98,909 registered voters most came."
            ),
            Some(98_909)
        );
        for open in [
            "Four candidates registered to run.",
            "98,909 voters registered. In the end, 98,910 voters were registered.",
            "12,000 of 98,909 voters were registered abroad.",
            "In 2012 voters registered early.",
            "98,909 observers saw how voters registered.",
            "",
        ] {
            assert_eq!(registered_in(open), None, "{open}");
        }
    }
}
