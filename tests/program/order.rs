//! `--lookup` explains the order of real lists: in networks of many kinds, the order computed is the
//! one that glibc returns, and a second implementation, `tests/order.py`, names the same rules.
//! `SOCKSCOPE_MUSL` names a static build with musl: then musl's order is compared in its place.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::Stdio;

use crate::need::succeeds;
use crate::support::network::Network;
use serde_json::Value;

tests! {
    ipv4_only_order_is_explained: NETWORK, Program("python3");
    ipv6_only_order_is_explained: NETWORK, Program("python3");
    order_with_both_families_is_explained: NETWORK, Program("python3");
    unique_local_order_is_explained: NETWORK, Program("python3");
    six_to_four_order_is_explained: NETWORK, Program("python3");
    deprecated_source_order_is_explained: NETWORK, Program("python3");
    own_gai_conf_order_is_explained: NETWORK, Program("python3"), File("/etc/gai.conf");
    link_local_source_order_is_explained: NETWORK, Program("python3");
    order_without_a_route_is_explained: NETWORK, Program("python3");
    mapped_order_is_explained: NETWORK, Program("python3");
    source_on_no_interface_is_explained: NETWORK, Program("python3");
    equal_prefix_order_is_explained: NETWORK, Program("python3");
    row_of_gai_conf_is_named_with_its_line: NETWORK, File("/etc/gai.conf");
    table_explains_each_address_once: NETWORK;
    order_is_absent_unless_asked_for: NETWORK;
}

/// Replaces the network's addresses by the interfaces d0 and d1 without any.
const RESET: &str = "
    set -e
    ip route del default dev lo
    ip address flush dev lo
    ip address add 127.0.0.1/8 dev lo
    ip address add ::1/128 dev lo
    ip link add d0 type veth peer name d1
    for link in d0 d1; do
        ip link set $link addrgenmode none
        ip link set $link up
    done
";

/// The number of lists in each network, and the most addresses of a list.
const LISTS: usize = 12;
const LONGEST: usize = 20;

/// Numbers that are the same in every run (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    /// An address of a kind that a rule has a row for, or near the sources of the networks here.
    fn address(&mut self) -> IpAddr {
        const V4: [[u8; 3]; 8] = [
            [10, 0, 0],
            [10, 0, 1],
            [10, 9, 9],
            [127, 0, 0],
            [169, 254, 1],
            [172, 16, 0],
            [192, 0, 2],
            [198, 51, 100],
        ];
        const V6: [[u16; 4]; 10] = [
            [0x2001, 0xdb8, 1, 0],
            [0x2001, 0xdb8, 2, 0],
            [0x2001, 0, 1, 0],
            [0x2002, 0xc000, 0x205, 0],
            [0x2002, 0xa00, 5, 0],
            [0xfd00, 1, 0, 0],
            [0xfd77, 1, 0, 0],
            [0xfec0, 0, 0, 0],
            [0xfe80, 0, 0, 0],
            [0, 0, 0, 0],
        ];
        let last = self.below(8) as u8;
        if self.next().is_multiple_of(2) {
            let [a, b, c] = V4[self.below(V4.len())];
            Ipv4Addr::new(a, b, c, 1 + last).into()
        } else {
            let [a, b, c, d] = V6[self.below(V6.len())];
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, u16::from(last)).into()
        }
    }

    fn list(&mut self) -> Vec<IpAddr> {
        let length = 2 + self.below(LONGEST - 1);
        let mut list = Vec::new();
        while list.len() < length {
            let address = self.address();
            // `::` would be the wildcard address, and one line makes one entry.
            if !address.is_unspecified() && !list.contains(&address) {
                list.push(address);
            }
        }
        list
    }
}

/// Makes the networks' addresses with `setup`.
fn set_up(network: &Network, setup: &str) {
    let script = format!("{RESET}\n{setup}");
    succeeds(network.command("sh").args(["-c", &script])).unwrap();
}

/// The network has this gai.conf.
fn write_gai_conf(network: &Network, text: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    // The mount keeps the file after its name is gone.
    let mut mount = network.command("mount");
    succeeds(mount.arg("--bind").arg(file.path()).arg("/etc/gai.conf")).unwrap();
}

/// The build with musl, if it is to be tried.
fn musl() -> Option<OsString> {
    env::var_os("SOCKSCOPE_MUSL")
}

/// The JSON of `--lookup` for the name.
fn lookup(network: &Network, name: &str, more: &[&str]) -> Value {
    let mut command = musl().map_or_else(|| network.sockscope(), |musl| network.command(musl));
    command.args(["--format", "json", "--lookup", "--no-socket"]);
    let output = command.args(more).args([name, "80"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Puts random lists into the hosts file, and compares what glibc returns for them, what the program
/// explains, and what the second implementation computes.
fn check(network: &Network, setup: &str, seed: u64) {
    let mut random = Random(seed);
    let lists: Vec<_> = (0..LISTS).map(|_| random.list()).collect();
    check_lists(network, setup, &lists, &[]);
}

/// As `check`, for these lists and with these hints.
fn check_lists(network: &Network, setup: &str, lists: &[Vec<IpAddr>], hints: &[&str]) {
    set_up(network, setup);
    let mut hosts = String::new();
    for (at, list) in lists.iter().enumerate() {
        for address in list {
            writeln!(hosts, "{} list{at}", address.to_canonical()).unwrap();
        }
    }
    network.write("hosts", hosts);
    if musl().is_some() {
        return check_musl(network, lists, hints);
    }
    let expected = second_implementation(network, lists);
    for (at, (list, expected)) in lists.iter().zip(&expected).enumerate() {
        let found = lookup(
            network,
            &format!("list{at}"),
            &[&["-t", "stream"], hints].concat(),
        );
        let order = &found["order"];
        let ips = found["entries"].as_array().unwrap().iter();
        let returned: Vec<Value> = ips.map(|entry| entry["ai_addr"]["ip"].clone()).collect();
        assert_eq!(returned.len(), list.len(), "{found}");
        assert_eq!(
            Value::from(returned),
            expected["order"],
            "list{at} by glibc and by tests/order.py, from {list:?}"
        );
        assert_eq!(order["explained"], true, "list{at}: {order}");
        let pairs = order["pairs"].as_array().unwrap().iter();
        let pairs: Vec<Value> = pairs
            .map(|pair| Value::from(vec![pair["rule"].clone(), pair["values"].clone()]))
            .collect();
        assert_eq!(Value::from(pairs), expected["pairs"], "list{at}: {order}");
    }
}

/// The order computed for musl is the one that musl returns.
fn check_musl(network: &Network, lists: &[Vec<IpAddr>], hints: &[&str]) {
    for (at, list) in lists.iter().enumerate() {
        let arguments = [&["-t", "stream"], hints].concat();
        let found = lookup(network, &format!("list{at}"), &arguments);
        assert_eq!(found["system"]["libc"], "musl", "{found}");
        assert_eq!(found["entries"].as_array().unwrap().len(), list.len());
        assert_eq!(found["order"]["explained"], true, "{list:?}: {found}");
    }
}

fn second_implementation(network: &Network, lists: &[Vec<IpAddr>]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/order.py");
    let mut command = network.command("python3");
    let mut child = command
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lists: Vec<Vec<String>> = lists
        .iter()
        .map(|list| list.iter().map(IpAddr::to_string).collect())
        .collect();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all(&serde_json::to_vec(&lists).unwrap())
        .unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn ipv4_only_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address del ::1/128 dev lo
            ip address add 10.0.0.5/24 dev d0
            ip address add 10.0.1.5/16 dev d1
            ip route add default dev d0";
        check(network, setup, 1);
    });
}

fn ipv6_only_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address del 127.0.0.1/8 dev lo
            ip address add 2001:db8:1::5/64 dev d0 nodad
            ip -6 route add default dev d0";
        check(network, setup, 2);
    });
}

fn order_with_both_families_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 10.0.0.5/24 dev d0
            ip address add 10.0.1.5/16 dev d1
            ip address add 2001:db8:1::5/64 dev d0 nodad
            ip route add default dev d0
            ip -6 route add default dev d0";
        check(network, setup, 3);
    });
}

fn unique_local_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 10.0.0.5/24 dev d0
            ip address add fd00:1::5/64 dev d0 nodad
            ip route add default dev d0
            ip -6 route add default dev d0";
        check(network, setup, 4);
    });
}

fn six_to_four_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 192.0.2.5/24 dev d0
            ip address add 2002:c000:205::5/48 dev d1 nodad
            ip route add default dev d0
            ip -6 route add default dev d1";
        check(network, setup, 5);
    });
}

fn deprecated_source_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 10.0.0.5/24 dev d0 valid_lft 5000 preferred_lft 0
            ip address add 2001:db8:1::5/64 dev d0 nodad valid_lft 5000 preferred_lft 0
            ip address add 2001:db8:2::5/64 dev d1 nodad home
            ip route add default dev d0
            ip -6 route add fc00::/7 dev d1
            ip -6 route add default dev d0";
        check(network, setup, 6);
    });
}

fn own_gai_conf_order_is_explained() {
    Network::run(|network| {
        write_gai_conf(
            network,
            "# IPv4 first\nprecedence ::ffff:0:0/96  100\nprecedence 2001:db8:1::/48\t60 # mine\n\
             label 2001:db8::/32 7\nlabel fd00::/8 7\nlabel ::ffff:0:0/96 9\n\
             scopev4 ::ffff:10.0.0.0/104 5\nscopev4 ::ffff:172.16.0.0/108 5\nscopev4 192.0.2.0/24 2\nprecedence 2001:db8:2::1 200\n",
        );
        let setup = "
            ip address add 10.0.0.5/24 dev d0
            ip address add fd00:1::5/64 dev d0 nodad
            ip route add default dev d0
            ip -6 route add default dev d0";
        check(network, setup, 7);
    });
}

fn link_local_source_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 169.254.1.5/16 dev d0
            ip address add fe80::5/64 dev d0 nodad
            ip route add default dev d0
            ip -6 route add default dev d0";
        check(network, setup, 8);
    });
}

fn order_without_a_route_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 10.0.0.5/24 dev d0
            ip address add 2001:db8:1::5/64 dev d0 nodad";
        check(network, setup, 9);
    });
}

/// With AI_V4MAPPED and AI_ALL the IPv6 addresses come first, then the mapped ones.
fn mapped_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 10.0.0.5/24 dev d0
            ip address add 2001:db8:1::5/64 dev d0 nodad
            ip route add default dev d0
            ip -6 route add default dev d0";
        let mut random = Random(12);
        let lists = (0..LISTS).map(|_| {
            let mut list = random.list();
            // From the hosts file glibc takes ::1 for 127.0.0.1 too.
            list.retain(|ip| *ip != IpAddr::V6(Ipv6Addr::LOCALHOST));
            let (v6, v4): (Vec<_>, Vec<_>) = list.into_iter().partition(IpAddr::is_ipv6);
            let mapped = v4.into_iter().filter_map(|ip| match ip {
                IpAddr::V4(ip) => Some(IpAddr::V6(ip.to_ipv6_mapped())),
                IpAddr::V6(_) => None,
            });
            v6.into_iter().chain(mapped).collect()
        });
        let hints = ["-6", "-F", "v4mapped,all"];
        check_lists(network, setup, &lists.collect::<Vec<_>>(), &hints);
    });
}

/// glibc looks for 127.0.0.1 whatever the source in 127.0.0.0/8 is, does not find it, and by rule 7
/// puts these addresses last.
fn source_on_no_interface_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address del 127.0.0.1/8 dev lo
            ip address add 127.0.0.2/8 dev lo
            ip address add 10.0.0.5/24 dev d0
            ip address add 2001:db8:1::5/64 dev d0 nodad";
        let mut random = Random(11);
        let lists = (0..LISTS).map(|_| {
            let list = random.list().into_iter();
            list.filter(IpAddr::is_ipv4)
                .chain(["10.0.0.77".parse().unwrap()])
                .collect()
        });
        check_lists(network, setup, &lists.collect::<Vec<_>>(), &[]);
        network.write("hosts", "127.0.0.3 both\n10.0.0.1 both\n");
        let order = &lookup(network, "both", &["-t", "stream"])["order"];
        assert_eq!(order["explained"], true, "{order}");
        assert_eq!(order["pairs"][0]["rule"], 7, "{order}");
    });
}

fn equal_prefix_order_is_explained() {
    Network::run(|network| {
        let setup = "
            ip address add 10.0.0.5/8 dev d0
            ip address add 2001:db8:1::5/32 dev d0 nodad
            ip address add 2001:db8:1::6/32 dev d0 nodad";
        check(network, setup, 10);
    });
}

fn row_of_gai_conf_is_named_with_its_line() {
    Network::run(|network| {
        write_gai_conf(network, "# IPv4 first\n\nprecedence ::ffff:0:0/96  100\n");
        network.write("hosts", "2001:db8::1 both\n192.0.2.1 both\n");
        let order = &lookup(network, "both", &["-t", "stream"])["order"];
        assert_eq!(order["gai_conf"], "/etc/gai.conf");
        let row = &order["entries"][0]["precedence"];
        let expected = serde_json::json!({
            "value": 100, "prefix": "::ffff:0:0/96", "file": "/etc/gai.conf", "line": 3,
        });
        assert_eq!(*row, expected);
        // The line replaced every built-in row, and glibc added one for the rest.
        let row = &order["entries"][1]["precedence"];
        assert_eq!(row["line"], Value::Null);
        assert_eq!(
            (&row["value"], &row["prefix"]),
            (&40.into(), &"::/0".into())
        );
    });
}

fn table_explains_each_address_once() {
    Network::run(|network| {
        network.write(
            "hosts",
            "192.0.2.1 both\nfd00::1 both\n2001:db8:1::1 both\n",
        );
        set_up(network, "ip address add 192.0.2.9/24 dev d0");
        for (language, sentence) in [
            ("en", "rule 1, avoid unusable destinations: yes | no"),
            ("es", "regla 1, evitar destinos inalcanzables: sí | no"),
        ] {
            let mut command = network.sockscope();
            command.args(["--format", "table", "--lookup", "--no-socket"]);
            let output = command.args(["--lang", language, "both"]).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let first = text.lines().find(|line| line.starts_with("1-3")).unwrap();
            assert!(
                first.contains("192.0.2.1 ") && first.contains(" 192.0.2.9 "),
                "{text}"
            );
            let second = text.lines().find(|line| line.starts_with("4-6")).unwrap();
            assert!(second.contains("errno 101 ENETUNREACH"), "{text}");
            assert_eq!(text.matches(sentence).count(), 1, "{text}");
            // RFC 6724 gives unique local addresses a low precedence.
            assert!(text.contains("RFC 6724: 1-3, 7-9, 4-6\n"), "{text}");
        }
    });
}

fn order_is_absent_unless_asked_for() {
    Network::run(|network| {
        let mut command = network.sockscope();
        let output = command
            .args(["--format", "json", "localhost", "80"])
            .output()
            .unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(json.get("order").is_none(), "{json}");
        let failed = lookup(network, "nonesuch.test", &[]);
        assert!(failed.get("order").is_none(), "{failed}");
    });
}
