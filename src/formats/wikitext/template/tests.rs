//! Tests that templates become the text that a reader of the page sees.

use std::collections::HashSet;

use super::*;
use crate::formats::wikitext::template_output::TEMPLATES;

fn displayed(text: &str) -> String {
    value_text(&parse(text))
}

#[test]
fn templates_are_replaced_by_their_displayed_text() {
    for (text, expected) in [
        ("{{resize|95%|61.2%}}", "61.2%"),
        ("{{resize|[[A B]]}}", "[[A B]]"),
        ("{{color|red|Justice}}", "Justice"),
        ("{{font color|white|blue|Justice}}", "Justice"),
        ("{{hover title|leader|Carl Cobalt}}", "Carl Cobalt"),
        ("{{H:title|leader|Carl Cobalt|dotted=no}}", "Carl Cobalt"),
        ("{{Tooltip|CC|Carl Cobalt}}", "CC"),
        ("{{abbr|CC|Carl Cobalt}}", "CC"),
        ("{{abbrlink|CC|Carl Cobalt}}", "[[Carl Cobalt|CC]]"),
        ("{{nowrap|1=a=b}}", "a=b"),
        ("{{small|(acting)}}", "<small>(acting)</small>"),
        ("1{{sup|st}}", "1<sup>st</sup>"),
        ("{{flagdeco|Scotland}} [[C D]]", "[[C D]]"),
        ("{{flagicon|Scotland}}{{flag icon|Wales}}[[C D]]", "[[C D]]"),
        ("{{flag|Scotland}}", "Scotland"),
        ("{{flagu|Scotland|1800|name=the Scots}}", "the Scots"),
        ("{{formatnum:1234567}}", "1234567"),
        ("{{formatnum:{{#expr:1000+1}}}}", "{{formatnum:{{#expr:1000+1}}}}"),
        ("{{formatnum:1234|R}}", "1234"),
        ("{{nts|12345}}", "12345"),
        ("{{val|12.3|fmt=commas}}", "12.3"),
        ("{{val|4.5|e=6}}", "{{val|4.5|e=6}}"),
        ("{{val|4.5|0.3}}", "{{val|4.5|0.3}}"),
        ("{{composition bar|63|435|hex=#f00}}", "63 of 435"),
        ("{{steady}}", "Steady"),
        ("{{No change}}", "Steady"),
        ("{{increase}}5.3", "▲5.3"),
        ("{{IncreaseNegative|more crimes}} 4", "▲ 4"),
        ("{{decrease|4}}", "▼4"),
        ("{{fluc|-4.5}} {{fluc|3}} {{fluc|0}}", "▼4.5 ▲3 Steady"),
        ("{{fluc|5|custom label=many}}", "{{fluc|5|custom label=many}}"),
        ("{{Start date|1901|June|2}}", "2 June 1901"),
        ("{{Start date|1901|6|2|8|30|df=y}}", "1901-06-02"),
        ("{{Start date|1901}}", "1901"),
        ("{{end date|1901|06}}", "1901-06"),
        ("{{dts|format=dmy|1901|June}}", "June 1901"),
        ("{{date|2 June 1901|mdy}}", "2 June 1901"),
        ("{{date|23|avril|2017}}", "23 avril 2017"),
        ("{{Start date|1901|June|x}}", "{{Start date|1901|June|x}}"),
        ("{{Br list|Anna Alba|Boris Black}}", "Anna Alba<br>Boris Black"),
        ("{{Br separated entries|a||b}}", "a<br>b"),
        ("{{ubl|class=x|[[A]]|2=[[B]]}}", "[[A]]<br>[[B]]"),
        ("{{plainlist|\n* [[A]]\n* [[B]]\n}}", "[[A]]<br>[[B]]"),
        ("{{plainlist}}\n* [[A]]\n* [[B]]\n{{endplainlist}}", "[[A]]<br>[[B]]"),
        ("\n* [[A]]\n** [[B]]", "[[A]]<br>[[B]]"),
        ("{{hlist|a|b}}", "a<br>b"),
        ("{{lang|fr|Texte}}", "Texte"),
        ("{{ill|A B|fr|A. B.|lt=AB}}", "[[A B|AB]]"),
        ("{{sortname|Anna|Alba|dab=poet}}", "[[Anna Alba (poet)|Anna Alba]]"),
        ("{{sortname|Anna|Alba|nolink=1}}", "Anna Alba"),
        ("a{{efn|b}}{{refn|c}}{{#tag:ref|d}}{{cite web|e}}", "a"),
        ("{{N/A}} {{n/a|none}} {{TBD}} {{dunno}}", "N/A none TBD ?"),
        ("{{circa|1901}}", "circa 1901"),
        ("a{{!}}b{{br}}c{{snd}}d{{nbsp}}e{{·}}f{{'s}}", "a|b<br>c – d e · f's"),
        ("{{Canadian party colour|CA|Liberal|name}}", "Liberal"),
        ("{{Canadian party colour|CA|Liberal}}{{party color|Unity}}", ""),
        ("{{party name with color|Unity (1901)}}", "[[Unity (1901)]]"),
        ("{{legend|#f00|Unity}}", "Unity"),
        (
            "{{Switcher|[[File:a.svg|350px]]|By county|[[File:b.svg|350px]]|By town}}",
            "[[File:a.svg]]<br>By county<br>[[File:b.svg]]<br>By town",
        ),
        ("{{CSS image crop|Image = A B.jpg|bSize = 135}}", "[[File:A B.jpg]]"),
        (
            "{{multiple image|total_width=9|image1=a.jpg|caption1=One|image2=File:b.jpg}}",
            "[[File:a.jpg]]<br>One<br>[[File:b.jpg]]",
        ),
        ("{{foo|a}} {{percentage|1|2}} {{nowrap|{{foo}}}}", "{{foo|a}} {{percentage|1|2}} {{foo}}"),
        ("{{nowrap|a=b}}", "{{nowrap|a=b}}"),
    ] {
        assert_eq!(displayed(text), expected, "{text}");
    }
    assert_eq!(colour_text(&parse(" {{party color|Unity (1901)}} ")), "[[Unity (1901)]]");
    assert_eq!(colour_text(&parse("#FF0000")), "#FF0000");
}

/// Every known template is replaced by the text that it displays, or by nothing, and never keeps
/// its source text.
#[test]
fn every_known_template_is_replaced() {
    let mut seen = HashSet::new();
    for (names, shows) in TEMPLATES {
        for name in *names {
            assert!(seen.insert(*name), "{name} stands twice");
            assert_eq!(*name, name.to_lowercase(), "{name}");
            let argument = match shows {
                TemplateOutput::Date => "1901|6|2",
                TemplateOutput::Number => "7",
                TemplateOutput::Files => "image=x.svg",
                TemplateOutput::Change => "-7",
                _ => "x|x|x",
            };
            let text = displayed(&format!("{{{{{name}|{argument}}}}}"));
            assert!(!text.contains("{{"), "{name}: {text}");
            let is_silent = matches!(
                shows,
                TemplateOutput::Nothing
                    | TemplateOutput::PartyColour(_)
                    | TemplateOutput::CanadianParty
                    | TemplateOutput::Literal(" ")
            );
            assert_eq!(text.is_empty(), is_silent, "{name}: {text}");
        }
    }
}
