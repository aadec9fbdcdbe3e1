//! The same work done by hustings and by alternatives. README.md describes the work, the peers, and
//! how to run the program.

mod aims;
mod child;
mod figures;
mod find;
mod given;
mod machine;
mod memory;
mod options;
mod peers;
mod process;
mod program;
mod python;
mod readers;
mod report;
mod revisions;
mod run;
mod split;
mod works;

use std::process::ExitCode;

use child::Job;
use machine::Machine;
use options::{Options, USAGE};
use peers::Res;
use program::Program;
use python::Python;
use report::{Order, Report};
use run::Run;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.as_slice() {
        [word, job] if word == "child" => child(job),
        [word] if word == "--help" => {
            println!("{USAGE}");
            Ok(())
        }
        words => Options::read(words).and_then(|options| parent(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn child(job: &str) -> Res<()> {
    serde_json::from_str::<Job>(job)?.run()
}

fn parent(options: &Options) -> Res<()> {
    if let Some(document) = &options.check {
        return report::check(document);
    }
    if let Some(versions) = options.find {
        let scratch = tempfile::tempdir()?;
        let figures = find::measure(scratch.path(), versions)?;
        print!("{}", find::markdown(&figures));
        if let Some(file) = &options.json {
            std::fs::write(file, format!("{}\n", serde_json::to_string_pretty(&figures)?))?;
        }
        return Ok(());
    }
    let program =
        options.with_program.then(|| Program::ready(options.program.as_ref())).transpose()?;
    let python = if options.python { Python::ready(!options.smoke) } else { None };
    if options.cold && !process::drop_cache() {
        eprintln!("the system's cache cannot be dropped here, so nothing is measured without it");
    }
    let scratch = match &options.scratch {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let mut orders = Vec::new();
    for (number, shuffled) in options.orders.iter().copied().enumerate() {
        let mut run = Run::new(options, shuffled, scratch.path(), program.as_ref());
        let so_far = |run: &Run<'_>| {
            let order = Order { shuffled, figures: run.figures.clone() };
            save(options, orders.iter().cloned().chain([order]).collect()).map(drop)
        };
        for (at, versions) in options.versions.iter().enumerate() {
            let texts = run.size(*versions, options.runs[at])?;
            if let (0, 0, Some(python)) = (number, at, &python) {
                python.measure(scratch.path(), &texts, *versions, &mut run.figures)?;
            }
            std::fs::remove_dir_all(texts)?;
            so_far(&run)?;
        }
        // These measurements do not depend on the order of texts.
        if number == 0 {
            run.revisions()?;
            run.lists()?;
            so_far(&run)?;
        }
        orders.push(Order { shuffled, figures: run.figures });
    }
    eprintln!("all peers gave the same answers");
    print!("{}", save(options, orders)?);
    Ok(scratch.close()?)
}

/// Writes the requested files, and returns the tables. Called after each size, so that an interrupted run keeps its
/// figures.
fn save(options: &Options, orders: Vec<Order>) -> Res<String> {
    let runs = options.versions.iter().copied().zip(options.runs.iter().copied()).collect();
    let report = Report { machine: Machine::here(), runs, orders };
    let markdown = report::markdown(&report);
    if let Some(file) = &options.markdown {
        std::fs::write(file, &markdown)?;
    }
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{}\n", report::json(&report)))?;
    }
    Ok(markdown)
}
