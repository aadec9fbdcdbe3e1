//! Checks a proof that `hustings why … --format json` wrote, without the archive and without
//! hustings: with BLAKE3 and JSON alone, as `docs/evidence.md` describes it.
//!
//! `cargo run --example check_proof proof.json`

use std::error::Error;
use std::io::{self, Write};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(file) = std::env::args_os().nth(1) else {
        return Err(
            "expected the file of a proof: cargo run --example check_proof proof.json".into()
        );
    };
    let out = &mut io::stdout().lock();
    for result in check(&std::fs::read_to_string(file)?)? {
        writeln!(out, "{result}")?;
    }
    Ok(())
}

/// Checks a proof. Returns a sentence about each part that holds.
///
/// # Errors
/// A sentence about the first part that does not hold.
pub(crate) fn check(proof: &str) -> Result<Vec<String>, String> {
    let proof: Value = serde_json::from_str(proof).map_err(|error| format!("no JSON: {error}"))?;
    let mut results = vec![check_whole(&proof)?];
    let digests = &proof["digests"];
    let (line, number) = (text(&digests["line"])?, position(&digests["line_number"])?);
    let import = &digests["import"];
    results.push(check_line(line, number, import)?);
    let digest = import_digest(import)?;
    let commit = commit(import)?;
    ensure(digest == text(&digests["import_digest"])?, "the import has another digest")?;
    ensure(commit["import"] == proof["version"]["import"], "the version is of another import")?;
    results.push(format!("import {} has the digest {digest}", commit["import"]));
    results.extend(check_text(&proof, line)?);
    results.push(check_chain(digests, digest, &commit)?);
    Ok(results)
}

/// Checks the schema and the checksum of the whole document.
fn check_whole(proof: &Value) -> Result<String, String> {
    ensure(proof["schema"] == "hustings/proof/1", "the document is no proof of version 1")?;
    let mut content = proof.clone();
    let members = content.as_object_mut().ok_or("the document is no object")?;
    members.shift_remove("schema");
    let stated = members.shift_remove("checksum").ok_or("the document has no checksum")?;
    let computed = hash(content.to_string().as_bytes());
    ensure(stated == computed.as_str(), "the document does not match its checksum")?;
    Ok("the document matches its checksum".to_owned())
}

/// Checks that the line of the version is a line of its import.
fn check_line(line: &str, number: usize, import: &Value) -> Result<String, String> {
    if let Some(lines) = import["lines"].as_array() {
        let own = lines.get(number - 1).ok_or("the import has no such line")?;
        ensure(own == line, "the import has another line")?;
        return Ok(format!("the version is line {number} of its import, given in full"));
    }
    let (covered, stated) = split_digest(line)?;
    ensure(hash(covered.as_bytes()) == stated, "the line does not match its digest")?;
    let digests = text(&import["line_digests"])?;
    let own = digests.get((number - 1) * 64..number * 64).ok_or("the import has no such line")?;
    ensure(own == stated, "the import has another line")?;
    Ok(format!("the version is line {number} of its import, with the digest {stated}"))
}

/// Checks the source text in the line of the version, and the stated words in it.
fn check_text(proof: &Value, line: &str) -> Result<Vec<String>, String> {
    let line: Value = serde_json::from_str(line).map_err(|error| format!("no JSON: {error}"))?;
    let version = &line["version"];
    let source = text(&version["text"])?;
    let digest = hash(source.as_bytes());
    ensure(proof["digests"]["text"] == digest.as_str(), "the text has another digest")?;
    for name in ["title", "format"] {
        ensure(version[name] == proof["version"][name], "the line is of another version")?;
    }
    let mut results = vec![format!("the source text has the digest {digest}")];
    for place in proof["places"].as_array().ok_or("the proof has no places")? {
        let (number, column) = (position(&place["line"])?, position(&place["column"])?);
        let (stated, words) = (text(&place["text"])?, text(&place["words"])?);
        let found = source.split('\n').nth(number - 1).ok_or("the text has no such line")?;
        ensure(found.strip_suffix('\r').unwrap_or(found) == stated, "the text has another line")?;
        let rest: String = stated.chars().skip(column - 1).collect();
        // Words may go on in the next line.
        let first = words.lines().next().unwrap_or_default();
        ensure(!first.is_empty() && rest.starts_with(first), "the line has other words")?;
        results.push(format!("line {number} of the text has the words '{words}'"));
    }
    Ok(results)
}

/// Checks that each later import names the digest of the one before as its parent.
fn check_chain(digests: &Value, mut digest: String, commit: &Value) -> Result<String, String> {
    let mut number = commit["import"].as_u64().ok_or("a commit has no number")?;
    let latest = digests["latest_import"].as_u64().ok_or("the latest import has no number")?;
    let none = Vec::new();
    let later = digests["later_imports"].as_array().unwrap_or(&none);
    if later.is_empty() && number < latest {
        return Ok(format!("the imports from {} to {latest} were left out", number + 1));
    }
    for import in later {
        let next = self::commit(import)?;
        ensure(next["import"] == number + 1, "an import does not follow the one before")?;
        ensure(next["parent"] == digest.as_str(), "an import names another one before it")?;
        (digest, number) = (import_digest(import)?, number + 1);
    }
    ensure(number == latest, "the chain does not end at the latest import")?;
    ensure(digests["latest_digest"] == digest.as_str(), "the latest import has another digest")?;
    Ok(format!("the chain of imports leads to import {latest}, with the digest {digest}"))
}

/// Computes the digest of an import, and compares it with that of its commit.
fn import_digest(import: &Value) -> Result<String, String> {
    let mut hasher = blake3::Hasher::new();
    let mut add = |line: &str| {
        hasher.update(line.as_bytes()).update(b"\n");
    };
    if let Some(lines) = import["lines"].as_array() {
        for line in lines {
            add(text(line)?);
        }
    } else {
        let digests = import["line_digests"].as_str().unwrap_or_default();
        ensure(digests.len().is_multiple_of(64), "the digest of a line is incomplete")?;
        for digest in digests.as_bytes().chunks(64) {
            add(std::str::from_utf8(digest).map_err(|error| error.to_string())?);
        }
    }
    let (covered, stated) = split_digest(text(&import["commit"])?)?;
    let computed = hasher.update(covered.as_bytes()).finalize().to_hex().to_string();
    ensure(computed == stated, "an import does not match its digest")?;
    Ok(computed)
}

/// Returns the commit of an import. Lost imports have none.
fn commit(import: &Value) -> Result<Value, String> {
    let line: Value =
        serde_json::from_str(text(&import["commit"])?).map_err(|error| error.to_string())?;
    ensure(line["lost"].is_null(), "the archive lost imports, so the chain ends before them")?;
    Ok(line["commit"].clone())
}

/// Splits a line into the part that its digest covers and the digest.
fn split_digest(line: &str) -> Result<(&str, &str), String> {
    let split = line.strip_suffix("\"}").and_then(|line| line.rsplit_once(",\"digest\":\""));
    split.ok_or_else(|| "a line has no digest".to_owned())
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "a member is missing".to_owned())
}

/// Returns a number that is counted from 1.
fn position(value: &Value) -> Result<usize, String> {
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number > 0).ok_or_else(|| "a position is missing".to_owned())
}

fn ensure(holds: bool, problem: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem.to_owned()) }
}
