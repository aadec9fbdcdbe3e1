//! Volatilities with and without lineages: of one merger, compared with published values, and the
//! largest.

use super::*;
use hustings::model::ElectionType;

#[test]
fn volatility_counts_a_merged_party_as_its_parts() {
    let (_folder, archive) = archive_of_pairs();
    let records = archive.list(&Filter::default().country("canada")).unwrap();
    let lineage =
        LineageIndex::load(&archive.snapshot(), records.iter().map(|record| &*record.election))
            .unwrap();
    let of = |lineage| {
        let options = series::SeriesOptions::default().lineage(lineage);
        let series = series::measure_records(&records, &[Measure::Volatility], &options);
        series.values(Measure::Volatility).last().flatten().unwrap()
    };
    // Without the lineage, two parties end and one begins: half the sum of 4.12 + 1.67 + 7.17 +
    // 0.11 + 4.29 and 25.49 + 12.19 + 29.63. With the lineage, they are one group, which changes by
    // 37.68 − 29.63. Unlisted votes widen the bounds.
    let ends = |value: Estimate| (value.low, value.value, value.high);
    assert_eq!(ends(of(None)), (40.52, 42.335, 44.04));
    assert_eq!(ends(of(Some(&lineage))), (12.1425, 12.705, 14.41));
}

/// Compares volatilities, with and without lineages, with published ones. For most of these
/// elections, no lineage records a change, and the others are too few to prove anything
/// (`docs/lineage.md` has the figures). The test asserts that the sums are correct, with a table
/// that counts parties by label. It also asserts that lineages increase neither the largest nor the
/// mean error of the other elections.
#[test]
fn volatilities_are_close_to_the_published_ones() {
    let Some(data) = shared_path("data/parlgov") else { return };
    let (_folder, archive) = new_archive();
    import(&archive, &data, "parlgov");
    let published = fs::read_to_string(fixtures().join("volatility.csv")).unwrap();
    let (mut labels, mut others): (Vec<[f64; 2]>, Vec<[f64; 2]>) = (Vec::new(), Vec::new());
    for line in published.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (country, date, source) = (cells[0], cells[1], cells[3]);
        let value: f64 = cells[2].parse().unwrap();
        let filter =
            Filter::default().country(country.to_owned()).kind(ElectionType::Parliamentary);
        let records = archive.list(&filter).unwrap();
        let elections = records.iter().map(|record| &*record.election);
        let lineage = LineageIndex::load(&archive.snapshot(), elections).unwrap();
        let of = |lineage| {
            let options =
                series::SeriesOptions::default().kind(filter.kind.as_ref()).lineage(lineage);
            let series = series::measure_records(&records, &[Measure::Volatility], &options);
            let date: hustings::model::PartialDate = date.parse().unwrap();
            let of_date =
                |point: &&series::SeriesPoint| point.date.is_some_and(|own| date.covers(own));
            series.points.iter().find(of_date).unwrap().values[&Measure::Volatility].value
        };
        let (without, with) = (of(None), of(Some(&lineage)));
        eprintln!(
            "{country} {date}: {value} published ({source}), {without:.2} without, {with:.2} with lineages"
        );
        let errors = [without, with].map(|ours| (ours - value).abs());
        if source == "Belgian table" { labels.push(errors) } else { others.push(errors) }
    }
    let print_errors = |name: &str, errors: &[[f64; 2]]| {
        for (at, with) in ["without", "with"].into_iter().enumerate() {
            let mut errors: Vec<f64> = errors.iter().map(|errors| errors[at]).collect();
            errors.sort_by(f64::total_cmp);
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            let [first, median, third, most] =
                [1, 2, 3, 4].map(|part| errors[(errors.len() - 1) * part / 4]);
            eprintln!(
                "{name}, {with} lineages: {} elections, off by {mean:.2} on average; quartiles {first:.2}, {median:.2}, {third:.2}; at most {most:.2}",
                errors.len()
            );
        }
        let nearer = errors.iter().filter(|[without, with]| with < without).count();
        let farther = errors.iter().filter(|[without, with]| with > without).count();
        eprintln!("{name}: nearer with lineages {nearer}, farther {farther}");
    };
    print_errors("by labels", &labels);
    print_errors("others", &others);
    // The table rounds to one digit, and some of its figures differ from ParlGov's.
    let mut off: Vec<f64> = labels.iter().map(|errors| errors[0]).collect();
    off.sort_by(f64::total_cmp);
    assert!(labels.len() == 10 && off[4] < 0.5 && off[9] < 2.2, "{off:?}");
    // Lineages increase neither the mean nor the largest error of the others. The table counts
    // parties by label, so lineages do not reduce its mean error. The limits are the errors in
    // `docs/lineage.md`, rounded up.
    let mean = |errors: &[[f64; 2]]| {
        [0, 1].map(|at| errors.iter().map(|errors| errors[at]).sum::<f64>() / errors.len() as f64)
    };
    let largest = |errors: &[[f64; 2]]| {
        [0, 1].map(|at| errors.iter().map(|errors| errors[at]).fold(0.0, f64::max))
    };
    let [mean_without, mean_with] = mean(&others);
    let [largest_without, largest_with] = largest(&others);
    assert_eq!(others.len(), 23);
    assert!(mean_with <= mean_without && mean_without < 2.0, "{others:?}");
    assert!(largest_with <= largest_without && largest_without < 14.0, "{others:?}");
    let [label_mean_without, label_mean_with] = mean(&labels);
    assert!(label_mean_without <= label_mean_with, "{labels:?}");
}

/// The twelve largest volatilities of ParlGov's elections, with lineages. `docs/lineage.md` explains each by its facts.
#[test]
fn the_largest_volatilities_are_those_documented() {
    let Some(data) = shared_path("data/parlgov") else { return };
    let (_folder, archive) = new_archive();
    import(&archive, &data, "parlgov");
    let all = archive.list(&Filter::default()).unwrap();
    let mut chains: BTreeMap<(String, String), Vec<Record>> = BTreeMap::new();
    for record in all {
        let election = &record.election;
        let kind = election.kind.as_ref().unwrap().to_string();
        chains.entry((election.country.clone().unwrap(), kind)).or_default().push(record);
    }
    let (mut found, mut exact) = (Vec::new(), 0);
    for records in chains.values() {
        let lineage =
            LineageIndex::load(&archive.snapshot(), records.iter().map(|record| &*record.election))
                .unwrap();
        let options = series::SeriesOptions::default().lineage(&lineage);
        let series = series::measure_records(records, &[Measure::Volatility], &options);
        for (point, value) in series.points.iter().zip(series.values(Measure::Volatility)) {
            found.extend(value.map(|value| (value, point.title.clone())));
            exact += usize::from(value.is_some_and(|value| value.is_exact()));
        }
    }
    found.sort_by(|one, other| other.0.value.total_cmp(&one.0.value));
    eprintln!("{} volatilities, of which {exact} are exact; the twelve largest:", found.len());
    assert!(found.len() >= 12, "{} volatilities", found.len());
    let page = fs::read_to_string("docs/lineage.md").unwrap();
    for (value, title) in found.into_iter().take(12) {
        let row =
            format!("| {title} | {:.2} | {:.2} to {:.2} |", value.value, value.low, value.high);
        eprintln!("{row}");
        assert!(page.contains(&row), "docs/lineage.md does not explain {row}");
    }
}
