//! Writes TOML: texts, lists and settings with comments.

/// Returns a TOML string.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Returns a TOML string for an expression: without escapes, if possible.
pub(super) fn literal(text: &str) -> String {
    if text.contains('\'') || text.chars().any(char::is_control) {
        quote(text)
    } else {
        format!("'{text}'")
    }
}

/// Returns a TOML list of strings.
pub(super) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quote(text)).collect::<Vec<_>>().join(", "))
}

/// Returns a TOML key: bare, if possible.
pub(super) fn key(name: &str) -> String {
    let is_bare = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_bare { name.to_owned() } else { quote(name) }
}

/// A text of settings and comments.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
}

impl Writer {
    /// Writes a comment; every line of the text becomes one.
    pub(super) fn comment(&mut self, text: &str) {
        for line in text.lines() {
            let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.text.push_str(format!("# {line}").trim_end());
            self.text.push('\n');
        }
    }

    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Writes a line as it stands, with a comment after it.
    pub(super) fn line(&mut self, line: &str, comment: &str) {
        self.text.push_str(line);
        if !comment.is_empty() {
            let comment: String =
                comment.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.text.push_str("  # ");
            self.text.push_str(&comment);
        }
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(quote("a \"b\" \\ c"), r#""a \"b\" \\ c""#);
        assert_eq!(literal(r"\d+"), r"'\d+'");
        assert_eq!(key("Votes cast"), "\"Votes cast\"");
    }
}
