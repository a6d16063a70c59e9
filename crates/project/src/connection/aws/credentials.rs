//! Who we are for AWS: keys from variables, from a role of the machine, or from a profile.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::fetch::agent;
use crate::environment::Environment;
use crate::error::ProjectError;

/// A key of AWS's API.
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

/// Looks in the places of AWS's own tools, in their order.
pub(super) fn find(environment: &Environment, region: &str) -> Result<Credentials, ProjectError> {
    let found = of_variables(environment)
        .or_else(|| of_web_identity(environment, region))
        .or_else(|| of_profile(environment))
        .or_else(|| of_container(environment))
        .or_else(|| of_machine(environment));
    found.ok_or_else(|| {
        ProjectError::refused(
            "call AWS Secrets Manager: there are no credentials",
            "run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role",
        )
    })
}

fn of_variables(environment: &Environment) -> Option<Credentials> {
    Some(Credentials {
        id: environment.variable("AWS_ACCESS_KEY_ID")?.to_owned(),
        secret: environment.variable("AWS_SECRET_ACCESS_KEY")?.to_owned(),
        token: environment.variable("AWS_SESSION_TOKEN").map(str::to_owned),
    })
}

/// A service account of Kubernetes exchanges its token for a key.
fn of_web_identity(environment: &Environment, region: &str) -> Option<Credentials> {
    let file = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE")?;
    let role = environment.variable("AWS_ROLE_ARN")?;
    let token = fs::read_to_string(file).ok()?;
    let session = environment
        .variable("AWS_ROLE_SESSION_NAME")
        .unwrap_or("schemist");
    let endpoint = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|name| environment.variable(name))
        .map_or_else(
            || format!("https://sts.{region}.amazonaws.com"),
            str::to_owned,
        );
    let mut answer = agent()
        .post(format!("{}/", endpoint.trim_end_matches('/')))
        .send_form([
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", role),
            ("RoleSessionName", session),
            ("WebIdentityToken", token.trim()),
        ])
        .ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    let value = |tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        let (value, _) = rest.split_once(&format!("</{tag}>"))?;
        Some(value.to_owned())
    };
    Some(Credentials {
        id: value("AccessKeyId")?,
        secret: value("SecretAccessKey")?,
        token: value("SessionToken"),
    })
}

/// `~/.aws/credentials`, in which `[default]` counts where AWS_PROFILE names none.
fn of_profile(environment: &Environment) -> Option<Credentials> {
    let path = match environment.variable("AWS_SHARED_CREDENTIALS_FILE") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(environment.variable("HOME")?).join(".aws/credentials"),
    };
    let text = fs::read_to_string(path).ok()?;
    let profile = environment.variable("AWS_PROFILE").unwrap_or("default");
    let heading = format!("[{profile}]");
    let lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != heading)
        .skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with('[')).collect();
    let value = |key: &str| {
        let pairs = lines.iter().filter_map(|line| line.split_once('='));
        let mut found = pairs.filter(|(name, _)| name.trim() == key);
        found.next().map(|(_, value)| value.trim().to_owned())
    };
    Some(Credentials {
        id: value("aws_access_key_id")?,
        secret: value("aws_secret_access_key")?,
        token: value("aws_session_token"),
    })
}

fn of_container(environment: &Environment) -> Option<Credentials> {
    let url = match environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        Some(path) => format!("http://169.254.170.2{path}"),
        None => environment
            .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")?
            .to_owned(),
    };
    let token = match environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(file) => fs::read_to_string(file).ok(),
        None => environment
            .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
            .map(str::to_owned),
    };
    let mut call = agent().get(url);
    if let Some(token) = token {
        call = call.header("authorization", token.trim());
    }
    of_json(&call.call().ok()?.body_mut().read_to_string().ok()?)
}

/// The role of an EC2 machine.
fn of_machine(environment: &Environment) -> Option<Credentials> {
    if environment.variable("AWS_EC2_METADATA_DISABLED") == Some("true") {
        return None;
    }
    let endpoint = environment
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
        .unwrap_or("http://169.254.169.254")
        .trim_end_matches('/');
    let token = agent()
        .put(format!("{endpoint}/latest/api/token"))
        .header("x-aws-ec2-metadata-token-ttl-seconds", "60")
        .send_empty()
        .ok()?
        .body_mut()
        .read_to_string()
        .ok()?;
    let ask = |path: &str| {
        let mut answer = agent()
            .get(format!(
                "{endpoint}/latest/meta-data/iam/security-credentials/{path}"
            ))
            .header("x-aws-ec2-metadata-token", &token)
            .call()
            .ok()?;
        answer.body_mut().read_to_string().ok()
    };
    let role = ask("")?;
    of_json(&ask(role.lines().next()?)?)
}

fn of_json(text: &str) -> Option<Credentials> {
    let document: Value = serde_json::from_str(text).ok()?;
    let value = |key: &str| document[key].as_str().map(str::to_owned);
    Some(Credentials {
        id: value("AccessKeyId")?,
        secret: value("SecretAccessKey")?,
        token: value("Token"),
    })
}
