//! `GetSecretValue`, over plain HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use super::credentials::{self, Credentials};
use super::sign::{Request, sign};
use crate::environment::Environment;
use crate::error::ProjectError;

/// Reads a secret's text.
pub(in crate::connection) fn fetch(
    environment: &Environment,
    name: &str,
    region: Option<String>,
) -> Result<String, ProjectError> {
    let region = region
        .or_else(|| environment.variable("AWS_REGION").map(str::to_owned))
        .or_else(|| {
            environment
                .variable("AWS_DEFAULT_REGION")
                .map(str::to_owned)
        })
        // arn:aws:secretsmanager:<region>:<account>:secret:<name>
        .or_else(|| {
            name.strip_prefix("arn:")?
                .split(':')
                .nth(2)
                .map(str::to_owned)
        })
        .filter(|region| !region.is_empty());
    let Some(region) = region else {
        return Err(refused(
            name,
            "its region is not known".to_owned(),
            "run `export AWS_REGION=…`, or write `secret = { aws = \"…\", region = \"…\" }`",
        ));
    };
    let credentials = credentials::find(environment, &region)?;
    let endpoint = ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|variable| environment.variable(variable))
        .map(str::to_owned)
        .unwrap_or_else(|| {
            let ending = if region.starts_with("cn-") { ".cn" } else { "" };
            format!("https://secretsmanager.{region}.amazonaws.com{ending}")
        });
    ask(environment, name, &region, &endpoint, &credentials)
}

fn ask(
    environment: &Environment,
    name: &str,
    region: &str,
    endpoint: &str,
    credentials: &Credentials,
) -> Result<String, ProjectError> {
    let endpoint = endpoint.trim_end_matches('/');
    let host = endpoint
        .split_once("://")
        .map_or(endpoint, |(_, host)| host);
    let body = json!({ "SecretId": name }).to_string();
    let request = Request {
        host: host.split('/').next().unwrap_or(host),
        region,
        service: "secretsmanager",
        target: "secretsmanager.GetSecretValue",
        body: &body,
    };
    let now = environment.real_seconds();
    let mut call = agent()
        .post(format!("{endpoint}/"))
        .header("content-type", "application/x-amz-json-1.1");
    for (header, value) in sign(&request, credentials, now) {
        call = call.header(header, value);
    }
    let answer = call.send(body.as_str());
    let mut answer = answer.map_err(|error| {
        refused(
            name,
            format!("{endpoint} does not answer: {error}"),
            "check the network, AWS_REGION and AWS_ENDPOINT_URL",
        )
    })?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    let document: Value = serde_json::from_str(&text).unwrap_or_default();
    if status != 200 {
        let kind = document["__type"].as_str().unwrap_or_default();
        let kind = kind.rsplit('#').next().unwrap_or(kind);
        let words = document["message"]
            .as_str()
            .or(document["Message"].as_str());
        let words = [kind, words.unwrap_or_default()];
        let words: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
        let words = match words.as_slice() {
            [] => String::new(),
            words => format!(", {}", words.join(": ")),
        };
        if status >= 500 {
            return Err(refused(
                name,
                format!("the service answers {status}{words}"),
                "run it again in a moment; https://health.aws.amazon.com says how the service does",
            ));
        }
        return Err(refused(
            name,
            format!("the service answers {status}{words}"),
            "check the secret's name, the region, and that the role may call secretsmanager:GetSecretValue",
        ));
    }
    if !document.is_object() {
        return Err(refused(
            name,
            format!("what answers at {endpoint} is not the service"),
            "correct AWS_ENDPOINT_URL, or unset it",
        ));
    }
    match document["SecretString"].as_str() {
        Some(secret) => Ok(secret.to_owned()),
        None => Err(refused(
            name,
            "it holds no text".to_owned(),
            "store JSON with username, password, host, port, dbname and engine in it",
        )),
    }
}

/// One client for a call; a status is an answer and no error.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(10)))
        .http_status_as_error(false)
        .build()
        .into()
}

fn refused(name: &str, because: String, remedy: &str) -> ProjectError {
    ProjectError::refused(
        format!("read the secret {name} of AWS Secrets Manager: {because}"),
        remedy,
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    use super::*;

    /// A server of the API that gives these answers, one to each call, and tells what it was asked.
    fn server(answers: Vec<(&'static str, String)>) -> (String, Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (tell, told) = channel();
        thread::spawn(move || {
            for (status, body) in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut asked = Vec::new();
                let mut bytes = [0; 4096];
                loop {
                    let count = stream.read(&mut bytes).unwrap();
                    asked.extend_from_slice(&bytes[..count]);
                    let text = String::from_utf8_lossy(&asked).to_ascii_lowercase();
                    let Some((head, rest)) = text.split_once("\r\n\r\n") else {
                        continue;
                    };
                    let length = head.split("content-length: ").nth(1);
                    let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
                    if rest.len() >= length.unwrap_or(0) {
                        break;
                    }
                }
                tell.send(String::from_utf8_lossy(&asked).into_owned())
                    .unwrap();
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                )
                .unwrap();
            }
        });
        (address, told)
    }

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let mut environment = Environment::of_process();
        let variables = variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        environment.variables = variables.collect();
        environment
    }

    fn secret(password: &str) -> String {
        let secret =
            json!({ "username": "app", "password": password, "host": "db", "engine": "postgres" });
        json!({ "Name": "shop", "SecretString": secret.to_string() }).to_string()
    }

    #[test]
    fn a_secret_is_asked_for_with_a_signature() {
        let (address, told) = server(vec![("200 OK", secret("m4rk3d"))]);
        let environment = environment(&[
            ("AWS_ENDPOINT_URL", &address),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKID"),
            ("AWS_SECRET_ACCESS_KEY", "never-sent"),
            ("AWS_SESSION_TOKEN", "token"),
        ]);
        let text = fetch(&environment, "shop", None).unwrap();
        assert!(text.contains("m4rk3d"));
        let asked = told.recv().unwrap();
        assert!(
            asked.contains("x-amz-target: secretsmanager.GetSecretValue"),
            "{asked}"
        );
        assert!(
            asked.contains("Credential=AKID/")
                && asked.contains("/eu-west-1/secretsmanager/aws4_request")
        );
        assert!(asked.contains(
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
        ));
        assert!(asked.ends_with(r#"{"SecretId":"shop"}"#) && !asked.contains("never-sent"));
    }

    #[test]
    fn roles_of_containers_and_machines_give_keys() {
        let keys = r#"{"AccessKeyId":"ROLE","SecretAccessKey":"s","Token":"t"}"#.to_owned();
        let (address, told) = server(vec![("200 OK", keys.clone()), ("200 OK", secret("x"))]);
        let uri = format!("{address}/keys");
        let of_container = environment(&[
            ("AWS_ENDPOINT_URL", &address),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "bearer"),
        ]);
        fetch(&of_container, "shop", None).unwrap();
        assert!(told.recv().unwrap().contains("bearer"));
        assert!(told.recv().unwrap().contains("Credential=ROLE/"));

        let answers = vec![
            ("200 OK", "session".to_owned()),
            ("200 OK", "reader\n".to_owned()),
            ("200 OK", keys),
            ("200 OK", secret("x")),
        ];
        let (address, told) = server(answers);
        let of_machine = environment(&[
            ("AWS_ENDPOINT_URL", &address),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address),
        ]);
        fetch(&of_machine, "shop", None).unwrap();
        let asked: Vec<String> = (0..4).map(|_| told.recv().unwrap()).collect();
        assert!(asked[2].starts_with("GET /latest/meta-data/iam/security-credentials/reader "));
        assert!(asked[3].contains("Credential=ROLE/"));
    }

    #[test]
    fn a_service_account_exchanges_its_token() {
        let xml = "<R><Credentials><AccessKeyId>WEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials></R>";
        let (address, told) = server(vec![("200 OK", xml.to_owned()), ("200 OK", secret("x"))]);
        let token = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(token.path(), "identity").unwrap();
        let environment = environment(&[
            ("AWS_ENDPOINT_URL", &address),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
            (
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                &token.path().display().to_string(),
            ),
        ]);
        fetch(&environment, "shop", None).unwrap();
        assert!(told.recv().unwrap().contains("WebIdentityToken=identity"));
        assert!(told.recv().unwrap().contains("Credential=WEB/"));
    }

    #[test]
    fn what_fails_is_said_with_what_to_do() {
        let keys = [
            ("AWS_ACCESS_KEY_ID", "AKID"),
            ("AWS_SECRET_ACCESS_KEY", "never-shown"),
        ];
        let said = |more: &[(&str, &str)]| {
            let mut variables = keys.to_vec();
            variables.extend(more);
            let error = fetch(&environment(&variables), "shop", None).unwrap_err();
            format!("cannot {error}")
        };
        let refusal =
            r#"{"__type":"com.amazonaws#ResourceNotFoundException","message":"no such secret"}"#;
        let (address, _told) = server(vec![("400 Bad Request", refusal.to_owned())]);
        let region = ("AWS_REGION", "eu-west-1");
        let texts = [said(&[]), said(&[region, ("AWS_ENDPOINT_URL", &address)])];
        insta::assert_snapshot!(texts.join("\n"), @"
        cannot read the secret shop of AWS Secrets Manager: its region is not known
        cannot read the secret shop of AWS Secrets Manager: the service answers 400, ResourceNotFoundException: no such secret
        ");
        let nobody = environment(&[region, ("AWS_EC2_METADATA_DISABLED", "true")]);
        let error = fetch(&nobody, "shop", None).unwrap_err().to_string();
        assert_eq!(error, "call AWS Secrets Manager: there are no credentials");
    }
}
