//! A DNS server that answers as a test tells it to (RFC 1035, over UDP).
//!
//! It stands inside a [`Network`](super::network::Network), on 127.0.0.1:53.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does with a question about a name.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The addresses of the family asked for; none is an answer without records.
    Addresses(Vec<IpAddr>),
    /// The name is an alias of another, of which the server knows the addresses.
    Alias(String),
    /// An RCODE (RFC 1035 §4.1.1) and nothing else.
    Refusal(Rcode),
    /// One answer to who asks for IPv4 addresses, another to everybody else.
    ByFamily {
        inet: Box<Answer>,
        inet6: Box<Answer>,
    },
    /// The same as another answer, so much later.
    Late(Duration, Box<Answer>),
    /// Nothing; [`Server::answer`] gives what is kept from here an answer after all.
    Silence,
}

/// An RCODE of RFC 1035 §4.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}

impl Answer {
    pub fn addresses(texts: &[&str]) -> Self {
        Self::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
    }
}

/// One question as it arrived.
#[derive(Clone, Debug)]
struct Question {
    from: SocketAddr,
    id: [u8; 2],
    /// Lower case, without the last dot.
    name: String,
    kind: u16,
    /// Name, type and class as they stand in the message.
    bytes: Vec<u8>,
}

const A: u16 = 1;
const CNAME: u16 = 5;
const AAAA: u16 = 28;

#[derive(Default)]
struct State {
    names: BTreeMap<String, Answer>,
    asked: Vec<(String, u16)>,
    waiting: Vec<Question>,
}

struct Shared {
    socket: UdpSocket,
    state: Mutex<State>,
    arrived: Condvar,
}

/// A running server. A name it was not told of does not exist.
pub struct Server(Arc<Shared>);

impl Server {
    /// Starts on 127.0.0.1:53; its thread lives as long as the process.
    pub fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared {
            socket: UdpSocket::bind(("127.0.0.1", 53))?,
            state: Mutex::default(),
            arrived: Condvar::new(),
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            let mut message = [0; 512];
            while let Ok((length, from)) = served.socket.recv_from(&mut message) {
                if let Some(question) = read(&message[..length], from) {
                    served.take(question);
                }
            }
        });
        Ok(Self(shared))
    }

    /// What questions about `name` get from now on, and at once those that got nothing yet.
    pub fn answer(&self, name: &str, answer: Answer) -> &Self {
        let waiting = {
            let mut state = self.0.state.lock().unwrap();
            state.names.insert(name.to_owned(), answer);
            let (now, later) = std::mem::take(&mut state.waiting)
                .into_iter()
                .partition(|question| question.name == name);
            state.waiting = later;
            now
        };
        let waiting: Vec<Question> = waiting;
        for question in waiting {
            self.0.reply(question);
        }
        self
    }

    /// Waits until `name` was asked for `times` times at least, repetitions included.
    ///
    /// # Panics
    /// If that takes longer than ten seconds.
    pub fn wait_for(&self, name: &str, times: usize) {
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut state = self.0.state.lock().unwrap();
        while state.asked.iter().filter(|asked| asked.0 == name).count() < times {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{name} was not asked for {times} times; asked: {:?}",
                state.asked
            );
            state = self.0.arrived.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Every question so far: name and type.
    pub fn asked(&self) -> Vec<(String, u16)> {
        self.0.state.lock().unwrap().asked.clone()
    }
}

impl Shared {
    fn take(self: &Arc<Self>, question: Question) {
        self.state
            .lock()
            .unwrap()
            .asked
            .push((question.name.clone(), question.kind));
        self.arrived.notify_all();
        self.reply(question);
    }

    fn reply(self: &Arc<Self>, question: Question) {
        let answer = {
            let mut state = self.state.lock().unwrap();
            let answer = state.names.get(&question.name).cloned();
            if matches!(answer, Some(Answer::Silence)) {
                state.waiting.push(question);
                return;
            }
            answer.unwrap_or(Answer::Refusal(Rcode::NameError))
        };
        let answer = match answer {
            Answer::ByFamily { inet, .. } if question.kind == A => *inet,
            Answer::ByFamily { inet6, .. } => *inet6,
            answer => answer,
        };
        match answer {
            Answer::Late(delay, answer) => {
                let shared = Arc::clone(self);
                thread::spawn(move || {
                    thread::sleep(delay);
                    shared.send(&question, &answer);
                });
            }
            answer => self.send(&question, &answer),
        }
    }

    fn send(&self, question: &Question, answer: &Answer) {
        let (rcode, records) = match answer {
            Answer::Refusal(rcode) => (*rcode as u8, Vec::new()),
            Answer::Addresses(addresses) => (0, of_kind(question.kind, addresses)),
            Answer::Alias(target) => {
                let known = self.state.lock().unwrap().names.get(target).cloned();
                let mut records = vec![(CNAME, encode(target))];
                if let Some(Answer::Addresses(addresses)) = known {
                    records.extend(of_kind(question.kind, &addresses));
                }
                (0, records)
            }
            Answer::ByFamily { .. } | Answer::Late(..) | Answer::Silence => return,
        };
        // A response, authoritative, recursion desired and available (RFC 1035 §4.1.1).
        let mut message = question.id.to_vec();
        message.extend([0x85, 0x80 | rcode, 0, 1]);
        message.extend((records.len() as u16).to_be_bytes());
        message.extend([0; 4]);
        message.extend(&question.bytes);
        // The question's name stands at byte 12; §4.1.4 points there.
        let mut owner = vec![0xc0, 12];
        for (kind, data) in records {
            message.extend(&owner);
            message.extend(kind.to_be_bytes());
            message.extend([0, 1, 0, 0, 0, 60]);
            message.extend((data.len() as u16).to_be_bytes());
            message.extend(&data);
            if kind == CNAME {
                owner = data;
            }
        }
        // Who asked may be gone by now.
        let _ = self.socket.send_to(&message, question.from);
    }
}

fn of_kind(kind: u16, addresses: &[IpAddr]) -> Vec<(u16, Vec<u8>)> {
    addresses
        .iter()
        .filter_map(|address| match (kind, address) {
            (A, IpAddr::V4(ip)) => Some((A, ip.octets().to_vec())),
            (AAAA, IpAddr::V6(ip)) => Some((AAAA, ip.octets().to_vec())),
            _ => None,
        })
        .collect()
}

/// A name as labels with their lengths (RFC 1035 §3.1).
fn encode(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

/// The message's question; none where it has none that can be read.
fn read(message: &[u8], from: SocketAddr) -> Option<Question> {
    let mut at = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        let label = message.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        at += length;
    }
    Some(Question {
        from,
        id: [message[0], message[1]],
        name: labels.join("."),
        kind: u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]),
        bytes: message.get(12..at + 4)?.to_vec(),
    })
}
