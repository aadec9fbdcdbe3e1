//! Mistakes in a mapping: the error states the word, its line and what is allowed.

use super::*;

/// Returns the error for a mapping with these lines from the third on.
fn error_of(lines: &str) -> String {
    let text = format!("key = \"year\"\n# A count.\n{lines}");
    text.parse::<Mapping>().unwrap_err().to_string()
}

const TITLE: &str = "[election]\ntitle = \"t\"\n";

#[test]
fn an_error_names_the_key_the_line_and_the_allowed_values() {
    let contender = |line: &str| format!("{TITLE}[contender]\nperson = \"who\"\n{line}\n");
    let value = "the name of a column, in quotes, or a value such as { column = \"votes\" }";
    for (lines, expected) in [
        (
            contender("votes = { colum = \"votes\" }"),
            "line 7: 'colum' is no word of a value; expected one of column, template, constant, sum, file, line, values, when, pattern, format, unit, row, blank, decimal, thousands, footnotes, per".to_owned(),
        ),
        (contender("votes = 23"), format!("line 7: 'votes' is the number 23; expected {value}")),
        (contender("votes = [\"a\"]"), format!("line 7: 'votes' is a list; expected {value}")),
        (contender("votes = \"\""), format!("line 7: 'votes' is blank; expected {value}")),
        (
            contender("votes = { column = \"a\", constant = \"b\" }"),
            "line 7: 'votes' has column and constant; expected one of column, template, constant, sum, file, line".to_owned(),
        ),
        (
            contender("votes = { values = { a = \"b\" } }"),
            "line 7: 'votes' has none of them; expected one of column, template, constant, sum, file, line".to_owned(),
        ),
        (
            contender("votes = { column = \"a\", values = { a = 1 } }"),
            "line 7: 'a' is the number 1; expected a text, in quotes".to_owned(),
        ),
        (
            contender("votes = { column = \"a\", unit = \"fraction\" }"),
            "line 7: 'unit' is of share, turnout and counted; 'votes' has none".to_owned(),
        ),
        (
            contender("share = { column = \"a\", unit = \"permille\" }"),
            "line 7: 'permille' is no word of 'unit'; expected one of percent, fraction".to_owned(),
        ),
        (
            contender("share = { column = \"a\", format = \"[day]\" }"),
            "line 7: 'format' is of dates and times; 'share' has none".to_owned(),
        ),
        (
            contender("party = { constant = \"a\", row = \"id\" }"),
            "line 7: 'row' is of a column that names another row; 'party' has no column".to_owned(),
        ),
        (
            contender("votes = { template = \"a {b\" }"),
            "line 7: 'a {b' has a brace that is not closed".to_owned(),
        ),
        (
            contender("votes = { template = \"a }b\" }"),
            "line 7: 'a }b' has a brace that is not opened".to_owned(),
        ),
        (
            contender("vote = \"a\""),
            "line 7: 'vote' is no word of [contender]; expected one of person, party, alliance, round, votes, share, seats, electoral_votes, details".to_owned(),
        ),
        (
            contender("merge = \"sum\""),
            "line 7: 'merge' is no word of [contender]; expected one of person, party, alliance, round, votes, share, seats, electoral_votes, details; 'merge' stands above the first [section]".to_owned(),
        ),
        (
            format!("{TITLE}date = {{ column = \"d\", format = \"[dya].[month].[year]\" }}\n"),
            "line 5: 'dya' is no part of a date; expected one of [day], [month], [year], [weekday], [ordinal], [week_number], [hour], [minute], [second], [subsecond], [period], [ignore], [end]".to_owned(),
        ),
        (
            format!("merge = \"add\"\n{TITLE}"),
            "line 3: 'add' is no word of 'merge'; expected one of sum".to_owned(),
        ),
        (
            format!("totals = true\n{TITLE}"),
            "line 3: 'totals' is true; expected one of drop, contest".to_owned(),
        ),
        (
            format!("header = 0\n{TITLE}"),
            "line 3: 'header' is the number 0; expected the line with the names of the columns, counted from 1, a list of such lines, or \"none\"".to_owned(),
        ),
        (
            format!("delimiter = \"ab\"\n{TITLE}"),
            "line 3: 'delimiter' is the text 'ab'; expected one sign, such as \",\", \";\", \"\\t\" or \"|\"".to_owned(),
        ),
        (
            format!("{TITLE}[joins.p]\nfile = \"f\"\n"),
            "line 5: 'joins' is no word of the mapping; expected one of name, file, key, version_by, null, encoding, sheet, records, entry, delimiter, header, columns, until, unpivot, rows, merge, duplicates, totals, on_error, join, election, area, contest, contender, lineage, source".to_owned(),
        ),
        (
            format!("{TITLE}[join.p]\nfile = \"f\"\nkey = \"k\"\n"),
            "line 5: [join.p] needs 'on'".to_owned(),
        ),
        (
            format!("{TITLE}[contender]\nvotes = \"v\"\n"),
            "line 5: [contender] needs a person or a party, whose results they are".to_owned(),
        ),
        (
            "election = \"t\"\n".to_owned(),
            "line 3: 'election' is the text 't'; expected a section [election]".to_owned(),
        ),
        (
            format!("null = [\"\", 0]\n{TITLE}"),
            "line 3: 'null' has the number 0 in its list; expected texts".to_owned(),
        ),
    ] {
        assert_eq!(error_of(&lines), format!("the mapping, {expected}"));
    }
    let error =
        "key = { constant = \"x\" }\n[election]\ntitle = \"t\"\n".parse::<Mapping>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mapping, line 1: 'key' is a table; expected the name of a column, or a list of names"
    );
}

#[test]
fn an_error_in_a_mapping_file_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("count.toml");
    fs::write(&path, "key = \"a\"\n[election]\ntitel = \"t\"\n").unwrap();
    let path = path.to_string_lossy();
    let error = Mapping::load(&path).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!(
            "{path}:3: 'titel' is no word of [election]; expected one of title,"
        )),
        "{error}"
    );
    if let Some(folder) = shared_case_folder("mapping-mistake") {
        let path = folder.join("mapping-mistake.toml");
        let error = Mapping::load(&path.to_string_lossy()).unwrap_err().to_string();
        assert!(error.contains("mapping-mistake.toml:8: 'colum' is no word of a value; expected one of column, template,"), "{error}");
    }
}

fn shared_case_folder(name: &str) -> Option<std::path::PathBuf> {
    case_folder(&format!("shared/tables/{name}"))
}

#[test]
fn a_column_of_an_unknown_join_is_reported() {
    let case = table(
        &mapping("", "[contender]\nparty = \"q.name\"\nvotes = \"votes\"\n"),
        "year,votes\n1901,5\n",
    );
    assert!(
        messages(&case)[0].contains("there is no [join.q] (joined: none)"),
        "{:?}",
        messages(&case)
    );
}
