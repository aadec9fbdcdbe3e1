//! Source texts in the journals of earlier versions: they are parsed as before, or better.

use hustings::model::Election;

use super::*;

/// Parses a text of the form that imports wrote before all cells of a column together determined
/// its date order and decimal mark.
fn parse_earlier_text(contest: &str, contender: &str, rows: &str) -> Election {
    let head = format!(
        "{{\"name\":null,\"file\":null,\"key\":\"year\",\"version_by\":null,\"null\":[\"\"],\"join\":{{}},\
         \"election\":{{\"title\":{{\"column\":null,\"constant\":null,\"template\":\"{{year}} election\",\"values\":{{}},\
         \"when\":{{}},\"format\":null}},\"country\":null,\"type\":null,\"date\":\"day\",\"year\":null,\"previous\":null,\
         \"details\":{{}}}},\"contest\":{{\"previous\":null,\"office\":null,\"seats\":null,\"registered\":null,\"cast\":null,\
         \"valid\":{contest},\"invalid\":null,\"turnout\":null,\"counted\":null}},\"contender\":{{\"person\":\"who\",\"party\":null,\
         \"alliance\":null,\"round\":{contender},\"votes\":\"votes\",\"share\":null,\"seats\":null,\"electoral_votes\":null,\
         \"details\":{{}}}}}}"
    );
    let rows = rows.trim_end();
    let text = format!("#hustings-table {head}\n#{} rows\n{rows}\n", rows.len());
    parse(Format::Table, &text).unwrap()
}

#[test]
fn a_date_without_a_stated_order_has_the_month_first() {
    let election =
        parse_earlier_text("null", "null", "year,day,who,votes\n1901,06/05/1901,Anna,5\n");
    assert_eq!(election.dates[0].to_string(), "1901-06-05");
    let election =
        parse_earlier_text("null", "null", "year,day,who,votes\n1901,13/05/1901,Anna,5\n");
    assert_eq!(election.dates[0].to_string(), "1901-05-13");
}

#[test]
fn cells_that_earlier_versions_misread_are_kept_as_unparsed() {
    let election = parse_earlier_text(
        "\"valid\"",
        "null",
        "year,day,who,votes,valid\n1901,,Anna,(5),100\n1901,,Boris,4,900\n",
    );
    let contest = &election.contests[0];
    assert_eq!(contest.contenders.len(), 2);
    assert!(contest.rounds.is_empty() && contest.contenders[0].tallies.is_empty());
    let kept: Vec<_> = contest.unparsed.iter().map(|field| (&*field.label, &*field.text)).collect();
    assert_eq!(kept, [("valid", "900"), ("valid", "100"), ("votes", "(5)")]);
}

#[test]
fn figures_of_a_second_round_are_read() {
    let election = parse_earlier_text(
        "\"valid\"",
        "\"round\"",
        "year,day,round,who,votes,valid\n1901,,1,Anna,5,100\n1901,,2,Anna,4,90\n",
    );
    let valid: Vec<_> = election.contests[0].rounds.iter().map(|round| round.valid).collect();
    assert_eq!(valid, [Some(100), Some(90)]);
}
