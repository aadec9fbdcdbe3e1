//! Words for rows of results that are no contender's, in lower case.

/// What blank ballots are called.
#[rustfmt::skip]
pub(super) const BLANK: [&str; 22] = [
    "blancs", "votes blancs", "bulletins blancs", "votos en blanco", "en blanco", "votos em branco",
    "brancos", "votos brancos", "schede bianche", "bianche", "weiße stimmen", "leere stimmzettel",
    "blanke stemmer", "blanka röster", "blank", "blanks", "blank vote", "blank votes", "blank ballot",
    "blank ballots", "empty ballots", "empty votes",
];

/// What a vote for nobody who stands is called.
#[rustfmt::skip]
pub(super) const AGAINST: [&str; 8] = [
    "against all", "against all candidates", "none of the above", "none of these candidates", "none of them",
    "nota", "no candidate", "votes against all",
];

/// What votes for delegates of no candidate are called.
#[rustfmt::skip]
pub(super) const UNCOMMITTED: [&str; 5] = [
    "uncommitted", "no preference", "unpledged", "unpledged delegates", "uninstructed",
];

/// What all valid votes together are called.
#[rustfmt::skip]
pub(super) const VALID: [&str; 17] = [
    "valid", "valid votes", "valid ballots", "formal votes", "formal ballots", "exprimés",
    "suffrages exprimés", "votes valides", "votos válidos", "votos validos", "voti validi", "gültige stimmen",
    "gültige", "gyldige stemmer", "giltiga röster", "formal", "głosy ważne",
];

/// Words for ballots that are not valid.
#[rustfmt::skip]
pub(super) const INVALID: [&str; 27] = [
    "invalid", "spoilt", "spoiled", "null", "rejected", "informal", "void", "nuls", "nulles", "nulos", "nulo",
    "nulli", "nulle", "ungültig", "ungültige", "overvotes", "undervotes", "exhausted", "ugyldige", "ogiltiga",
    "ongeldig", "ongeldige", "nieważne", "neplatné", "invalides", "inválidos", "anulados",
];

/// Words that stand beside those for ballots that are not valid.
#[rustfmt::skip]
pub(super) const OF_BALLOTS: [&str; 19] = [
    "", "vote", "votes", "ballot", "ballots", "papers", "blank", "bulletins", "votos", "voti", "schede",
    "stimmen", "blancs", "et", "y", "e", "und", "stemmer", "głosy",
];
