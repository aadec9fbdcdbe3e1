//! The one table of infobox parameters: spellings, rendered label, type. Every infobox format
//! reads through it.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// What the value of a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Yes or no.
    Flag,
    /// The type of the election.
    Kind,
    /// The country.
    Country,
    /// Whether results still come in.
    Ongoing,
    /// A whole number.
    Count,
    /// A whole number for each round.
    Counts,
    /// Any number.
    Number,
    /// A whole number with a sign.
    Signed,
    /// A share in percent.
    Share,
    /// A share in percent for each round.
    Shares,
    /// A change of a share in points, or "New", for each round.
    Swing,
    /// A change of a number of seats, or "New".
    SeatChange,
    /// People entitled to vote, with the change.
    Registered,
    /// A share for each round, with the count and the change.
    Turnout,
    /// Words about a number: "538 members of the Electoral College".
    Quantity,
    /// Seats and share at another election, or "New".
    Standing,
    /// One date, perhaps only a year.
    Date,
    /// Dates of a vote.
    Dates,
    /// The title of an election.
    Link,
    /// The year of a linked election.
    LinkYear,
    /// A party, place, office or page.
    Ref,
    /// Several of them.
    Refs,
    /// A person.
    Person,
    /// People.
    People,
    /// A file, or what a rendered page leaves of it: a size.
    Image,
    /// A size in pixels.
    Size,
    /// A colour.
    Colour,
    /// A box in the box.
    Module,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "words",
            Self::Flag => "yes or no",
            Self::Kind => "the type of the election",
            Self::Country => "the country",
            Self::Ongoing => "yes, no or future",
            Self::Count => "a count",
            Self::Counts => "a count for each round",
            Self::Number => "a number",
            Self::Signed => "a count with a sign",
            Self::Share => "a share in percent",
            Self::Shares => "a share in percent for each round",
            Self::Swing => "a change in points, or New, for each round",
            Self::SeatChange => "a change of seats, or New",
            Self::Registered => "a count for each round, with its change",
            Self::Turnout => "a share for each round, with count and change",
            Self::Quantity => "words, and the number that they begin with",
            Self::Standing => "seats, a share, or New",
            Self::Date => "a date, perhaps only a year",
            Self::Dates => "dates, spans and rounds",
            Self::Link => "the title of an election",
            Self::LinkYear => "the year of that election",
            Self::Ref => "a name and its page",
            Self::Refs => "names and their pages",
            Self::Person => "a person",
            Self::People => "people",
            Self::Image => "a file, or a size in pixels",
            Self::Size => "a size in pixels",
            Self::Colour => "a colour",
            Self::Module => "a box of its own, for another contest",
        })
    }
}

/// A family of parameters. `N` in its name and aliases stands for a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name, as templates spell it.
    pub name: &'static str,
    /// Other spellings.
    pub aliases: &'static [&'static str],
    /// What its value is.
    pub kind: Kind,
    /// How a rendered page labels it (with 1 for the number).
    pub label: &'static str,
}

/// A parameter that was looked up, with the numbers in its spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The family.
    pub parameter: &'static Parameter,
    /// The first number: the contender's, mostly.
    pub number: Option<u16>,
}

/// The family of a parameter name or a rendered label, without regard to case, space and
/// underscore.
///
/// ```
/// use hustings::import::infobox::find;
/// let found = find("Popular Vote2").unwrap();
/// assert_eq!((found.parameter.name, found.number), ("popular_voteN", Some(2)));
/// assert_eq!(find("popular_vote2"), Some(found));
/// assert_eq!(find("Popularity"), None);
/// ```
#[must_use]
pub fn find(label: &str) -> Option<Found> {
    let (form, number) = form(label);
    let index = *INDEX.get(form.as_str())?;
    Some(Found { parameter: &PARAMETERS[index], number })
}

static INDEX: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let mut index = HashMap::new();
    for (at, parameter) in PARAMETERS.iter().enumerate() {
        for name in parameter.aliases.iter().chain([&parameter.name]) {
            index.insert(form(&name.replace('N', "1")).0, at);
        }
    }
    index
});

/// The letters of a label in lower case, with `#` for each number; and the first number.
fn form(label: &str) -> (String, Option<u16>) {
    let (mut form, mut numbers) = (String::with_capacity(label.len()), Vec::new());
    let mut digits = String::new();
    for c in label.chars().chain(['_']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            numbers.push(digits.parse().ok());
            digits.clear();
            form.push('#');
        }
        if c != '_' && !c.is_whitespace() {
            form.extend(c.to_lowercase());
        }
    }
    (form, numbers.into_iter().next().flatten())
}

/// Every family, in the order in which a box shows them.
#[rustfmt::skip]
pub static PARAMETERS: &[Parameter] = &[
    Parameter { name: "election_name", aliases: &[], kind: Kind::Text, label: "Election Name" },
    Parameter { name: "country", aliases: &[], kind: Kind::Country, label: "Country" },
    Parameter { name: "flag_year", aliases: &[], kind: Kind::Date, label: "Flag Year" },
    Parameter { name: "flag_image", aliases: &[], kind: Kind::Image, label: "Flag Image" },
    Parameter { name: "type", aliases: &[], kind: Kind::Kind, label: "Type" },
    Parameter { name: "vote_type", aliases: &[], kind: Kind::Text, label: "Vote Type" },
    Parameter { name: "ongoing", aliases: &[], kind: Kind::Ongoing, label: "Ongoing" },
    Parameter { name: "embed", aliases: &[], kind: Kind::Flag, label: "Embed" },
    Parameter { name: "child", aliases: &[], kind: Kind::Flag, label: "Child" },
    Parameter { name: "module", aliases: &["moduleN"], kind: Kind::Module, label: "Module" },
    Parameter { name: "first_election", aliases: &[], kind: Kind::Flag, label: "First Election" },
    Parameter { name: "party_colour", aliases: &["party_color"], kind: Kind::Text, label: "Party Colour" },
    Parameter { name: "party_name", aliases: &[], kind: Kind::Text, label: "Party Name" },
    Parameter { name: "alliance_name", aliases: &[], kind: Kind::Text, label: "Alliance Name" },
    Parameter { name: "previous_election", aliases: &[], kind: Kind::Link, label: "Previous Election" },
    Parameter { name: "previous_year", aliases: &[], kind: Kind::LinkYear, label: "Previous Year" },
    Parameter { name: "outgoing_party", aliases: &[], kind: Kind::Ref, label: "Outgoing Party" },
    Parameter { name: "outgoing_members", aliases: &["previous_mps", "previous_members"], kind: Kind::Ref, label: "Outgoing Members" },
    Parameter { name: "election_date", aliases: &[], kind: Kind::Dates, label: "Election Date" },
    Parameter { name: "elected_members", aliases: &["elected_mps"], kind: Kind::Ref, label: "Elected Members" },
    Parameter { name: "next_election", aliases: &[], kind: Kind::Link, label: "Next Election" },
    Parameter { name: "next_year", aliases: &[], kind: Kind::LinkYear, label: "Next Year" },
    Parameter { name: "next_mps", aliases: &["next_members"], kind: Kind::Ref, label: "Next Mps" },
    Parameter { name: "votes_for_election", aliases: &[], kind: Kind::Quantity, label: "Votes For Election" },
    Parameter { name: "needed_votes", aliases: &[], kind: Kind::Quantity, label: "Needed Votes" },
    Parameter { name: "seats_for_election", aliases: &[], kind: Kind::Quantity, label: "Seats For Election" },
    Parameter { name: "majority_seats", aliases: &[], kind: Kind::Quantity, label: "Majority Seats" },
    Parameter { name: "opinion_polls", aliases: &[], kind: Kind::Ref, label: "Opinion Polls" },
    Parameter { name: "registered", aliases: &[], kind: Kind::Registered, label: "Registered" },
    Parameter { name: "turnout", aliases: &[], kind: Kind::Turnout, label: "Turnout" },
    Parameter { name: "votes_counted", aliases: &[], kind: Kind::Share, label: "Votes Counted" },
    Parameter { name: "reporting", aliases: &[], kind: Kind::Share, label: "Reporting" },
    Parameter { name: "declared", aliases: &[], kind: Kind::Count, label: "Declared" },
    Parameter { name: "last_update", aliases: &[], kind: Kind::Text, label: "Last Update" },
    Parameter { name: "time_zone", aliases: &[], kind: Kind::Text, label: "Time Zone" },
    Parameter { name: "results_sec", aliases: &[], kind: Kind::Text, label: "Results Sec" },
    Parameter { name: "image_size", aliases: &[], kind: Kind::Size, label: "Image Size" },
    Parameter { name: "image_upright", aliases: &[], kind: Kind::Number, label: "Image Upright" },
    Parameter { name: "filler", aliases: &[], kind: Kind::Text, label: "Filler" },
    Parameter { name: "noleader", aliases: &[], kind: Kind::Flag, label: "Noleader" },
    Parameter { name: "nopercentage", aliases: &[], kind: Kind::Flag, label: "Nopercentage" },
    Parameter { name: "noimage", aliases: &[], kind: Kind::Flag, label: "Noimage" },
    Parameter { name: "seats_title", aliases: &[], kind: Kind::Text, label: "Seats Title" },
    Parameter { name: "imageN", aliases: &[], kind: Kind::Image, label: "Image1" },
    Parameter { name: "imageN_size", aliases: &[], kind: Kind::Size, label: "Image1 Size" },
    Parameter { name: "imageN_upright", aliases: &[], kind: Kind::Number, label: "Image1 Upright" },
    Parameter { name: "colourN", aliases: &["colorN"], kind: Kind::Colour, label: "Colour1" },
    Parameter { name: "headingN", aliases: &[], kind: Kind::Text, label: "Heading1" },
    Parameter { name: "nomineeN", aliases: &[], kind: Kind::People, label: "Nominee1" },
    Parameter { name: "candidateN", aliases: &[], kind: Kind::People, label: "Candidate1" },
    Parameter { name: "leaderN", aliases: &["party_leaderN"], kind: Kind::People, label: "Leader1" },
    Parameter { name: "partyN", aliases: &[], kind: Kind::Ref, label: "Party1" },
    Parameter { name: "partyN_link", aliases: &[], kind: Kind::Ref, label: "Party1 Link" },
    Parameter { name: "allianceN", aliases: &[], kind: Kind::Refs, label: "Alliance1" },
    Parameter { name: "home_stateN", aliases: &[], kind: Kind::Ref, label: "Home State1" },
    Parameter { name: "running_mateN", aliases: &[], kind: Kind::People, label: "Running Mate1" },
    Parameter { name: "electoral_voteN", aliases: &[], kind: Kind::Count, label: "Electoral Vote1" },
    Parameter { name: "delegate_countN", aliases: &[], kind: Kind::Number, label: "Delegate Count1" },
    Parameter { name: "states_carriedN", aliases: &[], kind: Kind::Quantity, label: "States Carried1" },
    Parameter { name: "districts_wonN", aliases: &[], kind: Kind::Count, label: "Districts Won1" },
    Parameter { name: "counties_wonN", aliases: &[], kind: Kind::Count, label: "Counties Won1" },
    Parameter { name: "counties_thresholdN", aliases: &[], kind: Kind::Count, label: "Counties Threshold1" },
    Parameter { name: "leader_sinceN", aliases: &[], kind: Kind::Date, label: "Leader Since1" },
    Parameter { name: "leaders_seatN", aliases: &[], kind: Kind::Ref, label: "Leaders Seat1" },
    Parameter { name: "last_electionN", aliases: &[], kind: Kind::Standing, label: "Last Election1" },
    Parameter { name: "seats_beforeN", aliases: &[], kind: Kind::Count, label: "Seats Before1" },
    Parameter { name: "seatsN_before", aliases: &[], kind: Kind::Count, label: "Seats1 Before" },
    Parameter { name: "seats_neededN", aliases: &[], kind: Kind::Signed, label: "Seats Needed1" },
    Parameter { name: "seatsN", aliases: &[], kind: Kind::Count, label: "Seats1" },
    Parameter { name: "seats_afterN", aliases: &[], kind: Kind::Count, label: "Seats After1" },
    Parameter { name: "seat_changeN", aliases: &[], kind: Kind::SeatChange, label: "Seat Change1" },
    Parameter { name: "NblankN", aliases: &[], kind: Kind::Text, label: "1Blank1" },
    Parameter { name: "NdataN", aliases: &[], kind: Kind::Text, label: "1Data1" },
    Parameter { name: "popular_voteN", aliases: &[], kind: Kind::Counts, label: "Popular Vote1" },
    Parameter { name: "percentageN", aliases: &[], kind: Kind::Shares, label: "Percentage1" },
    Parameter { name: "swingN", aliases: &[], kind: Kind::Swing, label: "Swing1" },
    Parameter { name: "pollN_date", aliases: &[], kind: Kind::Dates, label: "Poll1 Date" },
    Parameter { name: "pollN_source", aliases: &[], kind: Kind::Ref, label: "Poll1 Source" },
    Parameter { name: "pollN_nomineeN", aliases: &["pollN_candidateN"], kind: Kind::Share, label: "Poll1 Nominee1" },
    Parameter { name: "pollN_partyN", aliases: &[], kind: Kind::Share, label: "Poll1 Party1" },
    Parameter { name: "map", aliases: &["mapN"], kind: Kind::Image, label: "Map" },
    Parameter { name: "map_image", aliases: &["mapN_image"], kind: Kind::Image, label: "Map Image" },
    Parameter { name: "map_size", aliases: &["mapN_size"], kind: Kind::Size, label: "Map Size" },
    Parameter { name: "map_upright", aliases: &["mapN_upright"], kind: Kind::Number, label: "Map Upright" },
    Parameter { name: "map_alt", aliases: &["mapN_alt"], kind: Kind::Text, label: "Map Alt" },
    Parameter { name: "map_caption", aliases: &["mapN_caption"], kind: Kind::Text, label: "Map Caption" },
    Parameter { name: "title", aliases: &[], kind: Kind::Ref, label: "Title" },
    Parameter { name: "posttitle", aliases: &[], kind: Kind::Text, label: "Posttitle" },
    Parameter { name: "before_election", aliases: &[], kind: Kind::Person, label: "Before Election" },
    Parameter { name: "before_image", aliases: &[], kind: Kind::Image, label: "Before Image" },
    Parameter { name: "before_party", aliases: &[], kind: Kind::Ref, label: "Before Party" },
    Parameter { name: "before_colour", aliases: &["before_color"], kind: Kind::Colour, label: "Before Colour" },
    Parameter { name: "after_election", aliases: &[], kind: Kind::Person, label: "After Election" },
    Parameter { name: "after_image", aliases: &[], kind: Kind::Image, label: "After Image" },
    Parameter { name: "after_party", aliases: &[], kind: Kind::Ref, label: "After Party" },
    Parameter { name: "after_colour", aliases: &["after_color"], kind: Kind::Colour, label: "After Colour" },
    Parameter { name: "result", aliases: &[], kind: Kind::Text, label: "Result" },
    Parameter { name: "before_image_size", aliases: &[], kind: Kind::Size, label: "Before Image Size" },
    Parameter { name: "after_image_size", aliases: &[], kind: Kind::Size, label: "After Image Size" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_one_family() {
        let spellings =
            PARAMETERS.iter().map(|parameter| parameter.aliases.len() + 1).sum::<usize>();
        assert_eq!(INDEX.len(), spellings);
        for parameter in PARAMETERS {
            assert_eq!(find(parameter.label).map(|found| found.parameter), Some(parameter));
        }
    }

    #[test]
    fn numbers_and_spaces_do_not_matter() {
        for label in ["1Data1", "1data3", "Map2 Image", "Image1 Size", "previous MPs", "module2"] {
            assert!(find(label).is_some(), "{label}");
        }
        assert_eq!(find("Nominee12").unwrap().number, Some(12));
        assert_eq!(find("Nominee99999999").unwrap().number, None);
    }
}
