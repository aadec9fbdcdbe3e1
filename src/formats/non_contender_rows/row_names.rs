//! Names of results rows that are not contenders, in several languages and in lower case.

/// Names of blank ballots.
#[rustfmt::skip]
pub(super) const BLANK: [&str; 22] = [
    "blancs", "votes blancs", "bulletins blancs", "votos en blanco", "en blanco", "votos em branco",
    "brancos", "votos brancos", "schede bianche", "bianche", "weiße stimmen", "leere stimmzettel",
    "blanke stemmer", "blanka röster", "blank", "blanks", "blank vote", "blank votes", "blank ballot",
    "blank ballots", "empty ballots", "empty votes",
];

/// Names of votes against all contenders.
#[rustfmt::skip]
pub(super) const AGAINST_ALL: [&str; 8] = [
    "against all", "against all candidates", "none of the above", "none of these candidates", "none of them",
    "nota", "no candidate", "votes against all",
];

/// Names of votes for delegates who are not pledged to a candidate.
#[rustfmt::skip]
pub(super) const UNCOMMITTED: [&str; 5] = [
    "uncommitted", "no preference", "unpledged", "unpledged delegates", "uninstructed",
];

/// Names of the total of valid votes.
#[rustfmt::skip]
pub(super) const VALID: [&str; 17] = [
    "valid", "valid votes", "valid ballots", "formal votes", "formal ballots", "exprimés",
    "suffrages exprimés", "votes valides", "votos válidos", "votos validos", "voti validi", "gültige stimmen",
    "gültige", "gyldige stemmer", "giltiga röster", "formal", "głosy ważne",
];

/// Words for invalid ballots.
#[rustfmt::skip]
pub(super) const INVALID: [&str; 27] = [
    "invalid", "spoilt", "spoiled", "null", "rejected", "informal", "void", "nuls", "nulles", "nulos", "nulo",
    "nulli", "nulle", "ungültig", "ungültige", "overvotes", "undervotes", "exhausted", "ugyldige", "ogiltiga",
    "ongeldig", "ongeldige", "nieważne", "neplatné", "invalides", "inválidos", "anulados",
];

/// Words that may appear next to those in [`INVALID`].
#[rustfmt::skip]
pub(super) const INVALID_COMPANIONS: [&str; 19] = [
    "", "vote", "votes", "ballot", "ballots", "papers", "blank", "bulletins", "votos", "voti", "schede",
    "stimmen", "blancs", "et", "y", "e", "und", "stemmer", "głosy",
];
