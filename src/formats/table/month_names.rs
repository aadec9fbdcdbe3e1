//! Names of months in languages other than English.

use time::Month;

/// Full names, by month: German, French, Spanish, Italian, Portuguese, Dutch and Polish (genitive).
/// No name means different months in two of these languages.
#[rustfmt::skip]
const NAMES: [&[&str]; 12] = [
    &["januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari", "stycznia"],
    &["februar", "feber", "février", "febrero", "febbraio", "fevereiro", "februari", "lutego"],
    &["märz", "mars", "marzo", "março", "maart", "marca"],
    &["april", "avril", "abril", "aprile", "kwietnia"],
    &["mai", "mayo", "maggio", "maio", "mei", "maja"],
    &["juni", "juin", "junio", "giugno", "junho", "czerwca"],
    &["juli", "juillet", "julio", "luglio", "julho", "lipca"],
    &["august", "août", "agosto", "augustus", "sierpnia"],
    &["september", "septembre", "septiembre", "setiembre", "settembre", "setembro", "września"],
    &["oktober", "octobre", "octubre", "ottobre", "outubro", "października"],
    &["november", "novembre", "noviembre", "novembro", "listopada"],
    &["dezember", "décembre", "diciembre", "dicembre", "dezembro", "december", "grudnia"],
];

/// Returns a date with the name of its month in English: of `6. Mai 1905` or `6 de mayo de 1905`,
/// `6 May 1905`. Returns `None` for a text of another form.
pub(super) fn to_english(text: &str) -> Option<String> {
    let words = text.split_whitespace().filter(|word| !["de", "del"].contains(word));
    let [day, month, year] = words.collect::<Vec<_>>().try_into().ok()?;
    let day = day.trim_end_matches(['.', 'º', '°']);
    let day = day.strip_suffix("er").unwrap_or(day);
    let is_number = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let month = month.to_lowercase();
    let at = NAMES.iter().position(|names| names.contains(&month.as_str()))?;
    let is_date = is_number(day, 1..=2) && is_number(year, 4..=4);
    is_date.then_some(())?;
    let month = Month::January.nth_next(u8::try_from(at).ok()?);
    Some(format!("{day} {month} {year}"))
}

#[cfg(test)]
mod tests {
    use super::{NAMES, to_english};

    #[test]
    fn names_of_months_are_translated() {
        for (text, english) in [
            ("6. Mai 1905", Some("6 May 1905")),
            ("1er août 1905", Some("1 August 1905")),
            ("6 de mayo de 1905", Some("6 May 1905")),
            ("6 maja 1905", Some("6 May 1905")),
            ("Mai 1905", None),
            ("6 May 1905", None),
        ] {
            assert_eq!(to_english(text).as_deref(), english, "{text}");
        }
    }

    #[test]
    fn no_name_means_two_months() {
        let mut all: Vec<&str> = NAMES.concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
