//! Cells that cannot be read, and words in place of votes.

use super::*;

#[test]
fn an_unreadable_cell_excludes_the_election_or_is_kept() {
    let rows = "year,who,votes,share\n1901,Anna,700,x\n1901,Boris,\"Boris, r\",30\n1905,Anna,5,5\n";
    let below = format!("{PERSON}share = \"share\"\n");
    let case = table(&mapping("", &below), rows);
    assert_eq!(added_count(&case), 1);
    assert_eq!(
        messages(&case),
        ["count.csv:2:4: expected a share such as 66.65 in column 'share', found 'x'"]
    );
    let case = table(&mapping("on_error = \"keep\"", &below), rows);
    assert_eq!(added_count(&case), 2);
    assert_eq!(
        messages(&case),
        [
            "count.csv:2:4: kept as not understood: expected a share such as 66.65 in column 'share', found 'x'",
            "count.csv:3:3: kept as not understood: expected a count such as 47095 in column 'votes', found 'Boris, r'",
        ]
    );
    let contest = contest(&case);
    assert_eq!(votes(&case), [("Anna".to_owned(), Some(700)), ("Boris".to_owned(), None)]);
    assert_eq!(contest.contenders[1].tallies[0].share.unwrap().to_string(), "30");
    let kept: Vec<_> =
        contest.unparsed.iter().map(|field| (&*field.label, &*field.text, field.line)).collect();
    assert_eq!(kept, [("share", "x", Some(2)), ("votes", "Boris, r", Some(3))]);
    assert_eq!(
        contest.unparsed[1].reason,
        UnparsedReason::Expected("a count such as 47095".to_owned())
    );
    if let Some(case) = shared("one-bad-cell") {
        assert_eq!(added_count(&case), 0);
        assert!(messages(&case)[0].ends_with(
            ".csv:3:4: expected a count such as 47095 in column 'votes', found 'Boris, r'"
        ));
    }
}

#[test]
fn conflicting_values_and_incomplete_rows_are_kept_too() {
    let valid = mapping("on_error = \"keep\"", &format!("[contest]\nvalid = \"total\"\n{PERSON}"));
    let case =
        table(&valid, "year,who,votes,total\n1901,Anna,60,100\n1901,Boris,40\n1901,Carl,1,900\n");
    let contest = contest(&case);
    assert_eq!((votes(&case).len(), contest.rounds.len()), (2, 0));
    let kept: Vec<_> =
        contest.unparsed.iter().map(|field| (&*field.label, &*field.text, field.line)).collect();
    assert_eq!(
        kept,
        [("total", "900", Some(4)), ("total", "100", Some(2)), ("row", "1901,Boris,40", Some(3))]
    );
    // Even with `on_error = "keep"`, an election without one title for all its rows is refused.
    let titled = "key = \"year\"\non_error = \"keep\"\n[election]\ntitle = \"who\"\n";
    let case = table(titled, "year,who\n1901,Anna\n1901,Boris\n");
    assert_eq!(added_count(&case), 0);
}

#[test]
fn a_contender_elected_unopposed_is_kept() {
    let below = format!("{PERSON}party = \"party\"\nseats = \"elected\"\nshare = \"share\"\n");
    for word in ["accl.", "Acclaimed", "unopposed", "Elected unopposed", "(uncontested)"] {
        let case = table(
            &mapping("", &below),
            &format!("year,who,party,votes,elected,share\n1901,Anna Alba,Unity,{word},1,\n"),
        );
        assert_eq!((added_count(&case), messages(&case).len()), (1, 0), "{word}");
        let contender = &contest(&case).contenders[0];
        assert_eq!((contender.unopposed.as_deref(), contender.seats), (Some(word), Some(1)));
        assert!(contender.tallies.is_empty());
    }
    let case = table(
        &mapping("", &below),
        "year,who,party,votes,elected,share\n1901,Anna Alba,Unity,,1,accl.\n",
    );
    assert_eq!(contest(&case).contenders[0].unopposed.as_deref(), Some("accl."));
    if let Some(case) = shared("unopposed") {
        assert_eq!(contest(&case).contenders[0].unopposed.as_deref(), Some("accl."));
    }
}
