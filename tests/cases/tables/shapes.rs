//! Shapes of tables: several header lines, columns and groups of columns that become rows, rules for
//! rows, and values that come from several cells, from the file's name or from lines above.

use super::*;

/// Returns a mapping of seats with parties.
fn seats(below: &str) -> String {
    format!(
        "key = \"seat\"\n{below}\n[election]\ntitle = {{ template = \"1901 Ruritanian election in {{seat}}\" }}\n\
         country = {{ constant = \"Ruritania\" }}\ntype = {{ constant = \"parliamentary\" }}\n"
    )
}

const PARTIES: &str = "[contender]\nparty = \"party\"\nvotes = \"votes\"\n";

#[test]
fn columns_of_parties_become_contenders() {
    let mapping = |unpivot: &str| {
        seats("")
            + "[contest]\nvalid = \"valid\"\n"
            + PARTIES
            + "[unpivot]\nname = \"party\"\nvalue = \"votes\"\n"
            + unpivot
    };
    let wide = "seat,valid,Unity,Justice,Order\nNorthmarch,100,60,30,10\nSouthmarch,200,80,120,\n";
    for columns in [
        "columns = [\"Unity\", \"Justice\", \"Order\"]",
        "columns = { from = \"Unity\" }",
        "columns = { except = [\"seat\", \"valid\"] }",
    ] {
        let case = table(&mapping(columns), wide);
        assert_eq!((added_count(&case), messages(&case).len()), (2, 0), "{:?}", messages(&case));
        let expected = expected_votes(&[("Unity", 60), ("Justice", 30), ("Order", 10)]);
        assert_eq!(votes(&case), expected);
        let south = case.get("1901 Ruritanian election in Southmarch");
        assert_eq!(south.contests[0].contenders.len(), 2, "a blank is no contender");
        assert_eq!(south.contests[0].rounds[0].valid, Some(200));
    }
    if let Some(folder) = case_folder("shared/tables/wide-parties") {
        let text = fs::read_to_string(folder.join("wide-parties.csv")).unwrap();
        let case = table(&mapping("columns = { from = \"Unity\" }"), &text);
        assert_eq!((added_count(&case), messages(&case).len()), (2, 0));
    }
    let case = table(&mapping("columns = [\"Unity\", \"Odrer\"]"), wide);
    assert_eq!(
        messages(&case),
        [
            "count.csv:1:1: expected a column 'Odrer', as [unpivot] says; it has seat, valid, Unity, Justice, Order, found 'seat,valid,Unity,Justice,Order'"
        ]
    );
    let case = table(&mapping("columns = { from = \"Unity\" }"), &wide.replace(",30,", ",many,"));
    assert_eq!(
        messages(&case),
        [
            "count.csv:2:4: expected a count such as 47095 in column 'votes', from 'Justice', found 'many'"
        ]
    );
}

#[test]
fn a_key_may_be_the_name_of_a_column() {
    let mapping = "key = \"year\"\n[unpivot]\ncolumns = { from = \"1901\" }\nname = \"year\"\nvalue = \"votes\"\n\
                   [election]\ntitle = { template = \"{year} Ruritanian election\" }\ncountry = { constant = \"Ruritania\" }\n"
        .to_owned() + PARTIES;
    let case = table(&mapping, "party,1901,1905\nUnity,60,50\nJustice,40,70\nOrder,,5\n");
    assert_eq!((added_count(&case), messages(&case).len()), (2, 0), "{:?}", messages(&case));
    let later = case.get("ruritania/1905");
    let votes: Vec<_> =
        later.contests[0].contenders.iter().map(|one| one.tallies[0].votes.unwrap()).collect();
    assert_eq!(votes, [50, 70, 5]);
}

#[test]
fn names_over_several_lines_are_joined_and_matched() {
    let text = "Source: Office of Elections\n\nNr;Area;Electors;;Unity;;;;Justice;;;\n;;First;Second;First;;Second;;First;;Second;\n\
                ;;Final;Final;Final;Before;Final;Before;Final;Before;Final;Before\n\
                1;Northmarch;1.200;1.200;600;550;580;500;200;210;220;230\n\n99;Note\n";
    let mapping = "key = \"Area\"\nheader = [3, 4, 5]\nuntil = { Area = \"\" }\n\
         [unpivot]\npattern = '(?<party>.+) / (?<value>First|Second) / Final'\n\
         [election]\ntitle = { template = \"1901 Ruritanian election in {Area}\" }\n\
         [contest]\nregistered = { column = \"Electors / First / Final\" }\n\
         [contender]\nparty = \"party\"\nvotes = { column = \"Second\", thousands = \".\" }\n\
         [contender.details]\nconstituency_votes = \"First\"\n[[rows]]\nwhen = { party = \"Electors\" }\nuse = \"drop\"\n";
    let case = table(mapping, text);
    // The figures of electors match the pattern too.
    assert!(messages(&case)[0].contains("'Electors / First / Final'"), "{:?}", messages(&case));
    let case = table(
        &mapping
            .replace(
                "{ column = \"Electors / First / Final\" }",
                "{ column = \"Second\", when = { party = \"Electors\" }, thousands = \".\" }",
            )
            .replace(
                "[[rows]]\nwhen = { party = \"Electors\" }\nuse = \"drop\"\n",
                "[[rows]]\nwhen = { party = \"Electors\" }\nuse = \"registered\"\n",
            ),
        text,
    );
    assert_eq!(messages(&case), [] as [&str; 0]);
    assert_eq!(votes(&case), expected_votes(&[("Unity", 580), ("Justice", 220)]));
    assert_eq!(contest(&case).rounds[0].registered, Some(1_200));
    assert!(
        notes(&case).iter().any(|note| note.contains("1 row below the table is left out")),
        "{:?}",
        notes(&case)
    );
}

#[test]
fn groups_of_columns_may_reach_beyond_the_header() {
    let mapping = seats("")
        + "[contest]\nregistered = \"electors\"\n\
         [contender]\nperson = { template = \"{first} {last}\" }\nvotes = \"votes\"\n\
         [unpivot]\nrepeat = [\"last\", \"first\", \"votes\"]\nfrom = \"Last\"\n";
    let text = "seat;electors;Last;First;Votes\nNorthmarch;1000;Alba;Anna;60;Bora;Boris;40;Cava;Clara;10\n\
                Southmarch;900;Dor;Dora;50;;;\nWestmarch;1;Eck;Eva;1;Fox\n";
    let case = table(&mapping, text);
    assert_eq!(
        votes(&case),
        expected_votes(&[("Anna Alba", 60), ("Boris Bora", 40), ("Clara Cava", 10)])
    );
    assert_eq!(
        messages(&case),
        [
            "count.csv:4:1: expected groups of 3 cells from column 3 on, not 1 in the last, found 'Westmarch;1;Eck;Eva;1;Fox'"
        ]
    );
    let wrong = table(&mapping, &text.replace(";40;", ";x;"));
    assert!(
        messages(&wrong).iter().any(|message| message.starts_with("count.csv:2:8:")),
        "{:?}",
        messages(&wrong)
    );
}

#[test]
fn a_pattern_tells_numbered_groups_of_columns_apart() {
    let mapping = seats("")
        + "[contender]\nperson = \"Nom\"\nvotes = \"Voix\"\nshare = \"% Voix\"\n\
           [unpivot]\npattern = '(?<value>.+) (?<number>\\d+)'\n";
    let text = "seat;Nom 1;Voix 1;% Voix 1;Nom 2;Voix 2;% Voix 2\nNorthmarch;Alba;60;60,0%;Bora;40;40,0%\n\
                Southmarch;Cava;1;100%;;;\n";
    let case = table(&mapping, text);
    assert_eq!((added_count(&case), messages(&case)), (2, Vec::new()));
    assert_eq!(votes(&case), expected_votes(&[("Alba", 60), ("Bora", 40)]));
    assert_eq!(shares(&case), ["60.0", "40.0"]);
    let used = mapping.replace("[contender]", "[contest]\nvalid = \"Voix 1\"\n[contender]");
    let case = table(&used, text);
    assert!(
        messages(&case)[0]
            .contains("[unpivot] makes rows of 'Voix 1', so that it is no column any more"),
        "{:?}",
        messages(&case)
    );
}

#[test]
fn lines_of_one_person_are_added_with_the_votes_of_each_party() {
    let fusion = seats("merge = \"sum\"")
        + "[contender]\nperson = \"who\"\nparty = \"party\"\nvotes = \"votes\"\n";
    let text = "seat,precinct,who,party,votes\nNorthmarch,1,Anna,Unity,10\nNorthmarch,1,Anna,Order,3\n\
                Northmarch,2,Anna,Unity,20\nNorthmarch,2,Anna,Order,4\nNorthmarch,2,Boris,Justice,5\n\
                Northmarch,1,Blank ballots,,1\nNorthmarch,2,Blank ballots,,2\n";
    let case = table(&fusion, text);
    assert_eq!(
        (votes(&case), messages(&case)),
        (expected_votes(&[("Anna", 37), ("Boris", 5)]), Vec::new())
    );
    assert_eq!(contest(&case).contenders[0].notes, ["Order, 7 votes"]);
    assert_eq!(contest(&case).rounds[0].blank, Some(3));
}

#[test]
fn a_wide_table_shares_the_cells_of_its_rows() {
    let columns: Vec<String> = (0..3_000).map(|number| format!("P{number}")).collect();
    let kept: Vec<String> = (0..3_000).map(|number| format!("K{number}")).collect();
    let numbers = vec!["1"; 6_000].join(",");
    let text = format!("seat,{},{}\nNorthmarch,{numbers}\n", kept.join(","), columns.join(","));
    let mapping = seats("")
        + PARTIES
        + "[unpivot]\ncolumns = { from = \"P0\" }\nname = \"party\"\nvalue = \"votes\"\n";
    let case = table(&mapping, &text);
    assert_eq!((added_count(&case), votes(&case).len()), (1, 3_000));
}

#[test]
fn columns_are_named_by_position() {
    let named = seats("columns = [\"seat\", \"party\", \"votes\"]") + PARTIES;
    let case = table(&named, "Northmarch,Unity,60,x\nNorthmarch,Justice,40,y\n");
    assert_eq!(
        (votes(&case), messages(&case).len()),
        (expected_votes(&[("Unity", 60), ("Justice", 40)]), 0)
    );
    let case = table(
        &(seats("columns = [\"seat\", \"party\", \"votes\"]\nheader = 1") + PARTIES),
        "Seat (S);Party (P);Votes (V)\nNorthmarch;Unity;60\n",
    );
    assert_eq!(votes(&case), expected_votes(&[("Unity", 60)]));
    let numbers = "header = \"none\"\nkey = \"1\"\n[election]\ntitle = { template = \"1901 election in {1}\" }\n\
                   [contender]\nparty = \"2\"\nvotes = \"3\"\n";
    let case = table(numbers, "Northmarch,Unity,60\nNorthmarch,Justice,40\n");
    assert_eq!(votes(&case), expected_votes(&[("Unity", 60), ("Justice", 40)]));
}

#[test]
fn rules_turn_rows_into_figures_and_options_or_leave_them_out() {
    let rules = "[[rows]]\nwhen = { party = [\"Informal\", \"Formal\"], votes = { empty = true } }\nuse = \"drop\"\n\
                 [[rows]]\nwhen = { party = \"Informal\" }\nuse = \"invalid\"\n\
                 [[rows]]\nwhen = { party = { matches = \"^Formal\" } }\nuse = \"valid\"\n\
                 [[rows]]\nwhen = { party = \"Enrolled\" }\nuse = \"registered\"\n\
                 [[rows]]\nwhen = { party = \"Exhausted\" }\nuse = \"option\"\n\
                 [[rows]]\nwhen = { party = \"Blank\", votes = { above = 39 } }\nuse = \"contender\"\n\
                 [[rows]]\nwhen = { seat = { not = \"Northmarch\" } }\nuse = \"drop\"\n";
    let text = "seat,party,votes\nNorthmarch,Unity,60\nNorthmarch,Blank,40\nNorthmarch,Informal,7\nNorthmarch,Exhausted,3\n\
                Northmarch,Formal votes,103\nNorthmarch,Enrolled,200\nNorthmarch,Informal,\nSum of all,Unity,60\n";
    let case = table(&(seats("") + rules + PARTIES), text);
    assert_eq!((added_count(&case), messages(&case)), (1, Vec::new()));
    assert_eq!(votes(&case), expected_votes(&[("Unity", 60), ("Blank", 40)]));
    let read = contest(&case);
    let figures = &read.rounds[0];
    assert_eq!(
        (figures.invalid, figures.valid, figures.registered),
        (Some(7), Some(103), Some(200))
    );
    assert_eq!(
        read.options.iter().map(|option| option.name.as_str()).collect::<Vec<_>>(),
        ["Exhausted"]
    );
    let noted = notes(&case);
    assert!(
        noted[0].contains("2 rows are left out by a rule of [[rows]]; the first is on line 8"),
        "{noted:?}"
    );
    assert!(
        noted.iter().any(|note| note.contains("4 rows give figures or options of the contest")),
        "{noted:?}"
    );
    let footer = "[[rows]]\nwhen = { seat = { matches = \"^Source\" } }\nuse = \"drop\"\n";
    let case = table(
        &(seats("") + footer + PARTIES),
        "seat,party,votes\nNorthmarch,Unity,60\nSource: Office of Elections\n",
    );
    assert_eq!((added_count(&case), messages(&case)), (1, Vec::new()));
    // Several rows of a figure are added, or must agree.
    let twice = "seat,mode,party,votes\nNorthmarch,early,Unity,10\nNorthmarch,day,Unity,20\n\
                 Northmarch,early,Informal,1\nNorthmarch,day,Informal,2\n";
    let rules = "[[rows]]\nwhen = { party = \"Informal\" }\nuse = \"invalid\"\n";
    let case = table(&(seats("merge = \"sum\"") + rules + PARTIES), twice);
    assert_eq!(
        (votes(&case), contest(&case).rounds[0].invalid),
        (expected_votes(&[("Unity", 30)]), Some(3))
    );
    let case = table(&(seats("") + rules + PARTIES), twice);
    assert!(
        messages(&case)[0].contains("one row for 'invalid', as on line 4"),
        "{:?}",
        messages(&case)
    );
}

#[test]
fn values_are_added_and_taken_from_parts_of_cells() {
    let mapping = seats("")
        + "[contest]\nregistered = { column = \"electors\", per = \"precinct\" }\n\
           [contender]\nperson = { column = \"who\", pattern = '^(.+?) \\*\\* ' }\n\
           party = { column = \"who\", pattern = '\\*\\* (.+)$' }\n\
           votes = { sum = [\"early\", \"day\"], blank = \"zero\" }\n";
    let text = "seat,precinct,who,electors,early,day\nNorthmarch,1,Anna Alba ** Unity,100,\"1,005\",2\nNorthmarch,1,Boris Bora ** Justice,100,3,\n\
                Northmarch,2,,50,,\n";
    let case = table(&mapping, text);
    assert_eq!(messages(&case), [] as [&str; 0]);
    assert_eq!(votes(&case), expected_votes(&[("Anna Alba", 1_007), ("Boris Bora", 3)]));
    assert_eq!(contest(&case).contenders[1].party.as_ref().unwrap().name, "Justice");
    assert_eq!(contest(&case).rounds[0].registered, Some(150));
    let case = table(&mapping.replace(", blank = \"zero\"", ""), text);
    assert_eq!(contest(&case).contenders[1].tallies, []);
    let case = table(&mapping, &text.replace("Boris Bora ** ", "Boris Bora "));
    assert_eq!(
        messages(&case),
        [
            "count.csv:3:3: expected a text that matches '^(.+?) \\*\\* ' in column 'who', found 'Boris Bora Justice'"
        ]
    );
    let case = table(&mapping, &text.replace(",3,", ",3½,"));
    assert_eq!(
        messages(&case),
        ["count.csv:3:5: expected a count such as 47095 in column 'early', found '3½'"]
    );
}

#[test]
fn values_are_taken_from_the_file_name_and_from_lines_above() {
    let mapping = "version_by = { file = '\\d{4}-\\d{2}-\\d{2}' }\n\
                   [election]\ntitle = { line = 1, pattern = '^(?<year>\\d{4}) (?<what>\\w+)', template = \"{year} Ruritanian {what} election\" }\n\
                   country = { constant = \"Ruritania\" }\ndate = { line = 2, pattern = 'of (.+)$' }\n".to_owned() + PARTIES;
    let text = "1901 general vote\nResults of 6 May 1901\nparty,votes\nUnity,60\n";
    let case = import(&mapping, &[("state-1901-05-07.csv", text)]);
    assert_eq!(messages(&case), [] as [&str; 0]);
    let read = case.get("ruritania/1901");
    assert_eq!(
        (read.title.as_str(), read.dates[0].to_string().as_str()),
        ("1901 Ruritanian general election", "1901-05-06")
    );
    let versions = case
        .archive
        .versions("ruritania/1901".parse::<hustings::model::Address>().unwrap())
        .unwrap();
    assert_eq!(versions[0].source_time.as_deref(), Some("1901-05-07"));
    let case = import(&mapping, &[("state.csv", text)]);
    assert!(
        messages(&case)[0]
            .contains("a text that matches '\\d{4}-\\d{2}-\\d{2}' in the name of the file"),
        "{:?}",
        messages(&case)
    );
    let case = import(&mapping.replace("line = 2", "line = 3"), &[("state-1901-05-07.csv", text)]);
    assert!(
        messages(&case)[0].contains("a line 3 above the names of the columns"),
        "{:?}",
        messages(&case)
    );
}

#[test]
fn numbers_follow_the_habits_of_their_column() {
    let mapping = |votes: &str| {
        seats("") + "[contender]\nparty = \"party\"\n" + &format!("votes = {votes}\n")
    };
    let rows = |cell: &str| format!("seat;party;votes\nNorthmarch;Unity;{cell}\n");
    for (votes_value, cell, expected) in [
        ("\"votes\"", "1\u{202f}234\u{202f}567", 1_234_567),
        ("\"votes\"", "1’234", 1_234),
        ("\"votes\"", "12,34,567", 1_234_567),
        ("{ column = \"votes\", footnotes = true }", "1,234*", 1_234),
        ("{ column = \"votes\", thousands = \".\" }", "1.234", 1_234),
        ("{ column = \"votes\", decimal = \".\" }", "1.000", 1),
        ("{ column = \"votes\", thousands = \" \" }", "1\u{a0}234", 1_234),
        ("{ column = \"votes\", decimal = \",\", thousands = \".\" }", "1.234,00", 1_234),
    ] {
        let case = table(&mapping(votes_value), &rows(cell));
        assert_eq!(
            votes(&case),
            expected_votes(&[("Unity", expected)]),
            "{cell} {:?}",
            messages(&case)
        );
    }
    for (votes_value, cell, expected) in [
        ("\"votes\"", "1,234*", "'*' marks a footnote, 'footnotes = true'"),
        (
            "{ column = \"votes\", decimal = \".\" }",
            "1.234",
            "with decimal = \".\", as the mapping says",
        ),
        ("{ column = \"votes\", thousands = \".\" }", "1,234", "with thousands = \".\""),
    ] {
        let case = table(&mapping(votes_value), &rows(cell));
        assert!(messages(&case)[0].contains(expected), "{cell} {:?}", messages(&case));
    }
    let case = table(&mapping("\"votes\""), &(rows("12,000") + "Northmarch;Justice;3,00\n"));
    assert_eq!(
        messages(&case),
        [
            "count.csv:2:3: expected numbers with one decimal mark in 'votes'; '3,00' on line 3 has ',' as one, and this one may have it between thousands: decimal = \",\" or thousands = \",\" in the value states which, found '12,000'"
        ]
    );
    let case = table(&mapping("\"votes\""), &(rows("1.234") + "Northmarch;Justice;1,234\n"));
    assert!(
        messages(&case)[0].contains("one separator of thousands in 'votes'; '1.234' on line 2"),
        "{:?}",
        messages(&case)
    );
    let case = table(&mapping("\"votes\""), &rows("1.234"));
    assert_eq!(votes(&case), expected_votes(&[("Unity", 1_234)]));
    assert!(
        notes(&case)[0].contains("'1.234' in 'votes' on line 2 is taken for 1234"),
        "{:?}",
        notes(&case)
    );
    let case = table(&mapping("{ column = \"votes\", footnotes = true }"), &rows("5 [1]"));
    assert_eq!(contest(&case).contenders[0].notes, ["votes: [1]"]);
    assert!(
        notes(&case)[0].contains("1 mark of a footnote is removed in 'votes'"),
        "{:?}",
        notes(&case)
    );
}

#[test]
fn serial_numbers_of_spreadsheets_are_dates() {
    let mapping = |date: &str| {
        format!(
            "key = \"seat\"\n[election]\ntitle = {{ template = \"Election in {{seat}}\" }}\ndate = {date}\n"
        )
    };
    let text = "seat,day\nNorthmarch,44197\nSouthmarch,44198\n";
    for date in ["\"day\"", "{ column = \"day\", format = \"serial\" }"] {
        let case = table(&mapping(date), text);
        assert_eq!(messages(&case), [] as [&str; 0]);
        assert_eq!(case.get("Election in Southmarch").dates[0].to_string(), "2021-01-02");
    }
    let case = table(&mapping("\"day\""), text);
    assert!(
        notes(&case)[0].contains(
            "serial numbers of a spreadsheet; the first, on line 2: '44197' is 2021-01-01"
        ),
        "{:?}",
        notes(&case)
    );
    let case = table(&mapping("\"day\""), &text.replace("44198", "2021-01-02"));
    assert!(!messages(&case).is_empty());
}

#[test]
fn mistakes_in_shapes_are_reported_with_what_is_expected() {
    let title = "[election]\ntitle = { constant = \"t\" }\n";
    for (setting, expected) in [
        ("[unpivot]\ncolumns = [\"a\"]\nname = \"n\"", "'columns' needs 'name' and 'value'"),
        ("[unpivot]\ncolumns = [\"a\"]\npattern = 'a'", "exactly one of columns, pattern, repeat"),
        ("[unpivot]\nrepeat = [\"a\"]", "'repeat' needs 'from'"),
        ("[unpivot]\npattern = '(?<party>.+)'", "'pattern' needs a group (?<value>…)"),
        ("[unpivot]\npattern = '('", "'(' is no regular expression: unclosed group"),
        (
            "[[rows]]\nwhen = { a = \"b\" }",
            "[[rows]] needs 'use', one of drop, contender, option, registered",
        ),
        ("[[rows]]\nuse = \"drop\"", "[[rows]] needs 'when'"),
        (
            "[[rows]]\nwhen = { a = { is = \"b\" } }\nuse = \"drop\"",
            "'is' is no word of a condition; expected one of in, matches, empty, not, above, below",
        ),
        (
            "[contest]\nvalid = { sum = [\"a\"], blank = \"none\" }",
            "'none' is no word of 'blank'; expected one of zero",
        ),
        ("[contest]\nturnout = { sum = [\"a\"] }", "'sum' is of counts; 'turnout' has none"),
        (
            "[contest]\nvalid = { column = \"a\", thousands = \"_\" }",
            "expected one of \".\", \",\", \"'\", \" \"",
        ),
        (
            "[contest]\nvalid = { file = 'a', template = \"{b}\" }",
            "'b' is no group of the expression, such as (?<b>…)",
        ),
    ] {
        let error = format!("{title}{setting}\n").parse::<Mapping>().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = format!("header = [4, 3]\n{title}").parse::<Mapping>().unwrap_err().to_string();
    assert!(error.contains("lines that do not ascend"), "{error}");
}
