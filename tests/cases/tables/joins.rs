//! Joined tables.

use super::*;

const PARTIES: &str = "[join.p]\nfile = \"parties.csv\"\non = \"party_id\"\nkey = \"id\"\n";

fn mapping_with_join(below: &str) -> String {
    format!("{}{below}{PARTIES}", mapping("", ""))
}

const RESULTS: &str = "[contender]\nparty = \"p.name\"\nalliance = \"p.bloc\"\nvotes = \"votes\"\n[contender.details]\ncode = \"p.code\"\n";
const ROWS: &str = "year,party_id,votes\n1901,1,700\n1901,2,300\n";

#[test]
fn a_joined_value_is_looked_up_per_row() {
    let parties = "id,name,bloc,code\n2,Justice,Right,J\n1,Unity,Left,U\n3,Order,Right,O\n";
    let case =
        import(&mapping_with_join(RESULTS), &[("count.csv", ROWS), ("parties.csv", parties)]);
    assert_eq!(
        (messages(&case).len(), votes(&case)),
        (0, expected_votes(&[("Unity", 700), ("Justice", 300)]))
    );
    let contest = contest(&case);
    let second = &contest.contenders[1];
    assert_eq!(second.alliances[0].name, "Right");
    assert_eq!(second.details[0].value.to_string(), "J");
    if let Some(case) = shared("join-per-row") {
        assert_eq!(votes(&case), expected_votes(&[("Unity", 700), ("Justice", 300)]));
    }
}

#[test]
fn a_joined_value_of_the_election_must_be_the_same_in_all_rows() {
    let of_election = mapping_with_join("")
        + "[contest]\noffice = \"p.office\"\n[contender]\nparty = \"p.name\"\nvotes = \"votes\"\n";
    let parties = "id,name,office\n1,Unity,Chamber\n2,Justice,Senate\n";
    let case = import(&of_election, &[("count.csv", ROWS), ("parties.csv", parties)]);
    assert_eq!(
        (added_count(&case), messages(&case)),
        (0, vec!["count.csv:3:1: expected one 'office' in the rows of one election, 'Chamber' as on line 2, in column 'p.office', found 'Senate'".to_owned()])
    );
}

#[test]
fn a_duplicate_key_in_a_joined_table_is_an_error() {
    for second in ["2,Justice", "2,Order"] {
        let parties = format!("id,name,bloc,code\n1,Unity,,\n2,Justice,,\n{second},,\n,,,\n");
        let case =
            import(&mapping_with_join(RESULTS), &[("count.csv", ROWS), ("parties.csv", &parties)]);
        assert_eq!(
            (added_count(&case), messages(&case)),
            (0, vec!["parties.csv:4:1: expected each key once in column 'id'; line 3 has this one too, found '2'".to_owned()])
        );
    }
}

#[test]
fn a_row_without_a_join_match_keeps_its_contender() {
    let parties = "id,name,bloc,code\n1,Unity,Left,U\n";
    let rows = "year,party_id,votes\n1901,9,700\n1901,1,300\n1901,8,20\n1901,,5\n";
    let case =
        import(&mapping_with_join(RESULTS), &[("count.csv", rows), ("parties.csv", parties)]);
    assert_eq!(votes(&case), expected_votes(&[("", 700), ("Unity", 300), ("", 20)]));
    assert_eq!(
        messages(&case),
        [
            "count.csv:2:2: '9' is not in 'id' of 'parties.csv', so nothing is taken from there",
            "count.csv:4:2: '8' is not in 'id' of 'parties.csv', so nothing is taken from there",
            "count.csv:5:3: a row with 5 votes and neither a person nor a party, kept as those of others",
        ]
    );
    let contest = contest(&case);
    assert_eq!(contest.contenders[0].notes, ["party_id 9"]);
    assert_eq!((contest.options.len(), contest.options[0].kind), (1, OptionKind::Others));
    if let Some(case) = shared("join-without-match") {
        assert_eq!(votes(&case), expected_votes(&[("", 700), ("Justice", 300)]));
        let told = messages(&case);
        assert_eq!(
            (told.len(), told[0].contains(".csv:2:2: '9' is not in 'id'")),
            (1, true),
            "{told:?}"
        );
    }
}

#[test]
fn a_table_may_be_joined_to_a_joined_table() {
    let mapping = "key = \"election_id\"\n[election]\ntitle = { template = \"{c.name} election, {e.date}\" }\n\
        country = \"c.name\"\nprevious = \"e.before\"\n[contender]\nparty = \"party\"\nvotes = \"votes\"\n\
        [join.e]\nfile = \"elections.csv\"\non = \"election_id\"\nkey = \"id\"\n\
        [join.c]\nfile = \"countries.csv\"\non = \"e.country_id\"\nkey = \"id\"\n";
    let files = [
        ("count.csv", "election_id,party,votes\n1,Unity,7\n2,Unity,9\n"),
        ("elections.csv", "id,date,country_id,before\n1,1901-05-03,5,\n2,1905-05-03,5,1\n"),
        ("countries.csv", "id,name\n5,Ruritania\n"),
    ];
    let case = import(mapping, &files);
    assert_eq!(messages(&case), [] as [&str; 0]);
    let second = case.get("Ruritania election, 1905-05-03");
    assert_eq!(second.country.as_deref(), Some("Ruritania"));
    let before = second.previous.as_ref().unwrap();
    assert_eq!(before.title.as_deref(), Some("Ruritania election, 1901-05-03"));
    let circle = mapping.replace("on = \"election_id\"", "on = \"c.id\"");
    let error = circle.parse::<Mapping>().unwrap_err().to_string();
    assert!(error.ends_with("[join.c] is joined by a column of its own"), "{error}");
}

#[test]
fn a_reference_without_a_target_is_reported() {
    let previous =
        mapping("", "previous = \"before\"\n[contender]\nparty = \"party\"\nvotes = \"votes\"\n");
    let case = table(
        &previous,
        "year,party,votes,before\n1905,Unity,5,1901\n1905,Justice,4,\n1901,Unity,1,\n1909,Unity,1,1907\n",
    );
    assert_eq!(
        messages(&case),
        [
            "count.csv:5:4: no election has '1907' in 'year', so the link to the one before leads nowhere"
        ]
    );
    let lineage = mapping("", PARTY)
        + "[contender.details]\nid = \"id\"\n[lineage]\ndetail = \"id\"\n\
           [lineage.parties]\nfile = \"parties.csv\"\nid = \"id\"\ncountry = \"country\"\nnames = [\"name\"]\n\
           [lineage.renames]\nfile = \"renames.csv\"\nid = \"id\"\nnames = [\"name\"]\n";
    let files = [
        (
            "count.csv",
            "year,party,votes,id\n1901,Unity,5,1\n1901,Justice,4,7\n1905,Justice,4,7\n1905,Order,1,\n",
        ),
        ("parties.csv", "id,country,name\n1,Ruritania,Unity\n"),
        ("renames.csv", "id,name\n1,Union\n"),
    ];
    let case = import(&lineage, &files);
    let told = messages(&case);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("count.csv:3:4: '7' is not in 'id' of"), "{told:?}");
}
