//! What a url says about TLS, in libpq's meaning, and why a handshake fails.

use std::fmt;
use std::fs;
use std::io;

use rustls::{AlertDescription, CertificateError, Error as Handshake};

use crate::ConnectError;
use crate::url::{ServerUrl, TlsMode};

/// The word that stands for the authorities that everybody knows, in place of a file.
pub(crate) const PUBLIC: &str = "system";

/// How a connection is made safe, with the texts of the files that are needed for it.
pub(crate) struct Tls {
    pub(crate) mode: TlsMode,
    pub(crate) root: Option<Vec<u8>>,
    pub(crate) identity: Option<Identity>,
}

/// What we show of ourselves to a server.
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

impl Tls {
    /// Reads the files that a url names; without TLS none is read.
    pub(crate) fn of(server: &ServerUrl) -> Result<Self, ConnectError> {
        let mode = server.effective_tls();
        if mode == TlsMode::Disable {
            return Ok(Self {
                mode,
                root: None,
                identity: None,
            });
        }
        let root = server.tls_root.as_deref().filter(|root| *root != PUBLIC);
        let root = root.map(|root| read(root, File::Authority)).transpose()?;
        let identity = match (&server.tls_certificate, &server.tls_key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(Identity {
                certificate: read(certificate, File::Certificate)?,
                key: read(key, File::Key)?,
            }),
            (Some(_), None) => return Err(ConnectError::HalfIdentity { missing: "key" }),
            (None, Some(_)) => {
                return Err(ConnectError::HalfIdentity {
                    missing: "certificate",
                });
            }
        };
        Ok(Self {
            mode,
            root,
            identity,
        })
    }
}

impl ServerUrl {
    /// The mode that a connection really has.
    ///
    /// As for libpq, a socket on this machine needs none, and `require` with an authority asks who the
    /// server is. An authority without a mode is there to be asked in full.
    /// <https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS>
    pub(crate) fn effective_tls(&self) -> TlsMode {
        let is_socket = self
            .host
            .as_deref()
            .is_some_and(|host| host.starts_with('/'));
        match (self.tls, &self.tls_root) {
            _ if is_socket => TlsMode::Disable,
            (None, None) => TlsMode::Prefer,
            (None, Some(_)) => TlsMode::VerifyFull,
            (Some(TlsMode::Require), Some(_)) => TlsMode::VerifyCa,
            (Some(mode), _) => mode,
        }
    }
}

/// Whether a value is the text of a certificate or key, and no path.
pub(crate) fn is_text(value: &str) -> bool {
    value.contains("-----BEGIN")
}

#[derive(Clone, Copy)]
enum File {
    Authority,
    Certificate,
    Key,
}

impl File {
    const fn words(self) -> &'static str {
        match self {
            Self::Authority => "the certificate of the server's authority",
            Self::Certificate => "our certificate",
            Self::Key => "our certificate's key",
        }
    }

    /// Whether the text has what the file is for; the driver would go on without it.
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Authority | Self::Certificate => text.contains("-----BEGIN CERTIFICATE-----"),
            Self::Key => text.contains("PRIVATE KEY-----"),
        }
    }
}

fn read(value: &str, file: File) -> Result<Vec<u8>, ConnectError> {
    let (text, place) = if is_text(value) {
        (Ok(value.as_bytes().to_vec()), "the text in its place")
    } else {
        (fs::read(value), value)
    };
    let wrong = |source| ConnectError::TlsFile {
        what: file.words(),
        place: place.to_owned(),
        source,
    };
    let bytes = text.map_err(wrong)?;
    let text = String::from_utf8_lossy(&bytes);
    let reason = if text.contains("ENCRYPTED") {
        "it is encrypted, and nobody is asked for a passphrase; write it without one: openssl pkey -in <key> -out <new key>"
    } else if !file.fits(&text) {
        match file {
            File::Authority | File::Certificate => "there is no certificate in PEM form in it",
            File::Key => "there is no private key in PEM form in it",
        }
    } else {
        return Ok(bytes);
    };
    Err(wrong(io::Error::new(io::ErrorKind::InvalidInput, reason)))
}

/// The words of whoever knows why.
pub(crate) type Reason = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no safe connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsTrouble {
    /// The server speaks no TLS.
    NotOffered,
    /// Whoever signed the server's certificate is none of those that we believe.
    UnknownIssuer,
    /// The server's certificate is for other names.
    WrongName,
    /// The server's certificate is not valid at this time.
    OutOfDate,
    /// The server's certificate is an authority's own, which no server may show.
    Authority,
    /// Our certificate was made for another key.
    OtherKey,
    /// The server does not take our certificate, or wants one.
    Refused,
    /// Something else about the handshake.
    Other,
}

impl TlsTrouble {
    /// Reads it from the driver's error, and the words of whoever knows more.
    ///
    /// # Errors
    /// The error itself, where it is about something else.
    pub(crate) fn of(error: sqlx::Error) -> Result<(Self, Option<Reason>), sqlx::Error> {
        match error {
            sqlx::Error::Io(source) => {
                let inner = source.get_ref().and_then(|inner| inner.downcast_ref());
                match inner.map(Self::of_handshake) {
                    Some(trouble) => Ok((trouble, Some(source.into()))),
                    None => Err(sqlx::Error::Io(source)),
                }
            }
            // The driver's own, the words of which are the only difference.
            sqlx::Error::Tls(source) if source.to_string() == "server does not support TLS" => {
                Ok((Self::NotOffered, None))
            }
            sqlx::Error::Tls(source) => {
                let handshake = source.downcast_ref().map(Self::of_handshake);
                Ok((handshake.unwrap_or(Self::Other), Some(source)))
            }
            other => Err(other),
        }
    }

    fn of_handshake(error: &Handshake) -> Self {
        match error {
            Handshake::InvalidCertificate(error) => match error {
                CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                    Self::UnknownIssuer
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => Self::WrongName,
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Self::OutOfDate,
                // The verifier's own words; the kind lies in a crate of its own.
                CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity" => {
                    Self::Authority
                }
                _ => Self::Other,
            },
            Handshake::InconsistentKeys(_) => Self::OtherKey,
            Handshake::AlertReceived(
                AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion,
            ) => Self::Other,
            Handshake::AlertReceived(_) => Self::Refused,
            _ => Self::Other,
        }
    }

    /// What helps.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::NotOffered => {
                "switch it on at the server (PostgreSQL: `ssl = on`); or write `sslmode=prefer`, where the network is to be trusted"
            }
            Self::UnknownIssuer => {
                "name the file with the certificate of whoever signed the server's: `ssl = { ca = \"ca.crt\" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT"
            }
            Self::WrongName => {
                "connect by a name that is in it (as subjectAltName); or write `sslmode=verify-ca`, which does not ask for the name"
            }
            Self::OutOfDate => "renew it at the server; or set the clock of this machine right",
            Self::Authority => {
                "let the server have a certificate of its own that the authority signs: one with CA:FALSE; until then `sslmode=require` without a file"
            }
            Self::OtherKey => "name the key that the certificate was made for",
            Self::Refused => {
                "name a certificate that the server's authority signed: `ssl = { cert = \"app.crt\", key = \"app.key\" }` in the settings, or `?sslcert=app.crt&sslkey=app.key` in the url"
            }
            Self::Other => {
                "choose the right `?sslmode=` in the url: disable, prefer, require, verify-ca or verify-full"
            }
        }
    }
}

impl fmt::Display for TlsTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOffered => "the server offers none",
            Self::UnknownIssuer => {
                "the server's certificate is signed by nobody that is known here"
            }
            Self::WrongName => "the server's certificate is for other names",
            Self::OutOfDate => "the server's certificate is not valid now",
            Self::Authority => "the server's certificate is that of an authority",
            Self::OtherKey => "our certificate and its key do not belong together",
            Self::Refused => "the server does not take what we show",
            Self::Other => "the handshake fails",
        })
    }
}
