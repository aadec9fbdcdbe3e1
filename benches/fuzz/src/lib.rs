//! Properties of any input: no importer panics, hangs or uses much memory, and every record
//! survives a round trip through JSON.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use hustings::archive::{ImportOptions, preview};
use hustings::formats::{Format, Mapping};
use hustings::model::Election;

/// Parses a text in a format. Asserts that each record survives a round trip through JSON.
pub fn text(format: Format, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    format.importer().read("Title.wiki", text, &mut |document| {
        if let Ok(document) = document {
            let json = serde_json::to_string(&document.election).expect("a record has a JSON form");
            let again: Election = serde_json::from_str(&json).expect("and is read from it");
            assert!(again == document.election, "{json}");
        }
    });
}

/// Previews the import of a file with these bytes.
pub fn file(bytes: &[u8], mapping: Option<&str>) {
    thread_local! {
        static FILE: RefCell<Option<(tempfile::TempDir, PathBuf)>> = const { RefCell::new(None) };
        static MAPPINGS: RefCell<Option<Mapping>> = const { RefCell::new(None) };
    }
    FILE.with_borrow_mut(|kept| {
        let (_, path) = kept.get_or_insert_with(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("given");
            (folder, path)
        });
        fs::write(&*path, bytes).expect("a file");
        let mapping = mapping.map(|name| {
            MAPPINGS.with_borrow_mut(|kept| {
                kept.get_or_insert_with(|| Mapping::load(name).expect("a mapping")).clone()
            })
        });
        let options = ImportOptions::default().mapping(mapping).jobs(1);
        preview(std::slice::from_ref(path), &options, &mut |_| std::ops::ControlFlow::Continue(()))
            .expect("the file is there");
    });
}

/// Returns a workbook with a part of these bytes after the first, which chooses the part. The
/// archive is not packed, and its checksums are right, so that the fuzzer reaches the parsers.
pub fn workbook(bytes: &[u8]) -> Vec<u8> {
    let Some((choice, part)) = bytes.split_first() else { return Vec::new() };
    let sheet = "<worksheet><sheetData><row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
    let strings = "<sst><si><t>Constituency</t></si></sst>";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"s.xml\"/>\
         <Relationship Id=\"r2\" Type=\"{office}/sharedStrings\" Target=\"t.xml\"/></Relationships>"
    );
    let xlsx = |sheet: &[u8], strings: &[u8]| {
        stored_zip(&[
            ("[Content_Types].xml", b"<Types/>"),
            (
                "xl/workbook.xml",
                b"<workbook><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>",
            ),
            ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
            ("xl/s.xml", sheet),
            ("xl/t.xml", strings),
        ])
    };
    match choice % 4 {
        0 => xlsx(part, strings.as_bytes()),
        1 => xlsx(sheet.as_bytes(), part),
        2 => stored_zip(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", part),
        ]),
        _ => part.to_vec(),
    }
}

/// Returns a zip archive of entries that are stored as they are.
fn stored_zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a small part").to_le_bytes();
    for (name, content) in entries {
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fields.extend(crc32fast::hash(content).to_le_bytes());
        fields.extend([length(content), length(content)].concat());
        fields.extend(&length(name.as_bytes())[..2]);
        fields.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(length(&archive));
        directory.extend(name.as_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&fields);
        archive.extend(name.as_bytes());
        archive.extend(*content);
    }
    let start = length(&archive);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    let count = [u8::try_from(entries.len()).expect("few parts"), 0];
    archive.extend([count, count].concat());
    archive.extend([length(&directory), start].concat());
    archive.extend([0, 0]);
    archive
}
