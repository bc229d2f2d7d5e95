//! Faults that a broken or malicious server puts into a message.

use crate::support::random::Random;

/// A fault in a message. "The record" is the first of the answer section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another ID, as of a forger who has to guess.
    Id,
    /// The message is a question (QR).
    IsQuestion,
    /// The question is for another name.
    Question,
    /// There is no question.
    NoQuestion,
    /// The message has TC set, with the record in it.
    Truncated,
    /// It claims 65,535 records.
    Count,
    /// The record's owner is a pointer to itself.
    PointerToItself,
    /// The record's owner is a pointer beyond the end.
    PointerBeyond,
    /// The record's owner begins with a label of a reserved type (RFC 1035 §4.1.4).
    LabelType,
    /// The record belongs to another name.
    Owner,
    /// The record's class is CH.
    Class,
    /// The record's type is TXT.
    Type,
    /// RDLENGTH exceeds the message.
    DataLength,
    /// The record's data is one byte short, and RDLENGTH matches.
    ShortData,
    /// The record's data is one byte longer, and RDLENGTH matches.
    LongData,
    /// RDLENGTH is 0, without data.
    NoData,
    /// Only the first so many bytes arrive.
    Cut(usize),
    /// Extra bytes follow the end.
    Trailing,
    /// Everything after the question is noise from this seed.
    Noise(u64),
    /// Everything but the ID is noise from this seed.
    AllNoise(u64),
    /// It comes from another port.
    Port,
    /// Over TCP its length is given as so many bytes more, and the connection ends.
    LengthBeyond(u16),
    /// Over TCP it arrives byte by byte.
    Bytewise,
}

impl Fault {
    /// The message with this fault.
    pub fn apply(self, message: &[u8]) -> Vec<u8> {
        let mut message = message.to_vec();
        // The question's name ends with the first zero byte; type and class follow.
        let name = message[12..].iter().position(|&byte| byte == 0).unwrap();
        let record = 12 + name + 5;
        // Its owner is a pointer of two bytes; then come type, class, TTL, RDLENGTH, data.
        let [kind, class, length, data] = [2, 4, 10, 12].map(|offset| record + offset);
        match self {
            Self::Id => message[1] ^= 0x55,
            Self::IsQuestion => message[2] &= 0x7f,
            Self::Question => message[13] ^= 1,
            Self::NoQuestion => {
                message.drain(12..record);
                message[5] = 0;
            }
            Self::Truncated => message[2] |= 2,
            Self::Count => message[6..8].fill(0xff),
            Self::PointerToItself => pointer(&mut message, record, record),
            Self::PointerBeyond => pointer(&mut message, record, 0x3fff),
            Self::LabelType => message[record] = 0x80,
            // Into the middle of the name: "test" instead of "some.test".
            Self::Owner => {
                let rest = 13 + usize::from(message[12]);
                pointer(&mut message, record, rest);
            }
            Self::Class => message[class + 1] = 3,
            Self::Type => message[kind + 1] = 16,
            Self::DataLength => message[length] = 0xff,
            Self::ShortData => {
                message.remove(data);
                message[length + 1] -= 1;
            }
            Self::LongData => {
                message.insert(data, 0);
                message[length + 1] += 1;
            }
            Self::NoData => {
                let end = data + usize::from(message[length + 1]);
                message.drain(data..end);
                message[length + 1] = 0;
            }
            Self::Cut(length) => message.truncate(length),
            Self::Trailing => message.extend([0xff; 40]),
            Self::Noise(seed) => noise(seed, &mut message[record..]),
            Self::AllNoise(seed) => noise(seed, &mut message[2..]),
            Self::Port | Self::LengthBeyond(_) | Self::Bytewise => {}
        }
        message
    }
}

fn pointer(message: &mut [u8], at: usize, to: usize) {
    message[at..at + 2].copy_from_slice(&(0xc000 | to as u16).to_be_bytes());
}

fn noise(seed: u64, bytes: &mut [u8]) {
    let mut random = Random(seed);
    for byte in bytes {
        *byte = random.next() as u8;
    }
}
