//! The table of infobox parameters: spellings, rendered labels and types. All formats with
//! infoboxes use it.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// The type of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterType {
    /// Text.
    Text,
    /// Yes or no.
    Flag,
    /// The type of the election.
    ElectionType,
    /// The country.
    Country,
    /// Whether results are still coming in.
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
    /// A change of a share in percentage points, or "New", for each round.
    Swing,
    /// A change in the number of seats, or "New".
    SeatChange,
    /// Number of registered voters, with its change.
    Registered,
    /// A share for each round, with its count and change.
    Turnout,
    /// Text that begins with a number: "538 members of the Electoral College".
    Quantity,
    /// Seats or a share at another election, or "New".
    PreviousResult,
    /// A date, or only a year.
    Date,
    /// Polling dates.
    Dates,
    /// The title of an election.
    Link,
    /// The year of a linked election.
    LinkYear,
    /// A party, place, office or page.
    Ref,
    /// Several parties, places, offices or pages.
    Refs,
    /// A person.
    Person,
    /// People.
    People,
    /// A file, or only its size in pixels, as on a rendered page.
    Image,
    /// A size in pixels.
    Size,
    /// A colour.
    Colour,
    /// A nested infobox.
    Module,
}

impl fmt::Display for ParameterType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "words",
            Self::Flag => "yes or no",
            Self::ElectionType => "the type of the election",
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
            Self::PreviousResult => "seats, a share, or New",
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

/// A family of parameters. In the name and aliases, `N` stands for a number, and `K` for the number
/// of an extra row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name, as templates spell it.
    pub name: &'static str,
    /// Other spellings.
    pub aliases: &'static [&'static str],
    /// The type of its value.
    pub kind: ParameterType,
    /// The label on a rendered page, with 1 for each number.
    pub label: &'static str,
}

/// The parameter that a name or a label matches, with the number in the name or label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterMatch {
    /// The family of parameters.
    pub parameter: &'static Parameter,
    /// The number in the name or label, usually that of a contender. It is the last number for the
    /// value of an extra row, and the first number otherwise.
    pub number: Option<u16>,
}

/// Returns the parameter of a name or a rendered label. Case, spaces, underscores and apostrophes
/// are ignored.
///
/// ```
/// use hustings::formats::infobox::parameters::find;
/// let found = find("Popular Vote2").unwrap();
/// assert_eq!((found.parameter.name, found.number), ("popular_voteN", Some(2)));
/// assert_eq!(find("popular_vote2"), Some(found));
/// assert_eq!(find("Popularity"), None);
/// // The second contender's value in the third extra row.
/// let found = find("3data2").unwrap();
/// assert_eq!((found.parameter.name, found.number), ("KdataN", Some(2)));
/// ```
#[must_use]
pub fn find(label: &str) -> Option<ParameterMatch> {
    find_with_index(label).map(|(_, found)| found)
}

/// Returns the parameter of a label, with its index in [`PARAMETERS`].
pub(super) fn find_with_index(label: &str) -> Option<(u8, ParameterMatch)> {
    let index = *INDEX.get(&pack_label(label)?)?;
    let parameter = PARAMETERS.get(usize::from(index))?;
    // In `3data2`, the first number is the row and the last is the contender.
    let numbered = if parameter.name == "KdataN" {
        label.get(label.rfind(|c: char| !c.is_ascii_digit())?..)?
    } else {
        label
    };
    Some((index, ParameterMatch { parameter, number: first_number(numbered) }))
}

static INDEX: LazyLock<HashMap<u128, u8, BuildHasherDefault<FibonacciHasher>>> =
    LazyLock::new(|| {
        let mut index = HashMap::default();
        for (position, parameter) in (0..).zip(PARAMETERS) {
            for name in parameter.aliases.iter().chain([&parameter.name]) {
                index.extend(
                    pack_label(&name.replace(['N', 'K'], "1")).map(|form| (form, position)),
                );
            }
        }
        index
    });

/// A fast hash function. The keys of the index are constants, so no input can cause collisions.
#[derive(Default)]
struct FibonacciHasher(u64);

impl Hasher for FibonacciHasher {
    fn write_u128(&mut self, number: u128) {
        let (high, low) = ((number >> 64) as u64, number as u64);
        // Fibonacci hashing: the factor is 2^64 divided by the golden ratio.
        let mixed = (low ^ high.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    /// Hashes keys that are not `u128`. The index has none.
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u128(u128::from(self.0) << 8 | u128::from(*byte)));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Packs a label into one integer, as the key of the index: five bits for each letter, regardless
/// of case, and for each number, regardless of its value. Returns `None` if a label contains other
/// characters or is longer than any parameter.
fn pack_label(label: &str) -> Option<u128> {
    /// Number of five-bit codes in half of the integer.
    const HALF: u32 = u64::BITS / 5;
    let (mut halves, mut length, mut in_number) = ([0_u64; 2], 0, false);
    for byte in label.bytes() {
        let code = CODES[usize::from(byte)];
        let continues_number =
            std::mem::replace(&mut in_number, byte.is_ascii_digit()) && in_number;
        match code {
            SPACE => {}
            NUMBER if continues_number => {}
            OTHER if byte.is_ascii() => return None,
            OTHER => return pack_label(&to_ascii(label)?),
            _ => {
                if length == 2 * HALF {
                    return None;
                }
                let half = &mut halves[usize::from(length >= HALF)];
                *half = *half << 5 | u64::from(code);
                length += 1;
            }
        }
    }
    Some(u128::from(halves[0]) << u64::BITS | u128::from(halves[1]))
}

/// Converts to lower-case ASCII: typographic apostrophes and Unicode spaces become spaces, and the
/// Kelvin sign becomes `k`. Returns `None` if other characters remain.
fn to_ascii(label: &str) -> Option<String> {
    let spaced = label.chars().map(|c| if c.is_whitespace() || c == '’' { ' ' } else { c });
    Some(spaced.flat_map(char::to_lowercase).collect::<String>()).filter(|label| label.is_ascii())
}

const SPACE: u8 = 0;
const NUMBER: u8 = 27;
const OTHER: u8 = 28;

/// The five-bit code of each byte in [`pack_label`].
static CODES: [u8; 256] = {
    let mut codes = [OTHER; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        codes[byte as usize] = match byte {
            b'_' | b' ' | b'\t'..=b'\r' | b'\'' => SPACE,
            b'0'..=b'9' | b'#' => NUMBER,
            b'a'..=b'z' => byte - b'a' + 1,
            b'A'..=b'Z' => byte - b'A' + 1,
            _ => OTHER,
        };
        byte += 1;
    }
    codes
};

/// Returns the first number in a label, if it fits in 16 bits.
fn first_number(label: &str) -> Option<u16> {
    let first = label.bytes().position(|byte| byte.is_ascii_digit())?;
    let digits = label[first..].bytes().take_while(u8::is_ascii_digit);
    digits
        .map(|digit| u16::from(digit - b'0'))
        .try_fold(0_u16, |number, digit| number.checked_mul(10)?.checked_add(digit))
}

/// Every parameter, in the order in which an infobox shows them.
#[rustfmt::skip]
pub static PARAMETERS: &[Parameter] = &[
    Parameter { name: "election_name", aliases: &[], kind: ParameterType::Text, label: "Election Name" },
    Parameter { name: "country", aliases: &[], kind: ParameterType::Country, label: "Country" },
    Parameter { name: "flag_year", aliases: &[], kind: ParameterType::Date, label: "Flag Year" },
    Parameter { name: "flag_image", aliases: &[], kind: ParameterType::Image, label: "Flag Image" },
    Parameter { name: "type", aliases: &[], kind: ParameterType::ElectionType, label: "Type" },
    Parameter { name: "vote_type", aliases: &[], kind: ParameterType::Text, label: "Vote Type" },
    Parameter { name: "ongoing", aliases: &[], kind: ParameterType::Ongoing, label: "Ongoing" },
    Parameter { name: "embed", aliases: &[], kind: ParameterType::Flag, label: "Embed" },
    Parameter { name: "child", aliases: &[], kind: ParameterType::Flag, label: "Child" },
    Parameter { name: "module", aliases: &["moduleN"], kind: ParameterType::Module, label: "Module" },
    Parameter { name: "first_election", aliases: &[], kind: ParameterType::Flag, label: "First Election" },
    Parameter { name: "party_colour", aliases: &["party_color"], kind: ParameterType::Text, label: "Party Colour" },
    Parameter { name: "party_name", aliases: &[], kind: ParameterType::Text, label: "Party Name" },
    Parameter { name: "alliance_name", aliases: &[], kind: ParameterType::Text, label: "Alliance Name" },
    Parameter { name: "previous_election", aliases: &[], kind: ParameterType::Link, label: "Previous Election" },
    Parameter { name: "previous_year", aliases: &[], kind: ParameterType::LinkYear, label: "Previous Year" },
    Parameter { name: "outgoing_party", aliases: &[], kind: ParameterType::Ref, label: "Outgoing Party" },
    Parameter { name: "outgoing_members", aliases: &["previous_mps", "previous_members"], kind: ParameterType::Ref, label: "Outgoing Members" },
    Parameter { name: "election_date", aliases: &[], kind: ParameterType::Dates, label: "Election Date" },
    Parameter { name: "elected_members", aliases: &["elected_mps"], kind: ParameterType::Ref, label: "Elected Members" },
    Parameter { name: "next_election", aliases: &[], kind: ParameterType::Link, label: "Next Election" },
    Parameter { name: "next_year", aliases: &[], kind: ParameterType::LinkYear, label: "Next Year" },
    Parameter { name: "next_mps", aliases: &["next_members"], kind: ParameterType::Ref, label: "Next Mps" },
    Parameter { name: "votes_for_election", aliases: &[], kind: ParameterType::Quantity, label: "Votes For Election" },
    Parameter { name: "needed_votes", aliases: &[], kind: ParameterType::Quantity, label: "Needed Votes" },
    Parameter { name: "seats_for_election", aliases: &[], kind: ParameterType::Quantity, label: "Seats For Election" },
    Parameter { name: "majority_seats", aliases: &[], kind: ParameterType::Quantity, label: "Majority Seats" },
    Parameter { name: "opinion_polls", aliases: &[], kind: ParameterType::Ref, label: "Opinion Polls" },
    Parameter { name: "registered", aliases: &[], kind: ParameterType::Registered, label: "Registered" },
    Parameter { name: "turnout", aliases: &[], kind: ParameterType::Turnout, label: "Turnout" },
    Parameter { name: "votes_counted", aliases: &[], kind: ParameterType::Share, label: "Votes Counted" },
    Parameter { name: "reporting", aliases: &[], kind: ParameterType::Share, label: "Reporting" },
    Parameter { name: "declared", aliases: &[], kind: ParameterType::Count, label: "Declared" },
    Parameter { name: "last_update", aliases: &[], kind: ParameterType::Text, label: "Last Update" },
    Parameter { name: "time_zone", aliases: &[], kind: ParameterType::Text, label: "Time Zone" },
    Parameter { name: "results_sec", aliases: &[], kind: ParameterType::Text, label: "Results Sec" },
    Parameter { name: "image_size", aliases: &[], kind: ParameterType::Size, label: "Image Size" },
    Parameter { name: "image_upright", aliases: &[], kind: ParameterType::Number, label: "Image Upright" },
    Parameter { name: "filler", aliases: &[], kind: ParameterType::Text, label: "Filler" },
    Parameter { name: "noleader", aliases: &[], kind: ParameterType::Flag, label: "Noleader" },
    Parameter { name: "nopercentage", aliases: &[], kind: ParameterType::Flag, label: "Nopercentage" },
    Parameter { name: "noimage", aliases: &[], kind: ParameterType::Flag, label: "Noimage" },
    Parameter { name: "seats_title", aliases: &[], kind: ParameterType::Text, label: "Seats Title" },
    Parameter { name: "imageN", aliases: &[], kind: ParameterType::Image, label: "Image1" },
    Parameter { name: "imageN_size", aliases: &[], kind: ParameterType::Size, label: "Image1 Size" },
    Parameter { name: "imageN_upright", aliases: &[], kind: ParameterType::Number, label: "Image1 Upright" },
    Parameter { name: "colourN", aliases: &["colorN"], kind: ParameterType::Colour, label: "Colour1" },
    Parameter { name: "headingN", aliases: &[], kind: ParameterType::Text, label: "Heading1" },
    Parameter { name: "nomineeN", aliases: &[], kind: ParameterType::People, label: "Nominee1" },
    Parameter { name: "candidateN", aliases: &[], kind: ParameterType::People, label: "Candidate1" },
    Parameter { name: "leaderN", aliases: &["party_leaderN"], kind: ParameterType::People, label: "Leader1" },
    Parameter { name: "partyN", aliases: &[], kind: ParameterType::Ref, label: "Party1" },
    Parameter { name: "partyN_link", aliases: &[], kind: ParameterType::Ref, label: "Party1 Link" },
    Parameter { name: "allianceN", aliases: &[], kind: ParameterType::Refs, label: "Alliance1" },
    Parameter { name: "home_stateN", aliases: &[], kind: ParameterType::Ref, label: "Home State1" },
    Parameter { name: "running_mateN", aliases: &[], kind: ParameterType::People, label: "Running Mate1" },
    Parameter { name: "electoral_voteN", aliases: &[], kind: ParameterType::Count, label: "Electoral Vote1" },
    Parameter { name: "delegate_countN", aliases: &[], kind: ParameterType::Number, label: "Delegate Count1" },
    Parameter { name: "states_carriedN", aliases: &[], kind: ParameterType::Quantity, label: "States Carried1" },
    Parameter { name: "districts_wonN", aliases: &[], kind: ParameterType::Count, label: "Districts Won1" },
    Parameter { name: "counties_wonN", aliases: &[], kind: ParameterType::Count, label: "Counties Won1" },
    Parameter { name: "counties_thresholdN", aliases: &[], kind: ParameterType::Count, label: "Counties Threshold1" },
    Parameter { name: "leader_sinceN", aliases: &[], kind: ParameterType::Date, label: "Leader Since1" },
    Parameter { name: "leaders_seatN", aliases: &["leader_seatN"], kind: ParameterType::Ref, label: "Leaders Seat1" },
    Parameter { name: "last_electionN", aliases: &[], kind: ParameterType::PreviousResult, label: "Last Election1" },
    Parameter { name: "seats_beforeN", aliases: &["current_seatsN"], kind: ParameterType::Count, label: "Seats Before1" },
    Parameter { name: "seatsN_before", aliases: &[], kind: ParameterType::Count, label: "Seats1 Before" },
    Parameter { name: "seats_neededN", aliases: &[], kind: ParameterType::Signed, label: "Seats Needed1" },
    Parameter { name: "seatsN", aliases: &["seats_wonN"], kind: ParameterType::Count, label: "Seats1" },
    Parameter { name: "seats_afterN", aliases: &[], kind: ParameterType::Count, label: "Seats After1" },
    Parameter { name: "seat_changeN", aliases: &[], kind: ParameterType::SeatChange, label: "Seat Change1" },
    Parameter { name: "Nblank", aliases: &[], kind: ParameterType::Text, label: "1Blank" },
    Parameter { name: "KdataN", aliases: &[], kind: ParameterType::Text, label: "1Data1" },
    Parameter { name: "popular_voteN", aliases: &[], kind: ParameterType::Counts, label: "Popular Vote1" },
    Parameter { name: "percentageN", aliases: &[], kind: ParameterType::Shares, label: "Percentage1" },
    Parameter { name: "swingN", aliases: &[], kind: ParameterType::Swing, label: "Swing1" },
    Parameter { name: "pollN_date", aliases: &[], kind: ParameterType::Dates, label: "Poll1 Date" },
    Parameter { name: "pollN_source", aliases: &[], kind: ParameterType::Ref, label: "Poll1 Source" },
    Parameter { name: "pollN_nomineeN", aliases: &["pollN_candidateN"], kind: ParameterType::Share, label: "Poll1 Nominee1" },
    Parameter { name: "pollN_partyN", aliases: &[], kind: ParameterType::Share, label: "Poll1 Party1" },
    Parameter { name: "map", aliases: &["mapN"], kind: ParameterType::Image, label: "Map" },
    Parameter { name: "map_image", aliases: &["mapN_image"], kind: ParameterType::Image, label: "Map Image" },
    Parameter { name: "map_size", aliases: &["mapN_size"], kind: ParameterType::Size, label: "Map Size" },
    Parameter { name: "map_upright", aliases: &["mapN_upright"], kind: ParameterType::Number, label: "Map Upright" },
    Parameter { name: "map_alt", aliases: &["mapN_alt"], kind: ParameterType::Text, label: "Map Alt" },
    Parameter { name: "map_caption", aliases: &["mapN_caption"], kind: ParameterType::Text, label: "Map Caption" },
    Parameter { name: "title", aliases: &[], kind: ParameterType::Ref, label: "Title" },
    Parameter { name: "posttitle", aliases: &[], kind: ParameterType::Text, label: "Posttitle" },
    Parameter { name: "before_election", aliases: &[], kind: ParameterType::Person, label: "Before Election" },
    Parameter { name: "before_image", aliases: &[], kind: ParameterType::Image, label: "Before Image" },
    Parameter { name: "before_party", aliases: &[], kind: ParameterType::Ref, label: "Before Party" },
    Parameter { name: "before_colour", aliases: &["before_color"], kind: ParameterType::Colour, label: "Before Colour" },
    Parameter { name: "after_election", aliases: &[], kind: ParameterType::Person, label: "After Election" },
    Parameter { name: "after_image", aliases: &[], kind: ParameterType::Image, label: "After Image" },
    Parameter { name: "after_party", aliases: &[], kind: ParameterType::Ref, label: "After Party" },
    Parameter { name: "after_colour", aliases: &["after_color"], kind: ParameterType::Colour, label: "After Colour" },
    Parameter { name: "result", aliases: &[], kind: ParameterType::Text, label: "Result" },
    Parameter { name: "before_image_size", aliases: &[], kind: ParameterType::Size, label: "Before Image Size" },
    Parameter { name: "after_image_size", aliases: &[], kind: ParameterType::Size, label: "After Image Size" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_label_is_unique() {
        let spellings =
            PARAMETERS.iter().map(|parameter| parameter.aliases.len() + 1).sum::<usize>();
        assert_eq!(INDEX.len(), spellings);
        assert!(PARAMETERS.len() <= usize::from(u8::MAX));
        for parameter in PARAMETERS {
            assert_eq!(find(parameter.label).map(|found| found.parameter), Some(parameter));
        }
    }

    #[test]
    fn labels_are_found_whatever_their_number_case_and_spaces() {
        for label in ["1Data1", "1data3", "Map2 Image", "Image1 Size", "previous MPs", "module2"] {
            assert!(find(label).is_some(), "{label}");
        }
        assert_eq!(find("Nominee12").unwrap().number, Some(12));
        assert_eq!(find("Nominee99999999").unwrap().number, None);
        // The Kelvin sign is `k` in lower case.
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
