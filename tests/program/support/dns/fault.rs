//! What a broken server, or one that means harm, makes of a message.

/// What is wrong with a message. "The record" is the first of the answer section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The ID is another, as a forger's is who has to guess.
    Id,
    /// It says that it is a question (QR).
    IsQuestion,
    /// The question is about another name.
    Question,
    /// There is no question.
    NoQuestion,
    /// It is truncated, and says so, with the record in it.
    Truncated,
    /// It claims to have 65,535 records.
    Count,
    /// The record's owner is a pointer to itself.
    PointerToItself,
    /// The record's owner is a pointer to behind the end.
    PointerBeyond,
    /// The record's owner begins with a label of a type that is reserved (RFC 1035 §4.1.4).
    LabelType,
    /// The record is somebody else's.
    Owner,
    /// The record's class is CH.
    Class,
    /// The record's type is TXT.
    Type,
    /// RDLENGTH reaches beyond the end.
    DataLength,
    /// The record's data has one byte less, and RDLENGTH says so.
    ShortData,
    /// The record's data has one byte more, and RDLENGTH says so.
    LongData,
    /// RDLENGTH is 0, and there is no data.
    NoData,
    /// Only so many bytes of it come.
    Cut(usize),
    /// More bytes behind the end.
    Trailing,
    /// Behind the question everything is noise, of this seed.
    Noise(u64),
    /// All but the ID is noise, of this seed.
    AllNoise(u64),
    /// It comes from another port.
    Port,
    /// Over TCP it is said to be so many bytes longer than it is, and the connection ends.
    LengthBeyond(u16),
    /// Over TCP it comes byte by byte.
    Bytewise,
}

impl Fault {
    /// The message with this fault in it.
    pub fn apply(self, message: &[u8]) -> Vec<u8> {
        let mut message = message.to_vec();
        // The question's name ends with the first zero byte; type and class follow.
        let name = message[12..].iter().position(|&byte| byte == 0).unwrap();
        let record = 12 + name + 5;
        // Its owner is a pointer of two bytes, then come type, class, TTL, RDLENGTH, data.
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
            // Into the middle of the name: "test", where it was "some.test".
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

/// Fills `bytes` with SplitMix64's numbers (Steele, Lea, Flood: Fast Splittable Pseudorandom
/// Number Generators, 2014).
fn noise(mut seed: u64, bytes: &mut [u8]) {
    for byte in bytes {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        *byte = (z ^ (z >> 31)) as u8;
    }
}
