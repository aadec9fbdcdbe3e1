//! The store matches `docs/format.md`: an example program reads it without the library.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the example is a program of its own too")]
#[path = "../examples/read_store.rs"]
mod read_store;

use hustings::Archive;

#[test]
fn the_store_can_be_read_with_only_sled_zstd_and_bincode() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    archive.import(["fixtures/articles"]).unwrap();
    drop(archive);
    let store = path.join("store");
    let list = |country, year| read_store::elections(store.to_str().unwrap(), country, year);
    let found = list("greece", 2012).unwrap();
    assert_eq!(
        found,
        [
            "[(2012, Some(5), Some(6))] legislative May 2012 Greek legislative election",
            "[(2012, Some(6), Some(17))] legislative June 2012 Greek legislative election",
        ]
    );
    assert!(list("greece", 1912).unwrap().is_empty());
}
