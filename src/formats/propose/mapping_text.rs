//! Writes a proposed mapping, with the reasons as comments.

use super::column::Column;
use super::draft::Draft;
use super::event::{Found, kind_in};
use super::field::Field;
use super::plan::Rule;
use super::role::Role;
use super::value_text::{DateForm, date_format};
use super::write::{Writer, key, list, quote};

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

/// Removes braces from a text in a template.
fn brace(text: &str) -> String {
    text.replace(['{', '}'], "")
}
