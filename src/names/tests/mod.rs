#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
mod host;
mod winsock;

use std::collections::HashSet;

use super::{Name, Names, Os, Table};

/// The tables of one system with their field names.
fn tables(names: &'static Names) -> [(&'static str, &'static Table); 8] {
    [
        ("families", &names.families),
        ("socktypes", &names.socktypes),
        ("protocols", &names.protocols),
        ("flags", &names.flags),
        ("gai", &names.gai),
        ("errno", &names.errno),
        ("wsa", &names.wsa),
        ("dns", &names.dns),
    ]
}

/// Every table of every system.
fn every_table() -> impl Iterator<Item = (String, &'static Table)> {
    Os::ALL.into_iter().flat_map(|os| {
        tables(os.names())
            .into_iter()
            .map(move |(field, table)| (format!("{} {field}", os.title()), table))
    })
}

/// The rows and the aliases of a table.
fn entries(table: &Table) -> impl Iterator<Item = Name> + use<> {
    table.rows.iter().chain(table.aliases).copied()
}

/// Every row and alias of one system.
fn entries_of(os: Os) -> impl Iterator<Item = Name> {
    tables(os.names())
        .into_iter()
        .flat_map(|(_, table)| entries(table))
}

/// The differences between the tables of `os` and `expected`, an independent list of the same
/// constants, which cannot have the names in `lacked`.
fn differences(os: Os, expected: &[(&str, i32)], lacked: &[&str]) -> Vec<String> {
    let mut differences = Vec::new();
    for &(name, value) in expected {
        match entries_of(os).find(|entry| entry.name == name) {
            None => differences.push(format!("{name} is in no table")),
            Some(entry) if entry.value != value => {
                differences.push(format!("{name} is {value}, the table has {}", entry.value));
            }
            Some(_) => {}
        }
        if lacked.contains(&name) {
            differences.push(format!("{name} is listed as lacked, but is there"));
        }
    }
    for entry in entries_of(os) {
        if !lacked.contains(&entry.name) && !expected.iter().any(|(name, _)| *name == entry.name) {
            differences.push(format!("{} is not in the other list", entry.name));
        }
    }
    for name in lacked {
        if !entries_of(os).any(|entry| entry.name == *name) {
            differences.push(format!("{name} is listed as lacked, but is in no table"));
        }
    }
    differences
}

#[test]
fn value_has_one_row() {
    for (which, table) in every_table() {
        let mut seen = HashSet::new();
        for row in table.rows {
            assert!(seen.insert(row.value), "{which}: {row:?} is a second row");
        }
    }
}

#[test]
fn common_rows_come_first_then_by_number() {
    for (which, table) in every_table() {
        let common = match table.prefix {
            "AF_" => 4,
            "IPPROTO_" => 5,
            "AI_" => 7,
            _ => 0,
        };
        let (rows, extended) = table.rows.split_at(table.extended);
        for rows in [&rows[common..], extended, table.aliases] {
            let sorted = rows.is_sorted_by_key(|row| row.value.unsigned_abs());
            assert!(sorted, "{which}: {rows:?}");
        }
    }
    // Microsoft's page of getaddrinfo has ten flags that are not only for the namespace NS_EMAIL.
    assert_eq!(Os::Windows.names().flags.extended, 10);
}

#[test]
fn name_is_unique_in_its_table() {
    for (which, table) in every_table() {
        let mut seen = HashSet::new();
        for entry in entries(table) {
            let name = entry.name.to_ascii_lowercase();
            assert!(seen.insert(name), "{which}: {} twice", entry.name);
        }
    }
}

#[test]
fn flag_is_one_bit() {
    for os in Os::ALL {
        for row in os.names().flags.rows {
            assert_eq!(row.value.count_ones(), 1, "{}: {row:?}", os.title());
        }
    }
}

#[test]
fn row_starts_with_the_prefix_of_its_table() {
    for (which, table) in every_table() {
        for row in table.rows {
            let short = row.name.strip_prefix(table.prefix);
            assert!(
                short.is_some_and(|short| !short.is_empty()),
                "{which}: {}",
                row.name
            );
        }
    }
}

#[test]
fn windows_has_wsa_codes_and_the_others_errno() {
    for os in Os::ALL {
        let names = os.names();
        assert_eq!(names.wsa.rows.is_empty(), os != Os::Windows, "{os:?}");
        assert_eq!(names.dns.rows.is_empty(), os != Os::Windows, "{os:?}");
        assert_eq!(names.errno.rows.is_empty(), os == Os::Windows, "{os:?}");
        for (field, table) in tables(names) {
            if !matches!(field, "wsa" | "dns" | "errno") {
                assert!(!table.rows.is_empty(), "{os:?} {field}");
            }
            assert!(!table.prefix.is_empty(), "{os:?} {field}");
        }
    }
}

#[test]
fn common_names_are_listed_first() {
    for os in Os::ALL {
        let first = |table: &Table, count| -> Vec<_> {
            table.rows.iter().take(count).map(|row| row.name).collect()
        };
        let names = os.names();
        assert_eq!(
            first(&names.families, 4),
            ["AF_UNSPEC", "AF_INET", "AF_INET6", "AF_UNIX"]
        );
        assert_eq!(
            first(&names.socktypes, 3),
            ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"]
        );
        assert_eq!(
            first(&names.protocols, 3),
            ["IPPROTO_IP", "IPPROTO_TCP", "IPPROTO_UDP"]
        );
        assert_eq!(
            first(&names.flags, 3),
            ["AI_PASSIVE", "AI_CANONNAME", "AI_NUMERICHOST"]
        );
    }
}

#[test]
fn zero_has_a_name_only_for_families_and_protocols() {
    for os in Os::ALL {
        let names = os.names();
        assert_eq!(names.families.of(0).unwrap().name, "AF_UNSPEC");
        assert_eq!(names.protocols.of(0).unwrap().name, "IPPROTO_IP");
        assert_eq!(names.socktypes.of(0), None);
        assert_eq!(names.flags.of(0), None);
    }
}

#[test]
fn value_with_several_names_is_shown_by_the_usual_one() {
    for (os, field, value, usual) in [
        (Os::Linux, "families", 1, "AF_UNIX"),
        (Os::Linux, "families", 16, "AF_NETLINK"),
        (Os::Macos, "families", 17, "AF_ROUTE"),
        (Os::Windows, "families", 6, "AF_IPX"),
        (Os::Windows, "protocols", 113, "IPPROTO_PGM"),
        (Os::Windows, "protocols", 3, "IPPROTO_GGP"),
        (Os::Linux, "errno", 11, "EAGAIN"),
        (Os::Linux, "errno", 95, "EOPNOTSUPP"),
        (Os::Macos, "errno", 45, "ENOTSUP"),
        (Os::Freebsd, "errno", 45, "EOPNOTSUPP"),
    ] {
        let (_, table) = tables(os.names())
            .into_iter()
            .find(|(name, _)| *name == field)
            .unwrap();
        assert_eq!(table.of(value).unwrap().name, usual, "{os:?} {field}");
    }
}

#[test]
fn name_is_accepted_in_any_case_and_without_prefix() {
    let families = &Os::Linux.names().families;
    for text in ["AF_INET6", "af_inet6", "Af_Inet6", "INET6", "inet6"] {
        assert_eq!(families.named(text).unwrap().value, 10, "{text}");
    }
    assert_eq!(families.named("decnet").unwrap().name, "AF_DECnet");
    for text in [
        "",
        "AF_",
        "af",
        "INET66",
        " inet6",
        "SOCK_INET6",
        "AF_AF_INET6",
    ] {
        assert_eq!(families.named(text), None, "{text:?}");
    }
}

#[test]
fn every_name_is_found_with_its_value() {
    for (which, table) in every_table() {
        for entry in entries(table) {
            let short = entry.name.strip_prefix(table.prefix).unwrap_or(entry.name);
            for text in [entry.name, short] {
                if text.starts_with(|c: char| c.is_ascii_digit()) {
                    continue;
                }
                for text in [text.to_owned(), text.to_ascii_lowercase()] {
                    let found = table.named(&text).map(|found| found.value);
                    assert_eq!(found, Some(entry.value), "{which}: {text}");
                }
            }
        }
    }
}

#[test]
fn alias_is_accepted_but_never_shown() {
    let names = Os::Linux.names();
    assert_eq!(names.families.named("local").unwrap().value, 1);
    assert_eq!(names.protocols.named("hopopts").unwrap().value, 0);
    assert_eq!(names.protocols.named("netlink_route").unwrap().value, 0);
    assert_eq!(names.socktypes.named("cloexec").unwrap().value, 0o2_000_000);
    assert_eq!(names.socktypes.of(0o2_000_000), None);
    assert_eq!(names.errno.named("wouldblock").unwrap().value, 11);
    assert_eq!(names.families.of(46), None);
    // A protocol of another family needs its full name.
    assert_eq!(Os::Windows.names().protocols.named("RFCOMM"), None);
    assert_eq!(
        Os::Windows
            .names()
            .protocols
            .named("bthproto_rfcomm")
            .unwrap()
            .value,
        3
    );
}

#[test]
fn name_of_digits_needs_its_prefix() {
    let families = &Os::Windows.names().families;
    assert_eq!(families.named("12844"), None);
    assert_eq!(families.named("af_12844").unwrap().value, 25);
}

#[test]
fn flags_split_into_names_and_a_rest() {
    let names = |os: Os, bits| -> (Vec<_>, u32) {
        let (rows, rest) = os.names().flags.split(bits);
        (rows.iter().map(|row| row.name).collect(), rest)
    };
    assert_eq!(names(Os::Linux, 0), (vec![], 0));
    assert_eq!(
        names(Os::Linux, 0x421),
        (vec!["AI_PASSIVE", "AI_ADDRCONFIG", "AI_NUMERICSERV"], 0)
    );
    assert_eq!(names(Os::Linux, 0x4001), (vec!["AI_PASSIVE"], 0x4000));
    // The same bits are other flags on other systems.
    assert_eq!(
        names(Os::Macos, 0x600),
        (vec!["AI_V4MAPPED_CFG", "AI_ADDRCONFIG"], 0)
    );
    assert_eq!(names(Os::Windows, i32::MIN), (vec!["AI_EXTENDED"], 0));
    assert_eq!(names(Os::Linux, i32::MIN), (vec![], 0x8000_0000));
    let (all, rest) = names(Os::Windows, -1);
    assert_eq!(all.len(), Os::Windows.names().flags.rows.len());
    assert_eq!(rest.count_ones() as usize, 32 - all.len());
}
