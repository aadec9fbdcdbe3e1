//! Invented names of territories, places, people and parties.

use super::numbers::Numbers;

const FIRST: [&str; 20] = [
    "Vel", "Mar", "Tor", "Kes", "Bran", "Dol", "Fen", "Gor", "Hal", "Jor", "Lun", "Mir", "Nor",
    "Ost", "Pel", "Quen", "Ras", "Syl", "Tav", "Wex",
];
const MIDDLE: [&str; 10] = ["a", "do", "e", "i", "ka", "lo", "mi", "o", "ra", "u"];
const PLACE: [&str; 24] = [
    "bach", "bridge", "burg", "by", "combe", "dale", "den", "field", "ford", "gate", "ham",
    "haven", "holm", "hurst", "ley", "mere", "mouth", "port", "stead", "stow", "ton", "vale",
    "wick", "worth",
];
const ENDS: [&str; 12] = ["l", "n", "r", "s", "t", "d", "g", "m", "p", "v", "z", "x"];
const GIVEN: [&str; 40] = [
    "Ada", "Alban", "Agnes", "Bruno", "Carla", "Casper", "Dora", "Edgar", "Elsa", "Emil", "Erika",
    "Felix", "Flora", "Georg", "Greta", "Hugo", "Ida", "Ivo", "Jana", "Jonas", "Karin", "Klara",
    "Leo", "Lidia", "Magda", "Marek", "Mila", "Nadia", "Nils", "Olga", "Oskar", "Paula", "Pavel",
    "Rosa", "Samuel", "Sofia", "Tomas", "Ursula", "Viktor", "Wanda",
];
const ENDING: [&str; 16] = [
    "ak", "ani", "berg", "el", "enko", "er", "eva", "ic", "idis", "ini", "man", "ov", "sen", "son",
    "ski", "was",
];
const ONSETS: [&str; 28] = [
    "b", "br", "d", "dr", "f", "g", "gl", "h", "j", "k", "kr", "l", "m", "n", "p", "pr", "r", "s",
    "sch", "st", "sv", "t", "tr", "v", "w", "y", "z", "zh",
];
const VOWELS: [&str; 12] = ["a", "ai", "an", "e", "el", "i", "in", "o", "or", "ou", "u", "y"];
const PARTIES: [&str; 24] = [
    "Agrarian League",
    "Centre Party",
    "Christian People's Party",
    "Civic Forum",
    "Conservative Party",
    "Constitutional Union",
    "Democratic Alliance",
    "Farmers' Party",
    "Free Citizens",
    "Green Movement",
    "Independent Electors",
    "Labour Federation",
    "Liberal Party",
    "List of the Regions",
    "National Renewal",
    "Patriotic Front",
    "Party of the Hills",
    "Popular Unity",
    "Progressive Bloc",
    "Radical Party",
    "Reform Party",
    "Republican Union",
    "Social Democratic Party",
    "Workers' Party",
];

/// Returns the name and the adjective of a territory. The first 200 are distinct.
pub(crate) fn territory(number: u64) -> (String, String) {
    let stem = format!(
        "{}{}{}",
        FIRST[(number % 20) as usize],
        MIDDLE[(number / 20 % 10) as usize],
        // These letters prevent a stem from being that of a real country.
        [
            "rv", "lm", "sk", "nd", "th", "gr", "pl", "zz", "kt", "dr", "bj", "mv", "fr", "xt",
            "lq", "wn", "hs", "ck", "rj", "vn"
        ][(number * 7 / 10 % 20) as usize],
    );
    (format!("{stem}ia"), format!("{stem}ian"))
}

/// Returns the name of a place. The first 57,600 are distinct.
pub(crate) fn place(number: u64) -> String {
    let ending = PLACE[(number / 20 % 24) as usize];
    let middle = match number / 480 {
        0 => String::new(),
        more => format!("{}{}", MIDDLE[(more % 10) as usize], ENDS[(more / 10 % 12) as usize]),
    };
    format!("{}{middle}{ending}", FIRST[(number % 20) as usize])
}

/// Returns the name of a person, which rarely repeats: repeated names would cost an archive
/// nothing.
pub(crate) fn person(numbers: &mut Numbers) -> String {
    let mut surname = String::new();
    for _ in 0..numbers.between(1, 3) {
        surname.push_str(numbers.pick(&ONSETS));
        surname.push_str(numbers.pick(&VOWELS));
    }
    surname.push_str(numbers.pick(&ENDING));
    if let Some(first) = surname.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{} {surname}", numbers.pick(&GIVEN))
}

/// Returns the name of a party in a territory.
pub(crate) fn party(territory: u64, number: u64) -> &'static str {
    PARTIES[((territory * 5 + number * 7) % 24) as usize]
}
