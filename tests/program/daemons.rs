//! Names that systemd-resolved or avahi look up: glibc's real modules, with the daemons' sockets played
//! by the test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};

use crate::explain::{all_rules, json as output, set_up};
use crate::support::dns::{Answer, Rcode};
use crate::support::network::Network;

tests! {
    each_answer_of_resolved_has_its_note: NETWORK, RESOLVE;
    lookup_goes_on_without_resolved: NETWORK, RESOLVE;
    name_that_glibc_refuses_is_found_by_resolved: NETWORK, RESOLVE;
    name_that_avahi_lacks_ends_the_lookup: NETWORK, MDNS;
    name_that_avahi_is_not_asked_for_goes_on_to_dns: NETWORK, MDNS;
    localhost_names_are_found_by_myhostname: NETWORK, MYHOSTNAME;
}

/// Where `.ci/run` unpacks the packages of the modules: installed, they would change nsswitch.conf.
const UNPACKED: [&str; 2] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/target/name-service/lib"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/target/name-service/usr/lib"),
];

/// The directories that may have a module.
fn directories() -> impl Iterator<Item = PathBuf> {
    let roots = UNPACKED
        .into_iter()
        .chain(["/lib", "/usr/lib", "/lib64", "/usr/lib64"]);
    roots.flat_map(|root| {
        let inner = std::fs::read_dir(root).into_iter().flatten().flatten();
        let inner = inner.map(|entry| entry.path()).filter(|path| path.is_dir());
        std::iter::once(PathBuf::from(root)).chain(inner)
    })
}

/// The directory of a module of the name service, if it is on this machine.
pub fn module(name: &str) -> Option<PathBuf> {
    let file = format!("libnss_{name}.so.2");
    directories().find(|directory| directory.join(&file).exists())
}

/// The environment in which glibc finds the module, as an argument of env(1).
fn loader(name: &str) -> String {
    format!("LD_LIBRARY_PATH={}", module(name).unwrap().display())
}

/// The name of getaddrinfo's error, and the rules of the notes with whether they are suspected.
fn looked_up(module: &str, node: &str) -> (Option<String>, Vec<(String, bool)>) {
    let arguments = ["-t", "stream", "--no-socket", "--", node];
    let (json, _) = output(&["env", &loader(module)], &arguments);
    let error = json["getaddrinfo"]["error"]["name"].as_str();
    let notes = json["notes"].as_array().unwrap().iter();
    let notes = notes.map(|note| {
        let rule = note["rule"].as_str().unwrap().to_owned();
        (rule, note["suspected"].as_bool().unwrap())
    });
    (error.map(str::to_owned), notes.collect())
}

/// This error has this one note.
#[track_caller]
fn assert_noted(module: &str, node: &str, error: &str, rule: &str, suspected: bool) {
    let expected = (Some(error.to_owned()), vec![(rule.to_owned(), suspected)]);
    assert_eq!(looked_up(module, node), expected, "{node}");
}

#[track_caller]
fn assert_found(module: &str, node: &str) {
    assert_eq!(looked_up(module, node), (None, Vec::new()), "{node}");
}

/// A socket of a daemon; each connection gets one answer.
fn daemon(network: &Network, socket: &str, answer: fn(UnixStream)) {
    let directory = Path::new(socket).parent().unwrap().display();
    set_up(
        network,
        &format!("mountpoint -q /run || mount -t tmpfs none /run; mkdir -p {directory}"),
    );
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(answer));
}

/// One call of Varlink: JSON that ends with a zero byte (varlink.org). The errors are those of
/// systemd's `src/resolve/resolved-varlink.c`; the first label of the name says which.
fn resolve(stream: UnixStream) {
    let mut call = Vec::new();
    BufReader::new(&stream).read_until(0, &mut call).unwrap();
    call.pop();
    let call: Value = serde_json::from_slice(&call).unwrap();
    assert_eq!(call["method"], "io.systemd.Resolve.ResolveHostname");
    let name = call["parameters"]["name"].as_str().unwrap();
    let interface = "io.systemd.Resolve";
    let error = |name: &str| format!("{interface}.{name}");
    let answer = match name.split('.').next().unwrap() {
        "servfail" => json!({"error": error("DNSError"), "parameters": {"rcode": 2}}),
        "nxdomain" => json!({"error": error("DNSError"), "parameters": {"rcode": 3}}),
        "refused" => json!({"error": error("DNSError"), "parameters": {"rcode": 5}}),
        "nodata" => json!({"error": error("NoSuchResourceRecord"), "parameters": {}}),
        "bogus" => json!({"error": error("DNSSECValidationFailed"),
                          "parameters": {"result": "no-signature"}}),
        "noserver" => json!({"error": error("NoNameServers"), "parameters": {}}),
        "late" => json!({"error": error("QueryTimedOut"), "parameters": {}}),
        _ => json!({"parameters": {"name": name, "flags": 1, "addresses":
                    [{"ifindex": 1, "family": 2, "address": [192, 0, 2, 7]}]}}),
    };
    let mut answer = answer.to_string().into_bytes();
    answer.push(0);
    let _ = (&stream).write_all(&answer);
}

const RESOLVED: &str = "/run/systemd/resolve/io.systemd.Resolve";

/// As Debian and Fedora write it.
const WITH_RESOLVED: &str = "hosts: resolve [!UNAVAIL=return] files dns\n";

fn each_answer_of_resolved_has_its_note() {
    Network::run(|network| {
        network.write("nsswitch.conf", WITH_RESOLVED);
        daemon(network, RESOLVED, resolve);
        assert_found("resolve", "there.test");
        for name in ["nxdomain", "nodata", "servfail", "refused", "bogus"] {
            let name = format!("{name}.test");
            // A name server has it, but is not asked.
            network
                .dns()
                .answer(&name, Answer::addresses(&["192.0.2.7"]));
            assert_noted(
                "resolve",
                &name,
                "EAI_NONAME",
                "resolved-without-name",
                true,
            );
        }
        for name in ["noserver.test", "late.test"] {
            assert_noted("resolve", name, "EAI_AGAIN", "name-server-trouble", false);
        }
        assert_eq!(network.dns().asked(), []);
        // Without the action the other sources follow.
        network.write("nsswitch.conf", "hosts: resolve files dns\n");
        assert_found("resolve", "servfail.test");
        let missing = "nxdomain.two.test";
        assert_noted("resolve", missing, "EAI_NONAME", "name-in-no-source", true);
    });
}

fn lookup_goes_on_without_resolved() {
    Network::run(|network| {
        network.write("nsswitch.conf", WITH_RESOLVED);
        set_up(network, "mount -t tmpfs none /run");
        network
            .dns()
            .answer("there.test", Answer::addresses(&["192.0.2.7"]));
        assert_found("resolve", "there.test");
    });
}

fn name_that_glibc_refuses_is_found_by_resolved() {
    Network::run(|network| {
        for (name, rule) in [
            ("user@there.test", "node-character"),
            ("there it is.test", "node-blank-inside"),
            ("-there.test", "node-leading-dash"),
            ("bücher.test", "node-not-ascii"),
        ] {
            network.write("nsswitch.conf", "hosts: files dns\n");
            assert_noted("resolve", name, "EAI_NONAME", rule, false);
            network.write("nsswitch.conf", WITH_RESOLVED);
            if !Path::new(RESOLVED).exists() {
                daemon(network, RESOLVED, resolve);
            }
            assert_found("resolve", name);
        }
        let name = "nxdomain.a@b";
        assert_noted("resolve", name, "EAI_NONAME", "node-character", true);
    });
}

const AVAHI: &str = "/run/avahi-daemon/socket";

/// One command of avahi's simple protocol: `RESOLVE-HOSTNAME-IPV4 name` (avahi,
/// `avahi-daemon/simple-protocol.c`). -15 is its time-out.
fn avahi(stream: UnixStream) {
    let mut command = String::new();
    BufReader::new(&stream).read_line(&mut command).unwrap();
    let name = command.trim_end().rsplit(' ').next().unwrap();
    assert!(command.starts_with("RESOLVE-HOSTNAME-IPV4 "), "{command}");
    let answer = match name {
        "there.local" => format!("+ 1 0 {name} 192.0.2.7\n"),
        _ => "-15 Timeout reached\n".to_owned(),
    };
    let _ = (&stream).write_all(answer.as_bytes());
}

/// As Debian's libnss-mdns writes it.
const WITH_MDNS: &str = "hosts: files mdns4_minimal [NOTFOUND=return] dns\n";

fn name_that_avahi_lacks_ends_the_lookup() {
    Network::run(|network| {
        network.write("nsswitch.conf", WITH_MDNS);
        daemon(network, AVAHI, avahi);
        assert_found("mdns4_minimal", "there.local");
        network
            .dns()
            .answer("nx.local", Answer::addresses(&["192.0.2.7"]));
        let rule = "lookup-ends-early";
        assert_noted("mdns4_minimal", "nx.local", "EAI_NONAME", rule, true);
        assert_noted("mdns4_minimal", "nx.local.", "EAI_NONAME", rule, true);
    });
}

/// The minimal module leaves these to the next source (nss-mdns, README), and every name if its daemon
/// does not run.
fn name_that_avahi_is_not_asked_for_goes_on_to_dns() {
    Network::run(|network| {
        network.write("nsswitch.conf", WITH_MDNS);
        daemon(network, AVAHI, avahi);
        let dns = network.dns();
        for name in ["nx.test", "a.nx.local"] {
            assert_noted(
                "mdns4_minimal",
                name,
                "EAI_NONAME",
                "name-in-no-source",
                true,
            );
            assert!(
                dns.asked().iter().any(|(asked, ..)| asked == name),
                "{name}"
            );
            dns.answer(name, Answer::addresses(&["192.0.2.7"]));
            assert_found("mdns4_minimal", name);
        }
        set_up(network, &format!("rm {AVAHI}"));
        dns.answer("nx.local", Answer::addresses(&["192.0.2.7"]));
        assert_found("mdns4_minimal", "nx.local");
        dns.answer("nx.local", Answer::Refusal(Rcode::ServerFailure));
        let rule = "name-server-trouble";
        assert_noted("mdns4_minimal", "nx.local", "EAI_AGAIN", rule, false);
    });
}

fn localhost_names_are_found_by_myhostname() {
    Network::run(|network| {
        network.write("nsswitch.conf", "hosts: files dns\n");
        let rule = "localhost-without-source";
        for name in ["a.localhost", "localhost."] {
            network.write("hosts", "");
            network.write("nsswitch.conf", "hosts: files dns\n");
            assert_noted("myhostname", name, "EAI_NONAME", rule, false);
            network.write("nsswitch.conf", "hosts: files myhostname dns\n");
            assert_found("myhostname", name);
        }
        network.write("nsswitch.conf", "hosts: files myhostname\n");
        let (json, _) = output(&["env", &loader("myhostname")], &["nx.test"]);
        assert_eq!(all_rules(&json), ["name-server-not-asked"]);
    });
}
