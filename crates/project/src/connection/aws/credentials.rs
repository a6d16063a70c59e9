//! Who we are for AWS: keys from variables, from a role of the machine, or from a profile.

use std::fs;
use std::path::{Path, PathBuf};

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
///
/// A place that somebody names and that has no keys is an error: another one may be another account.
pub(super) fn find(environment: &Environment, region: &str) -> Result<Credentials, ProjectError> {
    if let Some(keys) = of_variables(environment)? {
        return Ok(keys);
    }
    if let Some(file) = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE")
        && let Some(role) = environment.variable("AWS_ROLE_ARN")
    {
        let keys = of_web_identity(environment, region, file, role);
        return keys.ok_or_else(|| {
            nothing(format!(
                "the token in {file} (AWS_WEB_IDENTITY_TOKEN_FILE) gives none for {role}"
            ))
        });
    }
    match (of_profile(environment), environment.variable("AWS_PROFILE")) {
        (Some(keys), _) => return Ok(keys),
        (None, Some(profile)) => {
            return Err(nothing(format!(
                "the profile {profile} (AWS_PROFILE) has none in ~/.aws/credentials"
            )));
        }
        (None, None) => {}
    }
    if let Some(url) = of_container_url(environment) {
        let keys = of_container(environment, &url);
        return keys.ok_or_else(|| nothing(format!("the container's {url} gives none")));
    }
    of_machine(environment).ok_or_else(|| nothing("there are no credentials".to_owned()))
}

fn nothing(because: String) -> ProjectError {
    ProjectError::refused(
        format!("call AWS Secrets Manager: {because}"),
        "run `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`, or give the machine a role",
    )
}

fn of_variables(environment: &Environment) -> Result<Option<Credentials>, ProjectError> {
    let id = environment.variable("AWS_ACCESS_KEY_ID");
    let secret = environment.variable("AWS_SECRET_ACCESS_KEY");
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some(Credentials {
            id: id.to_owned(),
            secret: secret.to_owned(),
            token: environment.variable("AWS_SESSION_TOKEN").map(str::to_owned),
        })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(nothing("AWS_SECRET_ACCESS_KEY is not set".to_owned())),
        (None, Some(_)) => Err(nothing("AWS_ACCESS_KEY_ID is not set".to_owned())),
    }
}

/// A service account of Kubernetes exchanges its token for a key.
fn of_web_identity(
    environment: &Environment,
    region: &str,
    file: &str,
    role: &str,
) -> Option<Credentials> {
    let token = fs::read_to_string(environment.absolute(Path::new(file))).ok()?;
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

fn of_container_url(environment: &Environment) -> Option<String> {
    match environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        Some(path) => Some(format!("http://169.254.170.2{path}")),
        None => environment
            .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")
            .map(str::to_owned),
    }
}

fn of_container(environment: &Environment, url: &str) -> Option<Credentials> {
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
