//! Citations of records and figures: as text, BibTeX and CSL JSON.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Result;
use crate::analysis::diff::{ChangeValue, FieldPath, StatedField, stated_fields};
use crate::archive::{Archive, VersionInfo};
use crate::model::{PartialDate, Source, ToAddress, group_digits, serialize_pruned, slug};

/// A citation of a record, or of one figure of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Citation {
    /// Identifier in ASCII: the title, the start of the text's digest and the figure. It stays the same when
    /// the archive is rebuilt or the election gets another address.
    pub id: String,
    /// Address of the election in the archive.
    pub address: String,
    /// Title of the election.
    pub title: String,
    /// The figure and its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<StatedField>,
    /// The cited version.
    pub version: VersionInfo,
    /// Description of the source, with its licence, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub source: Option<Source>,
    /// BLAKE3 of the source text, in hexadecimal.
    pub text_digest: String,
    /// Digest of the import that added the version.
    pub import_digest: String,
}

/// Returns a citation of the record that an address names, or of one of its figures. `field` is a
/// name as comparisons print it; see [`FieldPath::find`].
///
/// ```
/// use hustings::Archive;
/// use hustings::evidence::cite;
/// # let folder = std::env::temp_dir().join("hustings-example-cite");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let citation = cite(&archive, "nagorno-karabakh/2012", Some("turnout"))?;
/// assert!(citation.id.starts_with("2012-nagorno-karabakh-presidential-election-"));
/// assert_eq!(citation.figure.as_ref().unwrap().value.text, "73.53");
/// assert!(citation.to_bibtex().starts_with("@misc{2012-nagorno-karabakh-presidential-election-"));
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the address names no version, or the name not exactly one of its fields.
pub fn cite(archive: &Archive, address: impl ToAddress, field: Option<&str>) -> Result<Citation> {
    let address = &*address.to_address()?;
    let snapshot = archive.snapshot();
    let record = snapshot.get(address)?;
    let row = snapshot.row(address)?;
    let version = snapshot.view().version(&row, record.version.number)?;
    let import = snapshot.view().import(version.import)?.unwrap_or_default();
    let source = snapshot.view().source(&record.version.source)?;
    let figure = match field {
        None => None,
        Some(field) => {
            let stated = stated_fields(&record.election);
            let path = FieldPath::find(field, stated.iter().map(|field| &field.path))?;
            stated.into_iter().find(|field| field.path == path)
        }
    };
    let text_digest = blake3::Hash::from_bytes(version.digest).to_hex().to_string();
    let mut id = slug(&record.version.title);
    id.retain(|c| c.is_ascii());
    id = format!("{id}-{}", text_digest.get(..12).unwrap_or_default());
    if let Some(figure) = &figure {
        // Names in other scripts have no letters that a BibTeX key can contain.
        let path = figure.path.to_string();
        let (words, digest) = (slug(&path), blake3::hash(path.as_bytes()).to_hex());
        id.push('-');
        id.extend(words.chars().filter(char::is_ascii));
        id = format!("{id}-{}", digest.get(..6).unwrap_or_default());
    }
    let id = id.trim_matches('-').to_owned();
    Ok(Citation {
        id,
        address: record.address,
        title: record.version.title.clone(),
        figure,
        source: source.map(|row| row.description),
        version: record.version,
        text_digest,
        import_digest: import.digest,
    })
}

impl Citation {
    /// Returns the title, with the figure and its value.
    fn full_title(&self) -> String {
        let Some(StatedField { path, value }) = &self.figure else { return self.title.clone() };
        let value = match &value.value {
            ChangeValue::Count(count) => group_digits(*count),
            _ => value.text.clone(),
        };
        let unit = if path.is_percentage() { " %" } else { "" };
        format!("{}: {path}, {value}{unit}", self.title)
    }

    /// Returns the name of the source. A source without a name is a folder, so the file is named
    /// instead.
    fn source_name(&self) -> &str {
        match Source::new(self.version.source.as_str()) {
            Ok(_) => &self.version.source,
            Err(_) => &self.version.file,
        }
    }

    /// Returns the date from which the source had the text, if it is known.
    fn issued(&self) -> Option<&str> {
        self.version.source_time.as_deref()?.split(['T', ' ']).next()
    }

    /// Returns the date of the import.
    fn accessed(&self) -> &str {
        self.version.recorded.split('T').next().unwrap_or_default()
    }

    fn address_of_source(&self) -> Option<&str> {
        self.source.as_ref()?.address.as_deref()
    }

    /// Returns what identifies the version: revision, version, import and digests.
    fn note(&self) -> String {
        let version = &self.version;
        let mut note = String::new();
        if let Some(revision) = &version.revision {
            note += &format!("revision {}", revision.id);
            if let Some(contributor) = &revision.contributor {
                note += &format!(" by {contributor}");
            }
            note += "; ";
        }
        let id = version.source_id.as_ref().map(|id| format!("identifier {id}; "));
        note += &id.unwrap_or_default();
        // Writing to a string does not fail.
        let _ = write!(
            note,
            "file {}; version {}; import {} (BLAKE3 {}); text BLAKE3 {}",
            version.file, version.number, version.import, self.import_digest, self.text_digest
        );
        let source = self.source.as_ref();
        if let Some(licence) = source.and_then(|source| source.licence.as_ref()) {
            note += &format!("; licence {licence}");
        }
        if let Some(attribution) = source.and_then(|source| source.attribution.as_ref()) {
            note += &format!("; {attribution}");
        }
        note
    }

    /// Returns the citation as a sentence.
    #[must_use]
    pub fn to_text(&self) -> String {
        let address = self.address_of_source().map(|address| format!(" {address}."));
        let issued = self.issued().map(|date| format!(", {date}"));
        format!(
            "{}. {}{}.{} Archived {} by hustings; {}.",
            self.full_title(),
            self.source_name(),
            issued.unwrap_or_default(),
            address.unwrap_or_default(),
            self.accessed(),
            self.note()
        )
    }

    /// Returns the citation as a BibTeX entry. Characters that TeX gives a meaning are escaped;
    /// letters outside ASCII stay, as current processors (biber, bibtex8) read UTF-8.
    #[must_use]
    pub fn to_bibtex(&self) -> String {
        let mut entry = format!("@misc{{{},\n", self.id);
        let issued = self.issued().unwrap_or_default();
        let year = issued.get(..4).unwrap_or_default();
        let url = self.address_of_source().unwrap_or_default();
        let fields = [
            ("title", format!("{{{}}}", escape_tex(&self.full_title()))),
            ("author", format!("{{{}}}", escape_tex(self.source_name()))),
            ("year", escape_tex(year)),
            ("date", escape_tex(issued)),
            ("url", escape_url(url)),
            ("urldate", escape_tex(self.accessed())),
            ("note", escape_tex(&self.note())),
        ];
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            entry += &format!("  {name} = {{{value}}},\n");
        }
        entry + "}"
    }

    /// Returns the citation as CSL JSON: a list of one item.
    #[must_use]
    pub fn to_csl(&self) -> Value {
        let mut item = json!({
            "id": self.id,
            "type": "dataset",
            "title": self.full_title(),
            "author": [{ "literal": self.source_name() }],
            "version": self.version.number.to_string(),
            "note": self.note(),
        });
        let dates = [("issued", self.issued()), ("accessed", Some(self.accessed()))];
        for (name, date) in dates.into_iter().filter_map(|(name, date)| Some((name, date?))) {
            if let Ok(date) = date.parse::<PartialDate>() {
                let parts =
                    [Some(date.year()), date.month().map(i32::from), date.day().map(i32::from)];
                let parts: Vec<i32> = parts.into_iter().flatten().collect();
                item[name] = json!({ "date-parts": [parts] });
            }
        }
        if let Some(address) = self.address_of_source() {
            item["URL"] = address.into();
        }
        Value::Array(vec![item])
    }
}

/// Escapes a text for a TeX document. No brace is left alone, since BibTeX counts escaped braces
/// too.
fn escape_tex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("{\\textbackslash}"),
            '{' => escaped.push_str("{\\textbraceleft}"),
            '}' => escaped.push_str("{\\textbraceright}"),
            '~' => escaped.push_str("{\\textasciitilde}"),
            '^' => escaped.push_str("{\\textasciicircum}"),
            '#' | '$' | '%' | '&' | '_' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns an address without the characters that would end or unbalance a BibTeX field.
fn escape_url(url: &str) -> String {
    let mut escaped = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '{' | '}' | '\\' | '"' => escaped += &format!("%{:02X}", u32::from(c)),
            c if c.is_control() || c.is_whitespace() => escaped.push_str("%20"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tex_has_balanced_braces() {
        let escaped = escape_tex("50% & {x} \\ }_#$~^\n");
        assert_eq!(
            escaped,
            "50\\% \\& {\\textbraceleft}x{\\textbraceright} {\\textbackslash} {\\textbraceright}\\_\\#\\${\\textasciitilde}{\\textasciicircum} "
        );
        assert_eq!(escaped.matches('{').count(), escaped.matches('}').count());
        assert_eq!(escape_url("http://x/{a} \\"), "http://x/%7Ba%7D%20%5C");
    }
}
