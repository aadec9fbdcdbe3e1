//! Tests with cells from real documents.

use super::*;

fn parsed(text: &str) -> String {
    let show = |part: &RoundValue| {
        let mut values = Vec::new();
        values.extend(part.round.map(|round| format!("round {round}")));
        values.extend(part.count.map(|count| count.to_string()));
        values.extend(
            part.number.filter(|_| part.count.is_none()).map(|number| format!("={number}")),
        );
        values.extend(part.share.map(|share| format!("{share}%")));
        values.extend(part.change.map(|change| format!("{change:+}")));
        values.extend(part.is_new.then(|| "new".to_owned()));
        values.extend((!part.words.is_empty()).then(|| format!("'{}'", part.words)));
        values.extend(part.is_steady.then(|| "steady".to_owned()));
        values.join(" ")
    };
    parse_rounds(text).iter().map(show).collect::<Vec<_>>().join(" | ")
}

#[test]
fn figures_are_parsed_in_common_spellings() {
    let cases = [
        ("47,095", "47095"),
        ("47 095", "47095"),
        ("47\u{a0}095", "47095"),
        ("1.234.567", "1234567"),
        ("'''14,016,850'''", "14016850"),
        ("9,857,308<ref name=\"CEC\"/>", "9857308"),
        ("5,977,045 (1st round) | 9,722,022 (2nd round)", "round 1 5977045 | round 2 9722022"),
        ("51,072,345<br>58,206,354", "51072345 | 58206354"),
        ("59 seats, 32.42 %", "59 32.42%"),
        ("40.56%, 158 seats", "158 40.56%"),
        ("161", "161"),
        ("91.54", "=91.54"),
        ("0.561", "=0.561"),
        ("1,234.567", "=1234.567"),
        ("1.23,456", "'1.23,456'"),
        ("4.69%", "4.69%"),
        ("66,65 %", "66.65%"),
        ("{{increase}} 1.5 pp", "+1.5"),
        ("{{decrease}} 1.8%", "-1.8"),
        ("Increase 6.04%", "+6.04"),
        ("35,758,259 (80.6%) Decrease 3.5pp", "35758259 80.6% -3.5"),
        ("▲4", "+4"),
        ("−4", "-4"),
        ("New", "new"),
        ("Unopposed", "'Unopposed'"),
        ("26 + DC", "26 '+ DC'"),
        ("165 electoral", "165 'electoral'"),
        ("", ""),
        // A number beside another number may describe the other, and is then not a value of its
        // own.
        ("12.5 (7 seats)", "=12.5 '7'"),
        ("12.5 [3]", "=12.5 '3'"),
        ("100<ref>2012</ref >", "100"),
        ("<REF>1</REF>44", "44"),
        ("4▼", "4 '▼'"),
        ("4.0 pp ▼", "'4.0 ▼'"),
        ("Lost 4", "4 'Lost'"),
        ("▼ from 10 to 4", "10 '▼ from to 4'"),
        ("down from 12", "12 'down from'"),
        ("1,000<br>(2016: 900)", "1000 '2016 900'"),
        ("57,259,504<br>(48.43%)", "57259504 48.43%"),
        ("10<br>of 30", "10 'of 30'"),
        ("Runoff: 200", "round 2 200"),
        // Lines that belong to the previous line.
        ("28.7%<br />▲6.1 pp", "28.7% +6.1"),
        ("26,478,140 (71.8%)<br />{{increase}}5.3 [[Percentage point|pp]]", "26478140 71.8% +5.3"),
        ("48.43%<br>New", "48.43% new"),
        ("40%<br>▲2<br>50%<br>▼3", "40% +2 | 50% -3"),
        ("▲4.1 pp<br>▼2.0 pp", "+4.1 | -2.0"),
        ("7,513,142<br />Eliminated", "7513142 | 'Eliminated'"),
        ("7,513,142<br />Eliminated<br>8,000", "7513142 | 'Eliminated' | 8000"),
        ("3<br>million", "3 | 'million'"),
        ("Unopposed<br>3", "'Unopposed' | 3"),
        ("First round:<br>7<br>Second round:<br>8", "round 1 7 | round 2 8"),
        ("7<br>first round<br>8<br>second round", "round 1 7 | round 2 8"),
        ("First round<br>Second round", "round 1 | round 2"),
        // No change.
        ("{{steady}}", "+0 steady"),
        ("No change", "+0 steady"),
        ("Steady 0.0", "+0.0"),
        ("±0", "+0"),
        ("Steady 5", "'5'"),
        ("26 Steady", "26 +0 steady"),
        // Text alternatives of arrows.
        ("Decrease1", "-1"),
        ("Increase12.5 pp", "+12.5"),
        ("Steady0", "+0"),
        ("Increase2 4", "4 +2"),
        // The British decimal point.
        ("73·5%", "73.5%"),
        ("73∙5 %", "73.5%"),
        ("12⋅5", "=12.5"),
        ("47·095", "=47.095"),
        ("1·234·567", "'1·234·567'"),
        ("73 · 5%", "'73 · 5 %'"),
        ("73.5 per cent", "73.5%"),
        ("73 percent", "73%"),
        ("2.5 percentage points", "'2.5'"),
        // Ambiguous figures are not parsed as numbers.
        ("9,857,308{{dubious|date=March 2012}}", "'9,857,308{{dubious|date=March 2012}}'"),
        ("3 million", "'3 million'"),
        ("1.5m", "'1.5 m'"),
        ("5th", "'5 th'"),
        ("10/20", "'10 / 20'"),
        ("12.3–14.5%", "'12.3 – 14.5 %'"),
        ("~5,000", "'~ 5,000'"),
        ("about 5,000", "'about 5,000'"),
        ("<s>1,234</s> 2,345", "'< s > 1,234 < / s > 2,345'"),
        ("&#49;23", "'& # 49 23'"),
        ("1&thinsp;234", "1234"),
        ("12.5&#37;", "12.5%"),
        ("45,678%", "'45,678%'"),
        ("5000%", "'5000%'"),
    ];
    for (text, expected) in cases {
        assert_eq!(parsed(text), expected, "{text}");
    }
}

#[test]
fn a_bare_number_next_to_words_is_not_a_share() {
    let share = |text: &str| parse_rounds(text)[0].as_share().map(|share| share.to_string());
    for (text, expected) in [
        ("52.3", Some("52.3")),
        ("52.3% of votes", Some("52.3")),
        ("52.3 (second round)", Some("52.3")),
        ("12 of 48", None),
        ("12 seats", None),
        ("12<br>seats", None),
        ("120", None),
    ] {
        assert_eq!(share(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_quantity_has_only_the_number_at_its_start() {
    let cases = [
        ("556 of the 573 seats in the Constituent Assembly", Some(556), Some(573)),
        ("All 513 seats in the Chamber", Some(513), None),
        ("329 votes available", Some(329), None),
        ("Two-thirds of votes from the 33 National Assembly members", None, None),
        ("165 electoral", Some(165), None),
    ];
    for (text, count, of) in cases {
        let quantity = parse_quantity(text);
        assert_eq!((quantity.count, quantity.of, quantity.text.as_str()), (count, of, text));
    }
}

#[test]
fn markup_is_stripped() {
    assert_eq!(
        strip_markup("''on or before'' 26&nbsp;May<ref>x</ref><br />now"),
        "on or before 26 May\nnow"
    );
    assert_eq!(strip_markup("a < b"), "a < b");
    assert_eq!(strip_markup("[[Rudolf (king)|]]"), "Rudolf");
    assert_eq!(strip_markup("[[A|''B'']] [[File:x.png|9px]][[Category:Y]]"), "A".replace('A', "B"));
    assert_eq!(
        strip_markup("Jos&eacute; <span style=\"display:none\">x</span>1<sup>st</sup>"),
        "José 1st"
    );
    assert_eq!(strip_markup("7 [https://example.org a b][https://example.org]"), "7 a b");
}

#[test]
fn files_and_unknown_markup_are_found() {
    assert_eq!(files("[[File:a.svg]]<br>[[Datei: b c.png ]] [[A]]"), ["a.svg", "b c.png"]);
    for (text, expected) in [
        ("[[A]] ''b'' <small>c</small> &ndash; O'Neill <3", None),
        ("x {{foo |y}}", Some("{{foo}}")),
        ("[[A|{{foo}}]]", Some("{{foo}}")),
        ("<s>A</s>", Some("<s>")),
        ("A<sup>a</sup>", Some("<sup>")),
        ("[[A", Some("[[A")),
        ("A]] b", Some("]]")),
        ("style=\"color: red\"| A", Some("style=")),
        ("&nonsense;", Some("&nonsense;")),
    ] {
        assert_eq!(find_unknown_markup(text).as_deref(), expected, "{text}");
    }
}
