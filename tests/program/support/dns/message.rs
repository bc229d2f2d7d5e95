//! Messages in wire format (RFC 1035 §4).

use std::collections::BTreeMap;
use std::net::IpAddr;

/// The record types used here (RFC 1035 §3.2.2, RFC 3596 §2.1).
pub const A: u16 = 1;
pub const CNAME: u16 = 5;
pub const PTR: u16 = 12;
pub const AAAA: u16 = 28;

/// The only class here: the Internet.
const IN: u16 = 1;

/// The longest message over UDP (RFC 1035 §4.2.1); no client asks for more here.
pub const UDP_LIMIT: usize = 512;

/// A name as labels with their lengths (RFC 1035 §3.1), of any bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub Vec<u8>);

impl Name {
    /// The name with dots between its labels.
    pub fn of(text: &str) -> Self {
        Self::labels(text.split('.').map(str::as_bytes))
    }

    /// The name of these labels, which may contain dots and anything else.
    pub fn labels<'a>(labels: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut bytes = Vec::new();
        for label in labels {
            assert!((1..64).contains(&label.len()), "{}", label.escape_ascii());
            bytes.push(label.len() as u8);
            bytes.extend(label);
        }
        bytes.push(0);
        Self(bytes)
    }

    /// The name for the reverse lookup of an address (RFC 1035 §3.5, RFC 3596 §2.5).
    pub fn of_address(address: IpAddr) -> String {
        match address {
            IpAddr::V4(ip) => {
                let [a, b, c, d] = ip.octets();
                format!("{d}.{c}.{b}.{a}.in-addr.arpa")
            }
            IpAddr::V6(ip) => {
                let digits = ip.octets().into_iter().rev();
                let digits = digits.map(|byte| format!("{:x}.{:x}.", byte & 15, byte >> 4));
                digits.collect::<String>() + "ip6.arpa"
            }
        }
    }
}

/// A record of the answer section.
#[derive(Clone, Debug)]
pub struct Record {
    pub owner: Name,
    pub kind: u16,
    pub data: Vec<u8>,
}

impl Record {
    pub fn address(owner: &Name, address: IpAddr) -> Self {
        let (kind, data) = match address {
            IpAddr::V4(ip) => (A, ip.octets().to_vec()),
            IpAddr::V6(ip) => (AAAA, ip.octets().to_vec()),
        };
        Self {
            owner: owner.clone(),
            kind,
            data,
        }
    }

    pub fn alias(owner: &Name, target: &Name) -> Self {
        Self {
            owner: owner.clone(),
            kind: CNAME,
            data: target.0.clone(),
        }
    }
}

/// The question of a message.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: [u8; 2],
    /// Lower case, without the last dot.
    pub name: String,
    pub kind: u16,
    /// Name, type and class as in the message.
    pub bytes: Vec<u8>,
}

impl Question {
    /// The message's question, if it has a readable one.
    pub fn read(message: &[u8]) -> Option<Self> {
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
        Some(Self {
            id: [message[0], message[1]],
            name: labels.join("."),
            kind: u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]),
            bytes: message.get(12..at + 4)?.to_vec(),
        })
    }

    /// The name in the spelling of the question.
    pub fn owner(&self) -> Name {
        Name(self.bytes[..self.bytes.len() - 4].to_vec())
    }

    /// The message that answers it with this RCODE and as many of `records` as fit.
    pub fn answered(&self, rcode: u8, records: &[Record]) -> Vec<u8> {
        // A response, authoritative, recursion desired and available (RFC 1035 §4.1.1).
        let mut message = self.id.to_vec();
        message.extend([0x85, 0x80 | rcode, 0, 1, 0, 0, 0, 0, 0, 0]);
        message.extend(&self.bytes);
        // A name that occurred earlier in the message is a pointer here (§4.1.4).
        let mut known = BTreeMap::from([(self.owner().0, 12)]);
        let mut count = 0_u16;
        for record in records {
            let mut bytes = match known.get(&record.owner.0) {
                Some(at) => (0xc000_u16 | at).to_be_bytes().to_vec(),
                None => record.owner.0.clone(),
            };
            for number in [record.kind, IN, 0, 60, record.data.len() as u16] {
                bytes.extend(number.to_be_bytes());
            }
            if record.kind == CNAME && message.len() + bytes.len() < 0x4000 {
                known.insert(record.data.clone(), (message.len() + bytes.len()) as u16);
            }
            bytes.extend(&record.data);
            if message.len() + bytes.len() > usize::from(u16::MAX) {
                break;
            }
            message.extend(bytes);
            count += 1;
        }
        message[6..8].copy_from_slice(&count.to_be_bytes());
        message
    }

    /// The message that makes the client ask again over TCP.
    pub fn truncated(&self) -> Vec<u8> {
        let mut message = self.answered(0, &[]);
        message[2] |= 2;
        message
    }
}
