//! Words that stand where a party's name does and name no party: that somebody has none, or that several
//! are put together.

use super::{Ref, fold};

/// What sources call people without a party, folded. Where a language has forms, each stands here.
const INDEPENDENT: &[&str] = &[
    "independent",
    "independents",
    "ind",
    "ind.",
    "independent (no party)",
    "independent nominee",
    "independent nominees",
    "no affiliation",
    "no party",
    "no party affiliation",
    "no party preference",
    "no party (independent)",
    "without party",
    "without party affiliation",
    "partyless",
    "non affiliated",
    "non-affiliated",
    "nonaffiliated",
    "non party",
    "non-party",
    "nonparty",
    "non partisan",
    "non-partisan",
    "non-partisans",
    "nonpartisan",
    "nonpartisans",
    "nonpartisanism",
    "self-nominated",
    "self-nomination",
    "unaffiliated",
    "indépendant",
    "indépendante",
    "indépendants",
    "indépendantes",
    "sans étiquette",
    "sans parti",
    "unabhängig",
    "unabhängige",
    "unabhängiger",
    "parteilos",
    "parteilose",
    "parteiloser",
    "parteiunabhängig",
    "einzelbewerber",
    "einzelbewerberin",
    "independiente",
    "independientes",
    "sin partido",
    "independente",
    "independentes",
    "sem partido",
    "indipendente",
    "indipendenti",
    "senza partito",
    "onafhankelijk",
    "onafhankelijke",
    "onafhankelijken",
    "partijloos",
    "independent politiker",
    "oberoende",
    "partilös",
    "partiløs",
    "partiløse",
    "uavhengig",
    "uavhengige",
    "uafhængig",
    "uden for partierne",
    "utenfor partiene",
    "sitoutumaton",
    "sitoutumattomat",
    "óháður",
    "független",
    "függetlenek",
    "niezależny",
    "niezależna",
    "niezależni",
    "bezpartyjny",
    "bezpartyjna",
    "nezávislý",
    "nezávislá",
    "nezávislí",
    "bez politické příslušnosti",
    "bez politickej príslušnosti",
    "bezpartijní",
    "neodvisen",
    "neodvisni",
    "neodvisni kandidat",
    "nezavisni",
    "nezavisni kandidat",
    "nestranački kandidat",
    "независни",
    "независни кандидат",
    "независим",
    "независим кандидат",
    "независимый",
    "независимая",
    "независимые",
    "независимый кандидат",
    "беспартийный",
    "беспартийная",
    "самовыдвижение",
    "самовыдвиженец",
    "незалежний",
    "незалежна",
    "позапартійний",
    "позапартійна",
    "безпартійний",
    "безпартійна",
    "самовисування",
    "самовисуванець",
    "bağımsız",
    "bağımsızlar",
    "ανεξάρτητος",
    "ανεξάρτητη",
    "ανεξάρτητοι",
    "üksikkandidaat",
    "sõltumatu",
    "neatkarīgs",
    "neatkarīgais",
    "nepriklausomas",
    "išsikėlęs pats",
    "անկախ",
    "անկուսակցական",
    "დამოუკიდებელი",
    "مستقل",
    "עצמאי",
    "無所属",
    "무소속",
    "无党派",
    "无党籍",
    "無黨籍",
];

/// What sources call all who are not listed by name, folded. "One seat" and "no seat" are ParlGov's.
const OTHERS: &[&str] = &[
    "other",
    "others",
    "all others",
    "other candidate",
    "other candidates",
    "other lists",
    "other parties",
    "other left",
    "other right",
    "others and independents",
    "others & independents",
    "independents and others",
    "independents & others",
    "minor parties",
    "minor candidates",
    "misc",
    "miscellaneous",
    "remainder",
    "scattering",
    "small parties",
    "various",
    "write-in",
    "write-ins",
    "write-in candidates",
    "no seat",
    "no-seat",
    "one seat",
    "one-seat",
    "autres",
    "autres candidats",
    "autres partis",
    "divers",
    "andere",
    "sonstige",
    "übrige",
    "otros",
    "otros partidos",
    "outros",
    "altri",
    "altre liste",
    "overige",
    "overige partijen",
    "overigen",
    "andre",
    "andra",
    "øvrige",
    "övriga",
    "muut",
    "aðrir",
    "egyéb",
    "egyéb pártok",
    "inne",
    "inni",
    "pozostałe",
    "ostatní",
    "ostatné",
    "ostali",
    "drugi",
    "остали",
    "други",
    "другие",
    "прочие",
    "остальные",
    "інші",
    "diğer",
    "diğerleri",
    "άλλοι",
    "λοιποί",
    "muud",
    "citi",
    "kiti",
    "altele",
    "alții",
    "その他",
    "기타",
    "其他",
];

/// Longer names are none of these.
const LONGEST: usize = 64;

/// Whether what stands for a party says that somebody has none: "Independent", "sans étiquette". A page that
/// the source links it to decides: "Independent" may be short for a party that has the word in its name.
pub(crate) fn is_independent(party: &Ref) -> bool {
    match &party.target {
        Some(page) => says_independent(page),
        None => says_independent(&party.name),
    }
}

/// Whether a name puts together all who are not listed by name.
pub(crate) fn is_others(name: &str) -> bool {
    name.len() <= LONGEST && OTHERS.contains(&plain(name).as_str())
}

fn says_independent(name: &str) -> bool {
    if name.len() > LONGEST || !may_begin(name) {
        return false;
    }
    let name = fold(name);
    // What stands in brackets tells a country or the sense: "Independent (Ireland)", and perhaps a party.
    let (name, sense) = match name.split_once(" (") {
        Some((name, sense)) => (name, sense.trim_end_matches(')')),
        None => (name.as_str(), ""),
    };
    let is_party = ["party", "parti", "partei", "partido", "partito"];
    if sense.split(' ').any(|word| is_party.contains(&word)) {
        return false;
    }
    let named = |name: &str| INDEPENDENT.contains(&name);
    // "Independent politicians in Australia" is a page.
    let name = name.split_once(" in ").map_or(name, |(name, _)| name);
    let endings = [" politician", " politicians", " candidate", " candidates", " democracy"];
    let short = endings.iter().find_map(|ending| name.strip_suffix(ending));
    named(name) || short.is_some_and(named)
}

/// Whether a name begins as one of the words does. Most parties' names are told apart by that alone.
fn may_begin(name: &str) -> bool {
    let first = name.chars().find(|sign| *sign != '_' && !sign.is_whitespace());
    first
        .is_some_and(|first| !first.is_ascii() || "ibefnopsuw".contains(first.to_ascii_lowercase()))
}

fn plain(name: &str) -> String {
    let folded = fold(name);
    folded.trim_matches(|sign: char| "()[].*†:".contains(sign)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_party_is_told_in_many_words() {
        for name in [
            "Independent",
            "independents",
            "Independent politician",
            "Independent candidate",
            "Independent (politician)",
            "Nonpartisan",
            "no party affiliation",
            "Sans étiquette",
            "SANS E\u{301}TIQUETTE",
            "Unabhängig",
            "parteilos",
            "Самовыдвижение",
            "無所属",
        ] {
            assert!(is_independent(&Ref::new(name)), "{name}");
        }
        for name in [
            "Independent Labour Party",
            "Independents (party)",
            "Independence Party",
            "Independents Party",
            "Independent Smallholders",
            "Party of Independents",
            "",
        ] {
            assert!(!is_independent(&Ref::new(name)), "{name}");
        }
    }

    #[test]
    fn a_page_says_what_a_short_name_means() {
        let on = |name: &str, page: &str| Ref { target: Some(page.into()), ..Ref::new(name) };
        assert!(is_independent(&on("Ind", "Independent politician")));
        assert!(is_independent(&on("Independent", "Independent (Ireland)")));
        assert!(is_independent(&on("N.P.", "Independent politicians in Australia")));
        assert!(!is_independent(&on("Independent", "Independence Party of Minnesota")));
        assert!(!is_independent(&on("Independent", "Independent (Greenland party)")));
    }

    #[test]
    fn others_are_nobody_in_particular() {
        for name in
            ["Others", "Other parties", "one seat", "no seat", "(others)", "Sonstige", "Прочие"]
        {
            assert!(is_others(name), "{name}");
        }
        for name in ["Other Russia", "Otherside Party", "Overig Lijst Nul"] {
            assert!(!is_others(name), "{name}");
        }
    }

    #[test]
    fn the_words_are_folded_and_begin_as_is_looked_for() {
        for word in INDEPENDENT {
            assert!(fold(word) == *word && may_begin(word), "{word}");
        }
        assert!(OTHERS.iter().all(|word| fold(word) == *word));
    }
}
