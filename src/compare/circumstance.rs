//! What differs in the systems: it may explain why the answers differ, but is no part of them.

use serde_json::Value as Json;

use super::{Difference, Part, some};
use crate::net::{Outcome, Run, Value as Returned};
use crate::text::printable;

/// A longer fact, such as what sorts a long list, is only named.
const LONGEST: usize = 4096;

/// The system, then the facts that both runs know.
pub(super) fn of(runs: [&Run; 2]) -> Vec<Difference> {
    let mut out = Vec::new();
    let hosts = runs.map(|run| &*run.host);
    let mut system = |field: &str, values: [Option<String>; 2]| {
        if values[0] != values[1] {
            let values = values.map(|text| some(printable(text?.as_ref())));
            out.push(Difference::plain(Part::System, field, values));
        }
    };
    system("os", hosts.map(|host| Some(host.os.title().to_owned())));
    system("arch", hosts.map(|host| Some(host.arch.clone())));
    system("libc", hosts.map(|host| host.libc.clone()));
    system(
        "winsock",
        hosts.map(|host| match &host.wsastartup.as_ref()?.outcome {
            Outcome::Returned(Returned::WsaData(data)) => Some(format!(
                "{} {} {} {}",
                data.version, data.high_version, data.description, data.status
            )),
            Outcome::Failed(error) => Some(error.code.to_string()),
            _ => Some("-".to_owned()),
        }),
    );
    facts(runs, &mut out);
    out
}

fn facts(runs: [&Run; 2], out: &mut Vec<Difference>) {
    let known = runs[0].facts.known.both(runs[1].facts.known);
    let [first, second] = runs.map(|run| run.facts.clone().only(known));
    if first == second {
        return;
    }
    // A fact is plain data, so that this cannot fail.
    let [Ok(Json::Object(first)), Ok(Json::Object(second))] =
        [&first, &second].map(serde_json::to_value)
    else {
        return;
    };
    for (name, value) in &first {
        let other = second.get(name).unwrap_or(&Json::Null);
        if value != other {
            let texts = [value, other].map(Json::to_string);
            let is_long = texts.iter().any(|text| text.len() > LONGEST);
            let values = match is_long {
                true => [None, None],
                false => texts.map(|text| some(printable(text.as_ref()))),
            };
            out.push(Difference::plain(Part::Facts, name, values));
        }
    }
}
