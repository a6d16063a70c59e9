//! What stands between a process and its server, counts what is asked, and strikes at one of the questions.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use schemist_sql::Dialect;

use crate::history::History;
use crate::process::Running;
use crate::server::Server;

/// What happens at the moment of striking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The process is killed.
    Kill,
    /// The connections are cut; the process lives on.
    Cut,
    /// The server stops at once; the process lives on.
    Stop,
}

/// When it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strike {
    /// The number of the question, counted from 0.
    pub(crate) question: u64,
    /// `None`: before the server gets the question; else so long after it.
    pub(crate) delay: Option<Duration>,
    /// What happens then.
    pub(crate) blow: Blow,
}

/// A proxy in front of a server.
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    port: u16,
}

struct Shared {
    dialect: Dialect,
    server: Address,
    strike: Option<Strike>,
    // The statements of the files, to tell them from what we ask beside.
    files: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    questions: u64,
    statements: Vec<u64>,
    victim: Option<Running>,
    // The thread that listens never ends, and must not keep the server with it.
    target: Weak<Server>,
    links: Vec<(TcpStream, Stream)>,
    has_struck: bool,
}

/// Where the server listens.
#[derive(Debug, Clone)]
enum Address {
    Tcp(String),
    Socket(String),
}

enum Stream {
    Tcp(TcpStream),
    Socket(UnixStream),
}

impl Proxy {
    /// Stands in front of the server of this url.
    pub(crate) fn new(history: &History, url: &str, strike: Option<Strike>) -> Self {
        let dialect = history.dialect;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("the port").port();
        let shared = Arc::new(Shared {
            dialect,
            server: Address::of(dialect, url),
            strike,
            files: history.text(),
            state: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                own.serve(client);
            }
        });
        Self { shared, port }
    }

    /// The url that leads through it.
    pub(crate) fn url(&self, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").expect("a url");
        let (address, name) = rest.split_once('/').expect("a database");
        let name = name.split('?').next().unwrap_or_default();
        let user = address.split('@').next().expect("a user");
        format!(
            "{scheme}://{user}@127.0.0.1:{}/{name}?sslmode=disable",
            self.port
        )
    }

    /// Tells it whom to kill.
    pub(crate) fn aim(&self, victim: &Running) {
        self.shared.state.lock().unwrap().victim = Some(victim.clone());
    }

    /// Tells it which server to stop.
    pub(crate) fn aim_at_server(&self, target: &Arc<Server>) {
        self.shared.state.lock().unwrap().target = Arc::downgrade(target);
    }

    /// Whether the moment came.
    pub(crate) fn has_struck(&self) -> bool {
        self.shared.state.lock().unwrap().has_struck
    }

    /// How many questions went by, and which of them were statements of the files.
    pub(crate) fn questions(&self) -> (u64, Vec<u64>) {
        let state = self.shared.state.lock().unwrap();
        (state.questions, state.statements.clone())
    }
}

impl Address {
    fn of(dialect: Dialect, url: &str) -> Self {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let rest = url.split_once('@').map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let port = host.split_once(':').map_or("5432", |(_, port)| port);
        match dialect {
            Dialect::Postgres => match value("host") {
                Some(folder) => Self::Socket(format!("{folder}/.s.PGSQL.{port}")),
                None => Self::Tcp(host.to_owned()),
            },
            Dialect::Mysql | Dialect::Sqlite => match value("socket") {
                Some(socket) => Self::Socket(socket.to_owned()),
                None => Self::Tcp(host.to_owned()),
            },
        }
    }

    fn open(&self) -> std::io::Result<Stream> {
        Ok(match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                Stream::Tcp(stream)
            }
            Self::Socket(path) => Stream::Socket(UnixStream::connect(path)?),
        })
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, client: TcpStream) {
        if self.state.lock().unwrap().has_struck {
            return;
        }
        let Ok(server) = self.server.open() else {
            return;
        };
        client.set_nodelay(true).expect("a socket");
        let (mut answers, back) = (server.clone(), client.try_clone().expect("a socket"));
        let pair = (client.try_clone().expect("a socket"), server.clone());
        self.state.lock().unwrap().links.push(pair);
        thread::spawn(move || pass_back(&mut answers, back));
        let own = Arc::clone(self);
        thread::spawn(move || own.pass_on(client, server));
    }

    /// Passes on what the process asks, question by question.
    fn pass_on(&self, mut client: TcpStream, mut server: Stream) {
        let mut pending = Vec::new();
        let mut buffer = [0; 16 * 1024];
        // PostgreSQL's first message has no letter before its length.
        let mut is_first = self.dialect == Dialect::Postgres;
        'open: loop {
            let count = client.read(&mut buffer).unwrap_or(0);
            if count == 0 {
                break;
            }
            pending.extend_from_slice(&buffer[..count]);
            while let Some(length) = self.message(&pending, is_first) {
                let is_question = !is_first && self.is_question(&pending);
                let message: Vec<u8> = pending.drain(..length).collect();
                is_first = false;
                if is_question && self.strikes_before(&message) {
                    break 'open;
                }
                if server.write_all(&message).is_err() {
                    break 'open;
                }
                if is_question {
                    self.strike_during();
                }
            }
        }
        server.shut();
        let _gone = client.shutdown(Shutdown::Both);
    }

    /// The length of the first message, where it is there whole.
    fn message(&self, bytes: &[u8], is_first: bool) -> Option<usize> {
        let length = match self.dialect {
            Dialect::Postgres => {
                let at = usize::from(!is_first);
                let word: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
                at + usize::try_from(u32::from_be_bytes(word)).ok()?
            }
            Dialect::Mysql | Dialect::Sqlite => {
                let head = bytes.get(..4)?;
                4 + usize::from(head[0])
                    + (usize::from(head[1]) << 8)
                    + (usize::from(head[2]) << 16)
            }
        };
        (bytes.len() >= length).then_some(length)
    }

    fn is_question(&self, bytes: &[u8]) -> bool {
        match self.dialect {
            Dialect::Postgres => bytes.first() == Some(&b'Q'),
            // COM_QUERY opens a new exchange.
            Dialect::Mysql | Dialect::Sqlite => {
                bytes.get(3) == Some(&0) && bytes.get(4) == Some(&3)
            }
        }
    }

    fn strikes_before(&self, message: &[u8]) -> bool {
        let text = String::from_utf8_lossy(message.get(5..).unwrap_or_default());
        let text = text.trim_end_matches('\0');
        let mut state = self.state.lock().unwrap();
        let number = state.questions;
        state.questions += 1;
        if text.len() > 6 && self.files.contains(text) {
            state.statements.push(number);
        }
        drop(state);
        match self.strike {
            Some(strike) if strike.question == number && strike.delay.is_none() => {
                self.strike(strike.blow);
                true
            }
            Some(_) | None => false,
        }
    }

    fn strike_during(&self) {
        let number = self.state.lock().unwrap().questions - 1;
        if let Some(strike) = self.strike
            && strike.question == number
            && let Some(delay) = strike.delay
        {
            thread::sleep(delay);
            self.strike(strike.blow);
        }
    }

    fn strike(&self, blow: Blow) {
        let mut state = self.state.lock().unwrap();
        state.has_struck = true;
        match blow {
            Blow::Kill => {
                if let Some(victim) = &state.victim {
                    victim.kill();
                }
            }
            Blow::Stop => {
                if let Some(target) = state.target.upgrade() {
                    target.stop();
                }
            }
            Blow::Cut => {
                for (client, server) in &mut state.links {
                    let _gone = client.shutdown(Shutdown::Both);
                    server.shut();
                }
            }
        }
    }
}

/// Passes back what the server answers.
fn pass_back(server: &mut Stream, mut client: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = server.read(&mut buffer).unwrap_or(0);
        if count == 0 || client.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _gone = client.shutdown(Shutdown::Both);
}

impl Stream {
    fn clone(&self) -> Self {
        match self {
            Self::Tcp(stream) => Self::Tcp(stream.try_clone().expect("a socket")),
            Self::Socket(stream) => Self::Socket(stream.try_clone().expect("a socket")),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Socket(stream) => stream.read(buffer),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.write_all(bytes),
            Self::Socket(stream) => stream.write_all(bytes),
        }
    }

    fn shut(&self) {
        let _gone = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Self::Socket(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}
