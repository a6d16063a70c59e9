//! Signatures of AWS's API, version 4.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit, Mac};
use schemist_revision::Timestamp;
use sha2::{Digest, Sha256};

use super::credentials::Credentials;

/// A call of an API that takes JSON at its root.
pub(super) struct Request<'r> {
    pub(super) host: &'r str,
    pub(super) region: &'r str,
    pub(super) service: &'r str,
    pub(super) target: &'r str,
    pub(super) body: &'r str,
}

/// The headers that make a call ours, besides `content-type` and `host`.
pub(super) fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    unix: i64,
) -> Vec<(&'static str, String)> {
    let time = Timestamp::from_unix(unix)
        .to_string()
        .replace(['-', ':'], "");
    let day = time.split('T').next().unwrap_or_default();
    let token = credentials.token.as_deref();
    // In the order of the alphabet.
    let mut signed = vec![
        ("content-type", "application/x-amz-json-1.1"),
        ("host", request.host),
        ("x-amz-date", &time),
    ];
    if let Some(token) = token {
        signed.push(("x-amz-security-token", token));
    }
    signed.push(("x-amz-target", request.target));
    let lines: String = signed
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let names: Vec<&str> = signed.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", sha(request.body));
    let scope = format!("{day}/{}/{}/aws4_request", request.region, request.service);
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha(&canonical));
    let mut key = mac(format!("AWS4{}", credentials.secret).as_bytes(), day);
    for word in [request.region, request.service, "aws4_request"] {
        key = mac(&key, word);
    }
    let signature = hex(&mac(&key, &text));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        credentials.id
    );
    let mut headers = vec![
        ("x-amz-date", time.clone()),
        ("x-amz-target", request.target.to_owned()),
        ("authorization", authorization),
    ];
    headers.extend(token.map(|token| ("x-amz-security-token", token.to_owned())));
    headers
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        // HMAC takes keys of every length.
        Err(_) => Vec::new(),
    }
}

fn sha(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_derived_as_the_documentation_does() {
        // The example of "Deriving a signing key" in AWS's documentation.
        let secret = "AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let mut key = mac(secret.as_bytes(), "20150830");
        for word in ["us-east-1", "iam", "aws4_request"] {
            key = mac(&key, word);
        }
        assert_eq!(
            hex(&key),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
    }
}
