//! What is there before the statements of the examples run.

use schemist_sql::Dialect;

/// The tables and other objects that the examples for PostgreSQL are about.
pub const GROUND: &str = "\
CREATE TABLE author (id bigint PRIMARY KEY, name text, born date);
CREATE TABLE book (
    id bigint NOT NULL,
    author_id bigint CONSTRAINT book_author_fkey REFERENCES author (id),
    title varchar(100),
    pages integer CONSTRAINT paged CHECK (pages > 0),
    price numeric(10, 2),
    note text,
    printed timestamp,
    CONSTRAINT book_pkey PRIMARY KEY (id)
);
ALTER TABLE book ADD CONSTRAINT cheap CHECK (price < 1000) NOT VALID;
CREATE INDEX book_title ON book (title);
CREATE VIEW titles AS SELECT id, title FROM book;
CREATE MATERIALIZED VIEW prices AS SELECT id, price FROM book;
CREATE UNIQUE INDEX prices_id ON prices (id);
CREATE TABLE loan (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE loan_2025 PARTITION OF loan FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE loan_2026 (id bigint, day date NOT NULL);
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN isbn AS text;
CREATE TABLE edition (code isbn, mood mood);
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER logged AFTER INSERT ON author FOR EACH ROW EXECUTE FUNCTION log_it();
CREATE TABLE shelf (id bigint, label text);
CREATE POLICY own ON shelf USING (true);
CREATE TABLE draft (title text, words integer, author_id bigint REFERENCES author (id));
";

/// What is there before the examples of a dialect run.
pub const fn ground(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => GROUND,
        Dialect::Sqlite => {
            "\
CREATE TABLE author (id integer PRIMARY KEY, name text);
CREATE TABLE book (id integer PRIMARY KEY, author_id integer REFERENCES author (id) ON DELETE CASCADE, title text);
"
        }
        Dialect::Mysql => {
            "\
CREATE TABLE author (id bigint PRIMARY KEY, name varchar(100));
CREATE TABLE book (id bigint PRIMARY KEY, author_id bigint, title varchar(100), mood enum('sad', 'happy'));
"
        }
    }
}
