//! Writes a deterministic wiki dump of any size: prose, redirects, and some elections with several
//! revisions each.

use std::fmt::Write as _;
use std::io::{self, Write};

use bzip2::Compression;
use bzip2::write::BzEncoder;

#[path = "../shared/numbers.rs"]
mod numbers;

use numbers::Numbers;

/// The content of a dump.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Number of pages.
    pub(crate) pages: u64,
    /// One page in this many is an election.
    pub(crate) one_in: u64,
    /// Number of revisions of each election.
    pub(crate) revisions: u64,
    /// Number of pages in one bzip2 stream; 0 means all.
    pub(crate) stream: u64,
}

/// Counts of a dump, with which an archive is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) pages: u64,
    pub(crate) elections: u64,
    pub(crate) versions: u64,
    pub(crate) redirects: u64,
}

/// Writes a dump as `.xml.bz2`.
pub(crate) fn write_packed(out: &mut dyn Write, shape: Shape) -> io::Result<Counts> {
    let mut counts = Counts::default();
    let stream = if shape.stream == 0 { shape.pages.max(1) } else { shape.stream };
    let mut text = HEAD.to_owned();
    for first in (0..shape.pages.max(1)).step_by(stream as usize) {
        let mut packed = BzEncoder::new(&mut *out, Compression::best());
        for number in first..shape.pages.min(first + stream) {
            page(&mut text, number, shape, &mut counts);
            packed.write_all(text.as_bytes())?;
            text.clear();
        }
        if first + stream >= shape.pages {
            packed.write_all(b"</mediawiki>\n")?;
        }
        packed.finish()?;
    }
    Ok(counts)
}

const HEAD: &str = "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\" version=\"0.11\" xml:lang=\"en\">
  <siteinfo>
    <sitename>Ruritanian wiki</sitename>
    <namespaces><namespace key=\"0\" case=\"first-letter\" /></namespaces>
  </siteinfo>
";

/// Returns the title of the election on a page.
pub(crate) fn title(number: u64, shape: Shape) -> String {
    let election = number / shape.one_in;
    format!("{} {} presidential election", 1800 + election % 220, place(election / 220))
}

fn place(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ru", "ti", "mo", "ke", "lan", "dor", "shi", "va", "zen", "pol", "gra", "no", "ul",
        "es", "fi",
    ];
    let name: String = (0..3).map(|at| SYLLABLES[(number >> (4 * at)) as usize % 16]).collect();
    name[..1].to_uppercase() + &name[1..] + "nian"
}

fn page(xml: &mut String, number: u64, shape: Shape, counts: &mut Counts) {
    counts.pages += 1;
    let mut numbers = Numbers(number);
    let (name, mut redirect, mut texts) = (format!("Topic {number}"), None, Vec::new());
    let election = number.is_multiple_of(shape.one_in);
    if election {
        counts.elections += 1;
        counts.versions += shape.revisions;
        texts.extend((0..shape.revisions).map(|revision| article(number, revision, shape)));
    } else if number % shape.one_in == 1 && number % 5 == 1 {
        counts.redirects += 1;
        let target = title(number, shape);
        texts.push(format!("#REDIRECT [[{target}]]"));
        redirect = Some(target);
    } else if number % 10 == 3 {
        let target = format!("Topic {}", number - 1);
        texts.push(format!("#REDIRECT [[{target}]]"));
        redirect = Some(target);
    } else {
        let mut text = String::new();
        let words = 100 + numbers.below(900);
        prose(&mut text, &mut numbers, words);
        texts.push(text);
    }
    let name = if election { title(number, shape) } else { name };
    let name = if redirect.is_some() { format!("Way {number} to {number}") } else { name };
    let _ =
        write!(xml, "  <page>\n    <title>{name}</title>\n    <ns>0</ns>\n    <id>{number}</id>\n");
    if let Some(target) = redirect {
        let _ = writeln!(xml, "    <redirect title=\"{target}\" />");
    }
    for (revision, text) in (0..).zip(texts) {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let escaped = escaped.replace('"', "&quot;");
        let (day, id) = (1 + revision % 28, number * 100 + revision);
        let _ = writeln!(
            xml,
            "    <revision>
      <id>{id}</id>
      <timestamp>20{:02}-05-{day:02}T12:00:00Z</timestamp>
      <contributor><username>Editor {}</username><id>{id}</id></contributor>
      <comment>figures &amp; names, take {revision}</comment>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes=\"{}\" xml:space=\"preserve\">{escaped}</text>
    </revision>",
            10 + revision % 10,
            numbers.below(500),
            text.len(),
        );
    }
    xml.push_str("  </page>\n");
}

/// Returns one revision of an election's page.
fn article(number: u64, revision: u64, shape: Shape) -> String {
    let mut numbers = Numbers(number);
    let election = number / shape.one_in;
    let (year, place) = (1800 + election % 220, place(election / 220));
    let mut text = format!(
        "{{{{Infobox election\n| election_name = {}\n| country = {place}\n| type = presidential\n",
        title(number, shape)
    );
    for (field, other) in [("previous", year.saturating_sub(1)), ("next", year + 1)] {
        let _ = write!(
            text,
            "| {field}_election = {other} {place} presidential election\n| {field}_year = {other}\n"
        );
    }
    let _ = write!(
        text,
        "| election_date = 7 May {year}\n| turnout = {}.{:02}%\n",
        40 + numbers.below(55),
        revision
    );
    let mut left = 1_000_000;
    for nominee in 1..=4 {
        let votes = numbers.below(left);
        left -= votes;
        let _ = write!(
            text,
            "| nominee{nominee} = [[Nominee {} of {place}|N. {nominee}]]\n| party{nominee} = Party {}\n| popular_vote{nominee} = '''{}'''\n| percentage{nominee} = {}.{:02}%\n",
            numbers.below(10_000),
            numbers.below(20),
            votes + revision,
            votes / 10_000,
            votes / 100 % 100,
        );
    }
    text.push_str("}}\n");
    for heading in ["", "Background", "Campaign", "Results", "Aftermath"] {
        if !heading.is_empty() {
            let _ = write!(text, "\n== {heading} ==\n");
        }
        prose(&mut text, &mut numbers, 180);
    }
    text
}

fn prose(text: &mut String, numbers: &mut Numbers, words: u64) {
    const WORDS: [&str; 40] = [
        "the",
        "of",
        "assembly",
        "river",
        "a",
        "commission",
        "council",
        "was",
        "in",
        "province",
        "harvest",
        "to",
        "railway",
        "and",
        "treaty",
        "novel",
        "composer",
        "by",
        "after",
        "mountain",
        "court",
        "village",
        "language",
        "for",
        "species",
        "with",
        "harbour",
        "album",
        "match",
        "church",
        "from",
        "bridge",
        "ministry",
        "at",
        "festival",
        "island",
        "its",
        "reform",
        "dynasty",
        "between",
    ];
    for word in 0..words {
        match numbers.below(24) {
            0 => {
                let _ = write!(
                    text,
                    "[[Topic {}|{}]] ",
                    numbers.below(200_000),
                    WORDS[word as usize % 40]
                );
            }
            1 => {
                let _ = write!(text, "{} ", numbers.below(3_000));
            }
            2 => {
                let _ = write!(
                    text,
                    "\"{}\"<ref>Report {}</ref>. ",
                    WORDS[word as usize % 40],
                    numbers.below(900)
                );
            }
            _ => {
                text.push_str(WORDS[numbers.below(40) as usize]);
                text.push(' ');
            }
        }
    }
    text.push('\n');
}
