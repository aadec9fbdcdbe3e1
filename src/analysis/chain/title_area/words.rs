//! Words of election titles other than place names, as slugs.

/// Set of words, separated by spaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct WordSet(&'static str);

impl WordSet {
    pub(super) fn contains(self, word: &str) -> bool {
        self.0.split_ascii_whitespace().any(|known| known == word)
    }
}

/// Words for an election.
pub(super) const ELECTION_WORDS: WordSet = WordSet(
    "election elections by-election by-elections byelection byelections bye-election \
     referendum primary primaries vote elecciones eleccion election-s eleicao eleicoes \
     elezioni elezione wahl wahlen verkiezing verkiezingen valg wybory volby выборы",
);

/// Ordinals as words.
pub(super) const ORDINALS: WordSet =
    WordSet("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth");

/// Words for a time or an occasion, other than dates.
pub(super) const OCCASION_WORDS: WordSet = WordSet(
    "next upcoming future snap early rerun re-run repeat postponed cancelled annulled round \
     runoff run-off",
);

/// Month names in several languages.
pub(super) const MONTHS: WordSet = WordSet(
    "january february march april may june july august september october november december \
     jan feb mar apr jun jul aug sep sept oct nov dec januar februar marz mai juni juli \
     oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre \
     decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre \
     diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre",
);

/// Words for election types.
pub(super) const TYPES: WordSet = WordSet(
    "presidential parliamentary legislative general gubernatorial mayoral municipal regional \
     local state federal national special direct indirect provincial constitutional \
     constituent european vice",
);

/// Words for types of national elections.
pub(super) const NATIONAL: WordSet =
    WordSet("presidential parliamentary legislative general federal national");

/// Words for offices and chambers.
pub(super) const CHAMBERS: WordSet = WordSet(
    "assembly parliament house representatives senate chamber deputies congress council \
     knesset bundestag reichstag duma rada verkhovna sabha lok dail seimas saeima riigikogu \
     riksdag storting folketing cortes sejm eduskunta althing diet soviet supreme mayor \
     president governor",
);

/// Words for numbered parts of a country.
pub(super) const DISTRICTS: WordSet = WordSet(
    "district districts congressional constituency ward precinct division riding seat circuit \
     zone borough circonscription arrondissement canton wahlkreis distrito electorate \
     senatorial area region place position class",
);

/// Prepositions, articles and other short words that link the others.
pub(super) const FUNCTION_WORDS: WordSet = WordSet(
    "of in the for to and at on by from a de la le du des del el los las di der die das den \
     do da dos y e et und och og i w v d s",
);
