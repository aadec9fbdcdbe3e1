//! Rounds: figures, dates and labels of each.

use super::*;

fn mapping_with_rounds(above: &str, contest: &str) -> String {
    let title = "key = \"year\"\n";
    format!(
        "{title}{above}\n[election]\ntitle = {{ template = \"{{year}} Ruritanian presidential election\" }}\n\
         country = {{ constant = \"Ruritania\" }}\ntype = {{ constant = \"presidential\" }}\n{contest}\
         [contender]\nperson = \"who\"\nparty = \"party\"\nround = \"round\"\nvotes = \"votes\"\nseats = \"seats\"\n\
         [contender.details]\nrank = \"rank\"\n"
    )
}

fn rows(rows: &str) -> String {
    format!("year,round,who,party,votes,seats,rank\n{rows}")
}

#[test]
fn figures_and_dates_belong_to_the_round_of_their_row() {
    let mapping = "key = \"year\"\n[election]\ntitle = { template = \"{year} election\" }\ndate = \"day\"\n\
        [contest]\nvalid = \"valid\"\nregistered = \"registered\"\ncast = \"cast\"\n\
        [contender]\nperson = \"who\"\nround = \"round\"\nvotes = \"votes\"\n";
    let rows = "year,day,round,who,votes,valid,registered,cast\n\
        1901,1901-06-16,2,Anna,400,900,2010,\n1901,1901-06-16,2,Boris,500,900,2010,\n\
        1901,1901-06-02,1,Anna,450,1000,2000,1100\n1901,1901-06-02,1,Boris,350,,,\n";
    let own = table(mapping, rows);
    for case in [Some(own), shared("second-round-figures")].into_iter().flatten() {
        assert_eq!(messages(&case), [] as [&str; 0]);
        let contest = contest(&case);
        let figures: Vec<_> = contest
            .rounds
            .iter()
            .map(|round| (round.number, round.valid, round.registered))
            .collect();
        assert_eq!(
            figures,
            [(Some(1), Some(1_000), Some(2_000)), (Some(2), Some(900), Some(2_010))]
        );
        let records = case.archive.list(&Default::default()).unwrap();
        let dates: Vec<String> =
            records[0].election.dates.iter().map(ToString::to_string).collect();
        assert_eq!(dates, ["1901-06-02 (round 1)", "1901-06-16 (round 2)"]);
        assert_eq!(records[0].election.year, Some(1901));
    }
    // The rows of one round must agree.
    let case = table(mapping, &rows.replace("500,900", "500,901"));
    assert_eq!(
        messages(&case),
        [
            "count.csv:3:6: expected one 'valid' in the rows of one election, '900' as on line 2, in column 'valid', found '901'"
        ]
    );
    // A date that is the same for all rounds belongs to the election, not to a round.
    let case = table(mapping, &rows.replace("1901-06-16", "1901-06-02"));
    let dates = &case.archive.list(&Default::default()).unwrap()[0].election.dates;
    assert_eq!((dates.len(), dates[0].round), (1, None));
}

#[test]
fn a_person_whose_party_differs_between_rounds_is_one_contender() {
    let given = rows(
        "1901,1,Anna,Unity,450,,\n1901,1,Boris,Justice,350,,\n1901,1,Carl,Green,200,,\n\
                      1901,2,Anna,Unity,400,,\n1901,2,Boris,Justice and Green,600,,\n",
    );
    let own = table(&mapping_with_rounds("", ""), &given);
    for case in [Some(own), shared("party-label-between-rounds")].into_iter().flatten() {
        assert_eq!(messages(&case), [] as [&str; 0]);
        let contest = contest(&case);
        assert_eq!(
            contest.contenders.iter().map(contender_name).collect::<Vec<_>>(),
            ["Anna", "Boris", "Carl"]
        );
        let boris = &contest.contenders[1];
        assert_eq!(
            boris.tallies.iter().map(|tally| (tally.round, tally.votes)).collect::<Vec<_>>(),
            [(Some(1), Some(350)), (Some(2), Some(600))]
        );
        assert_eq!(boris.party.as_ref().unwrap().name, "Justice");
        assert_eq!(boris.notes, ["Justice and Green in round 2"]);
        assert!(notes(&case)[0].contains(
            "on line 6: 'Boris' stands for 'Justice and Green' in round 2, and for 'Justice'"
        ));
    }
    // The rounds are in reverse order, a party is blank, and the name is spelled in another case.
    let case = table(
        &mapping_with_rounds("", ""),
        &rows("1901,2,BORIS,,600,,\n1901,1,Boris,Justice,350,,\n"),
    );
    assert_eq!(
        (contest(&case).contenders.len(), messages(&case).len(), notes(&case).len()),
        (1, 0, 0)
    );
    assert_eq!(contest(&case).contenders[0].party.as_ref().unwrap().name, "Justice");
}

#[test]
fn an_ambiguous_contender_is_kept_separate_and_reported() {
    // Two contenders have the same name in the first round.
    let case = table(
        &mapping_with_rounds("", ""),
        &rows("1901,1,Boris,Justice,350,,\n1901,1,Boris,Order,300,,\n1901,2,Boris,Union,600,,\n"),
    );
    assert_eq!(contest(&case).contenders.len(), 3);
    let said = messages(&case);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("count.csv:3:3: 'Boris' stands twice in one round, first on line 2"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("count.csv:4:3: 'Boris' of 'Union' may be one of several of that name"),
        "{said:?}"
    );
    // The party identifies which of the two contenders named Boris the second-round row belongs to.
    let case = table(
        &mapping_with_rounds("", ""),
        &rows("1901,1,Boris,Justice,350,,\n1901,1,Boris,Order,300,,\n1901,2,Boris,Order,600,,\n"),
    );
    assert_eq!(contest(&case).contenders[1].tallies.len(), 2);
    // Lists have no person, so the joint list of the second round matches neither list of the
    // first.
    let case = table(
        &mapping_with_rounds("", ""),
        &rows("1901,1,,Justice,350,,\n1901,1,,Green,200,,\n1901,2,,Justice and Green,600,,\n"),
    );
    assert_eq!(contest(&case).contenders.len(), 3);
    assert!(
        messages(&case)[0]
            .starts_with("count.csv:4:4: 'Justice and Green' stands in a later round"),
        "{:?}",
        messages(&case)
    );
}

#[test]
fn seats_belong_to_the_contest_unless_they_differ_between_rounds() {
    let of = |given: &str| {
        let case = table(&mapping_with_rounds("", ""), &rows(given));
        let contender = contest(&case).contenders[0].clone();
        let seats: Vec<_> = contender.tallies.iter().map(|tally| tally.seats).collect();
        (contender.seats, seats)
    };
    assert_eq!(of("1901,1,Anna,U,45,,\n1901,2,Anna,U,60,7,\n"), (Some(7), vec![None, None]));
    assert_eq!(of("1901,1,Anna,U,45,7,\n1901,2,Anna,U,60,7,\n"), (Some(7), vec![None, None]));
    assert_eq!(of("1901,1,Anna,U,45,3,\n1901,2,Anna,U,60,7,\n"), (None, vec![Some(3), Some(7)]));
    assert_eq!(of("1901,,Anna,U,45,3,\n"), (Some(3), vec![None]));
}

#[test]
fn a_value_that_differs_in_a_later_round_is_kept() {
    let case = table(
        &mapping_with_rounds("", ""),
        &rows("1901,1,Anna,U,45,,2\n1901,2,Anna,U,60,,1\n1901,,Anna,U,3,,\n"),
    );
    let contender = &contest(&case).contenders[0];
    let details: Vec<_> = contender
        .details
        .iter()
        .map(|detail| (detail.label.as_deref(), detail.value.to_string()))
        .collect();
    assert_eq!(details, [(None, "2".to_owned()), (Some("rank, round 2"), "1".to_owned())]);
    assert_eq!(
        contender.tallies.iter().map(|tally| tally.round).collect::<Vec<_>>(),
        [Some(1), Some(2), None]
    );
}
