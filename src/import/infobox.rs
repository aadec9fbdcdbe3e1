//! The one table of infobox parameters: spellings, rendered label, type. Every infobox format
//! reads through it.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
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

/// A family of parameters. `N` in its name and aliases stands for a number, and `K` for that of an extra row.
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
    /// The contender's number, mostly: the last one of an extra row's value, else the first.
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
/// // The second contender's value in the third of the extra rows.
/// let found = find("3data2").unwrap();
/// assert_eq!((found.parameter.name, found.number), ("KdataN", Some(2)));
/// ```
#[must_use]
pub fn find(label: &str) -> Option<Found> {
    look_up(label).map(|(_, found)| found)
}

/// The family of a label, with its place in [`PARAMETERS`].
pub(super) fn look_up(label: &str) -> Option<(u8, Found)> {
    let place = *INDEX.get(&form(label)?)?;
    let parameter = PARAMETERS.get(usize::from(place))?;
    // Of an extra row, the first number is the row's, and the last the contender's.
    let numbered = if parameter.name == "KdataN" {
        label.get(label.rfind(|c: char| !c.is_ascii_digit())?..)?
    } else {
        label
    };
    Some((place, Found { parameter, number: number(numbered) }))
}

static INDEX: LazyLock<HashMap<u128, u8, BuildHasherDefault<Quick>>> = LazyLock::new(|| {
    let mut index = HashMap::default();
    for (place, parameter) in (0..).zip(PARAMETERS) {
        for name in parameter.aliases.iter().chain([&parameter.name]) {
            index.extend(form(&name.replace(['N', 'K'], "1")).map(|form| (form, place)));
        }
    }
    index
});

/// A quick hash. What is in the index is ours alone, so nobody can fill it with what hashes alike.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write_u128(&mut self, number: u128) {
        let (high, low) = ((number >> 64) as u64, number as u64);
        // An odd number without a pattern, as the golden ratio gives one.
        let mixed = (low ^ high.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    /// For what is no number of 128 bits; nothing in the index is.
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u128(u128::from(self.0) << 8 | u128::from(*byte)));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The letters of a label, without regard to case, with a sign for each number: five bits for each
/// of them, so that a label is told from others by one number. None for a label that has what no
/// parameter has, or more.
fn form(label: &str) -> Option<u128> {
    /// How many signs half of the number holds.
    const HALF: u32 = u64::BITS / 5;
    let (mut halves, mut signs, mut inside) = ([0_u64; 2], 0, false);
    for byte in label.bytes() {
        let sign = SIGNS[usize::from(byte)];
        let goes_on = std::mem::replace(&mut inside, byte.is_ascii_digit()) && inside;
        match sign {
            SPACE => {}
            NUMBER if goes_on => {}
            OTHER if byte.is_ascii() => return None,
            OTHER => return form(&plain(label)?),
            _ => {
                if signs == 2 * HALF {
                    return None;
                }
                let half = &mut halves[usize::from(signs >= HALF)];
                *half = *half << 5 | u64::from(sign);
                signs += 1;
            }
        }
    }
    Some(u128::from(halves[0]) << u64::BITS | u128::from(halves[1]))
}

/// A label in ASCII, where it has an apostrophe of print, or a letter of which only the capital is another: the
/// sign of kelvin.
fn plain(label: &str) -> Option<String> {
    let spaced = label.chars().map(|c| if c.is_whitespace() || c == '’' { ' ' } else { c });
    Some(spaced.flat_map(char::to_lowercase).collect::<String>()).filter(|label| label.is_ascii())
}

const SPACE: u8 = 0;
const NUMBER: u8 = 27;
const OTHER: u8 = 28;

/// What stands for each byte in the form of a label.
static SIGNS: [u8; 256] = {
    let mut signs = [OTHER; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        signs[byte as usize] = match byte {
            b'_' | b' ' | b'\t'..=b'\r' | b'\'' => SPACE,
            b'0'..=b'9' | b'#' => NUMBER,
            b'a'..=b'z' => byte - b'a' + 1,
            b'A'..=b'Z' => byte - b'A' + 1,
            _ => OTHER,
        };
        byte += 1;
    }
    signs
};

/// The first number in a label.
fn number(label: &str) -> Option<u16> {
    let first = label.bytes().position(|byte| byte.is_ascii_digit())?;
    let digits = label[first..].bytes().take_while(u8::is_ascii_digit);
    digits
        .map(|digit| u16::from(digit - b'0'))
        .try_fold(0_u16, |number, digit| number.checked_mul(10)?.checked_add(digit))
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
    Parameter { name: "leaders_seatN", aliases: &["leader_seatN"], kind: Kind::Ref, label: "Leaders Seat1" },
    Parameter { name: "last_electionN", aliases: &[], kind: Kind::Standing, label: "Last Election1" },
    Parameter { name: "seats_beforeN", aliases: &["current_seatsN"], kind: Kind::Count, label: "Seats Before1" },
    Parameter { name: "seatsN_before", aliases: &[], kind: Kind::Count, label: "Seats1 Before" },
    Parameter { name: "seats_neededN", aliases: &[], kind: Kind::Signed, label: "Seats Needed1" },
    Parameter { name: "seatsN", aliases: &["seats_wonN"], kind: Kind::Count, label: "Seats1" },
    Parameter { name: "seats_afterN", aliases: &[], kind: Kind::Count, label: "Seats After1" },
    Parameter { name: "seat_changeN", aliases: &[], kind: Kind::SeatChange, label: "Seat Change1" },
    Parameter { name: "Nblank", aliases: &[], kind: Kind::Text, label: "1Blank" },
    Parameter { name: "KdataN", aliases: &[], kind: Kind::Text, label: "1Data1" },
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
        assert!(PARAMETERS.len() <= usize::from(u8::MAX));
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
        // The sign of kelvin is a k in lower case.
        assert_eq!(find("1Blan\u{212a}").unwrap().number, Some(1));
        assert_eq!(find("Nominee\u{a0}1"), find("nominee_1"));
        for label in ["Leader's seat1", "Leader’s Seat1", "leaders_seat1"] {
            assert_eq!(find(label).unwrap().parameter.name, "leaders_seatN", "{label}");
        }
        assert_eq!(find("Seats won1").unwrap().parameter.name, "seatsN");
        for label in ["Nominee\u{e9}1", "Nominee-1", "", "_", &"Nominee".repeat(9), "1 1"] {
            assert_eq!(find(label), None, "{label}");
        }
    }
}
