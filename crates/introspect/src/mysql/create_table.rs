//! The statement that the server prints for a table, taken apart.

use schemist_catalog::Expr;
use schemist_catalog::object::{
    Check, ForeignKey, IndexPart, IndexSource, KeyAction, MysqlIndex, MysqlIndexClass, Start, Table,
};
use schemist_sql::{Ident, QualifiedName};

use super::column::{is_end, read_column};
use super::cursor::{Cursor, Unread};
use super::text::unquoted;

/// Reads `CREATE TABLE …`, and the foreign keys that are written in it.
pub(super) fn read_statement(name: &str, text: &str) -> Result<(Table, Vec<ForeignKey>), Unread> {
    let mut table = Table::new(QualifiedName::unqualified(Ident::from_server(name)));
    let mut keys = Vec::new();
    let mut cursor = Cursor::new(text);
    cursor.expect(&["CREATE", "TABLE"])?;
    cursor.name()?;
    cursor.expect_sign('(')?;
    loop {
        read_entry(&mut cursor, &mut table, &mut keys)?;
        if cursor.eat_sign(')') {
            break;
        }
        cursor.expect_sign(',')?;
    }
    read_options(&mut cursor, &mut table)?;
    let order = |index: &MysqlIndex| (index.class, index.name.clone());
    table.mysql.indexes.sort_by_key(order);
    table.derive_keys();
    Ok((table, keys))
}

fn read_entry(
    cursor: &mut Cursor<'_>,
    table: &mut Table,
    keys: &mut Vec<ForeignKey>,
) -> Result<(), Unread> {
    let class = [
        (&["PRIMARY", "KEY"][..], MysqlIndexClass::Primary),
        (&["UNIQUE", "KEY"][..], MysqlIndexClass::Unique),
        (&["FULLTEXT", "KEY"][..], MysqlIndexClass::Fulltext),
        (&["SPATIAL", "KEY"][..], MysqlIndexClass::Spatial),
        (&["KEY"][..], MysqlIndexClass::Plain),
    ];
    let is_quoted = cursor.peek().is_some_and(|word| word.text.starts_with('`'));
    if is_quoted {
        table.columns.push(read_column(cursor)?);
        return Ok(());
    }
    for (words, class) in class {
        if cursor.eat(words) {
            table.mysql.indexes.push(read_index(cursor, class)?);
            return Ok(());
        }
    }
    if cursor.is_at(&["PERIOD"]) {
        let period = cursor.up_to(is_end)?;
        table.mysql.periods.push(period.to_owned());
        return Ok(());
    }
    let name = if cursor.eat(&["CONSTRAINT"]) {
        Some(cursor.name()?)
    } else {
        None
    };
    if cursor.eat(&["CHECK"]) {
        let mut check = Check::new(name, Expr::from_server(cursor.parentheses()?));
        check.not_enforced = cursor.eat(&["NOT", "ENFORCED"]);
        table.checks.push(check);
        return Ok(());
    }
    cursor.expect(&["FOREIGN", "KEY"])?;
    keys.push(read_foreign_key(cursor, table, name)?);
    Ok(())
}

fn read_index(cursor: &mut Cursor<'_>, class: MysqlIndexClass) -> Result<MysqlIndex, Unread> {
    let name = match class {
        MysqlIndexClass::Primary => Ident::from_server("PRIMARY"),
        _ => cursor.name()?,
    };
    cursor.expect_sign('(')?;
    let mut parts = Vec::new();
    loop {
        parts.push(read_part(cursor)?);
        if cursor.eat_sign(')') {
            break;
        }
        cursor.expect_sign(',')?;
    }
    let mut words = Vec::new();
    while !is_end(cursor) {
        words.extend(cursor.next().map(|word| word.text));
    }
    Ok(MysqlIndex {
        name,
        class,
        parts,
        words: words.join(" "),
    })
}

fn read_part(cursor: &mut Cursor<'_>) -> Result<IndexPart, Unread> {
    let mut part = IndexPart {
        source: IndexSource::Expression(Expr::from_server("")),
        collation: None,
        operator_class: None,
        descending: false,
        nulls_reversed: false,
        prefix: None,
        statistics: None,
    };
    if cursor.peek().is_some_and(|word| word.is_punct('(')) {
        let expression = format!("({})", cursor.parentheses()?);
        part.source = IndexSource::Expression(Expr::from_server(expression));
    } else {
        let start = cursor.position();
        let name = cursor.name()?;
        if cursor.eat(&["WITHOUT", "OVERLAPS"]) {
            let written = cursor.taken_since(start);
            part.source = IndexSource::Expression(Expr::from_server(written));
        } else {
            part.source = IndexSource::Column(name);
        }
        if cursor.peek().is_some_and(|word| word.is_punct('(')) {
            part.prefix = cursor.parentheses()?.parse().ok();
        }
    }
    part.descending = cursor.eat(&["DESC"]);
    cursor.eat(&["ASC"]);
    Ok(part)
}

fn read_foreign_key(
    cursor: &mut Cursor<'_>,
    table: &Table,
    name: Option<Ident>,
) -> Result<ForeignKey, Unread> {
    let columns = read_names(cursor)?;
    cursor.expect(&["REFERENCES"])?;
    let mut target = QualifiedName::unqualified(cursor.name()?);
    if cursor.eat_sign('.') {
        target.schema = Some(target.name);
        target.name = cursor.name()?;
    }
    let target_columns = read_names(cursor)?;
    let mut key = ForeignKey::new(table.name.clone(), columns, target, target_columns);
    key.name = name;
    // MySQL says NO ACTION where nothing is written and MariaDB RESTRICT, which is the same thing there:
    // https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
    key.on_delete = KeyAction::Restrict;
    key.on_update = KeyAction::Restrict;
    while !is_end(cursor) {
        if cursor.eat(&["ON", "DELETE"]) {
            key.on_delete = read_action(cursor)?;
        } else {
            cursor.expect(&["ON", "UPDATE"])?;
            key.on_update = read_action(cursor)?;
        }
    }
    Ok(key)
}

fn read_action(cursor: &mut Cursor<'_>) -> Result<KeyAction, Unread> {
    let actions = [
        (&["NO", "ACTION"][..], KeyAction::NoAction),
        (&["RESTRICT"][..], KeyAction::Restrict),
        (&["CASCADE"][..], KeyAction::Cascade),
        (&["SET", "NULL"][..], KeyAction::SetNull),
        (&["SET", "DEFAULT"][..], KeyAction::SetDefault),
    ];
    for (words, action) in actions {
        if cursor.eat(words) {
            return Ok(action);
        }
    }
    Err(cursor.unread())
}

fn read_names(cursor: &mut Cursor<'_>) -> Result<Vec<Ident>, Unread> {
    cursor.expect_sign('(')?;
    let mut names = Vec::new();
    loop {
        names.push(cursor.name()?);
        if cursor.eat_sign(')') {
            return Ok(names);
        }
        cursor.expect_sign(',')?;
    }
}

fn read_options(cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), Unread> {
    while !cursor.is_done() {
        if cursor.eat(&["WITH", "SYSTEM", "VERSIONING"]) {
            table.mysql.is_versioned = true;
            continue;
        }
        if cursor.is_at(&["PARTITION", "BY"]) {
            // Newer servers print it within a comment that they run, whose end is no word.
            let text = cursor.up_to(|_| false)?;
            table.mysql.partitions = Some(Expr::from_server(text));
            continue;
        }
        let start = cursor.position();
        while !cursor.is_done() && !cursor.eat_sign('=') {
            cursor.next();
        }
        let name = cursor.taken_since(start);
        let name = name.trim_end_matches('=').trim_end().to_owned();
        let start = cursor.position();
        cursor.skip()?;
        let value = cursor.taken_since(start);
        match name.to_ascii_uppercase().as_str() {
            "ENGINE" => table.mysql.engine = Some(value.to_owned()),
            "AUTO_INCREMENT" => table.mysql.start = Start(value.parse().ok()),
            "DEFAULT CHARSET" => table.mysql.charset = Some(value.to_owned()),
            "COLLATE" => table.mysql.collation = Some(value.to_owned()),
            "COMMENT" => table.comment = Some(unquoted(value)),
            _ => {
                table.mysql.options.insert(name, value.to_owned());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_catalog::Definition;
    use schemist_sql::Dialect;

    use super::*;

    /// What is read, as it would be written.
    fn check(text: &str) -> String {
        let (table, keys) = read_statement("t", text).unwrap();
        let keys = keys.iter().flat_map(|key| key.create(Dialect::Mysql));
        let steps = table.create(Dialect::Mysql).into_iter().chain(keys);
        let texts: Vec<_> = steps.map(|step| step.sql).collect();
        texts.join(";\n")
    }

    #[test]
    fn newer_words_of_mysql_stand_in_comments_that_it_runs() {
        let text = "CREATE TABLE `t` (
  `id` int NOT NULL AUTO_INCREMENT,
  `a` varchar(10) COLLATE utf8mb4_bin DEFAULT (concat(_utf8mb4'a',`id`)) /*!80023 INVISIBLE */,
  `g` point NOT NULL /*!80003 SRID 4326 */,
  `low` int GENERATED ALWAYS AS ((`id` + 1)) STORED NOT NULL COMMENT 'it''s',
  PRIMARY KEY (`id`),
  KEY `f` ((lower(`a`)) DESC) /*!80000 INVISIBLE */,
  FULLTEXT KEY `w` (`a`) /*!50100 WITH PARSER `ngram` */ ,
  CONSTRAINT `t_ibfk_1` FOREIGN KEY (`id`) REFERENCES `p` (`id`) ON DELETE CASCADE ON UPDATE RESTRICT,
  CONSTRAINT `t_chk_1` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci STATS_PERSISTENT=1 COMMENT='a;b'
/*!50100 PARTITION BY RANGE (`id`)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */";
        assert_snapshot!(check(text), @"
        CREATE TABLE `t` (
            `id` int NOT NULL AUTO_INCREMENT,
            `a` varchar(10) COLLATE utf8mb4_bin INVISIBLE DEFAULT (concat(_utf8mb4'a',`id`)),
            `g` point SRID 4326 NOT NULL,
            `low` int GENERATED ALWAYS AS ((`id` + 1)) STORED NOT NULL COMMENT 'it''s',
            PRIMARY KEY (`id`),
            KEY `f` ((lower(`a`)) DESC) INVISIBLE,
            FULLTEXT KEY `w` (`a`) WITH PARSER `ngram`,
            CONSTRAINT `t_chk_1` CHECK ((`id` > 0)) NOT ENFORCED
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci AUTO_INCREMENT=7 STATS_PERSISTENT=1 COMMENT='a;b'
        PARTITION BY RANGE (`id`)
        (PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
         PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB);
        ALTER TABLE `t` ADD CONSTRAINT `t_ibfk_1` FOREIGN KEY (`id`) REFERENCES `p` (`id`) ON DELETE CASCADE
        ");
    }
}
