//! Wiki dumps: plain and compressed, complete and truncated, and imports that are interrupted and
//! repeated.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../benches/dump/generator.rs"]
mod generator;

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use generator::{Counts, Shape};
use hustings::Archive;
use hustings::analysis::chain::{ChainOptions, chain};
use hustings::archive::{ImportOptions, ImportReport};

const DUMP: &str = "fixtures/dumps/karabakh.xml";

fn import(archive: &Archive, path: &Path) -> ImportReport {
    archive.import([path]).unwrap()
}

fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    (folder, archive)
}

/// Formats the versions of all elections, and the aliases of the archive.
fn archive_content(archive: &Archive) -> String {
    let listed = archive.list(&Default::default()).unwrap();
    let versions =
        listed.iter().map(|record| {
            let address = record.address.clone();
            archive.versions(&address).unwrap().into_iter().map(|version| {
                (version.number, version.title, version.source_time, version.revision)
            })
        });
    format!("{:#?} {:?}", versions.map(Vec::from_iter).collect::<Vec<_>>(), archive.aliases())
}

#[test]
fn every_revision_with_an_infobox_is_a_version() {
    let (_folder, archive) = new_archive();
    let report = import(&archive, Path::new(DUMP));
    assert_eq!((report.added, report.pages, report.aliases), (4, 7, 2));
    assert!(report.errors.is_empty(), "{:?}", report.errors);

    let address = "nagorno-karabakh/2012";
    let versions = archive.versions(address).unwrap();
    let said: Vec<_> = versions
        .iter()
        .map(|version| {
            let revision = version.revision.as_ref().unwrap();
            let [who, what] = [&revision.contributor, &revision.comment];
            let time = version.source_time.as_deref().unwrap();
            (revision.id.as_str(), time, who.as_deref().unwrap(), what.as_deref())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("202", "2012-07-21T09:00:00Z", "Éva", Some("first figures & \"names\"")),
            ("204", "2012-08-02T09:05:00Z", "Éva", Some("undone")),
            ("205", "2014-03-01T09:00:00Z", "Ani", Some("final figures of the commission")),
        ]
    );
    let source = archive.source(address).unwrap();
    assert!(source.contains("<ref name=\"c\">Commission</ref>"), "{source}");
    let turnout = |address: &str| {
        let election = archive.get(address).unwrap().election;
        election.contests[0].rounds[0].turnout.unwrap().to_string()
    };
    assert_eq!(turnout("Karabakh vote, 2012"), "73.53");
    assert_eq!(turnout("nagorno-karabakh/2012@source:2012-12-31"), "73.4");

    // The link names a redirect, which leads to the election of 2007.
    let record = archive.get(address).unwrap();
    let chain = chain(&archive.snapshot(), &record, &ChainOptions::default()).unwrap();
    assert_eq!(chain.steps.len(), 2);

    let again = import(&archive, Path::new(DUMP));
    assert_eq!((again.added, again.unchanged, again.aliases), (0, 4, 0));
    assert_eq!(again.imports, [] as [u64; 0]);
}

#[test]
fn a_compressed_or_piped_dump_gives_the_same_archive() {
    let (folder, archive) = new_archive();
    import(&archive, Path::new(DUMP));
    let expected = archive_content(&archive);
    let text = fs::read(DUMP).unwrap();
    let bzip2 = |text: &[u8]| {
        let mut packed = Vec::new();
        bzip2::read::BzEncoder::new(text, bzip2::Compression::best())
            .read_to_end(&mut packed)
            .unwrap();
        packed
    };
    let mut gzip = Vec::new();
    let level = flate2::Compression::best();
    flate2::read::GzEncoder::new(text.as_slice(), level).read_to_end(&mut gzip).unwrap();
    let streams: Vec<u8> = text.chunks(700).flat_map(bzip2).collect();
    let packed = [("one.bz2", bzip2(&text)), ("many.bz2", streams), ("dump.gz", gzip)];
    for (name, bytes) in packed {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        let other = Archive::create(folder.path().join(format!("archive-{name}"))).unwrap();
        import(&other, &path);
        assert_eq!(archive_content(&other), expected, "{name}");

        let piped = folder.path().join(format!("piped-{name}"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_hustings"))
            .arg("--archive")
            .arg(&piped)
            .args(["import", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            "import 1: 4 added, 0 unchanged, 0 not read\n\
             pages 7, redirects to elections 2\n"
        );
        assert_eq!(archive_content(&Archive::open(&piped).unwrap()), expected, "{name}");
    }
}

#[test]
fn a_truncated_dump_is_reported_and_its_complete_pages_are_kept() {
    let (folder, archive) = new_archive();
    let text = fs::read_to_string(DUMP).unwrap();
    let path = folder.path().join("dump.xml");
    let at = text.find("<id>205</id>").unwrap();
    fs::write(&path, &text[..at]).unwrap();
    let report = import(&archive, &path);
    assert_eq!(report.added, 2);
    assert_eq!(report.errors.len(), 1, "{:?}", report.errors);
    let unread = report.errors.first().unwrap();
    assert_eq!(unread.line as usize, text[..at].lines().count());
    assert!(unread.expected.contains("breaks off"), "{unread}");
    assert!(unread.expected.contains("2012 Nagorno-Karabakh"), "{unread}");

    let strict = ImportOptions::default().strict(true);
    assert!(archive.import_with(std::slice::from_ref(&path), &strict).is_err());
    fs::write(&path, &text).unwrap();
    let report = import(&archive, &path);
    assert_eq!((report.added, report.unchanged, report.aliases), (2, 2, 2));
}

#[test]
fn a_file_that_is_not_a_dump_is_reported() {
    let (folder, archive) = new_archive();
    let bzip2 = |text: &[u8]| {
        let mut packed = Vec::new();
        bzip2::read::BzEncoder::new(text, bzip2::Compression::best())
            .read_to_end(&mut packed)
            .unwrap();
        packed
    };
    let deep = format!("<mediawiki>{}", "<a>".repeat(100_000));
    let title = format!("<mediawiki><page><title>{}", "x".repeat(1_000_000));
    let endless = format!("<mediawiki><page><title>{}", "x".repeat(70_000_000));
    let remark = format!("<mediawiki><!--{}", "<".repeat(70_000_000));
    let pieces = format!("<mediawiki><page><title>{}", ("x".repeat(1_000) + "<i/>").repeat(9_000));
    let cases: [(Vec<u8>, &str); 11] = [
        (bzip2(b"name,votes\na,1\n"), "breaks off"),
        (bzip2(b"<html></html>"), "begins with <mediawiki>"),
        (b"BZh9 is how bzip2 begins".to_vec(), "a MediaWiki export"),
        (b"\x1f\x8bgarbage".to_vec(), "a MediaWiki export"),
        (b"<mediawiki><page></mediawiki>".to_vec(), "a MediaWiki export"),
        (b"<mediawiki><page><title>\xff</title></page></mediawiki>".to_vec(), "a MediaWiki export"),
        (deep.into_bytes(), "nested more than 64 deep"),
        (title.into_bytes(), "breaks off"),
        (bzip2(endless.as_bytes()), "more than 64 MiB in one piece"),
        (bzip2(remark.as_bytes()), "more than 64 MiB in one piece"),
        (bzip2(pieces.as_bytes()), "a text of up to 8 MiB"),
    ];
    for (bytes, expected) in cases {
        let path = folder.path().join("dump");
        fs::write(&path, &bytes).unwrap();
        let report = import(&archive, &path);
        assert_eq!((report.added, report.errors.len()), (0, 1), "{bytes:.40?}");
        let said = report.errors.first().unwrap().to_string();
        assert!(said.contains(expected) && said.len() < 400, "{said}");
    }
    // A dump without pages is not an error.
    fs::write(folder.path().join("dump"), "<mediawiki/>").unwrap();
    assert!(import(&archive, &folder.path().join("dump")).errors.is_empty());
}

#[test]
fn an_unreadable_revision_does_not_stop_the_others() {
    let (folder, archive) = new_archive();
    let text = fs::read_to_string(DUMP).unwrap();
    let path = folder.path().join("dump.xml");
    let broken = [
        ("73.4%", "73.4% &nothing;", "unrecognized entity"),
        ("73.4%", "73.4% \u{fffd}", "UTF-8 text"),
        ("73.4%", "73.4%", "a text of up to 8 MiB"),
    ];
    for (before, after, expected) in broken {
        let said = match expected {
            "a text of up to 8 MiB" => " ".repeat(9 << 20) + after,
            _ => after.to_owned(),
        };
        let bytes = text.replacen(before, &said, 1).into_bytes();
        // Replace the first byte of U+FFFD with 0xff, which never occurs in UTF-8.
        let bytes = bytes.into_iter().map(|byte| if byte == 0xef { 0xff } else { byte });
        fs::write(&path, bytes.collect::<Vec<_>>()).unwrap();
        let report = archive
            .import_with(std::slice::from_ref(&path), &ImportOptions::default().dry_run(true));
        let report = report.unwrap();
        assert_eq!((report.added, report.pages, report.errors.len()), (3, 7, 1), "{expected}");
        let told = report.errors.first().unwrap().to_string();
        assert!(told.contains(expected) && told.contains("2012 Nagorno-Karabakh"), "{told}");
    }
}

/// A page of a dump: its title, the XML before its revisions, and the times and texts of these.
type Page<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

fn dump_text(pages: &[Page<'_>]) -> String {
    let mut xml = String::from("<mediawiki>");
    for (title, head, revisions) in pages {
        xml.push_str(&format!("<page><title>{title}</title>{head}"));
        for (time, text) in *revisions {
            xml.push_str(&format!(
                "<revision><timestamp>{time}</timestamp><text>{text}</text></revision>"
            ));
        }
        xml.push_str("</page>");
    }
    xml + "</mediawiki>"
}

#[test]
fn pages_of_every_age_and_spelling_are_read_or_reported() {
    let (folder, archive) = new_archive();
    let whole = "{{Infobox election|country=Ruritania|type=general}}";
    let pages: [Page<'_>; 6] = [
        // Old exports state no namespace, and some pages write the template name in capitals.
        ("1901 Ruritanian election", "", &[("1999-01-01T00:00:00Z", whole)]),
        ("1902 Ruritanian election", "<ns>0</ns>", &[("", "{{INFOBOX ELECTION|type=general}}")]),
        ("1903 Ruritanian election", "<ns>0</ns>", &[("", "{{Infobox election|type=general")]),
        ("", "<ns>0</ns>", &[("", whole)]),
        ("1904 Ruritanian election", "<ns>0</ns>", &[("nonsense", whole)]),
        ("1905 Ruritanian election", "<ns>0</ns>", &[("", "&lt;!-- {{Infobox election --&gt;")]),
    ];
    let path = folder.path().join("dump.xml");
    fs::write(&path, dump_text(&pages)).unwrap();
    let options = ImportOptions::default().jobs(1_000_000);
    let report = archive.import_with(&[path], &options).unwrap();
    assert_eq!((report.added, report.pages), (2, 6));
    let told: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
    let expected =
        ["end of the {{Infobox election}}: its }}", "a page with a title", "a time such as"];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn chained_redirects_and_former_pages_resolve_to_one_election() {
    let (folder, archive) = new_archive();
    let to = |title: &str| format!("<ns>0</ns><redirect title=\"{title}\"/>");
    let text = |votes: u32| {
        format!("{{{{Infobox election|country=Ruritania|nominee1=A|popular_vote1={votes}}}}}")
    };
    let (old, new, second, first) = (text(1), text(2), to("Vote"), to("1901 Ruritanian election"));
    let pages: [Page<'_>; 4] = [
        ("A vote", &second, &[]),
        ("Vote", &first, &[]),
        ("Election of 1901", &first, &[("2001-01-01T00:00:00Z", &old)]),
        ("1901 Ruritanian election", "<ns>0</ns>", &[("2002-01-01T00:00:00Z", &new)]),
    ];
    let path = folder.path().join("dump.xml");
    fs::write(&path, dump_text(&pages)).unwrap();
    let report = import(&archive, &path);
    assert_eq!((report.added, report.aliases), (2, 3));
    let record = archive.get("A vote").unwrap();
    assert_eq!(record.election.title, "1901 Ruritanian election");
    assert_eq!((record.versions, record.titles.len()), (2, 4));
    assert_eq!(archive.list(&Default::default()).unwrap().len(), 1);
    let again = import(&archive, &path);
    assert_eq!((again.added, again.unchanged, again.aliases), (0, 2, 0));
}

#[test]
fn an_older_revision_is_ordered_by_its_source_time() {
    let (folder, archive) = new_archive();
    let text = fs::read_to_string(DUMP).unwrap();
    // Import the latest revision first, and then the complete history.
    let (from, to) = (
        text.find("    <revision>\n      <id>201").unwrap(),
        text.find("    <revision>\n      <id>205").unwrap(),
    );
    let now = folder.path().join("now.xml");
    fs::write(&now, [&text[..from], &text[to..]].concat()).unwrap();
    import(&archive, &now);
    let address = "nagorno-karabakh/2012";
    assert_eq!(archive.get(address).unwrap().versions, 1);
    let report = import(&archive, Path::new(DUMP));
    assert_eq!(report.added, 2);
    let record = archive.get(address).unwrap();
    assert_eq!((record.version.number, record.versions), (1, 3));
    assert_eq!(record.version.revision.unwrap().id, "205");
    let then = archive.get("nagorno-karabakh/2012@source:2013").unwrap();
    assert_eq!(then.version.revision.unwrap().id, "204");

    // A manual revert or removal takes effect when it is made, regardless of source times.
    archive.revert("nagorno-karabakh/2012@2", None).unwrap();
    assert_eq!(archive.get(address).unwrap().version.number, 4);
    archive.remove(address, None).unwrap();
    assert!(archive.get(address).is_err());
    archive.rebuild(|_| ()).unwrap();
    assert!(archive.get(address).is_err());
    assert_eq!(import(&archive, Path::new(DUMP)).still_removed.len(), 1);
}

#[test]
fn an_interrupted_import_continues_without_duplicates() {
    let folder = tempfile::tempdir().unwrap();
    let (dump, path) = (folder.path().join("dump.xml.bz2"), folder.path().join("archive"));
    // Large enough for an import in more than two parts.
    let shape = Shape { pages: 2_000, one_in: 4, revisions: 12, stream: 50 };
    let mut file = BufWriter::new(File::create(&dump).unwrap());
    let counts = generator::write_packed(&mut file, shape).unwrap();
    file.flush().unwrap();
    let importing = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
        command.arg("--archive").arg(&path).arg("import").arg(&dump);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut kept = Vec::new();
    for delay in [50, 400, 900, 1_500] {
        let mut child = importing();
        sleep(Duration::from_millis(delay));
        let _ = child.kill();
        child.wait().unwrap();
        let imports = Archive::open(&path).map_or(0, |archive| archive.imports().unwrap().len());
        kept.push(imports);
    }
    assert!(kept.is_sorted(), "{kept:?}");
    assert!(importing().wait().unwrap().success());
    let archive = Archive::open(&path).unwrap();
    let imports = archive.imports().unwrap();
    let sum = |count: fn(&hustings::archive::ImportInfo) -> u64| imports.iter().map(count).sum();
    let records = archive.list(&Default::default()).unwrap();
    let found = Counts {
        pages: counts.pages,
        elections: records.len() as u64,
        versions: sum(|import| import.versions),
        redirects: sum(|import| import.aliases),
    };
    assert_eq!(found, counts);
    assert!(records.iter().all(|record| record.versions == 12));
    assert!(imports.len() > 2, "{} imports", imports.len());
    let redirect: PathBuf = "Way 1 to 1".into();
    let led = archive.get(hustings::model::Address::title(redirect.to_string_lossy()));
    assert_eq!(led.unwrap().election.title, generator::title(0, shape));
}
