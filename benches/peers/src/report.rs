//! The figures as tables of Markdown and as JSON.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::aims::aims;
use crate::figures::{Figures, shown};
use crate::find::FindFigures;
use crate::machine::Machine;
use crate::peers::{KINDS, Kind, Res};
use crate::works::{WORKS, Work};
use crate::{find, program, python};

/// The content of a report: the figures, the machine and the numbers of runs.
pub(crate) struct Report {
    pub(crate) machine: Machine,
    /// Number of runs for each size.
    pub(crate) runs: Vec<(u64, usize)>,
    pub(crate) orders: Vec<Order>,
}

/// The figures for one order of the texts.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) shuffled: bool,
    pub(crate) figures: Figures,
}

/// Returns the columns: the measured peers, hustings first. The plain file is always one of them.
fn columns(figures: &Figures) -> Vec<&'static str> {
    let mut columns: Vec<&str> = KINDS.into_iter().chain([Kind::Before]).map(Kind::name).collect();
    columns.insert(1, program::NAME);
    columns.retain(|peer| *peer == Kind::File.name() || figures.has(peer));
    columns
}

pub(crate) fn markdown(report: &Report) -> String {
    let Report { machine, runs, orders } = report;
    let runs: Vec<String> = runs
        .iter()
        .map(|(versions, runs)| format!("{runs} of {}", hustings::model::group_digits(*versions)))
        .collect();
    let mut text = format!("{}.\nMedians of runs: {}.\n", machine.text(), runs.join(", "));
    for Order { shuffled, figures } in orders {
        let order = if *shuffled { "in a random order" } else { "territory by territory" };
        let _ = writeln!(text, "\n### Texts {order}\n");
        tables(&mut text, figures);
    }
    let _ = writeln!(
        text,
        "\n### Requirements\n\n| requirement | limit | measured | met |\n|---|---|---|---|"
    );
    for aim in aims(orders) {
        let figure = aim.figure.as_deref().unwrap_or("not measured");
        let reached = aim.reached.map_or("", |reached| if reached { "yes" } else { "no" });
        let _ = writeln!(text, "| {} | {} | {figure} | {reached} |", aim.work, aim.aim);
    }
    text
}

fn tables(text: &mut String, figures: &Figures) {
    let columns = columns(figures);
    let _ = writeln!(
        text,
        "| work | unit | versions | {} | to SQLite | to the file |",
        columns.join(" | ")
    );
    let _ = writeln!(text, "|---|---|---|{}---|---|", "---|".repeat(columns.len()));
    let sizes = figures.sizes();
    for work in WORKS {
        for versions in figures.sizes_of(work) {
            row(text, figures, work, versions, &columns);
        }
    }
    growth(text, figures, &sizes, &columns);
    of_python(text, figures, &sizes);
}

fn row(text: &mut String, figures: &Figures, work: Work, versions: u64, columns: &[&str]) {
    let of = |peer: &str| figures.median(versions, work, peer);
    let cells: Vec<String> =
        columns.iter().map(|peer| of(peer).map_or(String::new(), shown)).collect();
    // A row without figures is left out.
    if cells.iter().all(String::is_empty) {
        return;
    }
    let ratio = |peer: Kind| {
        let ratio =
            of(Kind::Hustings.name()).zip(of(peer.name())).map(|(ours, theirs)| ours / theirs);
        ratio.map_or(String::new(), shown)
    };
    let _ = writeln!(
        text,
        "| {} | {} | {} | {} | {} | {} |",
        work.name(),
        work.unit(),
        hustings::model::group_digits(versions),
        cells.join(" | "),
        ratio(Kind::Sqlite),
        ratio(Kind::File),
    );
}

/// Writes how each work grows from the smallest size to the largest.
fn growth(text: &mut String, figures: &Figures, sizes: &[u64], columns: &[&str]) {
    let [least, .., most] = sizes else { return };
    let grouped = hustings::model::group_digits;
    let _ = writeln!(
        text,
        "\n| growth from {} to {} | {} |",
        grouped(*least),
        grouped(*most),
        columns.join(" | ")
    );
    let _ = writeln!(text, "|---|{}", "---|".repeat(columns.len()));
    for work in WORKS {
        let of = |peer: &&str| {
            let (from, to) =
                (figures.median(*least, work, peer)?, figures.median(*most, work, peer)?);
            Some(to / from)
        };
        let cells: Vec<String> =
            columns.iter().map(|peer| of(peer).map_or(String::new(), shown)).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let _ = writeln!(text, "| {} | {} |", work.name(), cells.join(" | "));
        }
    }
}

fn of_python(text: &mut String, figures: &Figures, sizes: &[u64]) {
    let Some(largest) = sizes.last() else { return };
    let Some(ours) = figures.median(*largest, Work::Import, Kind::Hustings.name()) else { return };
    let mut rows = String::new();
    for (peer, size) in python::PEERS {
        if let Some(figure) = figures.median(size, Work::Import, peer) {
            let size = hustings::model::group_digits(size);
            let _ = writeln!(
                rows,
                "| {peer} | {size} | {} | {} |",
                shown(figure),
                shown(figure / ours)
            );
        }
    }
    if !rows.is_empty() {
        let largest = hustings::model::group_digits(*largest);
        let _ = writeln!(
            text,
            "\n| import, with Python | versions | µs a version | to hustings at {largest} |\n|---|---|---|---|\n{}",
            rows.trim_end(),
        );
    }
}

pub(crate) fn json(report: &Report) -> Value {
    let aims = aims(&report.orders).into_iter().map(|aim| {
        json!({ "work": aim.work, "aim": aim.aim, "figure": aim.figure, "reached": aim.reached })
    });
    let orders = report.orders.iter();
    let orders =
        orders.map(|of| json!({ "shuffled": of.shuffled, "figures": of.figures.to_json() }));
    json!({
        "machine": report.machine,
        "runs": report.runs,
        "orders": orders.collect::<Vec<_>>(),
        "aims": aims.collect::<Vec<_>>(),
    })
}

/// Parses the output of [`json`].
fn read(json: &Value) -> Option<Report> {
    let of = |field: &str| json.get(field).cloned();
    let orders = json.get("orders")?.as_array()?.iter().map(|of| {
        let shuffled = of.get("shuffled")?.as_bool()?;
        Some(Order { shuffled, figures: Figures::from_json(&of["figures"])? })
    });
    Some(Report {
        machine: serde_json::from_value(of("machine")?).ok()?,
        runs: serde_json::from_value(of("runs")?).ok()?,
        orders: orders.collect::<Option<_>>()?,
    })
}

/// Checks that a document has the table of the searches for names, whose figures are beside it.
fn check_find(document: &Path, text: &str) -> Res<()> {
    let figures = document.with_file_name("performance-find.json");
    let json = std::fs::read_to_string(&figures)
        .map_err(|error| format!("{}: {error}", figures.display()))?;
    let figures: FindFigures = serde_json::from_str(&json)?;
    match find::markdown(&figures).lines().find(|line| !text.lines().any(|of| of == *line)) {
        Some(line) => Err(format!("{} lacks the line '{line}'", document.display()).into()),
        None => Ok(()),
    }
}

/// Checks that a document has the tables of the figures beside it, and all rows that this program
/// writes.
pub(crate) fn check(document: &Path) -> Res<()> {
    let text = std::fs::read_to_string(document)?;
    let figures = document.with_extension("json");
    let name = figures.display();
    let json = std::fs::read_to_string(&figures).map_err(|error| format!("{name}: {error}"))?;
    let report = read(&serde_json::from_str(&json)?);
    let report = report.ok_or_else(|| format!("{name} has no figures of this program"))?;
    if let Some(line) = markdown(&report).lines().find(|line| !text.lines().any(|of| of == *line)) {
        return Err(format!("{} lacks the line '{line}'", document.display()).into());
    }
    check_find(document, &text)?;
    let rows: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("| ")).collect();
    let names = WORKS.into_iter().map(Work::name);
    let aims = aims(&report.orders).into_iter().map(|aim| aim.work);
    match names.chain(aims).find(|name| !rows.iter().any(|row| row.starts_with(name))) {
        Some(name) => Err(format!("{} has no row '{name}'", document.display()).into()),
        None => Ok(()),
    }
}
