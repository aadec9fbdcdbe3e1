//! Size limits of journal entries.

use crate::model::LARGEST_TEXT;

pub(super) fn check_chars(what: &str, length: usize, text: &str) -> Result<(), String> {
    match text.chars().nth(length) {
        None => Ok(()),
        Some(_) => Err(format!("{what} has more than {length} characters")),
    }
}

pub(super) fn check_text_size(text: &str) -> Result<(), String> {
    match text.len() {
        0..=LARGEST_TEXT => Ok(()),
        length => Err(format!("a text has {length} bytes, more than {LARGEST_TEXT}")),
    }
}
