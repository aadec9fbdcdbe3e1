//! Pictures are well-formed XML, every text lies inside its picture, no text covers another, and no
//! record can inject anything into a picture.
#![cfg(feature = "svg")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::pictures::{ParsedPicture, PlacedText, parse_picture};
use common::shared_path;
use hustings::Archive;
use hustings::analysis::chain::{self, Chain, ChainStep, LinkEvidence};
use hustings::analysis::diff::{self, LineageIndex};
use hustings::analysis::measure::{Estimate, Measure};
use hustings::analysis::series::{self, Series, SeriesPoint};
use hustings::archive::{Filter, ImportOptions};
use hustings::formats::Mapping;
use hustings::model::{Contest, Election, ElectionType};
use hustings::render::svg::{self, Caption, Comparison};

fn import_parlgov() -> Option<(tempfile::TempDir, Archive)> {
    let path = shared_path("data/parlgov")?;
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    let mapping = Some(Mapping::load("parlgov").unwrap());
    let options = ImportOptions::default().mapping(mapping);
    archive.import_with(&[path], &options).unwrap();
    Some((folder, archive))
}

fn exact_estimate(value: f64) -> Option<Estimate> {
    Some(Estimate::exact(value))
}

fn point(measures: &[Measure], date: &str, values: Vec<Option<Estimate>>) -> SeriesPoint {
    let values = measures.iter().zip(values);
    let values = values.filter_map(|(measure, value)| Some((*measure, value?))).collect();
    let title = format!("{date} Ruritanian vote");
    let mut point = SeriesPoint::new(&title, &title);
    (point.date, point.values) = (date.parse().ok(), values);
    point
}

fn draw_series(measures: &[Measure], points: Vec<SeriesPoint>) -> ParsedPicture {
    let series = Series::new(measures.to_vec(), points);
    parse_picture(&svg::series(&series, &Caption::for_series(&series, &[])).unwrap())
}

const TITLES: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"&amp;&' ]]> --> <![CDATA[",
    "A\u{1b}[31m\u{0}\u{7f}\u{85}\r\n\tB\u{fffe}\u{feff}",
    "\u{202e}انتخابات رئاسية \u{2067}בחירות",
    "選舉🗳️é̂̃",
];

fn hostile_titles() -> Vec<String> {
    let long = ["x".repeat(500), "word ".repeat(100), "漢".repeat(500)];
    TITLES.iter().map(|title| (*title).to_owned()).chain(long).collect()
}

#[test]
fn a_series_of_the_united_kingdom_since_1900_is_drawn() {
    let Some((_folder, archive)) = import_parlgov() else { return };
    let filter =
        Filter::default().country("united kingdom").since(1900).kind(ElectionType::Parliamentary);
    let records = archive.list(&filter).unwrap();
    let measures = [Measure::Turnout, Measure::EnpVotes, Measure::Gallagher];
    let series = series::measure_records(
        &records,
        &measures,
        &series::SeriesOptions::default().kind(filter.kind.as_ref()),
    );
    let caption = Caption::for_series(&series, &records);
    let title = "United Kingdom: turnout, effective number of parties (votes), disproportionality \
                 (Gallagher), 1918–2019";
    assert_eq!(caption.title, title);
    assert!(caption.source.starts_with("Source: election_result.csv (28 records) · drawn with "));
    let parse_picture = parse_picture(&svg::series(&series, &caption).unwrap());
    for text in
        ["Turnout, %", "Disproportionality (Gallagher), percentage points", "80", "1920", "67.27 %"]
    {
        assert!(parse_picture.has_text(text), "{text}");
    }
    assert_eq!(parse_picture.tooltips.len(), 1 + 3 * 28);
    assert!(
        parse_picture
            .tooltips
            .contains(&"United Kingdom parliamentary election, 2017-06-08: 68.94 %".to_owned())
    );
    let every = Measure::ALL;
    let all = archive.list(&Filter::default().country("switzerland"));
    let records = all.unwrap();
    let series = series::measure_records(&records, &every, &Default::default());
    self::parse_picture(&svg::series(&series, &Caption::for_series(&series, &records)).unwrap());
}

#[test]
fn every_pair_of_some_countries_can_be_drawn() {
    let Some((_folder, archive)) = import_parlgov() else { return };
    for country in ["italy", "united kingdom", "belgium", "israel"] {
        let filter =
            Filter::default().country(country.to_owned()).kind(ElectionType::Parliamentary);
        let records = archive.list(&filter).unwrap();
        for pair in records.windows(2) {
            let (one, other) = (&*pair[0].election, &*pair[1].election);
            let lineage = LineageIndex::load(&archive.snapshot(), [one, other]).unwrap();
            let options = diff::DiffOptions::default().lineage(&lineage);
            let compared = Comparison::from_elections(one, other, &options);
            let sides = [one.title.as_str(), other.title.as_str()];
            let picture =
                svg::diff(&compared, sides, &Caption::for_pair(&pair[0], &pair[1])).unwrap();
            assert!(parse_picture(&picture).has_text("Seats"), "{}", other.title);
        }
        let options = chain::ChainOptions::default();
        let chain = chain::chain(&archive.snapshot(), records.last().unwrap(), &options).unwrap();
        let caption = Caption::for_chain(&chain, &chain.records(&archive.snapshot()).unwrap());
        let parse_picture = parse_picture(&svg::chain(&chain, &caption));
        assert_eq!(parse_picture.tooltips.len(), 1 + chain.steps.len());
    }
}

#[test]
fn a_series_with_no_few_or_many_points_is_drawn() {
    let measures = [Measure::Turnout, Measure::MarginVotes];
    assert!(draw_series(&measures, Vec::new()).has_text("There are no elections to draw."));
    assert_eq!(draw_series(&[], Vec::new()).texts.len(), 1, "with nothing to say but who drew it");
    let one = vec![point(&measures, "1901-05-03", vec![exact_estimate(71.5), None])];
    let parse_picture = draw_series(&measures, one);
    assert!(
        parse_picture.has_text("71.50 %") && parse_picture.has_text("1902"),
        "{:?}",
        parse_picture.texts
    );
    assert!(parse_picture.has_text("No election states the figures for this measure."));
    let undated =
        vec![point(&measures, "some day", vec![exact_estimate(71.5), exact_estimate(3.0)])];
    assert!(draw_series(&measures, undated).has_text("Not drawn, without a date: 1 election."));
    let many = (0..200).map(|at| {
        let values =
            (0..20).map(|measure| exact_estimate(f64::from(at * measure) * 12_345.678)).collect();
        point(&Measure::ALL, &format!("{:04}-{:02}", 1000 + at * 7 / 2, at % 12 + 1), values)
    });
    assert_eq!(draw_series(&Measure::ALL, many.collect()).tooltips.len(), 1 + 20 * 200);
    let wild = [0.0, -0.0, f64::NAN, f64::INFINITY, 1e300, -1e300, 1e-300, f64::MAX, f64::MIN];
    for value in wild {
        let values = vec![exact_estimate(value), Some(Estimate::with_bounds(1.0, [-value, value]))];
        draw_series(
            &measures,
            vec![point(&measures, "1901", values.clone()), point(&measures, "1901", values)],
        );
    }
}

#[test]
fn a_line_is_interrupted_at_an_unknown_value() {
    let points = |values: [Option<f64>; 5]| -> Vec<SeriesPoint> {
        let at = |(at, value): (usize, Option<f64>)| {
            point(&[Measure::Turnout], &format!("19{at}1"), vec![value.and_then(exact_estimate)])
        };
        values.into_iter().enumerate().map(at).collect()
    };
    let lines = |values| {
        let parse_picture = draw_series(&[Measure::Turnout], points(values));
        parse_picture.paths.iter().filter(|path| path.matches(" L").count() + 1 > 2).count()
    };
    let known = Some(60.0);
    assert_eq!(lines([known, Some(61.0), Some(62.0), Some(66.0), known]), 1);
    // There are two lines of two points each. They are not counted, because the lines of the axes
    // have two points too.
    assert_eq!(lines([known, Some(61.0), None, Some(66.0), known]), 0);
    let ranged = Estimate::with_bounds(60.0, [50.0, 80.0]);
    let parse_picture = draw_series(
        &[Measure::Turnout],
        vec![point(&[Measure::Turnout], "1901", vec![Some(ranged)])],
    );
    assert!(parse_picture.texts.iter().any(|text| text.text.starts_with("Hollow marks")));
    assert!(
        parse_picture
            .tooltips
            .contains(&"1901 Ruritanian vote: 60.00 % (50.00 % to 80.00 %)".to_owned())
    );
}

fn contest(parties: usize, by: usize) -> Contest {
    let contenders: Vec<_> = (0..parties)
        .map(|at| {
            let name = format!("Party number {at} of those that stand for one thing or another in this very long vote");
            let share = (at % 3 < 2).then(|| format!("{}.{}", at * by % 60, at % 100));
            serde_json::json!({"party": {"name": name}, "tallies": [{"round": 1, "share": share, "seats": at * by}]})
        })
        .collect();
    serde_json::from_value(serde_json::json!({ "contenders": contenders })).unwrap()
}

fn election(title: &str, contests: Vec<Contest>) -> Election {
    Election { title: title.to_owned(), contests, ..Election::default() }
}

fn draw_diff(before: &Election, after: &Election) -> ParsedPicture {
    let compared = Comparison::from_elections(before, after, &Default::default());
    let caption = Caption::new(format!("{} → {}", before.title, after.title), []);
    parse_picture(&svg::diff(&compared, [&before.title, &after.title], &caption).unwrap())
}

#[test]
fn many_parties_with_long_names_in_several_contests_are_drawn() {
    let (before, after) = (
        election("1901 vote", vec![contest(30, 3), contest(2, 1)]),
        election("1905 vote", vec![contest(45, 7), contest(3, 400_000)]),
    );
    let parse_picture = draw_diff(&before, &after);
    assert!(parse_picture.has_text("Share of votes, %") && parse_picture.has_text("Seats"));
    assert!(parse_picture.has_text("not listed") && parse_picture.has_text("not stated"));
    let cut = |text: &PlacedText| text.text.ends_with('…');
    assert_eq!(
        parse_picture.texts.iter().any(cut),
        parse_picture.tooltips.len() > 1,
        "a name that is cut is said in full"
    );
}

#[test]
fn an_empty_comparison_says_so() {
    let nothing = election("1901 vote", vec![Contest::default()]);
    let parse_picture = draw_diff(&nothing, &nothing);
    assert!(parse_picture.texts.iter().any(|text| text.text.contains("there is nothing to draw")));
    draw_diff(&Election::default(), &Election::default());
}

fn step(title: &str, country: &str, known: LinkEvidence, notes: &[&str]) -> ChainStep {
    let there = !matches!(known, LinkEvidence::Missing | LinkEvidence::Removed);
    let mut step = ChainStep::new(title, known);
    step.address = there.then(|| title.to_owned());
    step.date = "1901-02-03".parse().ok();
    step.country = Some(country.to_owned()).filter(|country| !country.is_empty());
    step.notes = notes.iter().map(|note| (*note).to_owned()).collect();
    step
}

#[test]
fn a_chain_shows_renames_forks_and_missing_elections() {
    let fork = "fork: ruritania/1899 has ruritania/1905 as its next too";
    let steps = vec![
        step("1895 vote", "", LinkEvidence::Missing, &[]),
        step("1901 vote", "Ruritania", LinkEvidence::LaterSide, &[fork, "its next is '1904 vote'"]),
        step("1905 vote", "Ruritania", LinkEvidence::Start, &[]),
        step("1909 vote", "Kingdom of Ruritania", LinkEvidence::BothSides, &[]),
        step("1913 vote", "Kingdom of Ruritania", LinkEvidence::Conflicting, &[fork]),
        step("1901 vote", "Ruritania", LinkEvidence::Cycle, &[]),
    ];
    let chain = Chain::new(None, steps);
    let picture = svg::chain(&chain, &Caption::for_chain(&chain, &[]));
    let parse_picture = parse_picture(&picture);
    let all: Vec<&str> = parse_picture.texts.iter().map(|text| text.text.as_str()).collect();
    let all = all.join(" ");
    for said in [
        "renamed: Ruritania → Kingdom of Ruritania",
        "fork:",
        "missing: not in the archive",
        "both sides",
        "conflicting",
        "cycle: already visited",
    ] {
        assert!(all.contains(said), "{said} in {all}");
    }
    // Four of the five arrows are dashed, and the box of the missing election.
    assert_eq!(picture.matches("stroke-dasharray").count(), 5);
    for steps in [0, 1, 4, 5, 30] {
        let known = |at| if at == 0 { LinkEvidence::Start } else { LinkEvidence::Inferred };
        let steps = (0..steps).map(|at| step(&format!("{at} vote"), "Ruritania", known(at), &[]));
        let chain = Chain::new(None, steps.collect());
        self::parse_picture(&svg::chain(&chain, &Caption::for_chain(&chain, &[])));
    }
}

#[test]
fn no_title_injects_markup() {
    for title in hostile_titles() {
        let party = serde_json::json!({"people": [{"name": title}], "party": {"name": title},
            "tallies": [{"round": 1, "share": "50.0", "votes": 9_007_199_254_740_993_u64}]});
        let contest: Contest = serde_json::from_value(
            serde_json::json!({"name": title, "contenders": [party, party]}),
        )
        .unwrap();
        let election = election(&title, vec![contest.clone(), contest]);
        let mut all = vec![draw_diff(&election, &election)];
        let mut point = point(&[Measure::Turnout], "1901", vec![exact_estimate(50.0)]);
        point.title.clone_from(&title);
        let series = Series::new(vec![Measure::Turnout], vec![point]);
        let caption = Caption { title: title.clone(), source: title.clone() };
        all.push(parse_picture(&svg::series(&series, &caption).unwrap()));
        let notes = [title.as_str(), "fork"];
        let steps = vec![
            step(&title, &title, LinkEvidence::Start, &notes),
            step(&title, "B", LinkEvidence::Missing, &notes),
        ];
        all.push(parse_picture(&svg::chain(&Chain::new(None, steps), &caption)));
        for parse_picture in all {
            assert!(!parse_picture.elements.iter().any(|name| name == "script"));
            let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!parse_picture.texts.iter().any(|text| text.text.contains(turns)), "{title}");
        }
    }
}

#[cfg(feature = "cli")]
mod program {
    use super::common::run;
    use super::parse_picture;

    #[test]
    fn pictures_are_written_to_a_file_or_to_standard_output() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive");
        run(&archive, &["import", "fixtures/articles", "fixtures/commission", "fixtures/editions"]);
        let file = folder.path().join("picture.svg");
        let file = file.to_str().unwrap();
        let pair = ["diff", "nagorno-karabakh/2007", "nagorno-karabakh/2012"];
        let series = ["series", "Nagorno-Karabakh", "--measure", "margin,turnout"];
        for words in [&pair[..], &series, &["chain", "nagorno-karabakh/2012"]] {
            let (code, out, err) = run(&archive, &[words, &["--svg", "-"]].concat());
            assert_eq!((code, err.as_str()), (0, ""), "{words:?}");
            parse_picture(&out);
            assert!(!out.contains(env!("CARGO_MANIFEST_DIR")), "no folder of this machine");
            let (code, said, _) = run(&archive, &[words, &["--svg", file]].concat());
            assert_eq!((code, said), (0, format!("{file} written\n")));
            assert_eq!(std::fs::read_to_string(file).unwrap(), out, "{words:?}");
            let (_, said, _) = run(&archive, &[words, &["-q", "--svg", file]].concat());
            assert_eq!(said, "");
            let both = [words, &["--svg", file, "--format", "json"]].concat();
            assert_eq!(run(&archive, &both).0, 2, "a picture or an answer");
            let nowhere = [words, &["--svg", "no/such/folder/x.svg"]].concat();
            let (code, _, err) = run(&archive, &nowhere);
            assert!(code == 4 && err.contains("no/such/folder/x.svg"), "{err}");
            if cfg!(target_os = "linux") {
                let full = [words, &["--svg", "/dev/full"]].concat();
                let (code, _, err) = run(&archive, &full);
                let said = "error: cannot write /dev/full: No space left on device (os error 28)\n";
                assert_eq!((code, err.as_str()), (4, said), "the archive has no part in it");
            }
        }
        assert_eq!(run(&archive, &[&pair[..], &["--svg", "-", "--exit-code"]].concat()).0, 1);
        assert_eq!(run(&archive, &["diff", "--chain", pair[1], "--svg", "-"]).0, 2);
        let (_, out, _) = run(&archive, &["series", "nowhere", "--svg", "-"]);
        assert_eq!(out, "");
    }

    #[test]
    fn a_chain_shows_a_rename_and_a_comparison_shows_people() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive");
        run(&archive, &["import", "fixtures/articles", "fixtures/commission"]);
        let (_, out, _) = run(&archive, &["chain", "nagorno-karabakh/2012", "--svg", "-"]);
        let texts: Vec<String> =
            parse_picture(&out).texts.into_iter().map(|text| text.text).collect();
        assert!(texts.join(" ").contains("renamed: Nagorno- Karabakh → Artsakh"), "{texts:?}");
        let pair = ["diff", "nagorno-karabakh/2007", "nagorno-karabakh/2012", "--svg", "-"];
        let (_, out, _) = run(&archive, &pair);
        let parse_picture = parse_picture(&out);
        assert!(
            parse_picture.has_text("Nagorno-Karabakh: presidential elections of 2007 and 2012")
        );
        assert!(
            parse_picture.has_text("Bako Sahakyan")
                && parse_picture.has_text("66.65 %")
                && parse_picture.has_text("not listed")
        );
        let (_, versions, _) =
            run(&archive, &["diff", "artsakh/2017@1", "artsakh/2017@1", "--svg", "-"]);
        assert!(versions.contains(">version 1</text>"), "{versions}");
    }
}
