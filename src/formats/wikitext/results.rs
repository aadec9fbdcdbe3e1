//! `{{Election results}}`: a table of results in the body of a page, parsed as a separate contest.
//!
//! The parameters, as the template's documentation states them: `candN`, `vpN`, `partyN`,
//! `allianceN`, or `rowN` for a row that is not a contender; `votesN`, `swN`, `seatsN`, `scN`, with
//! the suffix `_2` for the second column; `totseatsN`, the seats of all columns; `stNtM`, the seats
//! under the heading `seattypeM`; and the totals `valid`, `invalid`, `electorate`, `total_votes`,
//! with the suffix `2` for the second column. The two columns are rounds, unless `firstround` and
//! `secondround` name them otherwise. All other parameters become details.

mod parameter_value;
mod rows;

use std::collections::HashMap;

use super::line_index::LineIndex;
use super::template;
use super::tree::{Node, Template};
use crate::model::{Contest, UnparsedReason};
use crate::values::number;
use parameter_value::ParameterValue;
use rows::ResultsBuilder;

/// Returns the results tables of a page, in order.
pub(super) fn parse_tables(nodes: &[Node<'_>], lines: &LineIndex) -> Vec<Contest> {
    let mut found = Vec::new();
    for node in nodes {
        let Node::Template(template) = node else { continue };
        if template.name == "election results" {
            found.push(parse_table(template, lines));
        } else {
            let inner = template.arguments.iter();
            found.extend(inner.flat_map(|argument| parse_tables(&argument.value, lines)));
        }
    }
    found
}

fn parse_table(template: &Template<'_>, lines: &LineIndex) -> Contest {
    let mut contest = Contest::default();
    // If a parameter is repeated, its last non-empty value counts.
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut parameters: Vec<ParameterValue<'_>> = Vec::new();
    for argument in &template.arguments {
        let text = template::value_text(&argument.value);
        if text.is_empty() {
            continue;
        }
        let parameter = ParameterValue { argument, text };
        let name = parameter.name().to_lowercase();
        match last.get(&name).filter(|_| !name.is_empty()) {
            Some(at) => {
                let replaced = std::mem::replace(&mut parameters[*at], parameter);
                contest.unparsed.push(replaced.to_unparsed_field(UnparsedReason::Repeated, lines));
            }
            None => {
                last.insert(name, parameters.len());
                parameters.push(parameter);
            }
        }
    }
    let mut builder = ResultsBuilder::new(contest, &parameters);
    for parameter in &parameters {
        let placeholder = number::placeholder_reason(&parameter.text);
        let read =
            placeholder.map_or_else(|| builder.read_value(parameter.name(), &parameter.text), Err);
        if let Err(reason) = read {
            builder.contest.unparsed.push(parameter.to_unparsed_field(reason, lines));
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::wikitext::tree;
    use crate::model::{OptionKind, StatedChange};

    fn read(text: &str) -> Contest {
        parse_tables(&tree::parse(text), &LineIndex::new(text)).remove(0)
    }

    #[test]
    fn a_results_template_has_contenders_options_rounds_and_totals() {
        let contest = read(
            "{{Election results|caption=Result
|cand1=[[Rudolf]]|party1=[[Royal Party|Royals]]|votes1=1,204|votes1_2=2001|sw1=+4.1
|cand2=Flavia|party2=Republicans|votes2=900|votes2_2=1800|sw2=New
|row3=Against all|votes3=12|seats4=5|sc4=−2|party4=Farmers|st4t1=7
|invalid=31|invalid2=40|electorate=5,000|electorate2=5,001|source=Gazette}}",
        );
        assert_eq!(contest.name.as_deref(), Some("Result"));
        let names: Vec<_> = contest.contenders.iter().map(|contender| contender.number).collect();
        assert_eq!(names, [Some(1), Some(2), Some(4)]);
        let rudolf = &contest.contenders[0];
        assert_eq!(rudolf.people[0].target.as_deref(), Some("Rudolf"));
        let votes: Vec<_> = rudolf.tallies.iter().map(|tally| (tally.round, tally.votes)).collect();
        assert_eq!(votes, [(Some(1), Some(1_204)), (Some(2), Some(2_001))]);
        assert_eq!(contest.contenders[1].tallies[0].swing, Some(StatedChange::New));
        let against = &contest.options[0];
        assert_eq!((against.kind, against.name.as_str()), (OptionKind::AgainstAll, "Against all"));
        assert_eq!(against.tallies[0].votes, Some(12));
        let farmers = &contest.contenders[2];
        assert_eq!((farmers.seats, farmers.seat_change), (Some(5), Some(StatedChange::By(-2))));
        assert_eq!(farmers.tallies[0].label.as_deref(), Some("seat type 1"));
        let totals: Vec<_> = contest
            .rounds
            .iter()
            .map(|round| (round.number, round.invalid, round.registered))
            .collect();
        assert_eq!(totals, [(Some(1), Some(31), Some(5_000)), (Some(2), Some(40), Some(5_001))]);
        let details: Vec<_> =
            contest.details.iter().map(|detail| detail.parameter.as_str()).collect();
        assert_eq!(details, ["source"]);
        assert_eq!(contest.unparsed, []);
    }

    #[test]
    fn parameter_names_ignore_case_and_repeated_values_are_kept() {
        let contest = read(
            "{{Election results|Cand1=A|votes1=1,234|VOTES1=1,235|votes1_0=7|votes1_300=8|cand01=B}}",
        );
        let contender = &contest.contenders[0];
        assert_eq!((contest.contenders.len(), contender.tallies.len()), (1, 1));
        assert_eq!(contender.tallies[0].votes, Some(1_235));
        assert_eq!(
            (contest.unparsed[0].text.as_str(), &contest.unparsed[0].reason),
            ("1,234", &UnparsedReason::Repeated)
        );
        let details: Vec<_> =
            contest.details.iter().map(|detail| detail.parameter.as_str()).collect();
        assert_eq!(details, ["votes1_0", "votes1_300", "cand01"]);
    }

    #[test]
    fn a_seat_type_number_has_at_most_two_digits() {
        let contest = read("{{Election results|party1=A|st1t99=7|st1t100=8|seattype100=List}}");
        let tallies = &contest.contenders[0].tallies;
        assert_eq!((tallies.len(), tallies[0].seats), (1, Some(7)));
        let details: Vec<_> =
            contest.details.iter().map(|detail| detail.parameter.as_str()).collect();
        assert_eq!(details, ["st1t100", "seattype100"]);
    }

    #[test]
    fn values_that_are_not_numbers_are_kept_unparsed() {
        let contest =
            read("{{election_results\n|votes1=many\n|sc1=some|votes2=TBD|sw3=+4%, or so}}");
        let kept: Vec<_> =
            contest.unparsed.iter().map(|field| (field.label.as_str(), field.line)).collect();
        assert_eq!(
            kept,
            [("votes1", Some(2)), ("sc1", Some(3)), ("votes2", Some(3)), ("sw3", Some(3))]
        );
    }

    #[test]
    fn headings_of_columns_that_are_not_rounds_become_labels() {
        let contest = read(
            "{{Election results|firstround=Proportional|secondround=Constituency
|party1=[[Unity]]|votes1=70|seats1=7|votes1_2=60|seats1_2=18|totseats1=25
|party2=[[Justice]]|votes2=30|seats2=3|votes2_2=40|seats2_2=5|totseats2=8
|row3=Blank votes|votes3=4|row4=Others|votes4=9|valid=109|valid2=100}}",
        );
        let of = |contender: &crate::model::Contender| {
            let tallies = contender.tallies.iter();
            let texts = tallies
                .map(|tally| format!("{}: {:?} {:?}", tally.ballot(), tally.votes, tally.seats));
            (contender.seats, texts.collect::<Vec<_>>())
        };
        let expected = [
            "Proportional, round 1: Some(70) Some(7)".to_owned(),
            "Constituency, round 1: Some(60) Some(18)".to_owned(),
        ];
        assert_eq!(of(&contest.contenders[0]), (Some(25), expected.to_vec()));
        assert_eq!(contest.contenders.len(), 2);
        let rounds: Vec<_> = contest
            .rounds
            .iter()
            .map(|round| (round.label.as_deref(), round.valid, round.blank))
            .collect();
        assert_eq!(
            rounds,
            [(Some("Proportional"), Some(109), Some(4)), (Some("Constituency"), Some(100), None)]
        );
        assert_eq!((contest.options.len(), contest.options[0].kind), (1, OptionKind::Others));
        assert!(contest.details.is_empty() && contest.unparsed.is_empty());
    }

    #[test]
    fn a_results_table_with_thousands_of_rows_is_parsed() {
        let rows: String = (1..60_000).map(|row| format!("|votes{row}=1")).collect();
        assert_eq!(read(&format!("{{{{Election results{rows}}}}}")).contenders.len(), 59_999);
    }
}
