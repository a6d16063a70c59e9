//! Catalogs of so many tables, with and without changes between them.

use schemist_catalog::object::{Check, Column, ColumnSource, ForeignKey, Key, Table};
use schemist_catalog::{Catalog, Expr, Part, Reference};
use schemist_sql::{Dialect, Ident, QualifiedName};

/// A catalog of so many tables, each with a dozen columns, keys, a check and a foreign key.
pub fn catalog(tables: usize) -> Catalog {
    changed(tables, usize::MAX)
}

/// The same, with something else in every table whose number can be divided by `every`.
pub fn changed(tables: usize, every: usize) -> Catalog {
    let mut catalog = Catalog::new(Dialect::Postgres);
    let mut ids = Vec::new();
    for number in 0..tables {
        let mut table = table(number);
        if number > 0 && number.is_multiple_of(every) {
            table.columns.push(Column::new(ident("added"), "text"));
            table.checks.pop();
        }
        ids.push(catalog.insert(table));
    }
    for number in 1..tables {
        let target = number / 2;
        let mut key = ForeignKey::new(
            name(number),
            vec![ident("owner_id")],
            name(target),
            vec![ident("id")],
        );
        key.name = Some(ident(&format!("part_{number}_owner_id_fkey")));
        let key = catalog.insert(key);
        for table in [number, target] {
            let object = ids[table].clone();
            let part = Part::Whole;
            catalog.depend(key.clone(), Reference { object, part });
        }
    }
    catalog
}

fn table(number: usize) -> Table {
    let mut table = Table::new(name(number));
    for place in 0..10 {
        let mut column = Column::new(ident(&format!("value_{place}")), "character varying(200)");
        column.nullable = place % 2 == 0;
        if place % 3 == 0 {
            column.source = ColumnSource::Default(Expr::from_server("'none'::character varying"));
        }
        table.columns.push(column);
    }
    for key in ["id", "owner_id"] {
        let mut column = Column::new(ident(key), "bigint");
        column.nullable = false;
        table.columns.push(column);
    }
    let key = |suffix: &str| Some(ident(&format!("part_{number}_{suffix}")));
    table.primary_key = Some(Key::new(key("pkey"), [ident("id")]));
    table
        .uniques
        .push(Key::new(key("value_1_key"), [ident("value_1")]));
    table.checks.push(Check::new(
        key("check"),
        Expr::from_server("((owner_id > 0))"),
    ));
    table
}

fn name(number: usize) -> QualifiedName {
    QualifiedName::unqualified(ident(&format!("part_{number}")))
}

fn ident(text: &str) -> Ident {
    Ident::from_server(text)
}
