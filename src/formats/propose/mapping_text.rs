//! Writes a proposed mapping, with the reasons as comments.

use super::column::Column;
use super::event::{Event, Found, kind_in};
use super::grid::Grid;
use super::plan::{Plan, Rule};
use super::role::Role;
use super::shape::{Field, Shape};
use super::write::{Writer, key, list, quote};

/// Everything that a mapping is written from.
pub(super) struct Draft<'a> {
    pub(super) grid: &'a Grid,
    pub(super) columns: &'a [Column],
    pub(super) shape: &'a Shape,
    pub(super) plan: &'a Plan,
    pub(super) event: &'a Event,
    /// Settings of the container, with their reasons.
    pub(super) container: &'a [(String, String)],
    /// Texts that stand for an unknown value.
    pub(super) nulls: &'a [String],
    pub(super) totals: bool,
}

impl Draft<'_> {
    /// Returns the mapping, and what it leaves undecided.
    pub(super) fn write(&self) -> (String, Vec<String>) {
        let mut out = Writer::default();
        let mut undecided: Vec<String> = self.plan.doubts.clone();
        self.write_layout(&mut out);
        self.write_shape(&mut out);
        self.plan.rules.iter().for_each(|rule| write_rule(&mut out, rule));
        self.write_election(&mut out, &mut undecided);
        self.write_contest(&mut out);
        self.write_contender(&mut out, &mut undecided);
        self.write_columns(&mut out);
        self.write_areas(&mut out);
        (out.finish(), undecided)
    }

    fn write_layout(&self, out: &mut Writer) {
        for (line, reason) in self.container {
            out.line(line, reason);
        }
        if !self
            .container
            .iter()
            .any(|(line, _)| line.starts_with("sheet") || line.starts_with("records"))
        {
            out.line(
                &format!("delimiter = {}", quote(&self.grid.delimiter.to_string())),
                "the sign that divides the lines evenly",
            );
        }
        match self.grid.header.as_slice() {
            [] => {
                out.line("header = \"none\"", "the first row has numbers, so that it is no header; write: columns = [\"name\", …]");
            }
            [line] => {
                out.line(&format!("header = {line}"), "the first line with a name for most columns")
            }
            lines => {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                out.line(
                    &format!("header = [{}]", lines.join(", ")),
                    "names on several lines, joined with ' / '",
                );
            }
        }
        if let Some(column) = self.grid.end_column.and_then(|at| self.grid.names.get(at)) {
            let line = self.grid.footer.first().map_or(0, |row| row.line);
            out.line(
                &format!("until = {{ {} = \"\" }}", key(column)),
                &format!("the table ends before line {line}"),
            );
        }
        if !self.nulls.is_empty() {
            let nulls: Vec<String> =
                std::iter::once(String::new()).chain(self.nulls.iter().cloned()).collect();
            out.line(
                &format!("null = {}", list(&nulls)),
                "signs in place of numbers; unknown is not zero",
            );
        }
        let names: Vec<String> = self.plan.key.iter().map(|field| field.name.clone()).collect();
        if names.is_empty() {
            out.comment("key = [\"…\"]  columns that tell elections apart: none, so that all rows are one election");
        } else {
            let roles: Vec<&str> = self.plan.key.iter().map(|field| field.role.phrase()).collect();
            out.line(
                &format!("key = {}", list(&names)),
                &format!("tells elections apart: {}", roles.join("; ")),
            );
        }
        if self.plan.merges {
            out.line(
                "merge = \"sum\"",
                "contenders have several rows in one election, which are added",
            );
        }
        if self.totals {
            out.line("totals = \"contest\"", "a row has the total of the others");
        }
    }

    fn write_shape(&self, out: &mut Writer) {
        if !self.shape.unpivot.is_empty() {
            out.blank();
            out.comment(&format!("Shape: {}. Each becomes a row.", self.shape.description));
            out.line("[unpivot]", "");
            self.shape.unpivot.iter().for_each(|line| out.line(line, ""));
        }
    }

    fn field(&self, role: Role) -> Option<&Field> {
        self.shape.field(role)
    }

    fn in_key(&self, role: Role) -> Option<&Field> {
        self.plan.key.iter().find(|field| field.role == role)
    }

    fn write_election(&self, out: &mut Writer, undecided: &mut Vec<String>) {
        out.blank();
        out.line("[election]", "");
        let event = self.event;
        let kind = event.kind.as_ref().map(|kind| kind.text.as_str());
        let office = self.in_key(Role::Office);
        let mut title = String::new();
        // Dates of one year need not be in the title, unless they tell elections apart.
        match (self.in_key(Role::Year), self.in_key(Role::Date), &event.year) {
            (Some(field), ..) => title.push_str(&format!("{{{}}} ", field.name)),
            (None, Some(_), _) => {}
            (None, None, Some(year)) => title.push_str(&format!("{} ", brace(&year.text))),
            (None, None, None) => {
                if let Some(year) = self
                    .constant_cell(Role::Year)
                    .map(str::to_owned)
                    .or_else(|| self.year_of_dates())
                {
                    title.push_str(&format!("{year} "));
                }
            }
        }
        match office {
            Some(field) => title.push_str(&format!("{{{}}} election", field.name)),
            None => title.push_str(
                &kind.map_or("election".to_owned(), |kind| format!("{} election", brace(kind))),
            ),
        }
        if let Some(field) = self.in_key(Role::Country) {
            title.push_str(&format!(" in {{{}}}", field.name));
        } else if let Some(country) = &event.country {
            title.push_str(&format!(" in {}", brace(&country.text)));
        }
        let areas: Vec<String> =
            self.plan.areas.iter().rev().map(|field| format!("{{{}}}", field.name)).collect();
        if !areas.is_empty() {
            title.push_str(&format!(", {}", areas.join(", ")));
        }
        if let Some(field) = self.in_key(Role::Date) {
            title.push_str(&format!(", {{{}}}", field.name));
        }
        let form = if self.plan.key.is_empty() { "constant" } else { "template" };
        out.line(&format!("title = {{ {form} = {} }}", quote(&title)), "");
        match (self.field(Role::Country), &event.country) {
            (Some(field), _) => out.line(&format!("country = {}", quote(&field.name)), "its name"),
            (None, Some(found)) => out
                .line(&format!("country = {{ constant = {} }}", quote(&found.text)), &found.reason),
            (None, None) => {
                out.comment("country = { constant = \"…\" }  not found: write the country here, or name it with --country");
                undecided.push("the country".to_owned());
            }
        }
        self.write_type(out, undecided);
        self.write_time(out, undecided);
    }

    fn write_type(&self, out: &mut Writer, undecided: &mut Vec<String>) {
        match (self.in_key(Role::Office), &self.event.kind) {
            (Some(field), _) => {
                let texts = field
                    .column
                    .map(|at| self.grid.column(at).collect::<std::collections::BTreeSet<_>>());
                let values = texts.into_iter().flatten().filter(|text| !text.is_empty());
                let values: Vec<String> = values
                    .filter_map(|text| Some(format!("{} = {}", key(text), quote(&kind_in(text)?))))
                    .collect();
                let values = if values.is_empty() {
                    String::new()
                } else {
                    format!(", values = {{ {} }}", values.join(", "))
                };
                out.line(
                    &format!("type = {{ column = {}{values} }}", quote(&field.name)),
                    "the column differs from row to row",
                );
            }
            (None, Some(found)) => {
                out.line(&format!("type = {{ constant = {} }}", quote(&found.text)), &found.reason)
            }
            (None, None) => {
                out.comment("type = { constant = \"parliamentary\" }  not found: presidential, parliamentary, local, …");
                undecided.push("the type of the election".to_owned());
            }
        }
    }

    fn write_time(&self, out: &mut Writer, undecided: &mut Vec<String>) {
        let date = self.field(Role::Date);
        if let Some(field) = date {
            let cells: Vec<&str> =
                field.column.map(|at| self.grid.column(at).collect()).unwrap_or_default();
            match date_format(&cells) {
                DateForm::Plain => out.line(&format!("date = {}", quote(&field.name)), "its name"),
                DateForm::Format(format) => {
                    let value = format!(
                        "date = {{ column = {}, format = {} }}",
                        quote(&field.name),
                        quote(format)
                    );
                    out.line(&value, "points stand between day, month and year");
                }
                DateForm::Unclear => {
                    out.comment(&format!(
                        "date = {{ column = {}, format = \"[day]/[month]/[year]\" }}  or \"[month]/[day]/[year]\": no date shows which",
                        quote(&field.name)
                    ));
                    undecided.push(format!("the order of day and month in '{}'", field.name));
                }
                DateForm::Unknown => {
                    out.comment(&format!(
                        "date = {}  has another form; 'format' states it",
                        quote(&field.name)
                    ));
                    undecided.push(format!("the form of the dates in '{}'", field.name));
                }
            }
        }
        if date.is_none()
            && let Some(found) = &self.event.date
            && self.field(Role::Year).is_none()
        {
            return out
                .line(&format!("date = {{ constant = {} }}", quote(&found.text)), &found.reason);
        }
        match (self.field(Role::Year), &self.event.year) {
            (Some(field), _) => out.line(&format!("year = {}", quote(&field.name)), "its name"),
            (None, Some(Found { text, reason })) if date.is_none() => {
                out.line(&format!("year = {{ constant = {} }}", quote(text)), reason);
            }
            (None, None) if date.is_none() => {
                out.comment("year = { constant = \"…\" }  not found: write the year, or date = { constant = \"2019-05-26\" }");
                undecided.push("the year".to_owned());
            }
            _ => {}
        }
    }

    fn constant_cell(&self, role: Role) -> Option<&str> {
        let at = self.field(role)?.column?;
        self.grid.column(at).find(|cell| !cell.is_empty())
    }

    fn year_of_dates(&self) -> Option<String> {
        let cell = self.constant_cell(Role::Date)?;
        let mut runs = cell.split(|c: char| !c.is_ascii_digit());
        runs.find(|run| super::grid::is_year(run)).map(str::to_owned)
    }

    fn write_contest(&self, out: &mut Writer) {
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

    fn write_contender(&self, out: &mut Writer, undecided: &mut Vec<String>) {
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

    /// Lists the columns that the mapping does not use.
    fn write_columns(&self, out: &mut Writer) {
        let unused = |column: &&Column| {
            let is_used_role = !matches!(
                column.role,
                Role::Other
                    | Role::Code
                    | Role::PartyCode
                    | Role::Elected
                    | Role::Mode
                    | Role::Name
            );
            !column.name.is_empty()
                && !is_used_role
                && self.shape.fields.iter().any(|field| field.column == Some(column.index))
        };
        let names: Vec<String> = self
            .columns
            .iter()
            .filter(unused)
            .filter(|column| !self.plan.key.iter().any(|field| field.column == Some(column.index)))
            .map(|column| match column.role {
                Role::Other => format!("'{}'", column.name),
                role => format!("'{}' ({})", column.name, role.phrase()),
            })
            .collect();
        if !names.is_empty() {
            out.blank();
            out.comment(&format!("Columns that are not read: {}.", names.join(", ")));
            out.comment("Under [contender.details] or [election.details], a line such as code = \"COLUMN\" keeps one.");
        }
    }

    fn write_areas(&self, out: &mut Writer) {
        if self.plan.areas.is_empty() {
            return;
        }
        let mut levels: Vec<&Field> = self
            .shape
            .fields
            .iter()
            .filter(|field| field.role.area_level().is_some_and(|level| level < 5))
            .collect();
        levels.sort_by_key(|field| field.role.area_level());
        if levels.is_empty() {
            levels = self.plan.areas.iter().collect();
        }
        let names: Vec<String> = levels.iter().map(|field| field.name.clone()).collect();
        let level = |field: &&Field| field.name.to_lowercase();
        let words: Vec<String> = levels.iter().map(level).collect();
        out.blank();
        out.comment("Each record is one of an area. As areas, with their sums:");
        out.comment("[area]");
        out.comment(&format!("path = {}", list(&names)));
        out.comment(&format!("levels = {}", list(&words)));
        out.comment("sum = [\"country\"]");
    }
}

fn write_rule(out: &mut Writer, rule: &Rule) {
    out.blank();
    out.line("[[rows]]", &rule.reason);
    let texts = match rule.texts.as_slice() {
        [one] => quote(one),
        several => list(several),
    };
    let condition = if rule.is_negated { format!("{{ not = {texts} }}") } else { texts };
    out.line(&format!("when = {{ {} = {condition} }}", key(&rule.column)), "");
    out.line(&format!("use = {}", quote(rule.use_as)), "");
}

/// A value: a column, or a column with settings.
struct ValueText {
    column: String,
    settings: Vec<String>,
}

impl ValueText {
    fn new(field: &Field, column: Option<&Column>) -> Self {
        let mut settings = Vec::new();
        if column.is_some_and(|column| column.has_footnotes) {
            settings.push("footnotes = true".to_owned());
        }
        if matches!(field.role, Role::Share | Role::Turnout)
            && column.is_some_and(Column::is_fraction)
        {
            settings.push("unit = \"fraction\"".to_owned());
        }
        Self { column: field.name.clone(), settings }
    }

    fn text(&self) -> String {
        if self.settings.is_empty() {
            return quote(&self.column);
        }
        format!("{{ column = {}, {} }}", quote(&self.column), self.settings.join(", "))
    }
}

/// Removes braces from a text in a template.
fn brace(text: &str) -> String {
    text.replace(['{', '}'], "")
}

/// The form of the dates in a column.
enum DateForm {
    /// The reader recognises the dates.
    Plain,
    Format(&'static str),
    /// The order of day and month is not shown.
    Unclear,
    Unknown,
}

fn date_format(cells: &[&str]) -> DateForm {
    let filled: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
    let parts = |cell: &str| -> Vec<u32> {
        cell.split(['/', '.', '-']).filter_map(|part| part.parse().ok()).collect()
    };
    let is_numeric = filled.iter().all(|cell| parts(cell).len() == 3 && cell.len() <= 10);
    if is_numeric && filled.iter().all(|cell| parts(cell).first().is_some_and(|first| *first < 32))
    {
        let is_shown = filled.iter().any(|cell| parts(cell).iter().take(2).any(|part| *part > 12));
        if is_shown {
            return DateForm::Plain;
        }
        if filled.iter().all(|cell| cell.contains('.')) {
            let is_padded = filled.iter().all(|cell| cell.len() == 10);
            return DateForm::Format(if is_padded {
                "[day].[month].[year]"
            } else {
                "[day padding:none].[month padding:none].[year]"
            });
        }
        return DateForm::Unclear;
    }
    let is_read =
        |cell: &&str| crate::values::date::parse(cell).is_ok() || cell.parse::<u32>().is_ok();
    if filled.iter().all(|cell| is_read(cell)) { DateForm::Plain } else { DateForm::Unknown }
}
