//! The columns of a table as a mapping can use them, after `[unpivot]`.

use super::column::Column;
use super::role::Role;

/// A column as a mapping can use it, after `[unpivot]`.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) role: Role,
    /// Index of the column of the table; `None` for a column that `[unpivot]` makes.
    pub(super) column: Option<usize>,
}

/// The shape of a table.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Name of the shape, for comments.
    pub(super) description: String,
    /// The lines of `[unpivot]`; none if each row is one of a contender.
    pub(super) unpivot: Vec<String>,
    pub(super) fields: Vec<Field>,
    /// Names of the columns that became rows, if each is one contender.
    pub(super) contenders: Vec<String>,
    /// Role of the new column with the names of the columns.
    pub(super) name_role: Option<Role>,
}

impl Shape {
    pub(super) fn field(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == role)
    }

    pub(super) fn has(&self, role: Role) -> bool {
        self.field(role).is_some()
    }
}

pub(super) fn own_field(column: &Column) -> Field {
    Field { name: column.name.clone(), role: column.role, column: Some(column.index) }
}

pub(super) fn new_field(name: &str, role: Role) -> Field {
    Field { name: name.to_owned(), role, column: None }
}

/// Returns whether a name is one of a total.
pub(super) fn is_total(name: &str) -> bool {
    const TOTALS: [&str; 14] = [
        "razem",
        "suma",
        "ogolem",
        "i alt",
        "ialt",
        "totalt",
        "totaal",
        "summe",
        "insgesamt",
        "sammanlagt",
        "hele landet",
        "nationwide",
        "national total",
        "sum",
    ];
    crate::model::TotalCertainty::from_name(name) == crate::model::TotalCertainty::Yes
        || TOTALS.contains(&super::role::words(name).join(" ").as_str())
}
