//! Rows that disagree, are duplicates, are totals, or name no contender.

use super::*;

const SAME: &str = "year,who,votes\n1901,Anna,60\n1901,Anna,60\n1901,Boris,40\n";
const TWICE: &str = "year,who,party,votes\n1901,Anna,Unity,43\n1901,Boris,Justice,25\n1901,Boris,Order,20\n1901,Anna,Labour,12\n";
const TOTAL: &str = "year,party,votes\n1901,Unity,70\n1901,Justice,30\n1901,TOTAL,100\n";

#[test]
fn values_of_an_election_must_agree_in_all_rows() {
    let all = mapping(
        "",
        "date = \"day\"\n[election.details]\nnote = \"note\"\n[contest]\noffice = \"office\"\nseats = \"seats\"\nvalid = \"total\"\n\
         turnout = \"turnout\"\n[contender]\nperson = \"who\"\nvotes = \"votes\"\n",
    );
    let head = "year,who,votes,day,note,office,seats,total,turnout\n";
    let case = table(
        &all,
        &format!(
            "{head}1901,Anna,60,1901-05-03,n,Chamber,5,\"1,100\",50.0\n1901,Boris,40,3 May 1901,,,5,1100,50\n1901,Carl,1,,,,,,\n"
        ),
    );
    assert_eq!((added_count(&case), messages(&case)), (1, Vec::new()));
    for (row, column, word, found) in [
        ("1901,Boris,40,1901-05-04,,,,,", 4, "date", "1901-05-04"),
        ("1901,Boris,40,,m,,,,", 5, "note", "m"),
        ("1901,Boris,40,,,Senate,,,", 6, "office", "Senate"),
        ("1901,Boris,40,,,,6,,", 7, "seats", "6"),
        ("1901,Boris,40,,,,,1101,", 8, "valid", "1101"),
        ("1901,Boris,40,,,,,,50.1", 9, "turnout", "50.1"),
    ] {
        let first = "1901,Anna,60,1901-05-03,n,Chamber,5,1100,50.0\n";
        let case = table(&all, &format!("{head}{first}{row}\n"));
        let said = messages(&case);
        assert_eq!((added_count(&case), said.len()), (0, 1), "{said:?}");
        assert!(
            said[0]
                .starts_with(&format!("count.csv:3:{column}: expected one '{word}' in the rows")),
            "{said:?}"
        );
        assert!(
            said[0].ends_with(&format!("found '{found}'")) && said[0].contains("as on line 2"),
            "{said:?}"
        );
    }
    if let Some(case) = shared("contest-figures-differ") {
        let said = messages(&case);
        assert_eq!(added_count(&case), 0);
        assert!(
            said[0].contains(":4:5: expected one 'valid'")
                && said[0].contains("'100'")
                && said[0].ends_with("'900'"),
            "{said:?}"
        );
    }
}

#[test]
fn a_duplicate_row_is_kept_and_reported() {
    for case in [Some(table(&mapping("", PERSON), SAME)), shared("row-twice")].into_iter().flatten()
    {
        assert_eq!(votes(&case), expected_votes(&[("Anna", 60), ("Anna", 60), ("Boris", 40)]));
        let said = messages(&case);
        assert_eq!(said.len(), 1);
        assert!(
            said[0].contains(".csv:3:2: the row says the same as line 2, and both are kept"),
            "{said:?}"
        );
        assert_eq!(finding_rules(&case), ["duplicate_contender"]);
        assert_eq!(
            [Measure::MarginVotes, Measure::Margin, Measure::EnpVotes]
                .map(|one| measure(&case, one)),
            [None, None, None]
        );
    }
    let sum = table(&mapping("merge = \"sum\"", PERSON), SAME);
    assert_eq!(
        (votes(&sum), messages(&sum).len()),
        (expected_votes(&[("Anna", 120), ("Boris", 40)]), 0)
    );
    let drop = table(&mapping("duplicates = \"drop\"", PERSON), SAME);
    assert_eq!(
        (votes(&drop), messages(&drop).len()),
        (expected_votes(&[("Anna", 60), ("Boris", 40)]), 0)
    );
    assert_eq!(
        notes(&drop),
        ["count.csv: 1 row says the same as one above, and is left out; it is on line 3"]
    );
    assert_eq!(measure(&drop, Measure::MarginVotes).as_deref(), Some("20.00"));
    assert!(finding_rules(&drop).is_empty());
}

#[test]
fn a_strict_import_rejects_documents_with_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("count.csv");
    fs::write(&path, SAME).unwrap();
    let archive = hustings::Archive::create(folder.path().join("archive")).unwrap();
    let options = hustings::archive::ImportOptions::default()
        .mapping(mapping("", PERSON).parse::<Mapping>().unwrap())
        .strict(true);
    let error = archive.import_with(&[path], &options).unwrap_err();
    assert_eq!(error.to_string(), "nothing was imported: 1 warning");
    assert!(archive.imports().unwrap().is_empty());
}

#[test]
fn a_contender_in_several_rows_is_reported_or_summed() {
    let below = format!("{PERSON}party = \"party\"\n");
    for case in
        [Some(table(&mapping("", &below), TWICE)), shared("contender-twice")].into_iter().flatten()
    {
        assert_eq!(
            votes(&case),
            expected_votes(&[("Anna", 43), ("Boris", 25), ("Boris", 20), ("Anna", 12)])
        );
        let said = messages(&case);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said.iter().any(|said| {
                said.contains(".csv:5:2: 'Anna' stands twice in one round, first on line 2")
            }),
            "{said:?}"
        );
        assert_eq!(finding_rules(&case), ["duplicate_contender", "duplicate_contender"]);
        assert_eq!(measure(&case, Measure::Margin), None);
    }
    let case = table(&mapping("merge = \"sum\"", &below), TWICE);
    assert_eq!(
        (votes(&case), messages(&case).len()),
        (expected_votes(&[("Anna", 55), ("Boris", 45)]), 0)
    );
    assert_eq!(measure(&case, Measure::MarginVotes).as_deref(), Some("10.00"));
    assert_eq!(contest(&case).contenders[0].notes, ["Labour, 12 votes"]);
    assert_eq!(
        notes(&case),
        [
            "count.csv: 2 rows are added to others of the same contenders; the first is on line 4: 'Boris'"
        ]
    );
    // Several candidates of one party are several contenders.
    let case = table(
        &mapping("", &below),
        "year,who,party,votes\n1901,Anna,Unity,43\n1901,Boris,Unity,25\n",
    );
    assert_eq!(messages(&case).len(), 0);
}

#[test]
fn a_blank_cell_is_not_zero_when_rows_are_summed() {
    let seats = format!("{PERSON}seats = \"seats\"\nshare = \"share\"\n");
    let sum = |rows: &str| {
        table(&mapping("merge = \"sum\"", &seats), &format!("year,who,votes,seats,share\n{rows}"))
    };
    let case = sum("1901,Anna,60,,\n1901,Anna,,,\n1901,Boris,40,,\n");
    assert_eq!(votes(&case).len(), 3);
    assert!(
        messages(&case)[0].contains("do not state the same figures and cannot be added"),
        "{:?}",
        messages(&case)
    );
    // Shares that add up to 100 % are added. Other shares are of parts of the whole, and are left
    // out if votes are stated.
    let case = sum("1901,Anna,40,2,40.0\n1901,Anna,20,1,20.0\n1901,Boris,40,2,40.0\n");
    assert_eq!(shares(&case), ["60.0", "40.0"]);
    assert_eq!(contest(&case).contenders[0].seats, Some(3));
    let case = sum("1901,Anna,60,,60\n1901,Boris,40,,40\n1901,Anna,300,,30\n1901,Boris,700,,70\n");
    assert_eq!(
        (votes(&case), shares(&case)),
        (expected_votes(&[("Anna", 360), ("Boris", 740)]), vec![String::new(), String::new()])
    );
    assert!(
        notes(&case).iter().any(|note| note.contains("shares of added rows are not kept")),
        "{:?}",
        notes(&case)
    );
    let case = sum("1901,Anna,,,60\n1901,Boris,,,40\n1901,Anna,,,30\n1901,Boris,,,70\n");
    assert_eq!((votes(&case).len(), messages(&case).len()), (4, 2));
}

#[test]
fn a_total_row_is_reported_dropped_or_used_as_the_contest_total() {
    for case in [Some(table(&mapping("", PARTY), TOTAL)), shared("total-row")].into_iter().flatten()
    {
        assert_eq!(votes(&case), expected_votes(&[("Unity", 70), ("Justice", 30), ("TOTAL", 100)]));
        let said = messages(&case);
        assert!(
            said[0].contains(".csv:4:2: 'TOTAL' has the figures of all others together"),
            "{said:?}"
        );
        assert_eq!(
            (said.len(), finding_rules(&case)),
            (1, vec!["total_among_contenders".to_owned()])
        );
        assert_eq!(measure(&case, Measure::EnpVotes), None);
    }
    for (setting, valid) in [("drop", None), ("contest", Some(100))] {
        let case = table(&mapping(&format!("totals = \"{setting}\""), PARTY), TOTAL);
        assert_eq!(
            (votes(&case), messages(&case).len()),
            (expected_votes(&[("Unity", 70), ("Justice", 30)]), 0)
        );
        assert_eq!(contest(&case).rounds.first().and_then(|round| round.valid), valid);
        assert_eq!(measure(&case, Measure::EnpVotes).as_deref(), Some("1.72"));
        assert_eq!(measure(&case, Measure::Margin).as_deref(), Some("40.00"));
        assert_eq!(notes(&case).len(), 1);
    }
    let of = |name: &str, votes: u64| {
        let case = table(
            &mapping("totals = \"drop\"", PARTY),
            &TOTAL.replace("TOTAL,100", &format!("{name},{votes}")),
        );
        (contest(&case).contenders.len(), messages(&case).len())
    };
    for name in ["Total", "totals", "Gesamt", "Totale", "Итого", "Ensemble", "Total votes"] {
        assert_eq!(of(name, 100), (2, 0), "{name}");
    }
    // Neither the name alone nor the votes alone make a row a total.
    assert_eq!(of("TOTAL", 99), (3, 1));
    assert_eq!(of("Ensemble", 99), (3, 0));
    assert_eq!(of("Order", 100), (3, 0));
    let seats =
        mapping("totals = \"contest\"", "[contender]\nparty = \"party\"\nseats = \"votes\"\n");
    let case = table(&seats, TOTAL);
    assert_eq!(contest(&case).seats.unwrap().count, Some(100));
    let differs =
        mapping("totals = \"contest\"", &format!("[contest]\nvalid = \"valid\"\n{PARTY}"));
    let case = table(
        &differs,
        "year,party,votes,valid\n1901,Unity,70,101\n1901,Justice,30,\n1901,TOTAL,100,\n",
    );
    assert_eq!((contest(&case).rounds[0].valid, messages(&case).len()), (Some(101), 1));
}

#[test]
fn votes_without_a_name_belong_to_others() {
    let valid = mapping("", &format!("[contest]\nvalid = \"total\"\n{PERSON}"));
    let own =
        table(&valid, "year,who,votes,total\n1901,Anna,60,100\n1901,Boris,30,100\n1901,,10,100\n");
    for case in [Some(own), shared("votes-without-name")].into_iter().flatten() {
        let said = messages(&case);
        assert_eq!(said.len(), 1);
        assert!(said[0].ends_with(".csv:4:3: a row with 10 votes and neither a person nor a party, kept as those of others"), "{said:?}");
        let contest = contest(&case);
        assert_eq!((contest.contenders.len(), contest.options.len()), (2, 1));
        assert_eq!(
            (contest.options[0].kind, contest.options[0].tallies[0].votes),
            (OptionKind::Others, Some(10))
        );
    }
}

#[test]
fn a_nameless_row_may_be_a_total() {
    let case =
        table(&mapping("", PARTY), "year,party,votes\n1901,Unity,70\n1901,Justice,30\n1901,,100\n");
    assert!(
        messages(&case)[0].ends_with("all others together have as many"),
        "{:?}",
        messages(&case)
    );
    let contest = contest(&case);
    assert_eq!((contest.options.len(), contest.unparsed[0].text.as_str()), (0, "100 votes"));
    let margin = Measure::MarginVotes.compute(&contest, &Default::default());
    assert_eq!(margin.map(|margin| margin.value), Some(40.0));
}

#[test]
fn every_unparsed_cell_is_in_the_record() {
    let rows = "year,who,votes\n1901,Anna,x\n1901,Boris,x\n1901,Carl,5\n";
    let case = table(&mapping("on_error = \"keep\"", PERSON), rows);
    let lines: Vec<_> = contest(&case).unparsed.iter().map(|field| field.line).collect();
    assert_eq!((lines, messages(&case).len()), (vec![Some(2), Some(3)], 2));
}

#[test]
fn a_row_is_parsed_again_to_the_same_record() {
    let rows = "year,who,votes\n1901,\"An\nna\",5\n1901,Boris \"Bo\" B,4\n1905,Carl,7\n";
    let case = table(&mapping("", PERSON), rows);
    let before = contest(&case);
    let source = case.archive.source("ruritania/1901").unwrap();
    let again = parse(Format::Table, &source).unwrap();
    assert_eq!((again.contests[0].contenders.len(), &again.contests[0]), (2, &before));
}

#[test]
fn a_short_row_excludes_every_election_that_it_may_belong_to() {
    let mapping = mapping("", PERSON);
    let rows = "votes,who,year\n5,Anna,1901\n4,1901\n7,Carl,1905\n8,Dora,1909\n";
    let case = table(&mapping, rows);
    assert!(case.archive.get("ruritania/1901").is_err());
    assert!(case.archive.get("ruritania/1909").is_ok());
}

#[test]
fn rows_of_ballots_are_not_contenders() {
    let case = table(
        &mapping("", PARTY),
        "year,party,votes\n1901,Unity,60\n1901,Informal,5\n1901,Blank votes,3\n1901,Against all,7\n",
    );
    let contest = contest(&case);
    assert_eq!(votes(&case), expected_votes(&[("Unity", 60)]));
    assert_eq!((contest.rounds[0].invalid, contest.rounds[0].blank), (Some(5), Some(3)));
    assert_eq!(contest.options[0].kind, OptionKind::AgainstAll);
    assert_eq!((messages(&case).len(), notes(&case).len()), (0, 1));
    let details = format!("{PARTY}[contender.details]\nid = \"id\"\n");
    let rows = "year,party,votes,id\n1901,Unity,60,1\n1901,Informal,5,999\n1901,Others,4,7\n";
    let case = table(&mapping("", &details), rows);
    assert_eq!(votes(&case), expected_votes(&[("Unity", 60), ("Others", 4)]));
    let kept = &self::contest(&case).details[0];
    assert_eq!(
        (kept.label.as_deref(), kept.value.to_string()),
        (Some("Informal"), "999".to_owned())
    );
    let case = table(&mapping("", PERSON), "year,who,votes\n1901,Blank,60\n1901,NULL,5\n");
    assert_eq!(votes(&case), expected_votes(&[("Blank", 60), ("NULL", 5)]));
}

#[test]
fn a_reverted_correction_restores_the_earlier_figures() {
    if let Some(case) = shared("back-to-before") {
        assert_eq!(
            (added_count(&case), votes(&case)),
            (3, expected_votes(&[("Anna", 60), ("Boris", 40)]))
        );
    }
    if let Some(case) = shared("same-record-other-order") {
        assert_eq!((added_count(&case), case.reports[1].same_record), (2, 1));
    }
}

#[test]
fn import_time_is_linear_in_the_rows_of_an_election() {
    const ROWS: usize = 40_000;
    let below = format!("{PERSON}party = \"party\"\nround = \"round\"\n");
    let table_of = |row: &dyn Fn(usize) -> String| {
        let rows: String = (0..ROWS).map(|at| format!("1901,{}\n", row(at))).collect();
        format!("year,round,who,party,votes\n{rows}")
    };
    // In the first table, all rows are of one contender; in the second, each contender has two
    // rounds; in the third, every second row is named as a total.
    let one = table_of(&|at| format!("1,Anna,P{at},1"));
    let case = table(&mapping("merge = \"sum\"", &below), &one);
    assert_eq!(votes(&case), expected_votes(&[("Anna", ROWS as u64)]));
    let two = table_of(&|at| format!("{},W{},P,1", at % 2 + 1, at / 2));
    assert_eq!(votes(&table(&mapping("", &below), &two)).len(), ROWS / 2);
    let total =
        table_of(&|at| if at % 2 == 0 { format!("1,W{at},P,1") } else { "1,Total,,7".into() });
    assert_eq!(votes(&table(&mapping("", &below), &total)).len(), ROWS);
    let bad = table_of(&|at| format!("1,W{at},P,x{at}"));
    assert_eq!(contest(&table(&mapping("on_error = \"keep\"", &below), &bad)).unparsed.len(), ROWS);
}
