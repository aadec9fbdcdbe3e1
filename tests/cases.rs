//! Inputs that were once read wrongly, with the correct result: fixtures of each kind, and the
//! folders of `../shared/cases` if they are present. `docs/cases.md` lists each kind with its test.
#![allow(clippy::unwrap_used, dead_code, reason = "a test fails by panicking")]

#[path = "common/mod.rs"]
mod common;

#[path = "cases/comparison.rs"]
mod comparison;
#[path = "cases/import.rs"]
mod import;
#[path = "cases/rounds.rs"]
mod rounds;
#[path = "cases/tables.rs"]
mod tables;
#[path = "cases/wiki.rs"]
mod wiki;
