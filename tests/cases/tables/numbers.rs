//! Shares, fractions, floats and other numbers.

use super::*;

fn mapping_with_share(share: &str) -> String {
    mapping("", &format!("{PARTY}share = {share}\n"))
}

const FRACTIONS: &str = "year,party,votes,share\n1901,Unity,6000,0.6\n1901,Justice,4000,0.4\n";

#[test]
fn fractions_are_read_if_the_mapping_states_the_unit() {
    let fraction = mapping_with_share("{ column = \"share\", unit = \"fraction\" }");
    let case = table(&fraction, FRACTIONS);
    assert_eq!((messages(&case).len(), shares(&case)), (0, vec!["60".to_owned(), "40".to_owned()]));
    assert_eq!(measure(&case, Measure::EnpVotes).as_deref(), Some("1.92"));
    assert_eq!(measure(&case, Measure::Margin).as_deref(), Some("20.00"));
    assert!(finding_rules(&case).is_empty());
    for (cell, expected) in
        [("60", "of at most 1"), ("0.6 %", "no percent"), ("1.5", "of at most 1")]
    {
        let case = table(&fraction, &format!("year,party,votes,share\n1901,Unity,6000,{cell}\n"));
        assert_eq!(added_count(&case), 0);
        assert!(messages(&case)[0].contains(expected), "{:?}", messages(&case));
    }
    let turnout = mapping(
        "",
        "[contest]\nturnout = { column = \"t\", unit = \"fraction\" }\ncounted = { column = \"c\", unit = \"fraction\" }\n",
    );
    let case = table(&turnout, "year,t,c\n1901,.653,1\n");
    let round = &contest(&case).rounds[0];
    let figures = [round.turnout, round.counted].map(|share| share.unwrap().to_string());
    assert_eq!(figures, ["65.3", "100"]);
}

#[test]
fn shares_stated_as_fractions_are_a_finding() {
    for case in
        [Some(table(&mapping_with_share("\"share\""), FRACTIONS)), shared("fraction-shares")]
            .into_iter()
            .flatten()
    {
        assert_eq!(finding_rules(&case), ["fraction"]);
        assert!(notes(&case)[0].contains("no share in 'share' is above 1"), "{:?}", notes(&case));
    }
    let case = table(
        &mapping_with_share("\"share\""),
        "year,party,votes,share\n1901,Unity,6000,0.6\n1901,Justice,9000,0.9\n",
    );
    assert!(!finding_rules(&case).contains(&"fraction".to_owned()));
}

#[test]
fn floating_point_numbers_are_read_and_rounding_is_reported() {
    let rows = "year,party,votes,share\n1901,Unity,6000.0,60.0\n1901,Justice,\"600,0\",40.00000000000001\n\
                1901,Order,90.,.9\n";
    let case = table(&mapping_with_share("\"share\""), &rows.replace("90.,", "90,"));
    assert_eq!(votes(&case), expected_votes(&[("Unity", 6_000), ("Justice", 600), ("Order", 90)]));
    assert_eq!(shares(&case), ["60.0", "40", "0.9"]);
    assert_eq!(messages(&case), [] as [&str; 0]);
    let noted = notes(&case);
    assert_eq!(noted.len(), 1);
    assert!(noted[0].starts_with("count.csv: 1 share in 'share' has more digits"), "{noted:?}");
    assert!(noted[0].ends_with("on line 3: '40.00000000000001' is 40 %"), "{noted:?}");
    for name in ["integral-floats", "leading-point", "long-decimals"] {
        if let Some(case) = shared(name) {
            assert_eq!((added_count(&case), messages(&case).len()), (1, 0), "{name}");
        }
    }
}

#[test]
fn all_numbers_of_a_column_have_the_same_decimal_mark() {
    let case = table(
        &mapping("", PARTY),
        "year,party,votes\n1901,Unity,6000.000\n1901,Justice,600.000\n1905,Unity,700.000\n",
    );
    assert_eq!(votes(&case), expected_votes(&[("Unity", 6_000), ("Justice", 600)]));
    // A cell of the other election reveals the decimal mark, and the text of this election keeps
    // that decision.
    assert_eq!(case.get("ruritania/1905").contests[0].contenders[0].tallies[0].votes, Some(700));
    let case =
        table(&mapping("", PARTY), "year,party,votes\n1901,Unity,6000.0\n1901,Justice,1.234\n");
    assert_eq!(added_count(&case), 0);
    assert!(
        messages(&case)[0].contains("the decimal mark of this column is '.'"),
        "{:?}",
        messages(&case)
    );
    let case =
        table(&mapping("", PARTY), "year,party,votes\n1901,Unity,6.000\n1901,Justice,1.234\n");
    assert_eq!(votes(&case), expected_votes(&[("Unity", 6_000), ("Justice", 1_234)]));
}

#[test]
fn a_cell_that_is_not_a_plain_number_is_refused_with_a_reason() {
    for (cell, expected) in [
        ("1e5", "exponent"),
        ("6.0E+03", "exponent"),
        ("6000.5", "fraction"),
        ("(5)", "a count such as 47095"),
        ("[5]", "a count such as 47095"),
        ("5 (60 %)", "a count such as 47095"),
        ("-5", "a count such as 47095"),
        ("n/a", "'null' lists texts"),
        ("-", "'null' lists texts"),
    ] {
        let case = table(&mapping("", PARTY), &format!("year,party,votes\n1901,Unity,{cell}\n"));
        let told = messages(&case);
        assert_eq!((added_count(&case), told.len()), (0, 1), "{cell}");
        assert!(
            told[0].starts_with("count.csv:2:3: expected") && told[0].contains(expected),
            "{told:?}"
        );
    }
    for cell in ["(5)", "1e-5", "150", "5 6", "0,5,5"] {
        let row = format!("year;party;votes;share\n1901;Unity;1;{cell}\n");
        let case = table(&mapping_with_share("\"share\""), &row);
        assert_eq!((added_count(&case), messages(&case).len()), (0, 1), "{cell}");
    }
    let rounds = mapping("", &format!("{PERSON}round = \"round\"\n"));
    let case = table(&rounds, "year,who,votes,round\n1901,Anna,5,(1)\n");
    assert_eq!(
        messages(&case),
        ["count.csv:2:4: expected the number of a round in column 'round', found '(1)'"]
    );
    let case = table(&rounds, "year,who,votes,round\n1901,Anna,5,1.0\n1901,Anna,6,2.0\n");
    assert_eq!(contest(&case).contenders[0].tallies.len(), 2);
}
