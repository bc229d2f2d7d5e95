//! What `--redact` promises: no name and no address of the run is in any output.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use proptest::prelude::*;

use super::*;
use crate::code::{self, Steps, program};
use crate::net::{
    Adapter, Call, Facts, HostLine, Hosts, Interface, Origin, Resolver, Service, Services, Sorting,
    SourceAddress, SourceAnswer, SourceInterface, SourceResult, hex,
};
use crate::script;
use crate::text::{printable, quoted, utf8};

/// The names and addresses of a run.
#[derive(Clone, Debug)]
struct Secrets {
    words: Vec<String>,
    v4: Vec<Ipv4Addr>,
    v6: Vec<Ipv6Addr>,
}

/// Words that no output has by chance, of ASCII and others.
fn secrets() -> impl Strategy<Value = Secrets> {
    let word = prop_oneof![
        "[qxzj]{4,9}",
        "[QXZJ][qxzj]{4,9}",
        "[qxzj]{2}[0-9]{4}[qxzj]",
        "[qxzj]{2}[žđя例]{1,3}[qxzj]{2}",
    ];
    // Neither short texts nor those that a replacement can be.
    let v4 = any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits | 0x0080_8080));
    let private = any::<u16>().prop_map(|bits| Ipv4Addr::from_bits(0x0a80_8080 | u32::from(bits)));
    let v4 = prop_oneof![v4, private];
    let v4 = v4.prop_filter("stays", |ip| !ip.is_loopback() && !ip.is_broadcast());
    let high = prop::sample::select(vec![0x2a00_u128, 0xfe80, 0xfd00, 0x2002, 0xfec0]);
    let v6 = (high, any::<u64>()).prop_map(|(high, low)| {
        Ipv6Addr::from_bits(high << 112 | 0x8000_8000_8000_8000 | u128::from(low))
    });
    (
        prop::collection::vec(word, 6),
        prop::collection::vec(v4, 3),
        prop::collection::vec(v6, 3),
    )
        .prop_map(|(words, v4, v6)| Secrets { words, v4, v6 })
}

/// How a user may write a node.
const FORMS: usize = 18;

fn node(secrets: &Secrets, form: usize) -> String {
    let [a, b, c, ..] = &secrets.words[..] else {
        unreachable!()
    };
    let (v4, v6) = (secrets.v4[0], secrets.v6[0]);
    match form {
        0 => a.clone(),
        1 => format!("{a}.{b}.{c}."),
        2 => format!("https://{a}:{b}@{c}.{a}:8443/{b}?{c}#{a}"),
        3 => v4.to_string(),
        4 => format!("{v4}."),
        5 => format!("{v4}:80"),
        6 => format!("[{v6}]:443"),
        7 => format!("{v6}%{a}"),
        8 => format!("{v4}/24"),
        9 => format!(" {a}.{b} "),
        10 => format!("unix:/{a}/{b}.{c}"),
        11 => v4.to_bits().to_string(),
        12 => format!("{:#x}", v4.to_bits()),
        13 => format!("-{a}_{b}-{c}"),
        14 => format!("{}.{b}", a.repeat(20)),
        15 => format!("{a}.").repeat(60),
        16 => format!("::ffff:{v4}"),
        _ => format!("{a}\u{1b}[2J\u{202e}{b}\\\"{c}"),
    }
}

fn run(secrets: &Secrets, os: Os, form: usize, found: bool) -> Run {
    let Secrets { words, v4, v6 } = secrets;
    let query = Arc::new(Query {
        node: text(&node(secrets, form)),
        service: text(&words[3]),
        hints: Some(Hints::default()),
    });
    let mut run = Run::new(fixture::host(os), Arc::clone(&query));
    let all = v4.iter().map(|&ip| IpAddr::V4(ip));
    let all: Vec<IpAddr> = all.chain(v6.iter().map(|&ip| IpAddr::V6(ip))).collect();
    let entries: Vec<AddrInfo> = all
        .iter()
        .map(|&ip| {
            let address = SocketAddr::from((ip, 80)).to_string();
            let mut entry = entry(os, "SOCK_STREAM", "IPPROTO_TCP", &address);
            entry.canonname = Some(OsStr::new(&format!("{}.{}", words[4], words[1])).into());
            entry
        })
        .collect();
    let outcome = match found {
        true => list(entries.clone()),
        false => failed(Domain::Gai, -2, "Name or service not known"),
    };
    run.push(record(None, Call::Getaddrinfo(query), outcome, MS));
    for (at, entry) in run.entries().to_vec().into_iter().enumerate() {
        let names = HostService {
            node: words[at % 6].clone().into(),
            service: words[5].clone().into(),
        };
        let outcome = Outcome::Returned(Returned::Names(Box::new(names)));
        let call = Call::Getnameinfo(entry.bytes().into());
        run.push(record(Some(at), call, outcome, MS));
    }
    let origins = all.iter().map(|&ip| {
        Origin::Address(Box::new(SourceAddress {
            ip,
            interface: Some(SourceInterface {
                index: 2,
                name: words[0].clone(),
                native: true,
            }),
            prefix_length: 24,
            deprecated: false,
            home: false,
        }))
    });
    run.facts = Facts {
        known: Needs::ALL,
        interfaces: Some(vec![Interface {
            name: words[0].clone(),
            addresses: all.clone(),
            ..Interface::default()
        }]),
        services: Some(Services::Lines(vec![Service {
            name: words[3].to_uppercase(),
            port: 80,
            protocol: words[2].clone(),
        }])),
        hosts: Some(Hosts::Lines(vec![HostLine {
            number: 3,
            address: all[0],
            name: words[0].clone(),
        }])),
        resolver: Some(Resolver {
            servers: vec![v4[1].to_string(), format!("{}%{}", v6[1], words[2])],
            search: vec![format!("{}.{}", words[1], words[2])],
            ndots: 1,
            adapters: vec![Adapter {
                name: words[1].clone(),
                servers: vec![v4[0].to_string()],
                suffix: words[2].clone(),
            }],
        }),
        sorting: Some(Sorting {
            entries: origins.collect(),
            gai_conf: Some(format!(
                "# {}\nlabel {}/48 77\nprecedence ::ffff:{}/120 5 # {}\n",
                words[0], v6[2], v4[2], words[1]
            )),
        }),
        ..Facts::default()
    };
    run.answers = vec![SourceAnswer {
        source: "dns".to_owned(),
        result: SourceResult::Addresses(all),
        took: MS,
    }];
    run
}

/// Every output of the run, with its name.
fn outputs(run: &Run, real: &Run, redaction: &Redaction) -> Vec<(String, String)> {
    let mut outputs = Vec::new();
    for language in [Language::En, Language::Es, Language::En.ascii()] {
        for format in Format::ALL {
            let report = Report {
                run,
                real: Some((real, redaction)),
                language,
                lookup: true,
                steps: None,
                replay: None,
                compared: None,
            };
            let mut out = Vec::new();
            report.write(format, &mut out).unwrap();
            let name = format!("{} {language:?}", format.name());
            outputs.push((name, String::from_utf8(out).unwrap()));
        }
    }
    for language in code::Language::ALL {
        let text = program(
            language,
            run.host.os,
            run.asked(),
            Steps::Every(crate::net::Steps::NONE),
        );
        outputs.push((language.name().to_owned(), text));
    }
    let lines = real
        .records()
        .iter()
        .scan(Redaction::default(), |it, record| {
            Some(script::line(run.host.os, &it.record(run.host.os, record)))
        });
    let lines: Vec<String> = lines.collect();
    outputs.push(("trace".to_owned(), lines.join("\n")));
    outputs
}

/// The forms in which a secret may stand in an output, in small letters.
fn forms(secrets: &Secrets) -> Vec<String> {
    let mut forms = Vec::new();
    for word in &secrets.words {
        let os: &OsStr = word.as_ref();
        forms.extend([word.clone(), utf8(os).into(), printable(os).into()]);
        forms.extend([quoted(os).trim_matches('"').to_owned(), ascii(word).into()]);
        forms.extend([hex(word.as_bytes()), word.escape_unicode().to_string()]);
        let utf16 = word.encode_utf16().map(|unit| match unit {
            0..0x80 => char::from(unit as u8).to_string(),
            _ => format!("\\u{unit:04x}"),
        });
        forms.push(utf16.collect());
    }
    for ip in &secrets.v4 {
        let [a, b, c, d] = ip.octets();
        forms.extend([ip.to_string(), hex(&ip.octets()), ip.to_bits().to_string()]);
        forms.push(format!("{a}, {b}, {c}, {d}"));
        forms.push(format!(
            "{:x}:{:x}",
            ip.to_bits() >> 16,
            ip.to_bits() & 0xffff
        ));
    }
    for ip in &secrets.v6 {
        forms.extend([ip.to_string(), hex(&ip.octets())]);
    }
    forms.into_iter().map(|form| form.to_lowercase()).collect()
}

fn rules(json: &Value) -> Vec<(String, String)> {
    let entries = json["entries"].as_array().unwrap().iter();
    let notes = std::iter::once(json).chain(entries);
    let notes = notes.flat_map(|of| of["notes"].as_array().unwrap());
    notes
        .map(|note| (note["rule"].to_string(), note["suspected"].to_string()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn redacted_output_has_no_name_or_address(
        secrets in secrets(),
        form in 0..FORMS,
        found in any::<bool>(),
        os in prop::sample::select(Os::ALL.to_vec()),
    ) {
        let real = run(&secrets, os, form, found);
        let mut redaction = Redaction::default();
        let redacted = redaction.run(&real);
        let forms = forms(&secrets);
        for (name, output) in outputs(&redacted, &real, &redaction) {
            let output = output.to_lowercase();
            for form in &forms {
                prop_assert!(!output.contains(form), "{name} has {form}: {output}");
            }
        }
        // The notes and the order are those of the real run.
        let json = |run: &Run, real| -> Value {
            let mut out = Vec::new();
            let report = Report { run, real, language: Language::En, lookup: true, steps: None, replay: None, compared: None };
            report.write(Format::Json, &mut out).unwrap();
            serde_json::from_slice(&out).unwrap()
        };
        let (before, after) = (json(&real, None), json(&redacted, Some((&real, &redaction))));
        prop_assert_eq!(rules(&before), rules(&after));
        for member in ["computed", "rfc3484", "rfc6724", "pairs", "explained"] {
            prop_assert_eq!(&before["order"][member], &after["order"][member]);
        }
    }
}
