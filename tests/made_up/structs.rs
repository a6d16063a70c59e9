//! Models of Rust, a file for each table.

use schemist_model::Source;

/// The files.
pub fn structs(tables: usize) -> Vec<Source> {
    (0..tables)
        .map(|number| Source::new(format!("models/part_{number}.rs"), of_table(number)))
        .collect()
}

fn of_table(number: usize) -> String {
    let other = number / 2;
    format!(
        "//! One table.\n\nuse schemist::Model;\n\n/// A part.\n#[derive(Debug, Clone, Model, sqlx::FromRow)]\n\
         #[model(\n    table = \"part_{number}\",\n    unique(code),\n    index(owner_id, made_at),\n    check(name = \"part_{number}_sound\", \"total >= 0\"),\n)]\n\
         pub struct Part{number} {{\n    #[column(primary_key, identity)]\n    pub id: i64,\n    /// Whose it is.\n    \
         #[column(references(Part{other}::id, on_delete = \"cascade\"))]\n    pub owner_id: i64,\n    pub code: String,\n    \
         #[column(default = \"0\")]\n    pub total: rust_decimal::Decimal,\n    #[column(type = \"varchar(200)\")]\n    pub title: Option<String>,\n    \
         pub is_public: bool,\n    #[column(default = \"now()\")]\n    pub made_at: DateTime<Utc>,\n    pub closed_at: Option<DateTime<Utc>>,\n}}\n"
    )
}
