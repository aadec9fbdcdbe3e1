//! Decides which columns tell elections apart, which rows are added, and which are left out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::column::Column;
use super::field::{Field, Shape, is_total};
use super::grid::Grid;
use super::role::{Role, exact_role};

/// A rule for rows: a column, its texts, and their use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) column: String,
    pub(super) texts: Vec<String>,
    /// Whether the rule applies to all other texts.
    pub(super) is_negated: bool,
    pub(super) use_as: &'static str,
    pub(super) reason: String,
}

/// The decisions about the rows of a table.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Columns that tell one election from another.
    pub(super) key: Vec<Field>,
    /// The areas in the key, the largest first.
    pub(super) areas: Vec<Field>,
    pub(super) merges: bool,
    /// Column of parts of a contest whose rows are added.
    pub(super) part: Option<Field>,
    pub(super) rules: Vec<Rule>,
    /// Decisions that the table does not settle.
    pub(super) doubts: Vec<String>,
}

/// Roles that tell elections apart, beside the areas.
const KEY_ROLES: [Role; 4] = [Role::Country, Role::Year, Role::Date, Role::Office];

/// Makes the decisions.
pub(super) fn plan(grid: &Grid, columns: &[Column], shape: &Shape) -> Plan {
    let mut plan = Plan::default();
    plan.add_area_totals(grid, shape);
    plan.add_modes(grid, shape);
    plan.add_contender_rules(grid, shape);
    plan.choose_key(grid, columns, shape);
    plan.find_merges(grid, shape);
    plan
}

fn distinct_texts(grid: &Grid, field: &Field) -> Vec<String> {
    let Some(at) = field.column else { return Vec::new() };
    let mut seen = HashSet::new();
    grid.column(at)
        .filter(|cell| !cell.is_empty() && seen.insert(*cell))
        .map(str::to_owned)
        .collect()
}

impl Plan {
    /// Finds rows with the total of all areas.
    fn add_area_totals(&mut self, grid: &Grid, shape: &Shape) {
        let areas = shape.fields.iter().filter(|field| {
            field.role.area_level().is_some()
                || field.role == Role::Name && shape.has(Role::Party) && field.column.is_some()
        });
        for field in areas {
            let texts = distinct_texts(grid, field);
            let totals: Vec<String> = texts.iter().filter(|text| is_total(text)).cloned().collect();
            if !totals.is_empty() && totals.len() < texts.len() {
                self.rules.push(Rule {
                    column: field.name.clone(),
                    texts: totals,
                    is_negated: false,
                    use_as: "drop",
                    reason: "totals of the areas".to_owned(),
                });
            }
        }
    }

    /// Finds rows that add up the modes of voting.
    fn add_modes(&mut self, grid: &Grid, shape: &Shape) {
        let Some(field) = shape.field(Role::Mode) else { return };
        let texts = distinct_texts(grid, field);
        let Some(total) = texts.iter().find(|text| is_total(text)) else { return };
        let Some(mode) = field.column else { return };
        // The rows of one contender, which its texts other than the mode tell apart.
        let names = shape.fields.iter().filter(|field| {
            field.role.is_textual()
                || [Role::Year, Role::Office, Role::Code, Role::Precinct].contains(&field.role)
        });
        let names: Vec<usize> = names.filter_map(|field| field.column).collect();
        let mut groups: HashMap<Vec<&str>, (bool, bool)> = HashMap::new();
        for row in &grid.rows {
            let key = names.iter().map(|at| row.cell(*at)).collect();
            let (has_total, has_part) = groups.entry(key).or_default();
            let is_sum = row.cell(mode) == total;
            *has_total |= is_sum;
            *has_part |= !is_sum;
        }
        let count =
            |test: &dyn Fn(&(bool, bool)) -> bool| groups.values().filter(|one| test(one)).count();
        let (both, parts_only) =
            (count(&|(total, part)| *total && *part), count(&|(total, part)| !total && *part));
        if both > 0 && parts_only == 0 {
            self.rules.push(Rule {
                column: field.name.clone(),
                texts: vec![total.clone()],
                is_negated: true,
                use_as: "drop",
                reason: format!("modes of voting, which the rows with '{total}' add up"),
            });
        } else if both > 0 {
            self.doubts.push(format!(
                "some contenders have rows with '{total}' in '{}' beside others, and some have not: the votes of the former \
                 are counted twice unless a rule of [[rows]] drops one kind",
                field.name
            ));
        }
    }

    /// Finds rows with names of figures: invalid votes, registered voters.
    fn add_contender_rules(&mut self, grid: &Grid, shape: &Shape) {
        let contenders = [Role::Person, Role::Surname, Role::Party, Role::Office, Role::Name];
        let fields = contenders.into_iter().filter_map(|role| shape.field(role));
        let mut done: BTreeSet<&'static str> = BTreeSet::new();
        for field in fields {
            let texts = match field.column {
                Some(_) => distinct_texts(grid, field),
                None if shape.name_role == Some(field.role) => shape.contenders.clone(),
                None => Vec::new(),
            };
            let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
            for text in texts {
                let role = exact_role(&text);
                // Under the name of an office, such rows are no part of a contest.
                let role =
                    if field.role == Role::Office { role.and(Some(Role::Turnout)) } else { role };
                let use_as = match role {
                    Some(Role::Registered) => "registered",
                    Some(Role::Cast) => "cast",
                    Some(Role::Valid) => "valid",
                    Some(Role::Invalid) => "invalid",
                    Some(Role::Blank) => "blank",
                    Some(Role::Turnout) => "drop",
                    Some(Role::Other) if is_abstention(&text) => "drop",
                    _ if field.role != Role::Office && is_write_in(&text) => "option",
                    _ => continue,
                };
                found.entry(use_as).or_default().push(text);
            }
            for (use_as, texts) in found {
                if done.insert(use_as) {
                    let reason = match use_as {
                        "drop" => "figures that the record does not need".to_owned(),
                        "option" => "no contender of its own".to_owned(),
                        figure => format!("rows with the {figure} votes of the contest"),
                    };
                    let column = field.name.clone();
                    self.rules.push(Rule { column, texts, is_negated: false, use_as, reason });
                }
            }
        }
    }

    fn choose_key(&mut self, grid: &Grid, columns: &[Column], shape: &Shape) {
        let varies = |field: &Field| match field.column {
            Some(at) => columns.get(at).is_some_and(|column| column.distinct > 1),
            None => true,
        };
        let mut areas: Vec<Field> = shape
            .fields
            .iter()
            .filter(|field| field.role.area_level().is_some_and(|level| level < 5) && varies(field))
            .cloned()
            .collect();
        areas.sort_by_key(|field| field.role.area_level());
        areas.dedup_by_key(|field| field.role);
        // Without another name, a plain one is the area's if each row is one of an area.
        let is_name_area = areas.is_empty()
            && shape.has(Role::Party)
            && shape.field(Role::Party).is_some_and(|field| field.column.is_none());
        if is_name_area {
            areas.extend(shape.field(Role::Name).filter(|field| varies(field)).cloned());
            if areas.is_empty() {
                areas.extend(shape.field(Role::Code).filter(|field| varies(field)).cloned());
            }
        }
        let precinct = shape.field(Role::Precinct).filter(|field| varies(field)).cloned();
        // People are candidates in constituencies: the rows of smaller areas are added.
        let has_people = shape.has(Role::Person) || shape.has(Role::Surname);
        let constituency = areas.iter().any(|field| field.role == Role::Constituency);
        self.part = precinct;
        if has_people && constituency {
            let smaller = areas.iter().position(|field| field.role == Role::Municipality);
            if let Some(at) = smaller {
                let part = areas.remove(at);
                self.part.get_or_insert(part);
            }
        }
        // Precincts of several contests: the counties are parts too.
        let has_offices = shape.field(Role::Office).is_some_and(varies);
        if has_people && has_offices && self.part.is_some() {
            areas.retain(|field| field.role != Role::County);
        }
        // A title cannot contain a blank.
        areas.retain(|field| {
            field.column.is_none_or(|at| grid.column(at).all(|cell| !cell.is_empty()))
                || field.role != Role::Constituency
        });
        // A name of an area that occurs in one larger area only needs no other name.
        if let Some(last) = areas.last().cloned() {
            let larger = areas.len().saturating_sub(1);
            let needed: Vec<Field> = areas
                .iter()
                .take(larger)
                .filter(|field| !determines(grid, &last, field))
                .cloned()
                .chain([last.clone()])
                .collect();
            areas = needed;
        }
        let others = KEY_ROLES
            .into_iter()
            .filter_map(|role| shape.field(role))
            .filter(|field| varies(field));
        let mut others: Vec<Field> = others.cloned().collect();
        // A date tells elections apart, so that their year need not; but not where a contest has rounds.
        if others.iter().any(|field| field.role == Role::Year) || shape.has(Role::Round) {
            others.retain(|field| field.role != Role::Date);
        }
        self.key = others.into_iter().chain(areas.iter().cloned()).collect();
        // If each row is an election, codes and names may be needed to tell the rows apart.
        let is_row_election =
            !shape.unpivot.is_empty() && shape.name_role.is_none_or(|role| role == Role::Party);
        if is_row_election && !is_unique(grid, &self.key) {
            let codes =
                shape.fields.iter().filter(|field| matches!(field.role, Role::Code | Role::Name));
            for code in codes.filter(|field| field.column.is_some() && varies(field)) {
                self.key.push(code.clone());
                areas.push(code.clone());
                if is_unique(grid, &self.key) {
                    break;
                }
            }
        }
        self.areas = areas;
    }

    /// Finds several rows of one contender.
    fn find_merges(&mut self, grid: &Grid, shape: &Shape) {
        let contender = [Role::Person, Role::GivenName, Role::Surname, Role::Round];
        let mut fields: Vec<&Field> = self.key.iter().collect();
        fields.extend(contender.into_iter().filter_map(|role| shape.field(role)));
        let has_people = shape.has(Role::Person) || shape.has(Role::Surname);
        if !has_people {
            fields
                .extend([Role::Party, Role::Name].into_iter().filter_map(|role| shape.field(role)));
        }
        let columns: Vec<usize> = fields.iter().filter_map(|field| field.column).collect();
        let is_left_out = |cells: &dyn Fn(&str) -> String| {
            self.rules.iter().any(|rule| {
                rule.use_as == "drop"
                    && rule.texts.contains(&cells(&rule.column)) != rule.is_negated
            })
        };
        let mut seen: HashMap<Vec<&str>, usize> = HashMap::new();
        for row in &grid.rows {
            let cell = |name: &str| {
                let at = grid.names.iter().position(|own| own == name);
                at.map_or("", |at| row.cell(at)).to_owned()
            };
            if !is_left_out(&cell) {
                *seen.entry(columns.iter().map(|at| row.cell(*at)).collect()).or_default() += 1;
            }
        }
        let repeated = seen.values().filter(|count| **count > 1).count();
        // One person in lines of several lists.
        let lists = match shape.field(Role::Party).and_then(|field| field.column) {
            Some(party) if has_people && !columns.contains(&party) => {
                let mut seen = HashSet::new();
                let rows = grid.rows.iter();
                rows.map(|row| {
                    (columns.iter().map(|at| row.cell(*at)).collect::<Vec<_>>(), row.cell(party))
                })
                .all(|line| seen.insert(line))
            }
            _ => false,
        };
        let has_reason =
            lists || shape.has(Role::Mode) || self.part.is_some() || shape.has(Role::Alliance);
        // The same name in every second row is no accident; a few may be two people of one name.
        self.merges = repeated > 0 && has_reason;
        if repeated > 0 && !has_reason {
            self.doubts.push(format!(
                "{repeated} contenders have several rows in one election, and no column says why. If the rows are parts \
                 of a result (precincts, modes of voting), write: merge = \"sum\""
            ));
        }
    }
}

/// Returns whether no two rows have the same texts in these columns.
fn is_unique(grid: &Grid, fields: &[Field]) -> bool {
    let columns: Vec<usize> = fields.iter().filter_map(|field| field.column).collect();
    let mut seen = HashSet::new();
    grid.rows
        .iter()
        .all(|row| seen.insert(columns.iter().map(|at| row.cell(*at)).collect::<Vec<_>>()))
}

/// Returns whether each text of one column occurs beside one text of the other only.
fn determines(grid: &Grid, one: &Field, other: &Field) -> bool {
    let (Some(one), Some(other)) = (one.column, other.column) else { return false };
    let mut found: HashMap<&str, &str> = HashMap::new();
    grid.rows.iter().all(|row| {
        *found.entry(row.cell(one)).or_insert_with(|| row.cell(other)) == row.cell(other)
    })
}

fn is_abstention(text: &str) -> bool {
    let text = text.to_lowercase();
    ["abst", "enthalt", "nichtw", "non voter", "astenu"].iter().any(|start| text.starts_with(start))
}

fn is_write_in(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "write-in",
        "write in",
        "writein",
        "write-ins",
        "scattering",
        "scatter",
        "other",
        "others",
        "all other candidates",
        "other candidates",
        "sonstige",
        "übrige",
        "autres",
        "otros",
        "altri",
        "outros",
        "inne",
        "overige",
        "andre",
        "övriga",
        "øvrige",
    ]
    .contains(&text.as_str())
}
