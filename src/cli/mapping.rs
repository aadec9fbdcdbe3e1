//! The command `mapping`: proposals, checks, and the built-in mappings.

use std::process::ExitCode;

use hustings::formats::{Mapping, ProposalOptions};
use hustings::model::{format_count, group_digits};
use hustings::render::{self, OutputFormat};

use super::args::{MappingAction, MappingArgs, MappingCheckArgs, MappingInit};
use super::context::{Context, Outcome};
use super::{Failure, terminal};

/// Maximum number of elections and differences that a check of further files lists.
const NONE_LISTED: usize = 0;

pub(super) fn mapping(context: &Context<'_>, args: &MappingArgs) -> Outcome {
    match &args.action {
        MappingAction::Init(init_args) => init(context, init_args),
        MappingAction::Check(check_args) => check(context, check_args),
        MappingAction::List => list(),
        MappingAction::Show { name } => show(context, name),
    }
}

fn init(context: &Context<'_>, args: &MappingInit) -> Outcome {
    let options = ProposalOptions::default().country(args.country.clone()).kind(args.kind.clone());
    let Some((first, others)) = args.files.split_first() else {
        return Err(Failure::Usage("expected a file".to_owned()));
    };
    let proposal = Mapping::propose(first, &options)?;
    let mut is_decided = proposal.is_clean && proposal.undecided.is_empty();
    let mut text = proposal.text.clone();
    if !others.is_empty() {
        let mapping: Mapping = proposal.text.parse()?;
        for other in others {
            let check = mapping.check(other, NONE_LISTED)?;
            is_decided &= check.is_clean();
            let [elections, errors, warnings] =
                [check.elections, check.errors.len() as u64, check.warnings.len() as u64];
            text.push_str(&format!(
                "# {}: {}, {}, {}\n",
                other.display().to_string().replace(char::is_control, " "),
                format_count(elections, "election"),
                format_count(errors, "error"),
                format_count(warnings, "warning")
            ));
        }
    }
    context.write_document(text.as_bytes())?;
    for undecided in &proposal.undecided {
        context.notice(&format!("not decided: {undecided}"));
    }
    if !proposal.is_clean {
        context.notice("the table is not read without errors or warnings, which the comments list");
    }
    Ok(if is_decided { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn check(context: &Context<'_>, args: &MappingCheckArgs) -> Outcome {
    let stated = args.mapping.as_deref().map(Mapping::load).transpose()?;
    let mut is_clean = true;
    let format = args.output.format();
    for file in &args.files {
        let mapping = match &stated {
            Some(mapping) => mapping.clone(),
            None => Mapping::propose(file, &ProposalOptions::default())?.text.parse()?,
        };
        let check = mapping.check(file, args.limit)?;
        context.print_report(&render::mapping_check(&check)?, format)?;
        check.errors.iter().for_each(|error| terminal::eprint_line(&error.to_string()));
        check.warnings.iter().for_each(|warning| terminal::eprint_line(&warning.to_string()));
        check.notes.iter().for_each(|note| context.notice(note));
        is_clean &= check.is_clean();
        if format == OutputFormat::Text && !context.args.global.quiet {
            let [contenders, votes] = [check.contenders, check.votes].map(group_digits);
            terminal::print_line(&format!(
                "{}, contenders {contenders}, votes {votes}",
                format_count(check.elections, "election")
            ))?;
        }
    }
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn list() -> Outcome {
    for mapping in Mapping::built_in() {
        terminal::print_line(&format!("{:22}  {}", mapping.name, mapping.description))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(context: &Context<'_>, name: &str) -> Outcome {
    let mut built_in = Mapping::built_in();
    let Some(mapping) = built_in.find(|mapping| mapping.name == name) else {
        let names: Vec<&str> = Mapping::built_in().map(|mapping| mapping.name).collect();
        let problem =
            format!("there is no built-in mapping '{name}'; there are {}", names.join(", "));
        return Err(Failure::Usage(problem));
    };
    context.write_document(mapping.text.as_bytes())
}
