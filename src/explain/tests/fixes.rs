//! Properties of every fix: it changes the query, does what its words say, and does not lead back.

use std::collections::BTreeSet;

use super::rows;
use super::scene::Scene;
use crate::explain::{Fix, Note, rules};
use crate::net::{Call, Hint, Hints, Query, decode};
use crate::text::Text;
use crate::words::{self, Language};

/// Every scene, as it is and with other nodes, services and families. Its calls end as before.
pub(super) fn scenes() -> impl Iterator<Item = Scene> {
    let nodes = [None, Some("localhost"), Some("127.0.0.1"), Some("::1")];
    let services = [None, Some("80"), Some("http")];
    let families = ["AF_UNSPEC", "AF_INET", "AF_INET6"];
    rows()
        .flat_map(|row| [(row.speaks)(), (row.silent)()])
        .flat_map(move |scene| {
            let mut all = vec![scene.clone()];
            // Few rules on calls after socket() read the query.
            let (nodes, services) = match scene.steps.is_empty() {
                true => (&nodes[..], &services[..]),
                false => (&nodes[..1], &services[..1]),
            };
            let pairs = nodes
                .iter()
                .flat_map(|node| services.iter().map(move |service| (*node, *service)));
            for (node, service) in pairs {
                let mut other = scene.clone();
                [other.query.node, other.query.service] =
                    [node, service].map(|text| text.map(|text| Text::new(text).unwrap()));
                all.push(other.clone());
                if other.query.hints.is_some() {
                    all.extend(families.map(|family| other.clone().hints(family)));
                }
            }
            all
        })
}

#[test]
fn every_fix_changes_the_query() {
    for scene in scenes() {
        for note in scene.notes() {
            let Some(fix) = note.fix else { continue };
            assert_ne!(fix.query(), Some(&scene.query), "{}", note.rule);
        }
    }
}

/// A fix can fail. Then the next one is another, and none brings back a query that failed.
#[test]
fn fixes_do_not_lead_in_a_circle() {
    for scene in scenes() {
        let mut queries = vec![scene.query.clone()];
        let mut rules = Vec::new();
        let mut scene = scene;
        while let Some((rule, query)) = scene.notes().into_iter().find_map(|note| {
            let query = note.fix.as_ref()?.query()?.clone();
            Some((note.rule, query))
        }) {
            rules.push(rule);
            scene.query = query;
            assert!(
                !queries.contains(&scene.query),
                "{rules:?}: {queries:?} {:?}",
                scene.result
            );
            queries.push(scene.query.clone());
        }
    }
}

/// Every rule with a fix has a scene of it. If getaddrinfo still ends as before, the note is gone.
#[test]
fn fixed_query_does_not_bring_its_note_back() {
    let mut fixed = BTreeSet::new();
    for scene in scenes() {
        for note in scene.notes() {
            let Some(fix) = note.fix.clone() else {
                continue;
            };
            fixed.insert(note.rule);
            let again = match fix {
                // Another query returns other entries.
                Fix::Query(_) if scene.entry.is_some() => continue,
                Fix::Query(query) => Scene {
                    query,
                    ..scene.clone()
                },
                Fix::Call(call) => match scene.fixed(call) {
                    Some(again) => again,
                    None => continue,
                },
            };
            let back = again.notes().into_iter().find(|it| it.rule == note.rule);
            let another = |back: &Note| !scene.steps.is_empty() && back.fix != note.fix;
            assert!(back.is_none_or(|back| another(&back)), "{:?}", scene.run());
        }
    }
    let with_fix = rules::all().map(|rule| rule.words);
    let with_fix = with_fix.filter(|words| words.fix(Language::En).is_some());
    assert_eq!(fixed, with_fix.map(words::Rule::name).collect());
}

/// The query after the change that the English words name.
fn changed(scene: &Scene, words: &str) -> Option<Query> {
    let mut query = scene.query.clone();
    let mut hints = query.hints.unwrap_or_default();
    let flags = |name| Hint::Flags.parse(scene.os, name).ok();
    let (verb, rest) = words.split_once(' ')?;
    match (verb, rest.split_once(" to ")) {
        ("remove", None) => hints.flags &= !flags(rest.trim_end_matches(" from ai_flags"))?,
        ("replace", None) => {
            let (old, new) = rest.split_once(" with ")?;
            hints.flags = hints.flags & !flags(old)? | flags(new)?;
        }
        ("use", None) => query.service = Text::new(rest.strip_prefix("port ")?).ok(),
        ("pass", None) if rest == "zeroed hints" => query.hints = Some(Hints::default()),
        ("set", Some((argument @ ("node" | "the node" | "service" | "the service"), value))) => {
            let text = (value != "NULL").then(|| Text::new(value.trim_matches('"')).unwrap());
            match argument {
                "service" | "the service" => query.service = text,
                _ => query.node = text,
            }
        }
        ("set", Some((member, value))) => match value.strip_prefix("ai_flags & ~") {
            Some(flag) => hints.flags &= !flags(flag)?,
            None => {
                let hint = Hint::ALL.into_iter().find(|hint| hint.member() == member)?;
                hint.set(&mut hints, hint.parse(scene.os, value).ok()?);
            }
        },
        _ => return None,
    }
    if hints != query.hints.unwrap_or_default() {
        query.hints = Some(hints);
    }
    Some(query)
}

/// Whether the words name the call and its new argument.
fn is_named(scene: &Scene, call: &Call, words: &str) -> bool {
    match call {
        Call::Setsockopt { option, value, .. } => {
            words == format!("set {} to {value}", option.name())
        }
        Call::Listen { .. } => words == "call listen() first",
        Call::Bind { address, .. } | Call::Connect { address, .. } => {
            let address = decode(scene.os, address).unwrap();
            let port = format!("bind to port {}", address.port());
            let scope = match address {
                std::net::SocketAddr::V6(address) => address.scope_id(),
                std::net::SocketAddr::V4(_) => 0,
            };
            let named = [
                words.starts_with(&format!("{} to {address}", call.name(scene.os))),
                words.starts_with(&port),
                words == format!("use the address {address}"),
                words == format!("set the scope id to {scope}"),
            ];
            named.contains(&true)
        }
        _ => false,
    }
}

#[test]
fn fix_is_the_change_that_its_words_name() {
    for scene in scenes() {
        for note in scene.notes() {
            let Some(fix) = &note.fix else { continue };
            let words = note.fix_text(Language::En).unwrap();
            let query = match fix {
                Fix::Query(query) => query,
                Fix::Call(call) => {
                    assert!(is_named(&scene, call, &words), "{}: {words}", note.rule);
                    continue;
                }
            };
            if let Some(call) = words.strip_prefix("call ") {
                assert_eq!(call, query.call_briefly(), "{}", note.rule);
                assert_ne!(call, scene.query.call_briefly(), "{}", note.rule);
                assert_eq!(query.hints, scene.query.hints, "{}", note.rule);
            } else {
                let expected = changed(&scene, &words);
                assert_eq!(expected.as_ref(), Some(query), "{}: {words}", note.rule);
            }
        }
    }
}
