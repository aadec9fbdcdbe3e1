//! Writes the contest and the contenders of a proposed mapping.

use super::column::Column;
use super::draft::Draft;
use super::field::Field;
use super::role::Role;
use super::value_text::ValueText;
use super::write::{Writer, key, list, quote};

impl Draft<'_> {
    pub(super) fn write_contest(&self, out: &mut Writer) {
        let figures = [
            ("registered", Role::Registered),
            ("cast", Role::Cast),
            ("valid", Role::Valid),
            ("invalid", Role::Invalid),
            ("blank", Role::Blank),
            ("turnout", Role::Turnout),
        ];
        let mut lines = Vec::new();
        for (setting, role) in figures {
            let role = if role == Role::Valid && self.field(role).is_none() {
                Role::TotalVotes
            } else {
                role
            };
            let Some(field) = self.field(role) else { continue };
            let column = field.column.and_then(|at| self.columns.get(at));
            if column.is_some_and(Column::is_blank) {
                continue;
            }
            let mut value = ValueText::new(field, column);
            if self.plan.merges
                && let Some(part) = &self.plan.part
            {
                if setting == "turnout" {
                    continue;
                }
                value.settings.push(format!("per = {}", quote(&part.name)));
            }
            lines.push((
                format!("{setting} = {}", value.text()),
                column.map_or("", |column| column.reason.as_str()),
            ));
        }
        if !lines.is_empty() {
            out.blank();
            out.line("[contest]", "");
            lines.iter().for_each(|(line, reason)| out.line(line, reason));
        }
    }

    pub(super) fn write_contender(&self, out: &mut Writer, undecided: &mut Vec<String>) {
        out.blank();
        out.line("[contender]", "");
        let mut is_named = false;
        let names = [self.field(Role::GivenName), self.field(Role::Surname)];
        if let Some(field) = self.field(Role::Person) {
            out.line(&format!("person = {}", quote(&field.name)), self.reason(field));
            is_named = true;
        } else if let [Some(given), Some(surname)] = names {
            let template = format!("{{{}}} {{{}}}", given.name, surname.name);
            out.line(
                &format!("person = {{ template = {} }}", quote(&template)),
                "given name and surname",
            );
            is_named = true;
        } else if let [_, Some(field)] = names {
            out.line(&format!("person = {}", quote(&field.name)), self.reason(field));
            is_named = true;
        }
        if let Some(field) = self.field(Role::Party) {
            out.line(&format!("party = {}", quote(&field.name)), self.reason(field));
            is_named = true;
        }
        if let Some(field) = self.field(Role::Alliance) {
            out.line(&format!("alliance = {}", quote(&field.name)), self.reason(field));
            is_named = true;
        }
        if !is_named {
            match self
                .field(Role::Name)
                .filter(|field| !self.plan.key.iter().any(|own| own.name == field.name))
            {
                Some(field) => out.line(
                    &format!("party = {}", quote(&field.name)),
                    "a name beside votes; write person if these are people",
                ),
                None => {
                    out.comment(
                        "person = \"…\"  the column with the candidates, or: party = \"…\"",
                    );
                    undecided.push("the column with the contenders".to_owned());
                }
            }
        }
        if let Some(field) = self.field(Role::Round) {
            out.line(&format!("round = {}", quote(&field.name)), self.reason(field));
        }
        self.write_figures(out, undecided);
    }

    fn write_figures(&self, out: &mut Writer, undecided: &mut Vec<String>) {
        let mut is_counted = false;
        let modes: Vec<&Field> =
            self.shape.fields.iter().filter(|field| field.role == Role::ModeVotes).collect();
        let votes = self.field(Role::Votes);
        if let Some(field) = votes {
            let column = field.column.and_then(|at| self.columns.get(at));
            out.line(&format!("votes = {}", self.votes_text(field, column)), self.reason(field));
            is_counted = true;
        } else if modes.len() > 1 {
            let names: Vec<String> = modes.iter().map(|field| field.name.clone()).collect();
            out.line(
                &format!("votes = {{ sum = {} }}", list(&names)),
                "votes by modes of voting, which are added",
            );
            is_counted = true;
        }
        for (setting, role) in [("share", Role::Share), ("seats", Role::Seats)] {
            let Some(field) = self.field(role) else { continue };
            let column = field.column.and_then(|at| self.columns.get(at));
            let value = ValueText::new(field, column);
            out.line(&format!("{setting} = {}", value.text()), self.reason(field));
            is_counted = true;
        }
        if !is_counted {
            out.comment("votes = \"…\"  the column with the votes");
            undecided.push("the column with the votes".to_owned());
        }
        let others: Vec<&Field> =
            self.shape.fields.iter().filter(|field| field.role == Role::Votes).skip(1).collect();
        if !others.is_empty() && !self.plan.merges {
            out.blank();
            out.line("[contender.details]", "other columns of votes");
            for field in others {
                out.line(&format!("{} = {}", key(&field.name), quote(&field.name)), "");
            }
        }
    }

    /// Returns the value of the votes. Columns that became rows may have footnotes.
    fn votes_text(&self, field: &Field, column: Option<&Column>) -> String {
        let mut value = ValueText::new(field, column);
        if column.is_none() && self.columns.iter().any(|column| column.has_footnotes) {
            value.settings.push("footnotes = true".to_owned());
        }
        value.text()
    }

    fn reason(&self, field: &Field) -> &str {
        field.column.and_then(|at| self.columns.get(at)).map_or("", |column| column.reason.as_str())
    }
}
