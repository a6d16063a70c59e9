//! What a program learns from the derives.

use schemist::{DbEnum, Fragment, Model};

#[derive(Model)]
#[model(skip)]
struct Stamps {
    created_at: String,
    #[column(name = "changed_at")]
    updated_at: String,
}

#[derive(Model)]
#[model(table = "app.account", unique(email))]
struct User<'a> {
    #[column(primary_key)]
    id: i64,
    #[sqlx(rename = "mail")]
    email: &'a str,
    #[sqlx(flatten)]
    stamps: Stamps,
    #[sqlx(skip)]
    cached: bool,
    r#type: String,
}

#[derive(Model)]
struct UserSession {
    #[column(primary_key)]
    id: i64,
    #[column(references(User::email, on_delete = cascade))]
    user: String,
    #[column(references(Self::id))]
    before: Option<i64>,
}

#[derive(DbEnum, PartialEq, Debug)]
#[sqlx(rename_all = "kebab-case")]
enum TokenKind {
    OneTime,
    #[db_enum(rename = "long")]
    LongLived,
}

#[test]
fn columns_of_flattened_structs_stand_at_their_place() {
    assert_eq!(
        User::COLUMNS,
        ["id", "mail", "created_at", "changed_at", "type"]
    );
    assert_eq!(<Stamps as Fragment>::COLUMNS, ["created_at", "changed_at"]);
}

#[test]
fn tables_are_named_after_the_struct_or_by_the_attribute() {
    assert_eq!((User::SCHEMA, User::TABLE), (Some("app"), "account"));
    assert_eq!(
        (UserSession::SCHEMA, UserSession::TABLE),
        (None, "user_session")
    );
}

#[test]
fn each_column_has_a_constant() {
    let names = [
        User::ID,
        User::EMAIL,
        User::TYPE,
        Stamps::UPDATED_AT,
        UserSession::BEFORE,
    ];
    assert_eq!(names, ["id", "mail", "type", "changed_at", "before"]);
}

#[test]
fn labels_lead_there_and_back() {
    assert_eq!(TokenKind::NAME, "tokenkind");
    assert_eq!(TokenKind::LABELS, ["one-time", "long"]);
    assert_eq!(TokenKind::OneTime.label(), "one-time");
    assert_eq!(TokenKind::from_label("long"), Some(TokenKind::LongLived));
    assert_eq!(TokenKind::from_label("short"), None);
}

#[test]
fn fields_need_not_be_read() {
    let user = User {
        id: 1,
        email: "",
        stamps: Stamps {
            created_at: String::new(),
            updated_at: String::new(),
        },
        cached: false,
        r#type: String::new(),
    };
    let session = UserSession {
        id: user.id,
        user: user.email.to_owned(),
        before: None,
    };
    assert!(session.before.is_none() && session.user.is_empty() && session.id == 1);
    assert!(!user.cached && user.r#type.is_empty());
    assert!(user.stamps.created_at.is_empty() && user.stamps.updated_at.is_empty());
}
