//! Detection of HTML, which is not supported.

/// Returns the formats to expect instead, if a text is HTML.
pub(super) fn expected_instead(text: &str) -> Option<&'static str> {
    is_html(text).then_some("wikitext, or an article as plain text (HTML is not read)")
}

/// Returns whether a text begins with an HTML tag, after comments and an XML declaration.
fn is_html(text: &str) -> bool {
    const TAGS: [&str; 12] = [
        "!doctype", "html", "head", "body", "table", "div", "main", "article", "section", "meta",
        "title", "link",
    ];
    let mut text = text.trim_start_matches('\u{feff}').trim_start();
    while let Some((_, rest)) = ["<!--", "<?"]
        .iter()
        .find(|begins| text.starts_with(**begins))
        .and_then(|begins| text.split_once(if *begins == "<?" { "?>" } else { "-->" }))
    {
        text = rest.trim_start();
    }
    let Some(inside) = text.strip_prefix('<') else { return false };
    let name = inside.split(|c: char| !(c.is_ascii_alphanumeric() || c == '!')).next();
    name.is_some_and(|name| TAGS.contains(&name.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_detected_from_its_beginning() {
        for text in [
            "<!DOCTYPE html>\n<html>",
            "\u{feff} <HTML lang=en>",
            "<?xml version=\"1.0\"?><!-- saved --><html>",
            "<table class=\"infobox\">",
        ] {
            assert!(is_html(text), "{text}");
        }
        for text in
            ["= A =", "{{Infobox election}}", "<!-- a -->{{Infobox election}}", "<ref>", "", "<!--"]
        {
            assert!(!is_html(text), "{text}");
        }
    }
}
