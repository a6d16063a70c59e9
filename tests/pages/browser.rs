//! A browser without a window, driven as a person drives it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use schemist_testkit::{browser, note_skipped_here};
use serde_json::{Value, json};
use url::{ParseError, Url};

/// What a browser needs to know where there is no screen and nobody to ask.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// A browser with one page.
pub struct Browser {
    /// What it is told.
    pub client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts one; where there is none, that is noted and the test passes.
    pub async fn start() -> Option<Self> {
        let program = match browser() {
            Ok(program) => program,
            Err(unavailable) => {
                note_skipped_here(&unavailable);
                return None;
            }
        };
        let mut driver = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(driver.stdout.take().unwrap());
        let mut ports = said.lines().map_while(Result::ok).filter_map(|line| {
            let (_, port) = line.rsplit_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = ports.next().expect("the driver says its port");
        let profile = tempfile::tempdir().unwrap();
        let own = format!("--user-data-dir={}", profile.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([own.as_str()]).collect();
        let capabilities = json!({
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is an object");
        };
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        Some(Self {
            client,
            driver,
            _profile: profile,
        })
    }

    /// Opens a file.
    pub async fn open(&self, path: &Path) {
        let url = format!("file://{}", path.canonicalize().unwrap().display());
        self.client.goto(&url).await.unwrap();
    }

    /// Runs a script, and gives back what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Presses a key.
    pub async fn press(&self, key: &str) {
        let body = self.client.active_element().await.unwrap();
        body.send_keys(key).await.unwrap();
    }

    /// Makes the page as wide as a device.
    pub async fn resize(&self, width: u32, height: u32) {
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 }),
        )
        .await;
    }

    /// Says whether the reader's system is dark.
    pub async fn prefer(&self, scheme: &str) {
        self.tell(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        )
        .await;
    }

    /// Tells the browser itself.
    pub async fn tell(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.client
            .issue_cmd(Own {
                path: "goog/cdp/execute",
                body,
            })
            .await
            .unwrap()
    }

    /// Everything on the console since the last time.
    pub async fn console(&self) -> Vec<String> {
        let body = json!({ "type": "browser" });
        let log = self
            .client
            .issue_cmd(Own {
                path: "se/log",
                body,
            })
            .await
            .unwrap();
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Ends the browser.
    pub async fn close(mut self) {
        let closed = self.client.clone().close().await;
        assert!(is_over(&closed), "{closed:?}");
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }
}

fn is_over(closed: &Result<(), CmdError>) -> bool {
    match closed {
        Ok(()) => true,
        Err(CmdError::Standard(error)) => error.error == ErrorStatus::InvalidSessionId,
        Err(_) => false,
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A test that failed must not leave a browser behind.
        let _ended = self.driver.kill().and_then(|()| self.driver.wait());
    }
}

/// A command that only this driver knows.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
