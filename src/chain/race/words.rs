//! The words that titles of elections are made of, beside the names of places, as slugs.

/// Words with spaces between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(&'static str);

impl Words {
    pub(super) fn has(self, word: &str) -> bool {
        self.0.split_ascii_whitespace().any(|known| known == word)
    }
}

/// Words for an election, in slugs.
pub(super) const EVENTS: Words = Words(
    "election elections by-election by-elections byelection byelections bye-election \
     referendum primary primaries vote elecciones eleccion election-s eleicao eleicoes \
     elezioni elezione wahl wahlen verkiezing verkiezingen valg wybory volby выборы",
);

/// Ordinals in words.
pub(super) const ORDINALS: Words =
    Words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth");

/// Words that say when, but for dates.
pub(super) const TIMES: Words = Words(
    "next upcoming future snap early rerun re-run repeat postponed cancelled annulled round \
     runoff run-off",
);

/// Months, in some languages.
pub(super) const MONTHS: Words = Words(
    "january february march april may june july august september october november december \
     jan feb mar apr jun jul aug sep sept oct nov dec januar februar marz mai juni juli \
     oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre \
     decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre \
     diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre",
);

/// Words for the type of an election.
pub(super) const TYPES: Words = Words(
    "presidential parliamentary legislative general gubernatorial mayoral municipal regional \
     local state federal national special direct indirect provincial constitutional \
     constituent european vice",
);

/// Words for the types of elections of a whole country.
pub(super) const NATIONAL: Words =
    Words("presidential parliamentary legislative general federal national");

/// Words for what is elected.
pub(super) const CHAMBERS: Words = Words(
    "assembly parliament house representatives senate chamber deputies congress council \
     knesset bundestag reichstag duma rada verkhovna sabha lok dail seimas saeima riigikogu \
     riksdag storting folketing cortes sejm eduskunta althing diet soviet supreme mayor \
     president governor",
);

/// Words for a part of a country that has a number.
pub(super) const DISTRICTS: Words = Words(
    "district districts congressional constituency ward precinct division riding seat circuit \
     zone borough circonscription arrondissement canton wahlkreis distrito electorate \
     senatorial area region place position class",
);

/// Small words between the others.
pub(super) const LINKS: Words = Words(
    "of in the for to and at on by from a de la le du des del el los las di der die das den \
     do da dos y e et und och og i w v d s",
);
