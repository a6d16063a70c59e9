//! What the grammar takes, beyond what the derives' tests refuse.

use insta::assert_snapshot;
use syn::{ItemEnum, ItemStruct};

use crate::{EnumItem, IndexKey, ModelItem, Target};

fn model(source: &str) -> ModelItem {
    let item: ItemStruct = syn::parse_str(source).unwrap();
    ModelItem::parse(&item.attrs, &item.ident, item.fields).unwrap()
}

fn messages(source: &str) -> String {
    let item: ItemStruct = syn::parse_str(source).unwrap();
    let error = ModelItem::parse(&item.attrs, &item.ident, item.fields).unwrap_err();
    let line = |error: syn::Error| format!("{:?} {error}\n", error.span().byte_range());
    error.into_iter().map(line).collect()
}

#[test]
fn a_sql_text_may_differ_by_dialect() {
    let model = model(
        r#"struct Run {
            #[column(default("0", sqlite = "1"), type(postgres = "int8"), check(sqlite = "id > 0"))]
            id: i64,
        }"#,
    );
    let column = &model.fields[0].column;
    let default = |dialect| {
        column
            .default
            .as_ref()
            .unwrap()
            .for_dialect(dialect)
            .unwrap()
            .value
            .clone()
    };
    assert_eq!(
        [default("postgres"), default("sqlite"), default("mysql")],
        ["0", "1", "0"]
    );
    assert!(
        column
            .sql_type
            .as_ref()
            .unwrap()
            .for_dialect("sqlite")
            .is_none()
    );
    assert!(
        column.checks[0]
            .expression
            .for_dialect("postgres")
            .is_none()
    );
}

#[test]
fn numbers_and_truth_values_need_no_quotes() {
    let model =
        model("struct Run { #[column(default = -1)] a: i64, #[column(default = false)] b: bool }");
    let default = |field: usize| {
        let default = model.fields[field].column.default.as_ref().unwrap();
        default.general().unwrap().value.clone()
    };
    assert_eq!([default(0), default(1)], ["-1", "false"]);
}

#[test]
fn an_index_mixes_columns_and_expressions_in_order() {
    let model = model(
        r#"#[model(index(name = "i", b desc nulls_last, expressions("lower(a)" asc),
                         columns("a" operator_class = "text_ops"), unique, where = "a <> ''"))]
        struct Run { a: String, b: i64 }"#,
    );
    let index = &model.attribute.indexes[0];
    let item = |item: &crate::IndexItem| {
        let key = match &item.key {
            IndexKey::Column(name) => name.word(),
            IndexKey::Expression(text) => format!("({})", text.value),
        };
        let class = item
            .operator_class
            .as_ref()
            .map(|class| class.value.as_str());
        [Some(key.as_str()), class, item.order, item.nulls]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let items: Vec<_> = index.items.iter().map(item).collect();
    assert_snapshot!(items.join(", "), @"b DESC NULLS LAST, (lower(a)) ASC, a text_ops");
    assert!(index.unique.is_some() && index.predicate.is_some());
}

#[test]
fn a_reference_is_a_field_of_a_model_or_a_column_by_name() {
    let model = model(
        r#"#[model(foreign_key(columns(a, b), references(crate::x::Other::x, Other::y), match = "full"))]
        struct Run {
            #[column(references("app"."other"."x", on_delete = "set null"))]
            a: i64,
            #[column(references(models::Other))]
            b: i64,
        }"#,
    );
    let target = |target: &Target| match target {
        Target::Model { path, field } => {
            let path: Vec<_> = path
                .segments
                .iter()
                .map(|part| part.ident.to_string())
                .collect();
            format!(
                "{} field {:?}",
                path.join("::"),
                field.as_ref().map(ToString::to_string)
            )
        }
        Target::Table {
            schema,
            table,
            column,
        } => {
            let text = |text: &Option<crate::Text>| text.as_ref().map(|text| text.value.clone());
            format!("{:?} {} {:?}", text(schema), table.value, text(column))
        }
    };
    let references = model
        .fields
        .iter()
        .filter_map(|field| field.column.references.as_deref());
    let references = references.chain(
        model
            .attribute
            .foreign_keys
            .iter()
            .map(|key| &key.reference),
    );
    let targets: Vec<_> = references
        .flat_map(|reference| &reference.targets)
        .map(target)
        .collect();
    assert_snapshot!(targets.join("\n"), @r#"
    Some("app") other Some("x")
    models::Other field None
    crate::x::Other field Some("x")
    Other field Some("y")
    "#);
}

#[test]
fn every_mistake_is_told_at_its_place() {
    assert_snapshot!(messages(
        r#"#[model(tabel = "x", strict = 1)] struct Run { #[column(nullabel, default)] id: i64 }"#
    ), @r#"
    8..13 unknown key in `#[model(…)]`: `tabel`; did you mean `table`? known are `table`, `schema`, `primary_key`, `unique`, `index`, `check`, `foreign_key`, `exclude`, `comment`, `renamed_from`, `strict`, `without_rowid`, `unlogged`, `options`, `offline`, `dialects`, `skip`
    28..29 `strict` takes no value
    56..64 unknown key in `#[column(…)]`: `nullabel`; did you mean `nullable`? known are `name`, `type`, `primary_key`, `identity`, `serial`, `autoincrement`, `unique`, `index`, `references`, `default`, `nullable`, `not_null`, `check`, `generated`, `collate`, `renamed_from`, `backfill`, `comment`, `skip`
    66..73 `default` needs a text: write `default = "…"` or `default(postgres = "…", sqlite = "…")`
    "#);
}

#[test]
fn a_removed_value_is_named_by_its_variant_of_old() {
    let item: ItemEnum = syn::parse_str(
        r#"#[sqlx(rename_all = "SCREAMING_SNAKE_CASE")]
        #[db_enum(removed(UpstreamFailed => Cancelled, "lost" => "CANCELLED"))]
        enum Status { Running, Cancelled }"#,
    )
    .unwrap();
    let item = EnumItem::parse(&item.attrs, &item.ident, &item.variants).unwrap();
    let removed: Vec<_> = item
        .removed()
        .map(|(before, after)| format!("{before} => {after}"))
        .collect();
    assert_snapshot!(removed.join("\n"), @"
    UPSTREAM_FAILED => CANCELLED
    lost => CANCELLED
    ");
}
