//! Texts that break parsers: any of them is read or refused, at a cost that its length bounds.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hustings::import::{Format, parse};
use proptest::prelude::*;

const MEGABYTE: usize = 1 << 20;

/// The patterns, each repeated to a megabyte, alone and inside of a box.
#[test]
fn a_megabyte_of_anything_comes_back() {
    let patterns = [
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
    for pattern in patterns {
        let long = pattern.repeat(MEGABYTE / pattern.len());
        for text in [
            long.clone(),
            format!("= t =\n\nInfobox\n- Election Date: {long}\n"),
            format!("= t =\n\nInfobox\n- Popular Vote1: {long}\n"),
            format!("= t =\n\nInfobox\n- Nominee1: {long}\n"),
            format!("= t =\n\nInfobox\n{long}\n"),
            format!("= {long} =\n"),
        ] {
            let _ = parse(Format::Article, &text);
            let _ = parse(Format::Jsonl, &text);
        }
        for text in [
            long.clone(),
            format!("{{{{Infobox election|{long}"),
            format!("{{{{Infobox election|nominee1={long}|party1=x}}}}"),
            format!("{{{{Infobox election|popular_vote1={long}}}}}"),
            format!("{{{{Infobox election|module={{{{Infobox election|title={long}}}}}}}}}"),
        ] {
            let _ = parse(Format::Wikitext, &text);
        }
    }
}

#[test]
fn ten_thousand_parameters_are_read() {
    let lines: String =
        (1..=10_000).map(|number| format!("- Nominee{number}: Person {number}\n")).collect();
    let election = parse(Format::Article, &format!("= t =\n\nInfobox\n{lines}")).unwrap();
    assert_eq!(election.contests[0].contenders.len(), 10_000);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_always_the_same(text in "(= t =\n\nInfobox\n)?(- (Election Date|Turnout|Popular Vote1|Seat Change2|Nominee1|Last Election3): )?\\PC{0,80}\n\\PC{0,40}") {
        prop_assert_eq!(parse(Format::Article, &text), parse(Format::Article, &text));
        let _ = parse(Format::Jsonl, &text);
    }

    #[test]
    fn any_bytes_decode_or_say_where(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        if let Err(unread) = hustings::import::decode("f", bytes) {
            prop_assert!(unread.line >= 1 && unread.column >= 1);
        }
    }
}
