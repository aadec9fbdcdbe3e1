//! Markdown output, parsed as GitHub's dialect: its text equals the original text, and no input
//! creates an element.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what it counted"
)]

mod common;

use common::Rng;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use hustings::render::{Block, OutputFormat, Report, Table, TextStyle};

/// Beginnings of markup and of links, and characters that may precede or follow them.
const PIECES: [&str; 86] = [
    "*a*",
    "**b**",
    "_c_",
    "__d__",
    "***",
    "---",
    "===",
    "`e`",
    "```",
    "~~~",
    "~~f~~",
    "~g~",
    "[h](http://i.j)",
    "[k]",
    "[l]: /m",
    "[^1]",
    "[^1]: n",
    "![o](p.png)",
    "<b>q</b>",
    "<!--",
    "-->",
    "<script>",
    "<?php",
    "<http://r.s>",
    "<t@u.vw>",
    "# x",
    "## ",
    "#",
    " #",
    "> y",
    "- z",
    "+ a",
    "* b",
    "1. c",
    "12) d",
    "- [ ] e",
    "|",
    "\\|",
    "\\",
    "\\\\",
    "\\*",
    "&amp;",
    "&#42;",
    "&lt;b&gt;",
    "&nosuch;",
    "http://example.com",
    "https://example.com/a_b_c",
    "ftp://example.com",
    "HTTP://EXAMPLE.COM",
    "www.example.com",
    "WWW.example.com",
    "who@example.com",
    "a.b+c@d-e.f_g.hi",
    "mailto:who@example.com",
    "xmpp:who@example.com/x",
    "@mention",
    "nagorno-karabakh/2012@2",
    ":--",
    "--|--",
    "| - |",
    "    code",
    "\tcode",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "  ",
    " ",
    "a",
    "1",
    ".",
    ":",
    "@",
    "!",
    "$x$",
    "$$y$$",
    "{.z}",
    "^sup^",
    "==mark==",
    "||spoiler||",
    "||",
    "العربية",
    "中文",
    "\u{202e}",
    "\u{1b}[31m",
    "e\u{301}",
];

fn hostile_text(numbers: &mut Rng) -> String {
    let length = 1 + numbers.below(6);
    (0..length).map(|_| PIECES[numbers.below(PIECES.len() as u64) as usize]).collect()
}

/// Parser options with the extensions of GitHub's dialect.
fn github_options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.math_dollars = true;
    extension.alerts = true;
    options
}

/// Returns the text of each heading, table cell and paragraph. Panics on any other element.
fn texts<'a>(root: &'a AstNode<'a>) -> Vec<String> {
    let mut texts = Vec::new();
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Document | NodeValue::Table(_) | NodeValue::TableRow(_) => {}
            NodeValue::Heading(_) | NodeValue::TableCell | NodeValue::Paragraph => {
                texts.push(String::new());
            }
            NodeValue::Text(text) => texts.last_mut().unwrap().push_str(text),
            NodeValue::SoftBreak => texts.last_mut().unwrap().push(' '),
            // The empty comment that splits a mail address.
            NodeValue::HtmlInline(html) if html == "<!-- -->" => {}
            other => panic!("an input made {other:?}"),
        }
    }
    texts
}

/// Removes all white space.
fn without_whitespace(text: &str) -> String {
    text.split(|c: char| c.is_whitespace()).collect()
}

#[test]
fn escaped_text_round_trips_and_creates_no_markup() {
    let mut numbers = Rng(7);
    let mut count = 0;
    for _ in 0..2_000 {
        let [heading, name, note] = [(); 3].map(|()| hostile_text(&mut numbers));
        let cells = [(); 4].map(|()| hostile_text(&mut numbers));
        let mut table = Table::new(&["name", ">b"]);
        table.columns[0].name = name.clone().into();
        table.rows = cells.chunks(2).map(<[String]>::to_vec).collect();
        let block =
            Block { heading: heading.clone(), table, show_header: true, note: note.clone() };
        let report = Report { blocks: vec![block], ..Report::default() };
        let mut markdown = Vec::new();
        report.write(&mut markdown, OutputFormat::Markdown, TextStyle::default()).unwrap();
        let markdown = String::from_utf8(markdown).unwrap();
        let arena = Arena::new();
        let found = texts(parse_document(&arena, &markdown, &github_options()));
        let plain = Arena::new();
        let without_extensions = texts(parse_document(&plain, &markdown, &Options::default()));
        assert_eq!(
            without_whitespace(&found.concat()),
            without_whitespace(
                &[&heading, &name, "b", &cells.concat(), &note].map(|s| s.to_owned()).concat()
            ),
            "{markdown}"
        );
        for (found, given) in
            found.iter().zip([&heading, &name, &"b".to_owned()].into_iter().chain(&cells))
        {
            assert_eq!(without_whitespace(found), without_whitespace(given), "{markdown}");
        }
        assert!(without_extensions.len() >= 2, "{markdown}");
        count += 7;
    }
    println!("{count} texts in Markdown");
}

#[test]
fn the_parser_detects_unescaped_markup() {
    let arena = Arena::new();
    let is_element = |markdown: &str| {
        let root = parse_document(&arena, markdown, &github_options());
        let inner = |value: &NodeValue| {
            matches!(value, NodeValue::Document | NodeValue::Paragraph | NodeValue::Text(_))
        };
        root.descendants().any(|node| !inner(&node.data.borrow().value))
    };
    for markup in ["*a*", "`b`", "[c](d)", "![e](f)", "<b>", "# g", "~~h~~", "$i$", "- j", "1. k"] {
        assert!(is_element(markup), "{markup}");
    }
    for link in ["https://a.example", "www.a.example", "who@a.example"] {
        assert!(is_element(link), "{link}");
    }
    assert!(!is_element("plain"));
}
