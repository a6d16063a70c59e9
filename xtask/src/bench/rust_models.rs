//! A made-up schema as structs of Rust, a file for each table.

use super::schema::{Column, Schema, Table, Type};

impl Schema {
    /// The names and the texts of the files.
    pub fn structs(&self) -> Vec<(String, String)> {
        let tables = self.tables.iter();
        tables
            .map(|table| (format!("{}.rs", table.name), struct_of(table)))
            .collect()
    }
}

fn struct_of(table: &Table) -> String {
    let name = &table.name;
    let unique = table.unique.join(", ");
    let mut text = format!(
        "//! One table.\n\nuse schemist::Model;\n\n/// A row.\n#[derive(Debug, Model, sqlx::FromRow)]\n\
         #[model(\n    table = \"{name}\",\n    unique({unique}),\n"
    );
    for (check, condition) in &table.checks {
        text.push_str(&format!(
            "    check(name = \"{check}\", \"{condition}\"),\n"
        ));
    }
    for index in &table.indexes {
        text.push_str(&format!(
            "    index(name = \"{}\", columns({})),\n",
            index.name,
            index.columns.join(", ")
        ));
    }
    text.push_str(&format!(")]\npub struct {} {{\n", camel(name)));
    for column in &table.columns {
        text.push_str(&field(table, column));
    }
    text.push_str("}\n");
    text
}

fn field(table: &Table, column: &Column) -> String {
    let of_rust = match column.holds {
        Type::Key | Type::Reference | Type::Count => "i64",
        Type::Label(_) | Type::Name(_) | Type::Text => "String",
        Type::Number => "i32",
        Type::Amount => "rust_decimal::Decimal",
        Type::Flag => "bool",
        Type::Day => "chrono::NaiveDate",
        Type::Moment => "DateTime<Utc>",
    };
    let mut says = Vec::new();
    if column.holds == Type::Key {
        says.push("primary_key, identity".to_owned());
    }
    if let Type::Name(length) = column.holds {
        says.push(format!("type = \"varchar({length})\""));
    }
    let mut keys = table.foreign_keys.iter();
    if let Some(key) = keys.find(|key| key.column == column.name) {
        let action = match key.on_delete {
            Some("CASCADE") => ", on_delete = \"cascade\"",
            Some(_) => ", on_delete = \"set_null\"",
            None => "",
        };
        says.push(format!("references({}::id{action})", camel(&key.table)));
    }
    if let Some(default) = &column.default {
        says.push(format!("default = \"{default}\""));
    }
    let attribute = if says.is_empty() {
        String::new()
    } else {
        format!("    #[column({})]\n", says.join(", "))
    };
    let of_rust = if column.required {
        of_rust.to_owned()
    } else {
        format!("Option<{of_rust}>")
    };
    format!(
        "    /// What it is.\n{attribute}    pub {}: {of_rust},\n",
        column.name
    )
}

fn camel(name: &str) -> String {
    let parts = name.split('_').map(|part| {
        let (first, rest) = part.split_at(1);
        first.to_uppercase() + rest
    });
    parts.collect()
}
