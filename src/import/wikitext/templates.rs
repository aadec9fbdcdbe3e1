//! The table of templates: what each shows in the place where it stands. One that is not here may say anything, so
//! a value with it is kept as it stands.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a template shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// Nothing of a value: notes, icons, spacing.
    Nothing,
    /// These characters, whatever its arguments.
    Mark(&'static str),
    /// This argument, counted from 0.
    Argument(usize),
    /// The last of two arguments or more.
    Last,
    /// The second of two arguments, and the only one of one.
    Resized,
    /// The first argument, in small print.
    Small,
    /// The first argument; a sign that makes another number of the digits before it stays one.
    Raised,
    /// The first argument, or `name`: the country of a flag.
    Flag,
    /// An arrow and a number.
    Arrow(&'static str),
    /// A change, with its arrow.
    Change,
    /// A number that nothing is added to.
    Number,
    /// A number of all, with a bar: "63 of 435".
    Bar,
    /// The first argument, or these words.
    Cell(&'static str),
    /// "circa" and a date.
    Circa,
    /// A date, of numbers or with the name of a month.
    Date,
    /// Items, a line each.
    List,
    /// A person's two names, linked.
    PersonName,
    /// A page that may be missing in this wiki, linked.
    MissingPage,
    /// The first argument, linked to the second.
    Abbreviation,
    /// The first argument, linked to itself.
    Page,
    /// The files that it names, and words about them.
    Files,
    /// The colour of the party that this argument names; nothing where no colour is meant.
    PartyColour(usize),
    /// A party's colour, or its name where the third argument says so.
    CanadianParty,
}

/// What a template of this name shows, in lower case; none where it is not known.
pub(super) fn shows(name: &str) -> Option<Shows> {
    let begins = |start: &str| name.starts_with(start);
    INDEX.get(name).copied().or_else(|| match name {
        _ if begins("cite ") || begins("#tag:ref") || begins("flagicon ") => Some(Shows::Nothing),
        _ if begins("party name with ") => Some(Shows::Page),
        _ if begins("party colo") => Some(Shows::PartyColour(0)),
        _ => None,
    })
}

static INDEX: LazyLock<HashMap<&str, Shows>> = LazyLock::new(|| {
    let names =
        TEMPLATES.iter().flat_map(|(names, shows)| names.iter().map(|name| (*name, *shows)));
    names.collect()
});

/// Every template that is known, by what it shows.
#[rustfmt::skip]
pub(super) const TEMPLATES: &[(&[&str], Shows)] = &[
    (&["efn", "efn-ua", "efn-la", "efn-lr", "efn-lg", "refn", "ref", "sfn", "sfnp", "sfnm", "harvnb", "r", "rp", "note",
       "notetag", "ref label", "note label", "citation", "citation needed", "cn", "fact", "dubious", "clarify",
       "clarification needed", "disputed inline", "verify source", "verification needed", "failed verification",
       "better source needed", "when", "who", "by whom", "update inline", "update after", "inconsistent", "dead link",
       "webarchive", "dagger", "double-dagger", "clear", "clr", "-", "ntsh", "hs", "0", "00", "anchor", "shy", "wbr", "zwj", "zwnj", "zwsp",
       "nowrap begin", "nowrap end", "nobr end", "plainlist end", "endplainlist", "end plainlist", "endflatlist",
       "end flatlist", "flatlist end", "fontcolor end"], Shows::Nothing),
    (&["flagicon", "flag icon", "flagdeco", "flag decoration", "flagicon image", "flag icon image", "noflag icon",
       "party shortname linked icon", "party stripe", "color box", "colour box", "colorbox", "colourbox", "color sample",
       "legend-col end"], Shows::Nothing),
    (&["br", "break", "crlf", "pb"], Shows::Mark("<br>")),
    (&["!"], Shows::Mark("|")),
    (&["="], Shows::Mark("=")),
    (&["'"], Shows::Mark("'")),
    (&["'s"], Shows::Mark("'s")),
    (&["nbsp", "nnbsp", "nbs", "space", "spaces", "thinsp", "thin space", "hair space", "hsp", "figure space", "gap",
       "pad", "nbthinsp"], Shows::Mark(" ")),
    (&["ndash", "en dash", "endash"], Shows::Mark("–")),
    (&["mdash", "em dash", "emdash"], Shows::Mark("—")),
    (&["snd", "spnd", "spndash", "spaced ndash", "spaced en dash", "sndash"], Shows::Mark(" – ")),
    (&["·", "•", "dot", "middot", "bullet", "dotsep", "bold dot", "spaced middot"], Shows::Mark(" · ")),
    (&["steady", "nochange", "no change", "same", "unchanged"], Shows::Mark("Steady")),
    (&["increase", "up", "gain", "profit", "increasepositive", "increaseneutral", "increasenegative",
       "negative increase", "neutral increase", "positive increase"], Shows::Arrow("▲")),
    (&["decrease", "down", "loss", "decreasenegative", "decreaseneutral", "decreasepositive", "positive decrease",
       "neutral decrease", "negative decrease"], Shows::Arrow("▼")),
    (&["fluctuation formatter", "fluc", "fluctuation"], Shows::Change),
    (&["nowrap", "nobr", "nobreak", "no wrap", "no break", "nowraplinks", "wrap", "big", "bigger", "large", "larger",
       "huge", "center", "centre", "centered", "left", "right", "align left", "nobold", "no bold", "normal", "noitalic",
       "no italic", "bold", "strong", "italic", "italics", "em", "emphasis", "underline", "u", "mono", "longitem",
       "long item", "notatypo", "not a typo", "abbr", "abbrv", "define",
       "tooltip", "vanchor", "visible anchor", "delink", "nolink", "nom", "red", "green", "blue",
       "gray", "grey", "smallcaps", "small caps", "sc", "avoid wrap"],
      Shows::Argument(0)),
    (&["lang", "legend", "legend0", "legend inline", "legend2", "sort"], Shows::Argument(1)),
    (&["transliteration", "transl", "translit"], Shows::Last),
    (&["color", "colour", "font color", "font colour", "fontcolor", "fontcolour", "font-color", "coloured text",
       "colored text", "hover title", "h:title", "hovertitle", "background color", "background colour",
       "fontsize", "font size", "font-size"], Shows::Last),
    (&["resize"], Shows::Resized),
    (&["small", "smaller", "midsize", "petit", "tiny"],
      Shows::Small),
    (&["sup", "sub"], Shows::Raised),
    (&["flag", "flagcountry", "flagu", "flag country", "noflag", "flaglist"], Shows::Flag),
    (&["nts", "val", "number table sorting"], Shows::Number),
    (&["composition bar"], Shows::Bar),
    (&["n/a", "na", "n.a."], Shows::Cell("N/A")),
    (&["tba"], Shows::Cell("TBA")),
    (&["tbd"], Shows::Cell("TBD")),
    (&["tbc"], Shows::Cell("TBC")),
    (&["none"], Shows::Cell("None")),
    (&["unknown"], Shows::Cell("Unknown")),
    (&["dunno"], Shows::Cell("?")),
    (&["sdash"], Shows::Cell("—")),
    (&["yes"], Shows::Cell("Yes")),
    (&["no"], Shows::Cell("No")),
    (&["pending"], Shows::Cell("Pending")),
    (&["circa", "c.", "ca."], Shows::Circa),
    (&["start date", "start-date", "startdate", "start date and age", "end date", "end-date", "enddate", "date", "dts",
       "election date", "date table sorting"], Shows::Date),
    (&["plainlist", "plain list", "flatlist", "flat list", "hlist", "horizontal list", "ubl", "ublist",        "unbulleted list", "br list", "br separated entries", "br separated", "bulleted list", "bulletedlist", "blist",
       "comma separated entries", "cslist", "hlist-comma", "startplainlist", "start plainlist",
       "startflatlist", "ordered list"], Shows::List),
    (&["sortname", "sort name"], Shows::PersonName),
    (&["ill", "interlanguage link", "interlanguage link multi", "illm"], Shows::MissingPage),
    (&["abbrlink", "abbr link"], Shows::Abbreviation),
    (&["party name", "party link", "party shortname linked", "party shortname"], Shows::Page),
    (&["switcher", "css image crop", "css crop", "multiple image", "multiple images", "photomontage", "photo montage",
       "image array", "annotated image"], Shows::Files),
    (&["canadian party colour", "canadian party color"], Shows::CanadianParty),
    (&["australian politics/party colours", "australian party style", "party color cell"], Shows::PartyColour(0)),
];
