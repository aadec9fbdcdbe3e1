//! Values that shells complete: addresses and countries of the archive, and types of elections.

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap_complete::CompletionCandidate;
use hustings::archive::Filter;
use hustings::model::escape::{is_printable, printable};
use hustings::model::{ElectionType, slug};
use hustings::{Archive, Result};

use super::platform;

/// The archive that is used if neither an option nor the environment names one.
pub(super) const DEFAULT_ARCHIVE: &str = "elections.hustings";

/// The environment variable that names the archive.
pub(super) const ARCHIVE_VARIABLE: &str = "HUSTINGS_ARCHIVE";

/// Completes an address: first its country, then the rest.
pub(super) fn addresses(text: &OsStr) -> Vec<CompletionCandidate> {
    let text = text.to_string_lossy();
    let completed = match text.split_once('/') {
        Some((country, _)) => addresses_in(country, &text),
        None => countries_with(&text, "/"),
    };
    completed.unwrap_or_default()
}

/// Completes a country.
pub(super) fn countries(text: &OsStr) -> Vec<CompletionCandidate> {
    countries_with(&text.to_string_lossy(), "").unwrap_or_default()
}

/// Completes a country or an address.
pub(super) fn targets(text: &OsStr) -> Vec<CompletionCandidate> {
    if text.to_string_lossy().contains('/') { addresses(text) } else { countries(text) }
}

/// Completes the name of a source.
pub(super) fn sources(text: &OsStr) -> Vec<CompletionCandidate> {
    let text = text.to_string_lossy();
    let sources = open_archive().and_then(|archive| archive.sources()).unwrap_or_default();
    let names = sources.into_iter().map(|info| info.name);
    names.filter(|name| name.starts_with(&*text) && is_word(name)).map(Into::into).collect()
}

/// Returns the names of the predefined types of elections.
pub(super) fn election_types() -> Vec<CompletionCandidate> {
    ElectionType::NAMED.iter().map(|kind| CompletionCandidate::new(kind.as_str())).collect()
}

/// Returns the addresses of a country that begin with a text, each with its title.
fn addresses_in(country: &str, text: &str) -> Result<Vec<CompletionCandidate>> {
    let snapshot = open_archive()?.snapshot();
    let mut candidates = Vec::new();
    for listed in snapshot.listings(&Filter::default().country(country))? {
        let listed = listed?;
        if listed.address.starts_with(text) && is_word(&listed.address) {
            let title = printable(&listed.summary.title).into();
            candidates.push(CompletionCandidate::new(listed.address).help(Some(title)));
        }
    }
    Ok(candidates)
}

/// Returns the countries whose slugs begin with a text, each as a slug followed by `ending`.
fn countries_with(text: &str, ending: &str) -> Result<Vec<CompletionCandidate>> {
    let snapshot = open_archive()?.snapshot();
    let mut countries = BTreeSet::new();
    let text = slug(text);
    for listed in snapshot.listings(&Filter::default())? {
        let address = listed?.address;
        if let Some((country, _)) = address.split_once('/')
            && country.starts_with(&text)
            && is_word(&address)
            && !countries.contains(country)
        {
            countries.insert(country.to_owned());
        }
    }
    let candidate = |country| CompletionCandidate::new(format!("{country}{ending}"));
    Ok(countries.into_iter().map(candidate).collect())
}

/// Returns whether every shell reads a text as a single word.
fn is_word(text: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
    text.chars().all(|c| is_printable(c) && is_plain(c))
}

/// Opens the archive that the command line being completed names.
fn open_archive() -> Result<Archive> {
    let mut options = Archive::options().read_only();
    if let Some(folder) = platform::cache_folder() {
        options = options.cache_folder(folder);
    }
    let from_variable = || env::var_os(ARCHIVE_VARIABLE).filter(|path| !path.is_empty());
    let path = archive_option(env::args_os()).or_else(from_variable);
    options.open(path.map_or_else(|| DEFAULT_ARCHIVE.into(), PathBuf::from))
}

/// Returns the value of `--archive` among the words of a command line.
fn archive_option(words: impl Iterator<Item = OsString>) -> Option<OsString> {
    let mut words = words;
    while let Some(word) = words.next() {
        if word == "--archive" {
            return words.next();
        }
        if let Some(path) = word.to_str().and_then(|word| word.strip_prefix("--archive=")) {
            return Some(path.into());
        }
    }
    None
}
