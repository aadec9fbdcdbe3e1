//! The table of known templates, with the output of each one on a page. Other templates may display
//! anything, so they are left as they are.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The output of a template on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TemplateOutput {
    /// No text: notes, icons, spacing.
    Nothing,
    /// Fixed characters, whatever the arguments.
    Literal(&'static str),
    /// The argument with this index, counted from 0.
    Argument(usize),
    /// The last argument, if there are two or more.
    Last,
    /// The second argument, or the only one.
    Resized,
    /// The first argument, in small print.
    Small,
    /// The first argument, marked as superscript, so that it does not become part of a preceding
    /// number.
    Superscript,
    /// The name of a flag's country: the argument `name`, or else the first.
    Flag,
    /// This arrow, and the first argument if it begins with a digit.
    Arrow(&'static str),
    /// A change: an arrow and a number.
    Change,
    /// A number without a unit, an exponent or a margin of error.
    Number,
    /// A part of a total, drawn as a bar: "63 of 435".
    CompositionBar,
    /// The first argument, or this text if there is none.
    ArgumentOr(&'static str),
    /// "circa" and the first argument.
    Circa,
    /// A date, in numbers or with the name of the month.
    Date,
    /// A list, with one item per line.
    List,
    /// A person's first and last name, linked.
    PersonName,
    /// A link to a page that may not exist in this wiki.
    InterlanguageLink,
    /// The first argument, linked to the second.
    AbbreviationLink,
    /// The first argument, linked to the page of that name.
    PageLink,
    /// The files that the template names, and their captions.
    Files,
    /// The colour of the party in the argument with this index. It displays no text outside colour
    /// values.
    PartyColour(usize),
    /// A party's colour, or its name if the third argument requests the name.
    CanadianParty,
}

/// Returns the output of a template, or `None` if the template is unknown. `name` is in lower case.
pub(super) fn template_output(name: &str) -> Option<TemplateOutput> {
    let begins = |start: &str| name.starts_with(start);
    INDEX.get(name).copied().or_else(|| match name {
        _ if begins("cite ") || begins("#tag:ref") || begins("flagicon ") => {
            Some(TemplateOutput::Nothing)
        }
        _ if begins("party name with ") => Some(TemplateOutput::PageLink),
        _ if begins("party colo") => Some(TemplateOutput::PartyColour(0)),
        _ => None,
    })
}

static INDEX: LazyLock<HashMap<&str, TemplateOutput>> = LazyLock::new(|| {
    let names =
        TEMPLATES.iter().flat_map(|(names, shows)| names.iter().map(|name| (*name, *shows)));
    names.collect()
});

/// Every known template, grouped by what it displays.
#[rustfmt::skip]
pub(super) const TEMPLATES: &[(&[&str], TemplateOutput)] = &[
    (&["efn", "efn-ua", "efn-la", "efn-lr", "efn-lg", "refn", "ref", "sfn", "sfnp", "sfnm", "harvnb", "r", "rp", "note",
       "notetag", "ref label", "note label", "citation", "citation needed", "cn", "fact", "dubious", "clarify",
       "clarification needed", "disputed inline", "verify source", "verification needed", "failed verification",
       "better source needed", "when", "who", "by whom", "update inline", "update after", "inconsistent", "dead link",
       "webarchive", "dagger", "double-dagger", "clear", "clr", "-", "ntsh", "hs", "0", "00", "anchor", "shy", "wbr", "zwj", "zwnj", "zwsp",
       "nowrap begin", "nowrap end", "nobr end", "plainlist end", "endplainlist", "end plainlist", "endflatlist",
       "end flatlist", "flatlist end", "fontcolor end"], TemplateOutput::Nothing),
    (&["flagicon", "flag icon", "flagdeco", "flag decoration", "flagicon image", "flag icon image", "noflag icon",
       "party shortname linked icon", "party stripe", "color box", "colour box", "colorbox", "colourbox", "color sample",
       "legend-col end"], TemplateOutput::Nothing),
    (&["br", "break", "crlf", "pb"], TemplateOutput::Literal("<br>")),
    (&["!"], TemplateOutput::Literal("|")),
    (&["="], TemplateOutput::Literal("=")),
    (&["'"], TemplateOutput::Literal("'")),
    (&["'s"], TemplateOutput::Literal("'s")),
    (&["nbsp", "nnbsp", "nbs", "space", "spaces", "thinsp", "thin space", "hair space", "hsp", "figure space", "gap",
       "pad", "nbthinsp"], TemplateOutput::Literal(" ")),
    (&["ndash", "en dash", "endash"], TemplateOutput::Literal("–")),
    (&["mdash", "em dash", "emdash"], TemplateOutput::Literal("—")),
    (&["snd", "spnd", "spndash", "spaced ndash", "spaced en dash", "sndash"], TemplateOutput::Literal(" – ")),
    (&["·", "•", "dot", "middot", "bullet", "dotsep", "bold dot", "spaced middot"], TemplateOutput::Literal(" · ")),
    (&["steady", "nochange", "no change", "same", "unchanged"], TemplateOutput::Literal("Steady")),
    (&["increase", "up", "gain", "profit", "increasepositive", "increaseneutral", "increasenegative",
       "negative increase", "neutral increase", "positive increase"], TemplateOutput::Arrow("▲")),
    (&["decrease", "down", "loss", "decreasenegative", "decreaseneutral", "decreasepositive", "positive decrease",
       "neutral decrease", "negative decrease"], TemplateOutput::Arrow("▼")),
    (&["fluctuation formatter", "fluc", "fluctuation"], TemplateOutput::Change),
    (&["nowrap", "nobr", "nobreak", "no wrap", "no break", "nowraplinks", "wrap", "big", "bigger", "large", "larger",
       "huge", "center", "centre", "centered", "left", "right", "align left", "nobold", "no bold", "normal", "noitalic",
       "no italic", "bold", "strong", "italic", "italics", "em", "emphasis", "underline", "u", "mono", "longitem",
       "long item", "notatypo", "not a typo", "abbr", "abbrv", "define",
       "tooltip", "vanchor", "visible anchor", "delink", "nolink", "nom", "red", "green", "blue",
       "gray", "grey", "smallcaps", "small caps", "sc", "avoid wrap"],
      TemplateOutput::Argument(0)),
    (&["lang", "legend", "legend0", "legend inline", "legend2", "sort"], TemplateOutput::Argument(1)),
    (&["transliteration", "transl", "translit"], TemplateOutput::Last),
    (&["color", "colour", "font color", "font colour", "fontcolor", "fontcolour", "font-color", "coloured text",
       "colored text", "hover title", "h:title", "hovertitle", "background color", "background colour",
       "fontsize", "font size", "font-size"], TemplateOutput::Last),
    (&["resize"], TemplateOutput::Resized),
    (&["small", "smaller", "midsize", "petit", "tiny"],
      TemplateOutput::Small),
    (&["sup", "sub"], TemplateOutput::Superscript),
    (&["flag", "flagcountry", "flagu", "flag country", "noflag", "flaglist"], TemplateOutput::Flag),
    (&["nts", "val", "number table sorting"], TemplateOutput::Number),
    (&["composition bar"], TemplateOutput::CompositionBar),
    (&["n/a", "na", "n.a."], TemplateOutput::ArgumentOr("N/A")),
    (&["tba"], TemplateOutput::ArgumentOr("TBA")),
    (&["tbd"], TemplateOutput::ArgumentOr("TBD")),
    (&["tbc"], TemplateOutput::ArgumentOr("TBC")),
    (&["none"], TemplateOutput::ArgumentOr("None")),
    (&["unknown"], TemplateOutput::ArgumentOr("Unknown")),
    (&["dunno"], TemplateOutput::ArgumentOr("?")),
    (&["sdash"], TemplateOutput::ArgumentOr("—")),
    (&["yes"], TemplateOutput::ArgumentOr("Yes")),
    (&["no"], TemplateOutput::ArgumentOr("No")),
    (&["pending"], TemplateOutput::ArgumentOr("Pending")),
    (&["circa", "c.", "ca."], TemplateOutput::Circa),
    (&["start date", "start-date", "startdate", "start date and age", "end date", "end-date", "enddate", "date", "dts",
       "election date", "date table sorting"], TemplateOutput::Date),
    (&["plainlist", "plain list", "flatlist", "flat list", "hlist", "horizontal list", "ubl", "ublist",        "unbulleted list", "br list", "br separated entries", "br separated", "bulleted list", "bulletedlist", "blist",
       "comma separated entries", "cslist", "hlist-comma", "startplainlist", "start plainlist",
       "startflatlist", "ordered list"], TemplateOutput::List),
    (&["sortname", "sort name"], TemplateOutput::PersonName),
    (&["ill", "interlanguage link", "interlanguage link multi", "illm"], TemplateOutput::InterlanguageLink),
    (&["abbrlink", "abbr link"], TemplateOutput::AbbreviationLink),
    (&["party name", "party link", "party shortname linked", "party shortname"], TemplateOutput::PageLink),
    (&["switcher", "css image crop", "css crop", "multiple image", "multiple images", "photomontage", "photo montage",
       "image array", "annotated image"], TemplateOutput::Files),
    (&["canadian party colour", "canadian party color"], TemplateOutput::CanadianParty),
    (&["australian politics/party colours", "australian party style", "party color cell"], TemplateOutput::PartyColour(0)),
];
