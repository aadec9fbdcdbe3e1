//! A parser of wikitext into a tree of templates and links, in one pass.
//!
//! Every opening mark is pushed once and popped once, and the nesting depth is bounded, so the cost
//! is linear in the length of the text. Marks that are not closed are text.

use std::borrow::Cow;

use crate::values::number;

/// Maximum nesting depth. Deeper marks are text.
const MAX_DEPTH: usize = 100;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'a> {
    Text(&'a str),
    Template(Template<'a>),
    /// The target page, and the displayed text.
    Link(&'a str, &'a str),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template<'a> {
    /// The name in lower case, with single spaces.
    pub(super) name: String,
    pub(super) arguments: Vec<Argument<'a>>,
    /// Byte offset in the text.
    pub(super) offset: usize,
    /// Exact source text, with its braces.
    pub(super) source: &'a str,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Argument<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) value: Vec<Node<'a>>,
    pub(super) offset: usize,
}

/// Removes comments and references from a text, and escapes the markup in `nowiki` and similar
/// tags. Line breaks are kept, so that line numbers do not change.
pub(super) fn strip_hidden(text: &str) -> Cow<'_, str> {
    const COMMENT: (&str, &str) = ("<!--", "-->");
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    // If one tag is not closed, later tags of that name are not closed either.
    let mut unclosed = [false; UNPARSED_TAGS.len()];
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(inside) = rest.strip_prefix(COMMENT.0) {
            // An unclosed comment extends to the end of the text.
            let end = inside.find(COMMENT.1).unwrap_or(inside.len());
            plain.extend(inside[..end].chars().filter(|c| *c == '\n'));
            rest = inside[end..].strip_prefix(COMMENT.1).unwrap_or("");
            continue;
        }
        let found = UNPARSED_TAGS.iter().zip(&mut unclosed).find_map(|(tag, unclosed)| {
            let opened = opening_tag_len(rest, tag).filter(|_| !*unclosed)?;
            if rest[..opened].ends_with("/>") {
                return Some((*tag, opened, opened, opened));
            }
            let mut marks = rest[opened..].match_indices("</");
            let closed = marks.find_map(|(at, _)| {
                let length = number::closing_tag_length(&rest[opened + at..], tag)?;
                Some((*tag, opened, opened + at, opened + at + length))
            });
            *unclosed = closed.is_none();
            closed
        });
        let Some((tag, opened, end, after)) = found else {
            plain.push('<');
            rest = &rest[1..];
            continue;
        };
        for c in rest[opened..end].chars() {
            if tag == REF_TAG {
                plain.extend((c == '\n').then_some(c));
            } else if "{}[]|=<".contains(c) {
                plain.push_str(&format!("&#{};", u32::from(c)));
            } else {
                plain.push(c);
            }
        }
        rest = &rest[after..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

const REF_TAG: &str = "ref";

/// Tags whose content is not parsed.
const UNPARSED_TAGS: [&str; 7] =
    [REF_TAG, "nowiki", "pre", "math", "gallery", "syntaxhighlight", "timeline"];

/// Returns the length of the opening tag with which a text begins, if it has the name `tag`.
fn opening_tag_len(text: &str, tag: &str) -> Option<usize> {
    let rest = text.get(1..)?;
    let rest = rest.get(tag.len()..).filter(|_| rest[..tag.len()].eq_ignore_ascii_case(tag))?;
    if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    // A tag cannot contain another tag, so a `<` before the `>` means that the text is not a tag.
    let end = rest.find(['<', '>'])?;
    (rest.as_bytes()[end] == b'>').then_some(1 + tag.len() + end + 1)
}

enum FrameKind {
    Page,
    Template,
    Link,
}

struct Frame<'a> {
    kind: FrameKind,
    start: usize,
    arguments: Vec<Argument<'a>>,
    current: Argument<'a>,
}

impl Frame<'_> {
    fn new(kind: FrameKind, start: usize, after: usize) -> Self {
        let current = Argument { offset: after, ..Argument::default() };
        Self { kind, start, arguments: Vec::new(), current }
    }
}

struct Parser<'a> {
    text: &'a str,
    stack: Vec<Frame<'a>>,
    /// End of the text that nodes already contain, in bytes.
    consumed: usize,
}

/// Parses a text into nodes: plain text, templates and links.
pub(super) fn parse(text: &str) -> Vec<Node<'_>> {
    let mut parser = Parser { text, stack: vec![Frame::new(FrameKind::Page, 0, 0)], consumed: 0 };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(plain) = bytes.get(at..).and_then(|rest| rest.iter().position(is_mark)) {
        at += plain;
        let pair = bytes.get(at + 1) == Some(&bytes[at]);
        let deep = parser.stack.len() > MAX_DEPTH;
        at = match bytes[at] {
            b'{' if pair && !deep => parser.open_frame(FrameKind::Template, at),
            b'[' if pair && !deep => parser.open_frame(FrameKind::Link, at),
            b'}' if pair => parser.close_template(at),
            b']' if pair => parser.close_link(at),
            b'|' => parser.handle_pipe(at),
            b'=' => parser.handle_equals(at),
            b'\n' => parser.handle_line_feed(at),
            _ => at + 1,
        };
    }
    parser.finish()
}

/// Returns whether [`parse`] may treat a byte as markup. Almost all bytes are plain text.
fn is_mark(byte: &u8) -> bool {
    matches!(byte, b'{' | b'[' | b'}' | b']' | b'|' | b'=' | b'\n')
}

impl<'a> Parser<'a> {
    fn top(&mut self) -> Option<&mut Frame<'a>> {
        self.stack.last_mut()
    }

    /// Adds the text up to `at` to the innermost open frame.
    fn push_text_until(&mut self, at: usize) {
        let (from, text) = (self.consumed, self.text);
        self.consumed = at;
        if from < at
            && let Some(top) = self.top()
        {
            top.current.value.push(Node::Text(&text[from..at]));
        }
    }

    fn open_frame(&mut self, kind: FrameKind, at: usize) -> usize {
        self.push_text_until(at);
        self.consumed = at + 2;
        self.stack.push(Frame::new(kind, at, at + 2));
        at + 2
    }

    fn handle_pipe(&mut self, at: usize) -> usize {
        if matches!(self.top(), Some(Frame { kind: FrameKind::Template, .. })) {
            self.push_text_until(at);
            self.consumed = at + 1;
            if let Some(top) = self.top() {
                let next = Argument { offset: at + 1, ..Argument::default() };
                top.arguments.push(std::mem::replace(&mut top.current, next));
            }
        }
        at + 1
    }

    /// Handles a line feed. If a link is still open and the next line begins with a pipe, the link
    /// was never closed: the pipe begins another argument of the enclosing template.
    fn handle_line_feed(&mut self, at: usize) -> usize {
        let rest = self.text[at + 1..].trim_start_matches([' ', '\t']);
        let links =
            self.stack.iter().rev().take_while(|frame| matches!(frame.kind, FrameKind::Link));
        let depth = self.stack.len() - links.count();
        if rest.starts_with('|') && depth < self.stack.len() && depth > 1 {
            self.push_text_until(at);
            self.unwind_unclosed(depth);
        }
        at + 1
    }

    /// Handles `=`. The first one ends the name of an argument, if only text precedes it.
    fn handle_equals(&mut self, at: usize) -> usize {
        let (from, text) = (self.consumed, self.text);
        if let Some(top) = self.top()
            && matches!(top.kind, FrameKind::Template)
            && !top.arguments.is_empty()
            && top.current.name.is_none()
            && top.current.value.is_empty()
        {
            top.current.name = Some(text[from..at].trim());
            self.consumed = at + 1;
        }
        at + 1
    }

    fn close_template(&mut self, at: usize) -> usize {
        let open = self.stack.iter().rposition(|frame| matches!(frame.kind, FrameKind::Template));
        let Some(open) = open else { return at + 2 };
        self.push_text_until(at);
        self.unwind_unclosed(open + 1);
        self.consumed = at + 2;
        if let Some(mut frame) = self.stack.pop() {
            frame.arguments.push(frame.current);
            let mut arguments = frame.arguments.into_iter();
            let name = arguments.next().map(|name| template_name(&name.value)).unwrap_or_default();
            let source = &self.text[frame.start..at + 2];
            let arguments = arguments.collect();
            let template = Template { name, arguments, offset: frame.start, source };
            if let Some(top) = self.top() {
                top.current.value.push(Node::Template(template));
            }
        }
        at + 2
    }

    fn close_link(&mut self, at: usize) -> usize {
        if !matches!(self.top(), Some(Frame { kind: FrameKind::Link, .. })) {
            return at + 2;
        }
        if let Some(frame) = self.stack.pop() {
            let inside = &self.text[frame.start + 2..at];
            let (target, words) = inside.split_once('|').unwrap_or((inside, inside));
            self.consumed = at + 2;
            if let Some(top) = self.top() {
                top.current.value.push(Node::Link(target.trim(), words.trim()));
            }
        }
        at + 2
    }

    /// Converts all frames above the first `keep`, which were never closed, back to text. Doing
    /// this in one step avoids moving nodes from frame to frame.
    fn unwind_unclosed(&mut self, keep: usize) {
        let text = self.text;
        let open = self.stack.split_off(keep);
        let Some(top) = self.stack.last_mut() else { return };
        let value = &mut top.current.value;
        for frame in open {
            value.push(Node::Text(&text[frame.start..frame.start + 2]));
            for argument in frame.arguments.into_iter().chain([frame.current]) {
                if argument.offset > frame.start + 2 {
                    value.push(Node::Text("|"));
                }
                if let Some(name) = argument.name {
                    value.extend([Node::Text(name), Node::Text("=")]);
                }
                value.extend(argument.value);
            }
        }
    }

    fn finish(mut self) -> Vec<Node<'a>> {
        self.push_text_until(self.text.len());
        self.unwind_unclosed(1);
        self.stack.pop().map(|page| page.current.value).unwrap_or_default()
    }
}

fn template_name(nodes: &[Node<'_>]) -> String {
    let text = match nodes.first() {
        Some(Node::Text(text)) => *text,
        _ => "",
    };
    let words = text.split(|c: char| c.is_whitespace() || c == '_');
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase();
    name.strip_prefix("template:").map(|name| name.trim_start().to_owned()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template<'a>(nodes: &'a [Node<'a>]) -> &'a Template<'a> {
        let found = nodes.iter().find_map(|node| match node {
            Node::Template(template) => Some(template),
            _ => None,
        });
        found.unwrap()
    }

    #[test]
    fn templates_and_links_nest_in_templates() {
        let nodes = parse("a {{Box_one | x = [[T|t]] | {{y|1}} | z=a=b }} b");
        let outer = template(&nodes);
        assert_eq!((outer.name.as_str(), outer.arguments.len()), ("box one", 3));
        assert_eq!(outer.arguments[0].name, Some("x"));
        assert!(outer.arguments[0].value.contains(&Node::Link("T", "t")));
        assert_eq!(template(&outer.arguments[1].value).name, "y");
        assert_eq!(outer.arguments[2].value, [Node::Text("a=b ")]);
    }

    #[test]
    fn adjacent_closing_braces_are_paired() {
        let nodes = parse("{{a|m={{b|m={{c|x=1}}}}}}");
        let inner = template(&template(&nodes).arguments[0].value);
        assert_eq!(template(&inner.arguments[0].value).arguments[0].value, [Node::Text("1")]);
    }

    #[test]
    fn unclosed_markup_is_text() {
        let parsed = |text: &str| -> String {
            let words = parse(text).into_iter().map(|node| match node {
                Node::Text(text) => text.to_owned(),
                Node::Template(template) => format!("<{}>", template.name),
                Node::Link(target, _) => format!("<{target}>"),
            });
            words.collect()
        };
        for text in ["{{a|b=c|d", "[[a|b", "a}}b]]", "{{{", "}}"] {
            assert_eq!(parsed(text), text);
        }
        assert_eq!(parsed("{{a|[[b}} c"), "<a> c");
    }

    #[test]
    fn an_unclosed_link_ends_at_the_next_argument() {
        let nodes = parse("{{a\n|b=[[c\n | d=[[e|f]]\n}}");
        let names: Vec<_> = template(&nodes).arguments.iter().map(|one| one.name).collect();
        assert_eq!(names, [Some("b"), Some("d")]);
        assert!(template(&nodes).arguments[1].value.contains(&Node::Link("e", "f")));
    }

    #[test]
    fn comments_references_and_nowiki_are_hidden() {
        assert_eq!(strip_hidden("a<!-- {{x\n}} -->b<nowiki>{{</nowiki>c"), "a\nb&#123;&#123;c");
        assert_eq!(strip_hidden("a <!-- b"), "a ");
        assert_eq!(strip_hidden("a < b"), "a < b");
        assert_eq!(strip_hidden("a<ref name=x>b|\nc</ref >d<Ref/>e<ref>f"), "a\nde<ref>f");
        assert_eq!(strip_hidden("<PRE>{{x</pre><references/>"), "&#123;&#123;x<references/>");
    }
}
