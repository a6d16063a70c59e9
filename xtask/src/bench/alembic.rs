//! Alembic, the tool whose users come to us: a virtual environment with it, and made-up schemas in SQLAlchemy's words.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ddl::key_name;
use super::ground::cannot_write;
use super::schema::{Column, Index, Product, Schema, Shape, Table, Type};

/// What is installed: Alembic, and drivers for the databases.
const PACKAGES: [&str; 3] = ["alembic", "psycopg[binary]", "pymysql"];

const SETTINGS: &str = "[alembic]\nscript_location = %(here)s\nversion_locations = %(here)s/versions\npath_separator = os\n";

/// What Alembic runs for each command; only the address is ours.
const ENVIRONMENT: &str = r#"import os
import sys
from alembic import context
from sqlalchemy import create_engine, pool

sys.path.insert(0, os.path.dirname(__file__))
from models import Base

engine = create_engine(os.environ["BENCH_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"#;

/// An installed Alembic.
#[derive(Debug, Clone)]
pub struct Alembic {
    folder: PathBuf,
    /// Its release.
    pub version: String,
}

impl Alembic {
    /// Takes the one in a folder, or installs it there from PyPI.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn find_or_install(folder: &Path) -> Result<Self, String> {
        let python = folder.join("bin/python");
        if !folder.join("bin/alembic").is_file() {
            eprintln!("Installing Alembic into {}", folder.display());
            said(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
            let mut pip = Command::new(&python);
            said(pip.args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
        }
        let ask = "import alembic, sqlalchemy; print(alembic.__version__, 'with SQLAlchemy', sqlalchemy.__version__)";
        let version = said(Command::new(&python).args(["-c", ask]))?;
        Ok(Self {
            folder: folder.to_owned(),
            version: version.trim().to_owned(),
        })
    }

    /// Writes a project with these models.
    ///
    /// # Errors
    /// What could not be written.
    pub fn project(folder: &Path, models: &str) -> Result<(), String> {
        fs::create_dir_all(folder.join("versions")).map_err(cannot_write)?;
        for (name, text) in [
            ("alembic.ini", SETTINGS),
            ("env.py", ENVIRONMENT),
            ("models.py", models),
        ] {
            fs::write(folder.join(name), text).map_err(cannot_write)?;
        }
        Ok(())
    }

    /// A command of it in a project.
    pub fn command(&self, project: &Path, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.join("bin/alembic"));
        command
            .args(arguments)
            .current_dir(project)
            .env("BENCH_URL", url);
        command
    }
}

/// Runs a command to its end.
fn said(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.map_err(|error| format!("cannot start {:?}: {error}", command.get_program()))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(words.lines().last().unwrap_or("it failed").to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A file of Alembic's for a revision that makes a table.
pub fn revision(number: usize) -> String {
    let before = match number.checked_sub(1) {
        Some(before) => format!("'{before:012x}'"),
        None => "None".to_owned(),
    };
    format!(
        "\"\"\"step {number}\n\nRevision ID: {number:012x}\n\"\"\"\nfrom alembic import op\n\n\
         revision = '{number:012x}'\ndown_revision = {before}\nbranch_labels = None\ndepends_on = None\n\n\n\
         def upgrade():\n    op.execute('CREATE TABLE step_{number} (id bigint PRIMARY KEY, name text)')\n\n\n\
         def downgrade():\n    op.execute('DROP TABLE step_{number}')\n"
    )
}

impl Schema {
    /// The schema as declarative classes.
    pub fn classes(&self) -> String {
        let mut text = "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, mapped_column\n\n\n\
                        class Base(DeclarativeBase):\n    pass\n\n\n"
            .to_owned();
        for (number, (name, values)) in self.enums.iter().enumerate() {
            let values: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
            let values = values.join(", ");
            text.push_str(&match self.product {
                Product::Postgres => {
                    format!("label_{number} = sa.Enum({values}, name='{name}', metadata=Base.metadata)\n")
                }
                Product::Sqlite => format!("label_{number} = sa.String(40)\n"),
                Product::Mysql => format!("label_{number} = sa.Enum({values})\n"),
            });
        }
        for (number, table) in self.tables.iter().enumerate() {
            text.push_str(&self.class(number, table));
        }
        text
    }

    fn class(&self, number: usize, table: &Table) -> String {
        let name = &table.name;
        let mut lines = vec![format!("sa.PrimaryKeyConstraint('id', name='{name}_pk')")];
        let unique: Vec<String> = table.unique.iter().map(|it| format!("'{it}'")).collect();
        lines.push(format!(
            "sa.UniqueConstraint({}, name='{name}_once')",
            unique.join(", ")
        ));
        for (check, condition) in self.checks(table) {
            lines.push(format!(
                "sa.CheckConstraint(\"{condition}\", name='{check}')"
            ));
        }
        lines.extend(table.indexes.iter().map(|index| self.class_index(index)));
        if let Some(comment) = &table.comment {
            lines.push(format!("dict(comment='{comment}')"));
        }
        let mut text = format!(
            "\n\nclass Table{number}(Base):\n    __tablename__ = '{name}'\n    __table_args__ = (\n"
        );
        for line in lines {
            text.push_str(&format!("        {line},\n"));
        }
        text.push_str("    )\n");
        for column in &table.columns {
            text.push_str(&self.class_column(table, column));
        }
        text
    }

    fn class_index(&self, index: &Index) -> String {
        let first = &index.columns[0];
        let columns: Vec<String> = index.columns.iter().map(|it| format!("'{it}'")).collect();
        let columns = columns.join(", ");
        let rest = match (index.shape, self.product) {
            (Shape::Plain, _) => columns,
            (Shape::Partial, Product::Sqlite) => {
                format!("{columns}, sqlite_where=sa.text('closed_at IS NULL')")
            }
            (Shape::Partial, Product::Postgres | Product::Mysql) => {
                format!("{columns}, postgresql_where=sa.text('closed_at IS NULL')")
            }
            (Shape::Descending, _) => format!("sa.text('{first} DESC')"),
            (Shape::Expression, _) => format!("sa.text('lower({first})')"),
        };
        format!("sa.Index('{}', {rest})", index.name)
    }

    fn class_column(&self, table: &Table, column: &Column) -> String {
        let mut parts = vec![match column.holds {
            Type::Key | Type::Reference if self.product == Product::Sqlite => {
                "sa.Integer()".to_owned()
            }
            Type::Key | Type::Reference | Type::Count => "sa.BigInteger()".to_owned(),
            Type::Label(number) => format!("label_{number}"),
            Type::Name(length) => format!("sa.String({length})"),
            Type::Text => "sa.Text()".to_owned(),
            Type::Number => "sa.Integer()".to_owned(),
            Type::Amount => "sa.Numeric(12, 2)".to_owned(),
            Type::Flag => "sa.Boolean()".to_owned(),
            Type::Day => "sa.Date()".to_owned(),
            Type::Moment if self.product == Product::Postgres => {
                "sa.DateTime(timezone=True)".to_owned()
            }
            Type::Moment => "sa.DateTime()".to_owned(),
        }];
        let mut keys = table.foreign_keys.iter();
        if let Some(key) = keys.find(|key| key.column == column.name) {
            let action = key
                .on_delete
                .map_or_else(String::new, |action| format!(", ondelete='{action}'"));
            parts.push(format!(
                "sa.ForeignKey('{}.id', name='{}'{action})",
                key.table,
                key_name(table, key)
            ));
        }
        if column.holds != Type::Key {
            let nullable = if column.required { "False" } else { "True" };
            parts.push(format!("nullable={nullable}"));
        } else if self.product == Product::Postgres {
            parts.push("sa.Identity()".to_owned());
        }
        if let Some(default) = &column.default {
            parts.push(format!("server_default=sa.text(\"{default}\")"));
        }
        format!(
            "    {} = mapped_column({})\n",
            column.name,
            parts.join(", ")
        )
    }
}
