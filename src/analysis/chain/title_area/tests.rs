//! Tests of which titles can follow each other in a chain.

use super::*;

fn summary(title: &str, country: &str, kind: &str) -> ElectionSummary {
    let kind = Some(kind).filter(|kind| !kind.is_empty()).map(|kind| kind.parse().unwrap());
    ElectionSummary {
        title: title.into(),
        country: Some(country.into()),
        kind,
        ..ElectionSummary::default()
    }
}

fn follow(one: &str, other: &str, country: &str, kind: &str) -> bool {
    let found = can_follow(&summary(one, country, kind), &summary(other, country, kind));
    assert_eq!(found, can_follow(&summary(other, country, kind), &summary(one, country, kind)));
    found
}

#[test]
fn titles_that_differ_in_time_and_words_for_one_type_follow_one_another() {
    for (one, other, country, kind) in [
        (
            "2019 Ruritanian general election",
            "Ruritanian parliamentary election, 2015",
            "Ruritania",
            "general",
        ),
        (
            "October 1974 United Kingdom general election",
            "February 1974 British general election",
            "United Kingdom",
            "general",
        ),
        (
            "1788–89 United States presidential election",
            "U.S. presidential election, 1792",
            "United States",
            "presidential",
        ),
        (
            "Elections to the 16th Knesset, 28 January 2003",
            "Elections to the 17th Knesset, 2006",
            "Israel",
            "legislative",
        ),
        (
            "Northmarch by-election, 1901-05-03",
            "Northmarch by-election, 1902",
            "Ruritania",
            "by-election",
        ),
        (
            "Next Ruritanian legislative election",
            "May 2012 Ruritania legislative election",
            "Ruritania",
            "",
        ),
        (
            "2011 Texas's 3rd congressional district special election",
            "Texas's 3rd congressional district special election, 1991",
            "United States",
            "by-election",
        ),
        ("Bundestagswahl 1998", "Bundestagswahl 2002", "Germany", ""),
        (
            "2008 United States presidential election in Missouri",
            "United States presidential election in Missouri, 2004",
            "Missouri",
            "presidential",
        ),
        (
            "First Ruritanian National Assembly election",
            "Second Ruritanian National Assembly election",
            "Ruritania",
            "legislative",
        ),
    ] {
        assert!(follow(one, other, country, kind), "{one}; {other}");
    }
}

#[test]
fn titles_of_different_areas_do_not_follow_one_another() {
    for (one, other, country, kind) in [
        (
            "Assam Legislative Assembly election, 2011",
            "Gujarat Legislative Assembly election, 2012",
            "India",
            "legislative",
        ),
        (
            "Northmarch by-election, 1901-05-03",
            "Southmarch by-election, 1901-06-21",
            "Ruritania",
            "by-election",
        ),
        ("2011 by-election", "2012 by-election", "Ruritania", "by-election"),
        (
            "United States presidential election in Missouri, 2008",
            "United States presidential election, 2012",
            "United States",
            "presidential",
        ),
        (
            "2013 Boston mayoral election",
            "2014 Newark mayoral election",
            "United States",
            "mayoral",
        ),
        (
            "2020 Texas's 3rd congressional district special election",
            "2022 Texas's 4th congressional district special election",
            "United States",
            "by-election",
        ),
        ("Ward 12 by-election, 2001", "Ward 13 by-election, 2002", "Ruritania", "by-election"),
        (
            "2012 Mexico City head of government election",
            "2012 Mexican presidential election",
            "Mexico",
            "",
        ),
        (
            "North Dakota gubernatorial election, 2012",
            "South Dakota gubernatorial election, 2014",
            "United States",
            "gubernatorial",
        ),
        (
            "District E by-election, 2001",
            "District I by-election, 2002",
            "Ruritania",
            "by-election",
        ),
        (
            "2010 Queens 5th special election",
            "2011 Queens 6th special election",
            "United States",
            "by-election",
        ),
        (
            "2012 Ruritanian presidential election",
            "2016 Ruritanian senate election",
            "Ruritania",
            "",
        ),
    ] {
        assert!(!follow(one, other, country, kind), "{one}; {other}");
    }
}

#[test]
fn the_area_is_extracted_from_a_title() {
    let of = |title: &str, country: &str| {
        TitleArea::from_title(title, Some(country)).map(|part| part.name)
    };
    assert_eq!(of("Assam Legislative Assembly election, 2011", "India").unwrap(), "Assam");
    assert_eq!(of("2012 Kyrgyz presidential election", "Kyrgyzstan").unwrap(), "");
    assert_eq!(
        of("United States presidential election in Missouri, 2008", "Missouri").unwrap(),
        "United States"
    );
    assert_eq!(of("First count", "Ruritania"), None);
}
