//! A DNS server whose answers a test sets (RFC 1035), over UDP and TCP.
//!
//! It runs inside a [`Network`](super::network::Network), on 127.0.0.1:53.

mod answer;
mod fault;
mod message;

pub use answer::{Answer, Rcode};
pub use fault::Fault;
pub use message::{Name, Record};

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::terminal::DEADLINE;
use message::{A, AAAA, Question, UDP_LIMIT};

/// How long an idle connection is kept (RFC 7766 §6.2.3), unless it waits for an answer.
const IDLE: Duration = Duration::from_secs(1);

const ADDRESS: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 53);

/// A question, and the way back to the client.
#[derive(Clone)]
struct PendingQuestion {
    question: Question,
    back: Client,
    /// The number of earlier questions about the name since its answer was set.
    before: usize,
    /// The number of answers that had been set when the server looked for this one's.
    given: usize,
}

#[derive(Clone)]
enum Client {
    Udp(SocketAddr),
    Tcp(Arc<TcpStream>),
}

#[derive(Default)]
struct State {
    names: BTreeMap<String, Answer>,
    /// The number of answers set so far.
    given: usize,
    /// The number of questions about each name since its answer was set.
    counts: BTreeMap<String, usize>,
    /// Every question: name, type, and whether it came over TCP.
    asked: Vec<(String, u16, bool)>,
    waiting: Vec<PendingQuestion>,
}

struct Shared {
    socket: UdpSocket,
    /// The source of an answer from another port.
    elsewhere: UdpSocket,
    listener: TcpListener,
    state: Mutex<State>,
    arrived: Condvar,
}

/// A running server. A name without an answer does not exist.
pub struct Server(Arc<Shared>);

impl Server {
    /// Starts on 127.0.0.1:53; its threads live as long as the process.
    pub fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared {
            socket: UdpSocket::bind(ADDRESS)?,
            elsewhere: UdpSocket::bind((ADDRESS.0, 0))?,
            listener: TcpListener::bind(ADDRESS)?,
            state: Mutex::default(),
            arrived: Condvar::new(),
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            let mut message = [0; 512];
            while let Ok((length, from)) = served.socket.recv_from(&mut message) {
                served.take(&message[..length], Client::Udp(from));
            }
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            while let Ok((stream, _)) = served.listener.accept() {
                let served = Arc::clone(&served);
                thread::spawn(move || served.serve_connection(stream));
            }
        });
        Ok(Self(shared))
    }

    /// Stops listening on TCP: the kernel refuses every connection from now on.
    pub fn refuse_tcp(&self) {
        // Only shutdown() ends an accept() that another thread is in, and the standard library has
        // it for streams only.
        let listener = OwnedFd::from(self.0.listener.try_clone().unwrap());
        TcpStream::from(listener).shutdown(Shutdown::Both).unwrap();
    }

    /// Sets the answer to questions about `name`, including those still waiting.
    pub fn answer(&self, name: &str, answer: Answer) -> &Self {
        let waiting: Vec<PendingQuestion> = {
            let mut state = self.0.state.lock().unwrap();
            state.names.insert(name.to_owned(), answer);
            state.given += 1;
            state.counts.remove(name);
            let (now, later) = std::mem::take(&mut state.waiting)
                .into_iter()
                .partition(|asked| asked.question.name == name);
            state.waiting = later;
            now
        };
        for asked in waiting {
            self.0.answer(&asked);
        }
        self
    }

    /// Waits until there were at least `times` questions about `name`, repetitions included.
    ///
    /// # Panics
    /// If that takes too long.
    pub fn wait_for(&self, name: &str, times: usize) {
        self.wait_until(&format!("{times} questions about {name}"), |state| {
            state.asked.iter().filter(|asked| asked.0 == name).count() >= times
        });
    }

    /// Waits for a question about `name` over TCP.
    ///
    /// # Panics
    /// If that takes too long.
    pub fn wait_for_tcp(&self, name: &str) {
        self.wait_until(&format!("a question about {name} over TCP"), |state| {
            state.asked.iter().any(|asked| asked.0 == name && asked.2)
        });
    }

    fn wait_until(&self, what: &str, condition: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        let mut state = self.0.state.lock().unwrap();
        while !condition(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            let asked = &state.asked;
            assert!(!left.is_zero(), "waited for: {what}; asked: {asked:?}");
            state = self.0.arrived.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Every question so far: name, type, and whether it came over TCP.
    pub fn asked(&self) -> Vec<(String, u16, bool)> {
        self.0.state.lock().unwrap().asked.clone()
    }
}

impl Shared {
    /// Handles a connection: each message follows its length (RFC 1035 §4.2.2).
    fn serve_connection(self: &Arc<Self>, stream: TcpStream) {
        stream.set_read_timeout(Some(IDLE)).unwrap();
        let stream = Arc::new(stream);
        let mut length = [0; 2];
        while (&*stream).read_exact(&mut length).is_ok() {
            let mut message = vec![0; u16::from_be_bytes(length).into()];
            if (&*stream).read_exact(&mut message).is_err() {
                return;
            }
            self.take(&message, Client::Tcp(Arc::clone(&stream)));
        }
    }

    fn take(self: &Arc<Self>, message: &[u8], back: Client) {
        let Some(question) = Question::read(message) else {
            return;
        };
        let before = {
            let (name, kind) = (question.name.clone(), question.kind);
            let mut state = self.state.lock().unwrap();
            let count = state.counts.entry(name.clone()).or_default();
            *count += 1;
            let before = *count - 1;
            let tcp = matches!(back, Client::Tcp(_));
            state.asked.push((name, kind, tcp));
            before
        };
        self.arrived.notify_all();
        self.answer(&PendingQuestion {
            question,
            back,
            before,
            given: 0,
        });
    }

    fn answer(self: &Arc<Self>, asked: &PendingQuestion) {
        let (answer, given) = {
            let state = self.state.lock().unwrap();
            let answer = state.names.get(&asked.question.name).cloned();
            (answer, state.given)
        };
        let answer = answer.unwrap_or(Answer::Refusal(Rcode::NameError));
        let asked = asked.clone();
        self.reply(&PendingQuestion { given, ..asked }, answer);
    }

    fn known(&self, name: &str) -> Option<Answer> {
        self.state.lock().unwrap().names.get(name).cloned()
    }

    fn reply(self: &Arc<Self>, asked: &PendingQuestion, answer: Answer) {
        match (answer, &asked.back) {
            (Answer::Silence, _) => {
                let mut state = self.state.lock().unwrap();
                if state.given == asked.given {
                    state.waiting.push(asked.clone());
                } else {
                    // Its answer may have been set meanwhile, and nothing else would send it.
                    drop(state);
                    self.answer(asked);
                }
            }
            (Answer::ByFamily { inet, .. }, _) if asked.question.kind == A => {
                self.reply(asked, *inet);
            }
            (Answer::ByFamily { inet6, .. }, _) => self.reply(asked, *inet6),
            (Answer::Late(delay, answer), _) => {
                let (shared, asked) = (Arc::clone(self), asked.clone());
                thread::spawn(move || {
                    thread::sleep(delay);
                    shared.reply(&asked, *answer);
                });
            }
            (Answer::Dropped(count, answer), _) => {
                if asked.before >= count {
                    self.reply(asked, *answer);
                }
            }
            (Answer::Both(first, second), _) => {
                self.reply(asked, *first);
                self.reply(asked, *second);
            }
            (Answer::Truncated(_), Client::Udp(_)) => {
                self.send(asked, &asked.question.truncated(), None);
            }
            (Answer::Truncated(answer), Client::Tcp(_)) => self.reply(asked, *answer),
            (Answer::Close, Client::Udp(_)) => {}
            // The client may have gone.
            (Answer::Close, Client::Tcp(stream)) => drop(stream.shutdown(Shutdown::Both)),
            (Answer::Broken(fault, answer), _) => {
                let message = fault.apply(&self.message(&asked.question, &answer));
                self.send(asked, &message, Some(fault));
            }
            (answer, Client::Udp(_)) => {
                let message = self.message(&asked.question, &answer);
                if message.len() > UDP_LIMIT {
                    self.send(asked, &asked.question.truncated(), None);
                } else {
                    self.send(asked, &message, None);
                }
            }
            (answer, Client::Tcp(_)) => {
                self.send(asked, &self.message(&asked.question, &answer), None);
            }
        }
    }

    /// The message of a single-message answer.
    fn message(&self, question: &Question, answer: &Answer) -> Vec<u8> {
        let owner = question.owner();
        let records = match answer {
            Answer::Refusal(rcode) => return question.answered(*rcode as u8, &[]),
            Answer::Records(records) => records.clone(),
            Answer::Addresses(addresses) => of_kind(question.kind, &owner, addresses),
            Answer::Named(target, addresses) => {
                let mut records = vec![Record::alias(&owner, target)];
                records.extend(of_kind(question.kind, target, addresses));
                records
            }
            Answer::Alias(target) => {
                let addresses = match self.known(target) {
                    Some(Answer::Addresses(addresses)) => addresses,
                    _ => Vec::new(),
                };
                let answer = Answer::Named(Name::of(target), addresses);
                return self.message(question, &answer);
            }
            Answer::Chain(length, addresses) => {
                let mut records = Vec::new();
                let mut owner = owner;
                for link in 1..=*length {
                    let target = Name::of(&format!("{link}.{}", question.name));
                    records.push(Record::alias(&owner, &target));
                    owner = target;
                }
                records.extend(of_kind(question.kind, &owner, addresses));
                records
            }
            other => panic!("{other:?} is not one message"),
        };
        question.answered(0, &records)
    }

    /// Sends a message back; the client may have gone.
    fn send(&self, asked: &PendingQuestion, message: &[u8], fault: Option<Fault>) {
        match &asked.back {
            Client::Udp(address) => {
                let socket = match fault {
                    Some(Fault::Port) => &self.elsewhere,
                    _ => &self.socket,
                };
                let _ = socket.send_to(message, address);
            }
            Client::Tcp(stream) => {
                let beyond = match fault {
                    Some(Fault::LengthBeyond(count)) => count,
                    _ => 0,
                };
                let length = (message.len() as u16).saturating_add(beyond);
                let framed = [&length.to_be_bytes()[..], message].concat();
                if fault == Some(Fault::Bytewise) {
                    let _ = stream.set_nodelay(true);
                    for byte in framed {
                        let _ = (&**stream).write_all(&[byte]);
                    }
                } else {
                    let _ = (&**stream).write_all(&framed);
                }
                if beyond > 0 {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            }
        }
    }
}

/// The addresses of the requested family, as records.
fn of_kind(kind: u16, owner: &Name, addresses: &[IpAddr]) -> Vec<Record> {
    addresses
        .iter()
        .filter(|address| kind == if address.is_ipv4() { A } else { AAAA })
        .map(|&address| Record::address(owner, address))
        .collect()
}
