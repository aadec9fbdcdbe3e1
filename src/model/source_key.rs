//! Keys of sources: a name, or the format and folder of documents imported without a source.

use std::path::Path;

use super::source_name::{REVERT_SOURCE, source_name};

/// Separator of the format and the folder. The name of a source cannot contain it.
const SEPARATOR: char = ':';

/// Returns the key of the source of a document: the name of its source, or `format:folder`.
pub(crate) fn source_key(name: Option<&str>, format: &str, file: &str) -> String {
    match name {
        _ if file == REVERT_SOURCE => REVERT_SOURCE.to_owned(),
        Some(name) => name.to_owned(),
        None => {
            let file = source_name(file);
            let folder = Path::new(&file).parent().map(Path::to_string_lossy);
            format!("{format}{SEPARATOR}{}", folder.unwrap_or_default())
        }
    }
}

/// Returns the name under which the documents of a source are compared: that of the source, or that
/// of the file. A file cannot have the name of a source's history.
pub(crate) fn history_name(name: Option<&str>, file: &str) -> String {
    name.map_or_else(|| source_name(file), |name| format!("\u{1}{name}"))
}

/// Returns the name shown for a key, without the path of its folder.
pub(crate) fn source_key_name(key: &str) -> String {
    let Some((format, folder)) = key.split_once(SEPARATOR) else { return key.to_owned() };
    match Path::new(folder).file_name() {
        Some(name) => format!("{format}{SEPARATOR}{}", name.to_string_lossy()),
        None => format.to_owned(),
    }
}

/// Returns the name of a file without its folder, whichever system the path is of.
pub(crate) fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_a_source_is_the_format_and_the_folder() {
        assert_eq!(source_key(Some("parlgov"), "table", "/data/a.csv"), "parlgov");
        let key = source_key(None, "article", "./old/articles/a.txt");
        assert_eq!(
            (key.as_str(), source_key_name(&key).as_str()),
            ("article:old/articles", "article:articles")
        );
        let stdin = source_key(None, "jsonl", "<stdin>");
        assert_eq!((stdin.as_str(), source_key_name(&stdin).as_str()), ("jsonl:", "jsonl"));
        assert_eq!(source_key(Some("parlgov"), "table", REVERT_SOURCE), "<revert>");
        assert_eq!(file_name("/home/somebody/data/view_election.csv"), "view_election.csv");
        assert_eq!(
            (file_name("C:\\data\\a.csv").as_str(), file_name("//").as_str()),
            ("a.csv", "//")
        );
    }
}
