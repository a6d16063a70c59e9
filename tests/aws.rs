//! Journeys of a build that reads secrets of AWS: against a server of its API on this machine.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use insta::assert_snapshot;
use schemist_testkit::{OwnServer, Sandbox};

const MARK: &str = "m4rk3d";

/// What the service answers: a status, and a body.
type Answer = (&'static str, String);

/// A server of the APIs that give keys and secrets; it writes down what it was asked.
struct Aws {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Aws {
    /// `answer` is what the secrets' API says.
    fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                let (status, body) = match request.split(' ').nth(1).unwrap_or_default() {
                    "/keys" => ("200 OK", keys("CONTAINER")),
                    "/broken-keys" => ("500 Internal Server Error", "m4rk3d".to_owned()),
                    "/latest/api/token" => ("200 OK", "session".to_owned()),
                    "/latest/meta-data/iam/security-credentials/" => {
                        ("200 OK", "reader\n".to_owned())
                    }
                    "/latest/meta-data/iam/security-credentials/reader" => {
                        ("200 OK", keys("MACHINE"))
                    }
                    _ => answer.clone(),
                };
                heard.lock().unwrap().push(request);
                let length = body.len();
                let mut stream = stream;
                let _told = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        Self { address, asked }
    }

    fn heard(&self) -> String {
        self.asked.lock().unwrap().join("\n")
    }
}

fn keys(id: &str) -> String {
    format!(r#"{{"AccessKeyId":"{id}","SecretAccessKey":"s3cr3t-m4rk3d","Token":"t0k3n-m4rk3d"}}"#)
}

fn read(mut stream: &TcpStream) -> Option<String> {
    let mut asked = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let count = stream.read(&mut bytes).ok().filter(|count| *count > 0)?;
        asked.extend_from_slice(&bytes[..count]);
        let text = String::from_utf8_lossy(&asked).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1);
        let length: usize = length
            .and_then(|rest| rest.lines().next()?.parse().ok())
            .unwrap_or(0);
        if body.len() >= length {
            return Some(text);
        }
    }
}

/// The answer that holds a connection.
fn secret(engine: &str, port: u16) -> Answer {
    let secret = format!(
        r#"{{\"username\":\"app\",\"password\":\"{MARK}\",\"host\":\"127.0.0.1\",\"port\":{port},\"dbname\":\"shop\",\"engine\":\"{engine}\"}}"#
    );
    (
        "200 OK",
        format!(r#"{{"Name":"cred","SecretString":"{secret}"}}"#),
    )
}

/// A project that finds its database by a secret alone.
fn project(aws: &Aws, variables: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schemist"));
    sandbox.run(&["init", "-q"]).succeeds();
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY);",
    );
    sandbox.write("schemist.toml", "");
    sandbox.hide(&aws.address, "<aws>");
    for (name, value) in [
        ("AWS_DB_SECRETS_NAME", "sdp-database-cred"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &aws.address),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &aws.address),
    ] {
        sandbox.set(name, value);
    }
    for (name, value) in variables {
        sandbox.set(name, value);
    }
    sandbox
}

const OWN_KEYS: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "OWN"),
    ("AWS_SECRET_ACCESS_KEY", "s3cr3t-m4rk3d"),
];

/// What commands say, in which no secret is, and after which there is no file in the place of a database.
fn said(sandbox: &Sandbox, commands: &[&str]) -> String {
    let runs = commands.iter().map(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        sandbox.run(&words).to_string()
    });
    let said = runs.collect::<Vec<_>>().join("\n");
    assert!(!said.contains(MARK), "{said}");
    assert!(!sandbox.project().join("schemist.db").exists(), "{said}");
    said
}

#[test]
fn a_secret_leads_to_the_database_whoever_we_are() {
    let Some(server) = OwnServer::postgres(&[], "host all app 127.0.0.1/32 scram-sha-256\n", &[])
    else {
        return;
    };
    server.rows("CREATE ROLE app LOGIN CREATEDB PASSWORD 'm4rk3d'");
    server.rows("CREATE DATABASE shop OWNER app");
    let aws = Aws::new(secret("postgres", server.port()));
    let mut sandbox = project(&aws, OWN_KEYS);
    sandbox.hide(&server.port().to_string(), "<port>");
    assert_snapshot!(said(&sandbox, &["config", "revision --autogenerate -m books", "upgrade -v", "current", "rollback --backup=copies -v"]), @r#"
    $ schemist config
    main  postgres://app:***@127.0.0.1:<port>/shop  (the secret sdp-database-cred of AWS Secrets Manager)
      host      127.0.0.1  the secret sdp-database-cred of AWS Secrets Manager
      port      <port>      the secret sdp-database-cred of AWS Secrets Manager
      user      app        the secret sdp-database-cred of AWS Secrets Manager
      password  ***        the secret sdp-database-cred of AWS Secrets Manager
      database  shop       the secret sdp-database-cred of AWS Secrets Manager
      schema    public     usual

    $ schemist revision --autogenerate -m books
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
      postgres create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade -v
    --- stderr
    postgres://app:***@127.0.0.1:<port>/shop: base → 111111111111, 1 revision to apply
    Applying 111111111111 (2026-11-20, books)
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist current
    111111111111 2026-11-20 books (head) (base)

    $ schemist rollback --backup=copies -v
    --- stderr
    postgres://app:***@127.0.0.1:<port>/shop: 111111111111 → base, 1 revision to take back
    Backed up to <project>/copies; `pg_restore --clean --if-exists --dbname <url> <project>/copies` brings it back
    Taking back 111111111111 (2026-11-20, books)
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending
    "#);
    assert!(aws.heard().contains("Credential=OWN/"), "{}", aws.heard());
    // The role of a container, and that of a machine.
    let aws = Aws::new(secret("postgres", server.port()));
    let uri = format!("{}/keys", aws.address);
    let of_container = project(&aws, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)]);
    assert!(said(&of_container, &["current"]).contains("No revision is applied"));
    assert!(
        aws.heard().contains("Credential=CONTAINER/"),
        "{}",
        aws.heard()
    );
    let aws = Aws::new(secret("postgres", server.port()));
    let of_machine = project(&aws, &[]);
    of_machine.write(
        "schemist.toml",
        "[database.main]\nsecret = { aws = \"cred\", region = \"eu-north-1\" }\n",
    );
    assert!(said(&of_machine, &["current"]).contains("No revision is applied"));
    let heard = aws.heard();
    assert!(
        heard.contains("Credential=MACHINE/") && heard.contains("/eu-north-1/secretsmanager/"),
        "{heard}"
    );
    // A profile in the home folder.
    let aws = Aws::new(secret("postgres", server.port()));
    let of_profile = project(&aws, &[("AWS_PROFILE", "shop")]);
    of_profile.write("../home/.aws/credentials", "[default]\naws_access_key_id = NOT\n[shop]\naws_access_key_id = PROFILE\naws_secret_access_key = s3cr3t-m4rk3d\n");
    assert!(said(&of_profile, &["current"]).contains("No revision is applied"));
    assert!(
        aws.heard().contains("Credential=PROFILE/"),
        "{}",
        aws.heard()
    );
}

#[test]
fn what_fails_is_an_error_and_never_another_database() {
    let refusal = |status, kind: &str, words: &str| {
        (
            status,
            format!(r#"{{"__type":"{kind}","message":"{words}"}}"#),
        )
    };
    let answers = [
        secret("oracle", 1),
        secret("postgres", 1),
        ("200 OK", r#"{"SecretString":"m4rk3d"}"#.to_owned()),
        ("200 OK", r#"{"SecretBinary":"bTRyazNk"}"#.to_owned()),
        ("200 OK", "<html>m4rk3d</html>".to_owned()),
        refusal(
            "400 Bad Request",
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        ),
        refusal(
            "400 Bad Request",
            "AccessDeniedException",
            "User is not authorized to perform: secretsmanager:GetSecretValue",
        ),
        refusal(
            "400 Bad Request",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        ("503 Service Unavailable", String::new()),
    ];
    let all = answers.into_iter().map(|answer| {
        let aws = Aws::new(answer);
        said(&project(&aws, OWN_KEYS), &["upgrade"])
    });
    assert_snapshot!(all.collect::<Vec<_>>().join("\n"), @"
    $ schemist upgrade
    --- stderr
    error: cannot use the secret sdp-database-cred of AWS Secrets Manager as a connection: its engine `oracle` is none of postgres, mysql and mariadb
      hint: store JSON with username, password, host, port, dbname and engine in it
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot connect to postgres://app:***@127.0.0.1:1/shop: no server accepts connections there
      because: Connection refused (os error 111)
      hint: start the server, or correct host and port in the url
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot use the secret sdp-database-cred of AWS Secrets Manager as a connection: it is no JSON object
      hint: store JSON with username, password, host, port, dbname and engine in it
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: it holds no text
      hint: store JSON with username, password, host, port, dbname and engine in it
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: what answers at <aws> is not the service
      hint: correct AWS_ENDPOINT_URL, or unset it
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: the service answers 400, ResourceNotFoundException: Secrets Manager can't find the specified secret.
      hint: check the secret's name, the region, and that the role may call secretsmanager:GetSecretValue
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: the service answers 400, AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue
      hint: check the secret's name, the region, and that the role may call secretsmanager:GetSecretValue
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: the service answers 400, UnrecognizedClientException: The security token included in the request is invalid.
      hint: check the secret's name, the region, and that the role may call secretsmanager:GetSecretValue
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: the service answers 503
      hint: run it again in a moment; https://health.aws.amazon.com says how the service does
    --- exit code 1
    ");
}

#[test]
fn keys_that_cannot_be_had_are_named() {
    let aws = Aws::new(secret("postgres", 1));
    let broken = format!("{}/broken-keys", aws.address);
    let sources: [&[(&str, &str)]; 5] = [
        &[("AWS_EC2_METADATA_DISABLED", "true")],
        &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &broken)],
        &[("AWS_PROFILE", "shop")],
        &[
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "missing"),
            ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
        ],
        &[("AWS_ACCESS_KEY_ID", "OWN")],
    ];
    let mut all: Vec<String> = Vec::new();
    for variables in sources {
        all.push(said(&project(&aws, variables), &["current"]));
    }
    let mut nowhere = project(&aws, OWN_KEYS);
    nowhere.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    all.push(said(&nowhere, &["status"]));
    let mut lost = project(&aws, OWN_KEYS);
    lost.set("AWS_DEFAULT_REGION", "");
    all.push(said(&lost, &["status"]));
    assert_snapshot!(all.join("\n"), @r#"
    $ schemist current
    --- stderr
    error: cannot call AWS Secrets Manager: there are no credentials
      hint: run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role
    --- exit code 1

    $ schemist current
    --- stderr
    error: cannot call AWS Secrets Manager: the container's <aws>/broken-keys gives none
      hint: run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role
    --- exit code 1

    $ schemist current
    --- stderr
    error: cannot call AWS Secrets Manager: the profile shop (AWS_PROFILE) has none in ~/.aws/credentials
      hint: run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role
    --- exit code 1

    $ schemist current
    --- stderr
    error: cannot call AWS Secrets Manager: the token in missing (AWS_WEB_IDENTITY_TOKEN_FILE) gives none for arn:aws:iam::1:role/r
      hint: run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role
    --- exit code 1

    $ schemist current
    --- stderr
    error: cannot call AWS Secrets Manager: AWS_SECRET_ACCESS_KEY is not set
      hint: run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role
    --- exit code 1

    $ schemist status
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: http://127.0.0.1:1 does not answer: io: Connection refused (os error 111)
      hint: check the network, AWS_REGION and AWS_ENDPOINT_URL
    --- exit code 1

    $ schemist status
    --- stderr
    error: cannot read the secret sdp-database-cred of AWS Secrets Manager: its region is not known
      hint: run `export AWS_REGION=…`, or write `secret = { aws = "…", region = "…" }`
    --- exit code 1
    "#);
}
