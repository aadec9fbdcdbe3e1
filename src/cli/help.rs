//! Help: the commands in groups.

use clap::{Command, CommandFactory};

use super::args::Args;

/// The commands in groups, in the order in which help lists them.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Import and export", &["import", "export", "mapping"]),
    ("Query", &["list", "areas", "show", "find", "log", "why", "cite", "changes"]),
    ("Compare and check", &["chain", "diff", "compare", "series", "lineage", "check"]),
    ("Correct", &["alias", "match", "merge", "split", "source", "remove", "revert", "erase"]),
    ("Maintain", &["stats", "verify", "rebuild", "backup", "restore"]),
    ("Set up", &["completions", "man", "help"]),
];

/// Start of a heading, as the argument parser prints it.
const HEADING: &str = "\x1b[1m\x1b[4m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// Returns the argument parser, whose help lists the commands in groups.
pub(super) fn program() -> Command {
    let command = Args::command();
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}\n\
         {HEADING}Options:{RESET}\n{{options}}{{after-help}}",
        grouped_commands(&command)
    );
    command.help_template(template)
}

/// Returns the help of the program without arguments.
pub(super) fn overview() -> String {
    let mut command = Args::command();
    // Rendering the usage adds the parser's own commands, so the groups are formatted first.
    let groups = grouped_commands(&command);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let usage = command.render_usage().ansi().to_string();
    format!(
        "{about}\n\n{usage}\n\n{groups}\n'hustings help COMMAND' explains a command.\n\
         'hustings --help' explains options, addresses and exit codes.\n"
    )
}

/// Returns the groups of commands: a heading each, and one line per command.
fn grouped_commands(command: &Command) -> String {
    let mut text = String::new();
    for (heading, names) in GROUPS {
        text += &format!("{HEADING}{heading}:{RESET}\n");
        for name in names {
            let about = match command.find_subcommand(name).and_then(Command::get_about) {
                Some(about) => about.to_string(),
                // The parser adds the command `help` itself.
                None => "Explain a command".to_owned(),
            };
            text += &format!(
                "  {BOLD}{name}{RESET}{:padding$}{about}\n",
                "",
                padding = 13 - name.len()
            );
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len() + 1);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group_and_has_one_line() {
        let command = Args::command();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let mut all: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        all.push("help");
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
        for subcommand in command.get_subcommands() {
            let about = subcommand.get_about().unwrap().to_string();
            assert!(about.len() <= 80 - 15, "{about}");
        }
    }
}
