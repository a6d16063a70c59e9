//! The urls of SQL Server, which are understood only to say which database is not supported.

use percent_encoding::percent_decode_str;

use crate::ConnectError;

/// What a url of SQL Server means, with its password masked, as a refusal.
///
/// `mssql://user:password@host:port/database`, SQLAlchemy's `mssql+pyodbc://?odbc_connect=…` and
/// JDBC's `sqlserver://host;database=…` are read.
pub(super) fn refusal(rest: &str) -> ConnectError {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (address, tail) = rest.split_at(rest.find(['/', '?', ';']).unwrap_or(rest.len()));
    let mut parts = Parts::default();
    let address = match address.rsplit_once('@') {
        Some((login, address)) => {
            let (user, password) = login
                .split_once(':')
                .map_or((login, ""), |(user, password)| (user, password));
            parts.user = decoded(user);
            parts.has_password = !password.is_empty();
            address
        }
        None => address,
    };
    parts.server = decoded(address);
    let path_end = tail.find(['?', ';']).unwrap_or(tail.len());
    parts.database = decoded(tail[..path_end].trim_start_matches('/'));
    for pair in tail[path_end..].split(['?', '&', ';']) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "odbc_connect" => {
                for pair in decoded(value).split(';') {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    parts.set(name, value);
                }
            }
            _ => parts.set(name, &decoded(value)),
        }
    }
    ConnectError::Unsupported {
        place: parts.shown(),
        product: "SQL Server",
    }
}

#[derive(Default)]
struct Parts {
    server: String,
    database: String,
    user: String,
    has_password: bool,
}

impl Parts {
    fn set(&mut self, name: &str, value: &str) {
        let value = value.trim_matches(['{', '}']);
        match name.trim().to_ascii_lowercase().as_str() {
            // ODBC writes the port behind a comma.
            "server" | "address" | "addr" | "data source" => {
                let value = value.strip_prefix("tcp:").unwrap_or(value);
                self.server = value.replacen(',', ":", 1);
            }
            "database" | "databasename" | "initial catalog" => self.database = value.to_owned(),
            "uid" | "user" | "user id" => self.user = value.to_owned(),
            "pwd" | "password" => self.has_password = !value.is_empty(),
            _ => {}
        }
    }

    fn shown(&self) -> String {
        let login = match (self.user.as_str(), self.has_password) {
            ("", false) => String::new(),
            (user, false) => format!("{user}@"),
            (user, true) => format!("{user}:***@"),
        };
        format!("mssql://{login}{}/{}", self.server, self.database)
    }
}

/// Undoes percent escapes and pluses; what is no UTF-8 is shown as it can be.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood_and_masked() {
        let said = [
            "//sa:hunter2@db.example.com:1433/shop",
            "//?odbc_connect=DRIVER%3D%7BODBC+Driver+17%7D%3BSERVER%3Ddb%2C1433%3BDATABASE%3Dshop%3BUID%3Dsa%3BPWD%3Dhunter2%3BENCRYPT%3Dyes",
            "//?odbc_connect=DRIVER={ODBC Driver 17};SERVER=db;DATABASE=shop;UID=sa;PWD=hunter2;TrustServerCertificate=yes;",
            "//db:1433;database=shop;user=sa;password=hunter2",
        ]
        .map(|rest| refusal(rest).to_string());
        insta::assert_snapshot!(said.join("\n"), @"
        use mssql://sa:***@db.example.com:1433/shop: SQL Server is not supported
        use mssql://sa:***@db:1433/shop: SQL Server is not supported
        use mssql://sa:***@db/shop: SQL Server is not supported
        use mssql://sa:***@db:1433/shop: SQL Server is not supported
        ");
    }
}
