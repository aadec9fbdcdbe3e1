//! Patterns that may break parsers, and texts with a pattern in different places.

/// Patterns, each to be repeated up to a given size.
pub(crate) const PATTERNS: [&str; 36] = [
    "{{",
    "{{a|",
    "[[",
    "'''a'''",
    "<ref>",
    "{{{",
    "<",
    "&",
    "(",
    "2–",
    "1,",
    "1 ",
    "and ",
    "- ",
    "=",
    "\n",
    "- A: b\n",
    "- Nominee1: x\n",
    "1 (",
    "=a=\n",
    "é",
    "0",
    "July 1 ",
    "- Seats1: 1\n",
    "{{a}}",
    "{{a|b=",
    "}}",
    "[[a]]",
    "[[a|",
    "[[a]]<br>",
    "|a=b",
    "|nominee1=x",
    "<!--",
    "<nowiki>",
    "{{nowrap|",
    "{{Infobox election|module=",
];

/// Returns articles with the pattern in different places, from the first line on.
#[allow(dead_code, reason = "not every program reads articles")]
pub(crate) fn articles(long: &str) -> [String; 6] {
    [
        long.to_owned(),
        format!("= t =\n\nInfobox\n- Election Date: {long}\n"),
        format!("= t =\n\nInfobox\n- Popular Vote1: {long}\n"),
        format!("= t =\n\nInfobox\n- Nominee1: {long}\n"),
        format!("= t =\n\nInfobox\n{long}\n"),
        format!("= {long} =\n"),
    ]
}

/// Returns wiki pages with the pattern in different places.
pub(crate) fn pages(long: &str) -> [String; 6] {
    [
        long.to_owned(),
        format!("{{{{Infobox election|{long}"),
        format!("{{{{Infobox election|nominee1={long}|party1=x}}}}"),
        format!("{{{{Infobox election|popular_vote1={long}}}}}"),
        format!("{{{{Infobox election|module={{{{Infobox election|title={long}}}}}}}}}"),
        format!("{{{{Infobox election|nominee1=x}}}}{{{{Election results|votes1={long}|{long}}}}}"),
    ]
}
