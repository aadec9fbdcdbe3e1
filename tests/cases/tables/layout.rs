//! The layout of a table: column names, blank rows, delimiters, and lines above the header.

use super::*;

#[test]
fn a_duplicate_column_name_is_refused_if_the_mapping_uses_it() {
    let twice = "year,who,votes,share,votes\n1901,Anna,60,60,61\n";
    let case = table(&mapping("", PERSON), twice);
    assert_eq!(
        (added_count(&case), messages(&case)),
        (0, vec!["count.csv:1:5: expected one column 'votes', as the mapping names it; columns 3 and 5 are called so".to_owned()])
    );
    let case = table(&mapping("", PERSON), &twice.replace(",share,votes", ",share,share"));
    assert_eq!((added_count(&case), messages(&case).len()), (1, 0));
    for head in ["year,year,who,votes", "year,who,who,votes"] {
        let case = table(&mapping("", PERSON), &format!("{head}\n1,2,3,4\n"));
        assert!(messages(&case)[0].contains("are called so"), "{head}");
    }
    let joined = mapping("", "[contender]\nparty = \"p.name\"\nvotes = \"votes\"\n")
        + "[join.p]\nfile = \"parties.csv\"\non = \"who\"\nkey = \"id\"\n";
    for head in ["id,id,name", "id,name,name"] {
        let parties = format!("{head}\n1,2,3\n");
        let case = import(
            &joined,
            &[("count.csv", "year,who,votes\n1901,1,5\n"), ("parties.csv", &parties)],
        );
        assert!(messages(&case)[0].starts_with("parties.csv:1:"), "{:?}", messages(&case));
    }
    if let Some(case) = shared("column-twice") {
        assert_eq!(
            (added_count(&case), messages(&case)[0].contains(":1:5: expected one column 'votes'")),
            (0, true)
        );
    }
}

#[test]
fn empty_rows_and_trailing_delimiters_are_accepted() {
    for text in [
        "year,who,votes\n1901,Anna,60\n,,\n1901,Boris,40\n,,\n",
        "year,who,votes\n1901,Anna,60\n\n \n1901,Boris,40\n\"\",\"\",\n",
        ",,\nyear,who,votes\n1901,Anna,60\n,\n1901,Boris,40\n",
        "year,who,votes,\n1901,Anna,60,\n1901,Boris,40,\n",
        "year,who,votes\n1901,Anna,60,\n1901,Boris,40,,\n",
        "year,who,votes,,\n1901,Anna,60\n1901,Boris,40,\n",
        "sep=;\nyear;who;votes\n1901;Anna;60\n1901;Boris;40\n",
        "\u{feff}sep=;\r\nyear;who;votes\r\n1901;Anna;60\r\n1901;Boris;40\r\n",
        "\"sep=\t\"\nyear\twho\tvotes\n1901\tAnna\t60\n1901\tBoris\t40\n",
    ] {
        let case = table(&mapping("", PERSON), text);
        assert_eq!(
            (votes(&case), messages(&case).len()),
            (expected_votes(&[("Anna", 60), ("Boris", 40)]), 0),
            "{text}"
        );
    }
    for name in ["blank-rows", "excel-sep-line"] {
        if let Some(case) = shared(name) {
            assert_eq!(messages(&case), [] as [&str; 0], "{name}");
        }
    }
    // A row that is not blank needs a cell for each named column.
    let case = table(&mapping("", PERSON), "year,who,votes\n1901,Anna,60\n1901,Boris\n");
    assert_eq!(
        (added_count(&case), messages(&case)),
        (0, vec!["count.csv:3:1: expected 3 cells, not 2, found '1901,Boris'".to_owned()])
    );
    let case = table(&mapping("", PERSON), "year,who,votes\n,Anna,60\n");
    assert_eq!(messages(&case), ["count.csv:2:1: expected a title; 'year' is blank"]);
}

#[test]
fn the_delimiter_is_detected_from_the_rows_or_the_mapping() {
    let tie = "year;\"who, whole\";votes, valid\n1901;Anna;60\n";
    let case = table(
        &mapping("", "[contender]\nperson = \"who, whole\"\nvotes = \"votes, valid\"\n"),
        tie,
    );
    assert_eq!(votes(&case), expected_votes(&[("Anna", 60)]));
    let numbers = "key = \"1\"\n[election]\ntitle = { template = \"{1} election\" }\n[contender]\nparty = \"2\"\nshare = \"3\"\n";
    let case = table(numbers, "1901;Unity;60,5\n1901;Justice;39,5\n");
    assert_eq!(shares(&case), ["60.5", "39.5"]);
    let two = "key = \"1\"\n[election]\ntitle = { template = \"{1} election\" }\n[contest]\nturnout = \"2\"\n";
    let case = table(two, "1901;60,5\n1905;39,5\n");
    assert!(messages(&case)[0].contains("delimiter = \";\""), "{:?}", messages(&case));
    let case = table(&format!("delimiter = \";\"\n{two}"), "1901;60,5\n1905;39,5\n");
    assert_eq!((added_count(&case), messages(&case).len()), (2, 0));
    let case =
        table(&mapping("delimiter = \"#\"", PERSON), "year#who#votes\n1901#Anna, the elder#60\n");
    assert_eq!(votes(&case), expected_votes(&[("Anna, the elder", 60)]));
}

#[test]
fn the_header_is_found_below_other_lines_or_stated() {
    let rows = "1901 Election [Event:24310], a title\n\nyear,who,votes\n1901,Anna,60\n";
    let found = table(&mapping("", PERSON), rows);
    assert_eq!((votes(&found), messages(&found).len()), (expected_votes(&[("Anna", 60)]), 0));
    assert_eq!(
        notes(&found),
        [
            "count.csv: line 3 is the first with all names of the columns, and is taken for them; the lines above it are skipped"
        ]
    );
    let case = table(&mapping("header = 3", PERSON), rows);
    assert_eq!((votes(&case), messages(&case).len()), (expected_votes(&[("Anna", 60)]), 0));
    assert_eq!(notes(&case), [] as [&str; 0]);
    let case = table(&mapping("header = 9", PERSON), rows);
    assert!(
        messages(&case)[0].contains("the names of the columns on line 9"),
        "{:?}",
        messages(&case)
    );
    let case = table(&mapping("", PERSON), "year,who,ballots\n1901,Anna,60\n");
    assert!(messages(&case)[0].contains("line 1 was taken for the names"), "{:?}", messages(&case));
    let case = table(&mapping("", PERSON), "a title\nyear,who,ballots\n1901,Anna,60\n");
    assert!(
        messages(&case)[0].contains("line 1 has none of the names")
            && messages(&case)[0].contains("'header = N' in the mapping"),
        "{:?}",
        messages(&case)
    );
    if let Some(case) = shared("title-line-above") {
        assert_eq!((votes(&case), messages(&case).len()), (expected_votes(&[("Unity", 600)]), 0));
        assert!(notes(&case)[0].contains("line 2 is the first"), "{:?}", notes(&case));
    }
    if let Some(case) = shared("latin-1") {
        assert_eq!(votes(&case), expected_votes(&[("Jörg Grün", 600)]));
        assert!(notes(&case)[0].contains("read as windows-1252"), "{:?}", notes(&case));
    }
}

#[test]
fn without_a_key_all_rows_are_one_election() {
    let whole = "[election]\ntitle = { constant = \"1901 Ruritanian election\" }\n[contender]\nparty = \"party\"\nvotes = \"votes\"\nshare = \"share\"\n";
    let own = table(whole, "party,votes,share\nUnity,700,70\nJustice,300,30\n");
    for case in [Some(own), shared("one-election-a-file")].into_iter().flatten() {
        assert_eq!(
            (votes(&case), messages(&case).len()),
            (expected_votes(&[("Unity", 700), ("Justice", 300)]), 0)
        );
        assert_eq!(shares(&case), ["70", "30"]);
    }
    let error = "[election]\ntitle = \"t\"\n".parse::<Mapping>().unwrap_err().to_string();
    assert!(error.contains("its title is a constant"), "{error}");
}

#[test]
fn unmapped_columns_with_votes_are_reported() {
    let wide = mapping(
        "",
        "[contest]\nvalid = \"valid\"\n[contender]\nparty = { constant = \"Unity\" }\nvotes = \"Unity\"\n",
    );
    let own = table(&wide, "year,valid,Unity,Justice,Order\n1901,100,60,30,10\n1905,200,80,120,\n");
    for case in [Some(own), shared("wide-parties")].into_iter().flatten() {
        assert_eq!(added_count(&case), 2);
        let said = messages(&case);
        assert!(
            said[0].ends_with("columns with counts that it does not read: Justice, Order"),
            "{said:?}"
        );
    }
    let below = format!("[contest]\nvalid = \"valid\"\n{PARTY}");
    let case = table(&mapping("", &below), "year,party,votes,valid,rest\n1901,Unity,60,100,40\n");
    assert_eq!((messages(&case).len(), notes(&case).len()), (0, 1));
    assert!(
        notes(&case)[0]
            .contains("60 of 100; columns with counts that the mapping does not read: rest")
    );
}

#[test]
fn blank_ballots_may_be_included_in_the_other_counts_or_separate() {
    let ballots = mapping(
        "",
        "[contest]\ncast = \"cast\"\nvalid = \"valid\"\ninvalid = \"invalid\"\nblank = \"blank\"\n",
    );
    let of = |row: &str| {
        finding_rules(&table(&ballots, &format!("year,cast,valid,invalid,blank\n1901,{row}\n")))
    };
    for row in
        ["1000,950,30,20", "1000,950,50,20", "1000,970,30,20", "1000,970,30,", "1000,950,,20"]
    {
        assert_eq!(of(row), [] as [&str; 0], "{row}");
    }
    for row in ["1000,950,30,25", "1000,950,30,"] {
        assert_eq!(of(row), ["ballots_sum"], "{row}");
    }
    let case = table(&ballots, "year,cast,valid,invalid,blank\n1901,1000,950,30,20\n");
    assert_eq!(contest(&case).rounds[0].blank, Some(20));
}

#[test]
fn a_compressed_file_is_refused_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.jsonl.gz");
    fs::write(&path, b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xabV*\x01\0\0\0\0\0").unwrap();
    let case = Case::import(folder.path());
    assert!(
        case.unread_lines()[0].contains("of packed files only dumps are read"),
        "{:?}",
        case.unread_lines()
    );
    fs::rename(&path, folder.path().join("count.csv")).unwrap();
    fs::write(folder.path().join("mapping.toml"), mapping("", PERSON)).unwrap();
    // With a mapping, it is unpacked; this one is damaged.
    assert!(Case::import(folder.path()).unread_lines()[0].contains("not damaged"));
}
