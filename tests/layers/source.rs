//! The modules of the crate, and the paths that each of them uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module path below the crate root: `["store", "codec"]`. An item may follow at its end.
pub(crate) type Module = Vec<String>;

/// One source file.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The code, in which comments, string literals and tests are blanked.
    pub(crate) code: String,
    pub(crate) module: Module,
}

/// All source files of the crate by module, and the names that each module re-exports or imports.
pub(crate) struct Sources {
    pub(crate) files: BTreeMap<Module, Source>,
    names: BTreeMap<Module, BTreeMap<String, Module>>,
}

fn module_path(parts: &[&str]) -> Module {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

impl Sources {
    /// Reads every file below `src`.
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let paths =
            walkdir::WalkDir::new(&root).into_iter().map(|entry| entry.unwrap().into_path());
        let texts = paths.filter(|path| path.extension().is_some_and(|end| end == "rs"));
        Self::from_texts(texts.map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.strip_prefix(&root).unwrap().to_owned(), text)
        }))
    }

    /// Returns the sources for these paths below `src` and their texts.
    pub(crate) fn from_texts(texts: impl Iterator<Item = (PathBuf, String)>) -> Self {
        let mut files = BTreeMap::new();
        for (path, text) in texts {
            let stem = path.with_extension("");
            let mut module: Module =
                stem.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            // The dependencies of tests are not checked.
            if module.iter().any(|part| part == "tests" || part == "strategy") {
                continue;
            }
            if module == ["lib"] {
                module.clear();
            }
            files.insert(module.clone(), Source { path, code: code_only(&text), module });
        }
        let mut sources = Self { files, names: BTreeMap::new() };
        for module in sources.files.keys().cloned().collect::<Vec<_>>() {
            let uses = sources.uses(&module);
            let names = uses.into_iter().collect();
            sources.names.insert(module, names);
        }
        sources
    }

    /// Returns the names that the `use` declarations of a module import, and the path of each.
    fn uses(&self, module: &Module) -> Vec<(String, Module)> {
        let code = &self.files[module].code;
        let mut found = Vec::new();
        for (at, _) in code.match_indices("use ") {
            let starts = code[..at].chars().next_back().is_none_or(char::is_whitespace);
            let Some((tree, _)) = code[at + 4..].split_once(';').filter(|_| starts) else {
                continue;
            };
            for (path, name) in leaves(tree) {
                found.extend(self.resolve(&path, module).map(|path| (name, path)));
            }
        }
        found
    }

    /// Resolves a path in a module to a path below the crate root. Returns `None` for another
    /// crate.
    fn resolve(&self, path: &[String], module: &Module) -> Option<Module> {
        let first = path.first()?.as_str();
        let mut at = module.clone();
        let rest = match first {
            "crate" | "hustings" => return Some(path[1..].to_vec()),
            "self" | "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                at.truncate(at.len().saturating_sub(ups));
                &path[ups.max(1)..]
            }
            _ => {
                at.push(first.to_owned());
                return self.files.contains_key(&at).then(|| [module, path].concat());
            }
        };
        Some([&at, rest].concat())
    }

    /// Returns the file that defines the item at a path, following re-exports.
    fn defining_file(&self, path: &Module) -> Option<Module> {
        let mut path = path.clone();
        for _ in 0..9 {
            let file = (0..=path.len()).rev().find(|end| self.files.contains_key(&path[..*end]))?;
            let (module, rest) = (path[..file].to_vec(), path[file..].to_vec());
            let Some((item, rest)) = rest.split_first() else { return Some(module) };
            match self.names.get(&module).and_then(|names| names.get(item)) {
                Some(other) if *other != path => path = [other.as_slice(), rest].concat(),
                _ => return Some(module),
            }
        }
        None
    }

    /// Returns the files that a file depends on. A public re-export from its own submodule is no
    /// dependency.
    pub(crate) fn dependencies(&self, module: &Module) -> BTreeSet<Module> {
        let code = &self.files[module].code;
        let mut paths: Vec<Module> = Vec::new();
        let mut rest = String::new();
        let mut from = 0;
        for (at, _) in code.match_indices("use ") {
            let starts = code[..at].chars().next_back().is_none_or(char::is_whitespace);
            let Some(end) = code[at..].find(';').filter(|_| starts && at >= from) else { continue };
            rest.push_str(&code[from..at]);
            from = at + end;
            let is_public = code[..at].trim_end().rsplit('\n').next().is_some_and(|line| {
                let line = line.trim_start();
                line.starts_with("pub")
            });
            for (path, _) in leaves(&code[at + 4..from]) {
                let Some(path) = self.resolve(&path, module) else { continue };
                if !(is_public && path.starts_with(module)) {
                    paths.push(path);
                }
            }
        }
        rest.push_str(&code[from..]);
        let rest = rest.replace("pub(in crate", "pub(in other");
        for word in rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
            if word.contains("::") {
                let path: Module = word.split("::").map(str::to_owned).collect();
                paths.extend(self.resolve(&path, module));
            }
        }
        let homes = paths.iter().filter_map(|path| self.defining_file(path));
        homes.filter(|home| home != module).collect()
    }
}

/// Returns the leaves of a `use` tree, each with the name that it imports.
pub(crate) fn leaves(tree: &str) -> Vec<(Module, String)> {
    fn walk(tree: &str, before: &[String], found: &mut Vec<(Module, String)>) {
        let tree = tree.trim();
        if let Some((head, inner)) = tree.split_once('{') {
            let inner = inner.strip_suffix('}').unwrap_or(inner);
            let head = head.split("::").map(str::trim).filter(|part| !part.is_empty());
            let before = [before, &head.map(str::to_owned).collect::<Vec<_>>()].concat();
            let (mut depth, mut start) = (0, 0);
            for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        walk(&inner[start..at], &before, found);
                        start = at + 1;
                    }
                    _ => {}
                }
            }
            return;
        }
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Module = before
            .iter()
            .cloned()
            .chain(path.split("::").map(|part| part.trim().to_owned()))
            .collect();
        path.retain(|part| !part.is_empty());
        if path.len() > 1 {
            path.pop_if(|last| last == "self" || last == "*");
        }
        let last = path.last().cloned().unwrap_or_default();
        if !last.is_empty() {
            found.push((path, if name.is_empty() { last } else { name.trim().to_owned() }));
        }
    }
    let mut found = Vec::new();
    walk(tree, &[], &mut found);
    found
}

/// Returns the code of a file: comments, string literals and character literals are blanked, and a
/// test module at the end is left out.
pub(crate) fn code_only(text: &str) -> String {
    let text = match text.find("#[cfg(test)]\nmod ") {
        Some(at) if !text[at..].lines().nth(1).is_some_and(|line| line.ends_with(';')) => {
            &text[..at]
        }
        _ => text,
    };
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if c == '"' {
            string_length(rest, "\"", true)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            let marks = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
            let is_text = rest[1 + marks..].starts_with('"');
            let end = format!("\"{}", "#".repeat(marks));
            if is_text { 1 + marks + string_length(&rest[1 + marks..], &end, false) } else { 0 }
        } else if c == '\'' {
            char_length(rest)
        } else {
            0
        };
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// Returns the length of the string literal at the start of `rest`.
fn string_length(rest: &str, end: &str, has_escapes: bool) -> usize {
    let mut at = 1;
    while at < rest.len() {
        if has_escapes && rest[at..].starts_with('\\') {
            at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if rest[at..].starts_with(end) {
            return at + end.len();
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Returns the length of the character literal at the start of `rest`; 0 for a lifetime.
fn char_length(rest: &str) -> usize {
    let inner = &rest[1..];
    let length = if let Some(escaped) = inner.strip_prefix('\\') {
        escaped.find('\'').map(|end| end + 1)
    } else {
        inner.chars().next().map(char::len_utf8).filter(|at| inner[*at..].starts_with('\''))
    };
    length.map_or(0, |length| length + 2)
}

/// Formats a module path for a message.
pub(crate) fn format_path(module: &Module) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("/") }
}

#[test]
fn use_trees_are_parsed() {
    let found: Vec<_> = leaves("crate::{Error, store::{self, Store as S}}").into_iter().collect();
    let expected = [
        (module_path(&["crate", "Error"]), "Error".to_owned()),
        (module_path(&["crate", "store"]), "store".to_owned()),
        (module_path(&["crate", "store", "Store"]), "S".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn comments_strings_and_tests_are_blanked() {
    let text =
        "a::b // c::d\n\"e::f\" r#\"g::\"h\"# '\"' 'x <'y> \"\\\"i\"\n#[cfg(test)]\nmod tests {}";
    let code = code_only(text);
    for blank in ["c::d", "e::f", "g::", "i", "tests"] {
        assert!(!code.contains(blank), "{blank} in {code}");
    }
    assert!(code.contains("a::b") && code.contains("<'y>"));
}
