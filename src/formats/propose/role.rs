//! The role of a column, by its name. The words are those of election offices in English, German,
//! French, Spanish, Italian, Portuguese, Polish, Dutch and the Scandinavian languages.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// What a column contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    Votes,
    /// Votes of all contenders together, if the table has votes of each contender too.
    TotalVotes,
    Share,
    Seats,
    Party,
    /// Code or abbreviation of a party.
    PartyCode,
    Person,
    GivenName,
    Surname,
    Alliance,
    Country,
    /// The largest areas below the country.
    Region,
    County,
    Constituency,
    Municipality,
    Precinct,
    /// Code or number of an area or of a contender.
    Code,
    Year,
    Date,
    Office,
    Round,
    Registered,
    Cast,
    Valid,
    Invalid,
    Blank,
    Turnout,
    /// Mode of voting, as the text of a row.
    Mode,
    /// Votes by one mode of voting.
    ModeVotes,
    Elected,
    /// A name, of whatever the table is about.
    Name,
    /// A number or a text that no record needs.
    Other,
}

impl Role {
    const ALL: [Self; 32] = [
        Self::Votes,
        Self::TotalVotes,
        Self::Share,
        Self::Seats,
        Self::Party,
        Self::PartyCode,
        Self::Person,
        Self::GivenName,
        Self::Surname,
        Self::Alliance,
        Self::Country,
        Self::Region,
        Self::County,
        Self::Constituency,
        Self::Municipality,
        Self::Precinct,
        Self::Code,
        Self::Year,
        Self::Date,
        Self::Office,
        Self::Round,
        Self::Registered,
        Self::Cast,
        Self::Valid,
        Self::Invalid,
        Self::Blank,
        Self::Turnout,
        Self::Mode,
        Self::ModeVotes,
        Self::Elected,
        Self::Name,
        Self::Other,
    ];

    /// Returns the role as a phrase for comments.
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Votes => "votes",
            Self::TotalVotes => "votes of all contenders",
            Self::Share => "share of the votes",
            Self::Seats => "seats",
            Self::Party => "party",
            Self::PartyCode => "code of the party",
            Self::Person => "person",
            Self::GivenName => "given name",
            Self::Surname => "surname",
            Self::Alliance => "alliance",
            Self::Country => "country",
            Self::Region => "area, such as a state or a region",
            Self::County => "area, such as a county",
            Self::Constituency => "constituency",
            Self::Municipality => "municipality",
            Self::Precinct => "precinct",
            Self::Code => "code or number",
            Self::Year => "year",
            Self::Date => "date",
            Self::Office => "office or type of election",
            Self::Round => "round",
            Self::Registered => "registered voters",
            Self::Cast => "ballots cast",
            Self::Valid => "valid votes",
            Self::Invalid => "invalid ballots",
            Self::Blank => "blank ballots",
            Self::Turnout => "turnout",
            Self::Mode => "mode of voting",
            Self::ModeVotes => "votes by one mode of voting",
            Self::Elected => "whether elected",
            Self::Name => "name",
            Self::Other => "nothing that a record needs",
        }
    }

    /// Returns the rank of an area, the largest first; `None` for other roles.
    pub(super) fn area_level(self) -> Option<u8> {
        match self {
            Self::Region => Some(1),
            Self::County => Some(2),
            Self::Constituency => Some(3),
            Self::Municipality => Some(4),
            Self::Precinct => Some(5),
            _ => None,
        }
    }

    /// Returns whether the cells are numbers.
    pub(super) fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Votes
                | Self::TotalVotes
                | Self::Share
                | Self::Seats
                | Self::Registered
                | Self::Cast
                | Self::Valid
                | Self::Invalid
                | Self::Blank
                | Self::Turnout
                | Self::ModeVotes
                | Self::Year
        )
    }

    /// Returns whether the cells are names.
    pub(super) fn is_textual(self) -> bool {
        self.area_level().is_some_and(|level| level < 5)
            || matches!(
                self,
                Self::Party
                    | Self::Person
                    | Self::GivenName
                    | Self::Surname
                    | Self::Alliance
                    | Self::Country
                    | Self::Name
            )
    }
}

/// Phrases for each role: the name of the role, a tab, and the phrases. Names of several words match
/// with these words in this order.
const ROLES: &str = include_str!("roles.tsv");

/// The phrases of each role, in the order of the file.
static PHRASES: LazyLock<Vec<(Role, Vec<&'static str>)>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (name, phrases) = line.split_once('\t')?;
        let role = Role::ALL.into_iter().find(|role| format!("{role:?}") == name)?;
        Some((role, phrases.split(", ").collect()))
    };
    ROLES.lines().filter_map(line).collect()
});

/// Words that make a code of whatever stands beside them.
const CODE_WORDS: [&str; 14] = [
    "code", "id", "no", "nr", "number", "fips", "kod", "codigo", "codice", "kode", "numer",
    "numero", "nummer", "num",
];

/// Words that state a role only if they are the whole name.
const WHOLE_WORDS: [&str; 30] = [
    "type", "position", "first", "last", "day", "list", "data", "ar", "val", "wahl", "election",
    "ort", "lan", "land", "no", "place", "result", "seat", "land", "status", "poll", "void",
    "liste", "lista", "early", "change", "roll", "method", "ballots", "voters",
];

/// Endings of compound words, and their roles.
const ENDINGS: [(&str, Role); 10] = [
    ("stimmenanteil", Role::Share),
    ("stimmen", Role::Votes),
    ("sitze", Role::Seats),
    ("mandate", Role::Seats),
    ("wahlkreis", Role::Constituency),
    ("berechtigte", Role::Registered),
    ("beteiligung", Role::Turnout),
    ("gemeinde", Role::Municipality),
    ("votes", Role::Votes),
    ("partei", Role::Party),
];

/// Returns the words of a name: in lower case, without accents, and divided where a capital letter
/// follows a small one.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    let plain = name.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    for c in plain {
        if !c.is_alphanumeric() && c != '%' && c != '#' {
            words.push(String::new());
            was_lower = false;
            continue;
        }
        if c == '%' || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        let mut push = |text: &str| words.last_mut().map_or((), |word| word.push_str(text));
        match c {
            'ł' | 'Ł' => push("l"),
            'ø' | 'Ø' => push("o"),
            'æ' | 'Æ' => push("ae"),
            'ß' => push("ss"),
            'ð' | 'Ð' | 'đ' | 'Đ' => push("d"),
            other => other.to_lowercase().for_each(|c| push(c.encode_utf8(&mut [0; 4]))),
        }
        if c == '%' {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns the role that a name states by itself: one of the phrases.
pub(super) fn exact_role(name: &str) -> Option<Role> {
    let phrase = words(name).join(" ");
    if phrase == "%" {
        return Some(Role::Share);
    }
    PHRASES.iter().find(|(_, phrases)| phrases.contains(&phrase.as_str())).map(|(role, _)| *role)
}

/// Returns the roles that a name may state, the most likely first.
pub(super) fn roles(name: &str) -> Vec<Role> {
    let all = words(name);
    let phrase = all.join(" ");
    let mut found: Vec<(usize, Role)> = Vec::new();
    let has_percent = all.iter().any(|word| word == "%" || word == "pct" || word == "percent");
    for (role, phrases) in PHRASES.iter() {
        let score = phrases.iter().filter_map(|one| {
            let length = one.split(' ').count();
            let is_part = || {
                !WHOLE_WORDS.contains(one) && format!(" {phrase} ").contains(&format!(" {one} "))
            };
            if phrase == *one { Some(100) } else { is_part().then_some(length * 10) }
        });
        // The last word counts most in most of these languages: 'party votes' are votes.
        let is_last = |one: &&str| phrase.ends_with(&format!(" {one}"));
        let bonus = usize::from(phrases.iter().any(is_last));
        found.extend(score.max().map(|score| (score + bonus, *role)));
    }
    if found.is_empty() {
        let ending =
            all.last().and_then(|word| ENDINGS.iter().find(|(end, _)| word.ends_with(end)));
        found.extend(ending.map(|(_, role)| (5, *role)));
    }
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let mut roles: Vec<Role> = found.into_iter().map(|(_, role)| role).collect();
    if has_percent {
        // A share of the registered voters is a turnout, or no share of the votes.
        let has = |names: &[&str]| all.iter().any(|word| names.contains(&word.as_str()));
        let of_registered = has(&[
            "ins",
            "inscrits",
            "registered",
            "electorate",
            "electors",
            "eligible",
            "wahlberechtigte",
        ]);
        if of_registered {
            return vec![if has(&["vot", "votants", "turnout"]) {
                Role::Turnout
            } else {
                Role::Other
            }];
        }
        let own = match roles.first() {
            Some(Role::Turnout | Role::Cast) => Role::Turnout,
            Some(Role::Votes | Role::Share | Role::TotalVotes) | None => Role::Share,
            Some(_) => Role::Other,
        };
        return vec![own];
    }
    let is_exact = exact_role(name).is_some();
    if !is_exact && all.len() > 1 && all.iter().any(|word| CODE_WORDS.contains(&word.as_str())) {
        let counts = [
            Role::Votes,
            Role::Registered,
            Role::Cast,
            Role::Valid,
            Role::Invalid,
            Role::Seats,
            Role::Precinct,
        ];
        if !roles.first().is_some_and(|role| counts.contains(role)) {
            roles.insert(0, Role::Code);
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_many_languages_state_roles() {
        let cases = [
            ("Candidate", Role::Person),
            ("PartyNm", Role::Party),
            ("candidatevotes", Role::Votes),
            ("Wahlberechtigte", Role::Registered),
            ("Gültige Stimmen", Role::Valid),
            ("Suffrages exprimés", Role::Valid),
            ("Votos en blanco", Role::Blank),
            ("Liczba głosów", Role::Votes),
            ("Aantal stemmen", Role::Votes),
            ("Röster", Role::Votes),
            ("% of votes", Role::Share),
            ("Constituency code", Role::Code),
            ("Valgkreds", Role::Constituency),
        ];
        for (name, role) in cases {
            assert_eq!(roles(name).first(), Some(&role), "{name}");
        }
    }
}
