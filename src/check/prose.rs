//! The one number that prose is read for: how many were registered, where the box does not say so.

use crate::model::Section;

/// A number, and the sentence that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) number: u64,
    pub(super) sentence: String,
}

/// Words that say what a sentence is of.
const ROLLS: [&str; 6] = [
    "registered",
    "voters' list",
    "voters’ list",
    "voter list",
    "electoral roll",
    "electoral register",
];

/// Words that follow a number of voters.
const VOTERS: [&str; 5] = ["voters", "electors", "names", "registered", "citizens"];

/// How many voters the prose says were registered: only where one sentence says so, or all say the same.
pub(super) fn registered(sections: &[Section]) -> Option<Told> {
    let mut told: Option<Told> = None;
    for section in sections {
        for sentence in
            section.text.split_inclusive(['\n', '.', ';']).collect::<Vec<_>>().as_slice()
        {
            let sentence = sentence.trim();
            let Some(number) = in_sentence(sentence) else { continue };
            match &told {
                Some(known) if known.number != number => return None,
                Some(_) => {}
                None => told = Some(Told { number, sentence: sentence.to_owned() }),
            }
        }
    }
    told
}

fn in_sentence(sentence: &str) -> Option<u64> {
    if !sentence.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let lower = sentence.to_lowercase();
    if !ROLLS.iter().any(|roll| lower.contains(roll)) || lower.contains('%') {
        return None;
    }
    let words: Vec<&str> = lower.split_whitespace().collect();
    let mut numbers = words.iter().enumerate().filter_map(|(at, word)| Some((at, number(word)?)));
    let (at, number) = numbers.next()?;
    let follows = words.iter().skip(at + 1).take(2);
    let mut follows = follows.map(|word| word.trim_end_matches([',', '.', ';']));
    (numbers.next().is_none() && follows.any(|word| VOTERS.contains(&word))).then_some(number)
}

/// A number of people: three digits or more, in groups or not, and no year.
fn number(word: &str) -> Option<u64> {
    let word = word.trim_end_matches([',', '.', ';']);
    let grouped = word.split(',').skip(1).all(|group| group.len() == 3);
    let digits: String = word.chars().filter(|c| *c != ',').collect();
    let number: u64 = digits.parse().ok().filter(|number| *number >= 100 && grouped)?;
    (word.contains(',') || !(1000..3000).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<u64> {
        let section = Section { text: text.to_owned(), ..Section::default() };
        registered(&[section]).map(|told| told.number)
    }

    #[test]
    fn one_sentence_says_how_many_were_registered() {
        assert_eq!(
            of("A total of 98,909 voters registered for the vote. 12 stations."),
            Some(98_909)
        );
        assert_eq!(of("The voters' list had 98,909 names."), Some(98_909));
        assert_eq!(
            of("There were 98909 registered voters.\nOf 98,909 registered voters most came."),
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
            assert_eq!(of(open), None, "{open}");
        }
    }
}
