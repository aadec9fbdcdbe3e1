//! People, parties and links: several names, notes, placeholders, files.

use super::{article, format_name, format_names, page, shared, unparsed_fields, unparsed_reason};

/// Formats the people of a value, or the reason why it is kept unparsed.
fn format_people(value: &str) -> String {
    let election = page(&format!("|nominee1={value}"));
    match election.contests.first() {
        Some(contest) => {
            assert!(
                unparsed_fields(&election).is_empty(),
                "{value}: {:?}",
                unparsed_fields(&election)
            );
            format_names(&contest.contenders[0].people)
        }
        None => election.unparsed[0].reason.to_string(),
    }
}

#[test]
fn each_link_is_a_name_with_its_own_page() {
    for (value, expected) in [
        ("[[A]] and [[B]]", "A <A>; B <B>"),
        ("[[A]]/[[B]]", "A <A>; B <B>"),
        ("[[A B|A]], [[B]] & [[C]]", "A <A B>; B <B>; C <C>"),
        ("Anna<br>[[B]]", "Anna; B <B>"),
        ("[[AB]] and A", "AB <AB>; A"),
        ("\n* [[A B|AB]]\n* [[A]]", "AB <A B>; A <A>"),
        ("{{ubl|[[A]]|[[B]]}}", "A <A>; B <B>"),
        (
            "{{Br separated entries|Anna Alba|[[Boris Black|Boris]]}}",
            "Anna Alba; Boris <Boris Black>",
        ),
        ("Anna Alba and Boris Black", "Anna Alba; Boris Black"),
        ("[[Jean-Luc A]], Jr. and [[B]]", "Jean-Luc A, Jr. <Jean-Luc A>; B <B>"),
        ("Sir [[A B]]", "Sir A B <A B>"),
        ("[[A]] [[B]]", "expected a name, or several that are clearly separated"),
        (
            "[[Anna Alba]]<br>Leader of Unity",
            "expected a name, or several that are clearly separated",
        ),
        ("Anna Alba, Boris Black", "expected a name, or several that are clearly separated"),
    ] {
        assert_eq!(format_people(value), expected, "{value}");
    }
}

#[test]
fn several_names_in_a_field_for_one_are_kept_unparsed() {
    for value in ["[[A]] and [[B]]", "[[A]]/[[B]]", "{{ubl|[[A]]|[[B]]}}", "[[A]]<br>B"] {
        for parameter in ["party1", "before_party", "title"] {
            assert_eq!(
                unparsed_reason(parameter, value),
                "expected one name",
                "{parameter} = {value}"
            );
        }
    }
    assert_eq!(unparsed_reason("after_election", "[[A]] and [[B]]"), "expected one person");
    let election = page(
        "|party1=CDU/CSU\n|alliance2=[[Unity]] and [[Justice]]\n|home_state3=[[Northtown]], Ruritania\n\
         |next_election=[[1905 election|1905]] / [[1906 election|1906]]",
    );
    let contenders = &election.contests[0].contenders;
    assert_eq!(format_name(contenders[0].party.as_ref().unwrap()), "CDU/CSU");
    assert_eq!(format_names(&contenders[1].alliances), "Unity <Unity>; Justice <Justice>");
    let state = contenders[2].home_state.as_ref().unwrap();
    assert_eq!(format_name(state), "Northtown, Ruritania <Northtown>");
    assert_eq!(election.next.as_ref().unwrap().title.as_deref(), Some("1905 election"));
    assert_eq!(
        unparsed_fields(&election),
        [
            "next_election: [[1905 election|1905]] / [[1906 election|1906]]: unparsed remainder '1906'"
        ]
    );
}

#[test]
fn a_file_link_is_not_part_of_a_name() {
    for value in ["[[A B]] [[File:x.png|20px]]", "[[Datei:x.png|mini|[[A]] on a hill]] [[A B]]"] {
        assert_eq!(format_people(value), "A B <A B>", "{value}");
    }
    assert_eq!(format_people("[[Image:x.png]]"), "expected a name");
    let Some(case) = shared("file-link-in-a-name") else { return };
    let contest = &case.get("ruritania/1904").contests[0];
    let contender = &contest.contenders[0];
    assert_eq!(format_names(&contender.people), "A B <A B>");
    assert_eq!(format_name(contender.party.as_ref().unwrap()), "Red <Red Party>");
    let files = contest.details.iter().chain(&contender.details);
    let files: Vec<String> =
        files.map(|detail| format!("{}: {}", detail.parameter, detail.value)).collect();
    assert_eq!(files, ["map_image: a.svg", "map_image: b.svg", "image1: A B.jpg"]);
}

#[test]
fn notes_are_neither_people_nor_part_of_a_name() {
    for (value, expected) in [
        ("[[A B]] (withdrew)", "A B <A B> (withdrew)"),
        ("'''[[A B]]'''<br/>''(Uncontested)''", "A B <A B> (Uncontested)"),
        ("[[A B]]<br>{{small|(acting)}}", "A B <A B> (acting)"),
        ("[[A B]]<br>withdrew", "A B <A B> (withdrew)"),
        ("[[A B]] {{small|[[Unity]]}}", "A B <A B> (Unity)"),
        ("[[A B]] (U) (lost)", "A B <A B> (U, lost)"),
        ("[[A B]] – acting", "A B <A B> (acting)"),
        ("(acting) [[A B]]", "A B <A B> (acting)"),
        ("[[A B (poet)|A B]] (elected)<br>[[C D]]", "A B <A B (poet)> (elected); C D <C D>"),
        ("Anna Alba (incumbent)", "Anna Alba (incumbent)"),
        ("Anna Alba (poet)", "Anna Alba (poet)"),
        ("(withdrew)", "names no one"),
    ] {
        assert_eq!(format_people(value), expected, "{value}");
    }
    let anna = &page("|nominee1=Anna Alba (poet)").contests[0].contenders[0].people[0];
    assert_eq!((anna.name.as_str(), anna.note.as_deref()), ("Anna Alba (poet)", None));
    let rendered = article("- Nominee1: Anna Alba (Disputed)[1]");
    assert_eq!(format_names(&rendered.contests[0].contenders[0].people), "Anna Alba (Disputed)");
    let Some(case) = shared("holder-that-is-nobody") else { return };
    let contest = &case.get("ruritania/1908").contests[0];
    let person = |holder: &Option<hustings::model::OfficeHolder>| {
        format_name(holder.as_ref().unwrap().person.as_ref().unwrap())
    };
    assert_eq!(person(&contest.before), "A B <A B> (acting)");
    assert_eq!(person(&contest.after), "Nicolás Maduro <Nicolás Maduro> (Disputed)");
}

#[test]
fn placeholders_are_kept_unparsed_in_every_name_field() {
    const PENDING: &str = "not known yet";
    const NOTHING: &str = "states that there is nothing";
    const NO_ONE: &str = "names no one";
    for parameter in [
        "nominee1",
        "candidate1",
        "leader1",
        "party1",
        "alliance1",
        "running_mate1",
        "home_state1",
        "leaders_seat1",
        "before_election",
        "after_election",
        "before_party",
        "after_party",
        "title",
        "previous_election",
        "next_election",
    ] {
        for (value, expected) in [
            ("''TBD''", PENDING),
            ("'''TBA'''<ref>x</ref>", PENDING),
            ("{{small|(To be determined)}}", PENDING),
            ("[[To be determined|TBD]]", PENDING),
            ("Not yet announced", PENDING),
            ("{{TBD}}", PENDING),
            ("?", PENDING),
            ("''none''", NOTHING),
            ("{{N/A}}", NOTHING),
            ("n/a{{efn|x}}", NOTHING),
            ("–", NOTHING),
            ("None (Ross appointed afterward)", NOTHING),
            ("''Vacant''", NO_ONE),
            ("[[Vacancy|Vacant]]", NO_ONE),
            ("''Hung parliament''", NO_ONE),
            ("No change", NO_ONE),
            ("Election results annulled ,", NO_ONE),
            ("''Next''", PENDING),
        ] {
            // A link in these two fields names an election, regardless of the words that it
            // displays.
            let is_link = ["previous_election", "next_election"].contains(&parameter);
            if is_link && value.contains("Vacancy") {
                continue;
            }
            assert_eq!(unparsed_reason(parameter, value), expected, "{parameter} = {value}");
        }
    }
    let option = &page("|nominee1=None of the above").contests[0].options[0];
    assert_eq!(option.name, "None of the above");
    assert_eq!(format_people("[[Nobody Jones]]"), "Nobody Jones <Nobody Jones>");
    let next = page("|next_election=[[Next Ruritanian general election|''Next'']]").next.unwrap();
    assert_eq!(next.title.as_deref(), Some("Next Ruritanian general election"));
    assert_eq!(next.label.as_deref(), Some("Next"));
}

#[test]
fn placeholders_of_the_shared_cases_are_kept_unparsed() {
    if let Some(case) = shared("placeholder-in-italics-or-a-link") {
        let election = case.get("united-states/2018");
        assert_eq!((election.unparsed.len(), election.contests[0].contenders.len()), (7, 0));
        assert!(election.next.is_none() && election.contests[0].before.is_none());
    }
    if let Some(case) = shared("holder-that-is-nobody") {
        let contest = &case.get("ruritania/1907").contests[0];
        assert!(contest.before.is_none() && contest.after.is_none());
    }
    if let Some(case) = shared("line-in-brackets-becomes-a-person") {
        let election = case.get("nebraska/2026");
        let people: Vec<String> = election.contests[0]
            .contenders
            .iter()
            .map(|contender| format_names(&contender.people))
            .collect();
        assert_eq!(people, ["A B <A B>", "Denise Powell <Denise Powell> (Uncontested)"]);
        assert_eq!(election.unparsed.len(), 2);
    }
}
