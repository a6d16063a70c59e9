//! Certificates for servers and users, signed by an authority of a test's own.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    date_time_ymd,
};

/// Somebody who signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub certificate: String,
    key: String,
}

/// A certificate with its key, in PEM form.
pub struct Signed {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = new_key();
        let mut parameters = named(name, &[name]);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).unwrap().pem();
        Self {
            key: key.serialize_pem(),
            issuer: Issuer::new(parameters, key),
            certificate,
        }
    }

    /// Its own certificate in the hands of a server, as a hasty `openssl req -x509` makes one.
    pub fn itself(&self) -> Signed {
        Signed {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
        }
    }

    /// A certificate of this common name that is good for these names of hosts.
    pub fn sign(&self, name: &str, hosts: &[&str]) -> Signed {
        self.sign_with(named(name, hosts))
    }

    /// The same, which is no longer valid.
    pub fn sign_expired(&self, name: &str, hosts: &[&str]) -> Signed {
        let mut parameters = named(name, hosts);
        parameters.not_before = date_time_ymd(2019, 1, 1);
        parameters.not_after = date_time_ymd(2020, 1, 1);
        self.sign_with(parameters)
    }

    fn sign_with(&self, parameters: CertificateParams) -> Signed {
        let key = new_key();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        Signed {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

fn named(name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut parameters = CertificateParams::new(hosts).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters
}
