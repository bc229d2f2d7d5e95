//! The answers of a broken or malicious server.

use std::net::IpAddr;
use std::time::Duration;

use crate::support::dns::{Answer, Fault, Name, Rcode, Record};

/// An address of each family.
pub(super) fn both() -> Answer {
    Answer::addresses(&["192.0.2.1", "2001:db8::1"])
}

pub(super) fn ips(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Broken messages.
pub(super) fn broken() -> Vec<(String, Answer)> {
    [
        ("id", Fault::Id),
        ("is-question", Fault::IsQuestion),
        ("question", Fault::Question),
        ("no-question", Fault::NoQuestion),
        ("truncated", Fault::Truncated),
        ("count", Fault::Count),
        ("pointer-to-itself", Fault::PointerToItself),
        ("pointer-beyond", Fault::PointerBeyond),
        ("label-type", Fault::LabelType),
        ("owner", Fault::Owner),
        ("class", Fault::Class),
        ("type", Fault::Type),
        ("data-length", Fault::DataLength),
        ("short-data", Fault::ShortData),
        ("long-data", Fault::LongData),
        ("no-data", Fault::NoData),
        ("cut-to-nothing", Fault::Cut(0)),
        ("cut-in-the-header", Fault::Cut(7)),
        ("cut-in-the-record", Fault::Cut(40)),
        ("trailing", Fault::Trailing),
        ("noise-1", Fault::Noise(1)),
        ("noise-2", Fault::Noise(2)),
        ("noise-3", Fault::Noise(3)),
        ("all-noise-1", Fault::AllNoise(1)),
        ("all-noise-2", Fault::AllNoise(2)),
        ("port", Fault::Port),
    ]
    .into_iter()
    .flat_map(|(name, fault)| {
        // The same over TCP, where no other message can come first.
        let answer = both().broken(fault);
        let tcp = answer.clone().over_tcp();
        [(name.to_owned(), answer), (format!("{name}-tcp"), tcp)]
    })
    .collect()
}

/// Strange but valid messages.
pub(super) fn strange() -> Vec<(&'static str, Answer)> {
    let four = || Answer::addresses(&["192.0.2.1"]);
    let forged = Answer::addresses(&["203.0.113.66", "2001:db8::66"]);
    let name = |text: &str| Name::of(text);
    let alias = |from: &str, to: &str| Record::alias(&name(from), &name(to));
    let by_family = |inet, inet6| Answer::ByFamily {
        inet: Box::new(inet),
        inet6: Box::new(inet6),
    };
    vec![
        ("nothing", Answer::addresses(&[])),
        ("form-error", Answer::Refusal(Rcode::FormatError)),
        ("server-failure", Answer::Refusal(Rcode::ServerFailure)),
        ("name-error", Answer::Refusal(Rcode::NameError)),
        ("not-implemented", Answer::Refusal(Rcode::NotImplemented)),
        ("refused", Answer::Refusal(Rcode::Refused)),
        ("silent", Answer::Silence),
        ("silent-inet6", by_family(four(), Answer::Silence)),
        ("silent-inet", by_family(Answer::Silence, both())),
        (
            "refused-inet6",
            by_family(four(), Answer::Refusal(Rcode::Refused)),
        ),
        (
            "failure-inet",
            by_family(Answer::Refusal(Rcode::ServerFailure), both()),
        ),
        (
            "none-inet",
            by_family(Answer::Refusal(Rcode::NameError), both()),
        ),
        ("late", both().late(Duration::from_millis(200))),
        ("twice", both().then(both())),
        ("forged", forged.clone().broken(Fault::Id).then(both())),
        ("overtaken", both().then(forged)),
        ("tcp", both().over_tcp()),
        ("tcp-close", Answer::Close.over_tcp()),
        (
            "tcp-late",
            both().late(Duration::from_millis(200)).over_tcp(),
        ),
        (
            "tcp-length",
            both().broken(Fault::LengthBeyond(300)).over_tcp(),
        ),
        ("tcp-bytewise", both().broken(Fault::Bytewise).over_tcp()),
        (
            "tcp-failure",
            Answer::Refusal(Rcode::ServerFailure).over_tcp(),
        ),
        ("tcp-truncated", both().broken(Fault::Truncated).over_tcp()),
        ("chain-1", Answer::Chain(1, ips(&["192.0.2.1"]))),
        (
            "chain-12",
            Answer::Chain(12, ips(&["192.0.2.1", "2001:db8::1"])),
        ),
        ("chain-1000", Answer::Chain(1000, ips(&["192.0.2.1"]))),
        ("chain-to-nothing", Answer::Chain(3, Vec::new())),
        (
            "loop",
            Answer::Records(vec![
                alias("loop.test", "pool.test"),
                alias("pool.test", "loop.test"),
            ]),
        ),
        (
            "itself",
            Answer::Records(vec![alias("itself.test", "itself.test")]),
        ),
        (
            "two-aliases",
            Answer::Records(vec![
                alias("two-aliases.test", "one.test"),
                alias("two-aliases.test", "two.test"),
                Record::address(&name("two.test"), "192.0.2.1".parse().unwrap()),
            ]),
        ),
        (
            "of-both-families",
            Answer::Records(
                ips(&["192.0.2.1", "2001:db8::1", "192.0.2.1"])
                    .into_iter()
                    .map(|address| Record::address(&name("of-both-families.test"), address))
                    .collect(),
            ),
        ),
    ]
}

/// Names of an alias that could confuse a terminal, a shell or a parser.
pub(super) fn hostile() -> Vec<(&'static str, Name)> {
    let label = [b'x'; 63];
    vec![
        (
            "escape",
            Name::labels([&b"\x1b[2J\x1b]0;owned\x07"[..], b"test"]),
        ),
        ("c1", Name::labels([&b"\xc2\x9b31m"[..], b"test"])),
        ("latin-1", Name::labels([&b"caf\xe9"[..], b"test"])),
        ("utf-8", Name::labels(["café".as_bytes(), b"test"])),
        (
            "right-to-left",
            Name::labels(["\u{202e}txe".as_bytes(), b"test"]),
        ),
        ("space", Name::labels([&b"a b"[..], b"test"])),
        ("line", Name::labels([&b"a\nb\r"[..], b"test"])),
        ("zero", Name::labels([&b"a\0b"[..], b"test"])),
        ("dot", Name::labels([&b"a.b"[..], b"test"])),
        ("only-dots", Name::labels([&b"..."[..], b"test"])),
        ("backslash", Name::labels([&b"a\\b"[..], b"test"])),
        ("quote", Name::labels([&b"a\"b'c`d$(e)"[..], b"test"])),
        ("percent", Name::labels([&b"%s%n%1$d"[..], b"test"])),
        ("underscore", Name::labels([&b"_a_b_"[..], b"test"])),
        ("dash", Name::labels([&b"-a-"[..], b"test"])),
        ("upper", Name::labels([&b"UPPER"[..], b"TEST"])),
        ("digits", Name::labels([&b"192"[..], b"0", b"2", b"1"])),
        ("root", Name::labels([])),
        // 3 × 64 + 62 + 1: the longest name (RFC 1035 §2.3.4).
        (
            "long",
            Name::labels([&label[..], &label, &label, &label[..61]]),
        ),
        (
            "too-long",
            Name::labels([&label[..], &label, &label, &label]),
        ),
        (
            "escape-long",
            Name::labels([[0x1b; 63]; 3].iter().map(|label| &label[..])),
        ),
    ]
}
