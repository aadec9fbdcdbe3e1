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
