//! The program's data about this machine, compared with other programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use sockscope::names::{Name, Os};

use crate::need::{c_compiler, succeeds};

tests! {
    names_match_the_c_headers: COMPILER;
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    libc_version_matches_getconf: Program("getconf");
}

/// The headers that declare the names. A system without the file lacks the names.
const INCLUDES: &str = "\
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netdb.h>
#include <errno.h>
#include <stdio.h>
#ifdef __has_include
#if __has_include(<linux/netlink.h>)
#include <linux/netlink.h>
#endif
#if __has_include(<sys/sys_domain.h>)
#include <sys/sys_domain.h>
#endif
#endif
";

/// Names that this host's headers may not define as macros. If they do, the numbers are compared.
fn may_be_hidden(name: &str) -> bool {
    match Os::HOST {
        // An enumerator without a macro in glibc.
        Os::Linux if name == "IPPROTO_MAX" => true,
        // musl does not define them.
        Os::Linux if cfg!(not(target_env = "gnu")) => [
            "AI_IDN",
            "AI_CANONIDN",
            "EAI_",
            "NETLINK_ROUTE",
            "EDEADLOCK",
            "AF_",
        ]
        .iter()
        .any(|start| name.starts_with(start)),
        Os::Linux | Os::Windows => false,
        // Private, or newer than some SDKs in use.
        Os::Macos => ["AF_MULTIPATH", "AF_VSOCK", "EAI_ADDRFAMILY", "ENOTCAPABLE"].contains(&name),
        // Newer than FreeBSD 13, or hidden before 14.
        Os::Freebsd => [
            "AF_NETLINK",
            "AF_HYPERV",
            "AF_DIVERT",
            "EAI_ADDRFAMILY",
            "EAI_NODATA",
            "EINTEGRITY",
        ]
        .contains(&name),
    }
}

/// Every name of this system.
fn names() -> impl Iterator<Item = Name> {
    let names = Os::HOST.names();
    [
        &names.families,
        &names.socktypes,
        &names.protocols,
        &names.flags,
        &names.gai,
        &names.errno,
        &names.wsa,
    ]
    .into_iter()
    .flat_map(|table| table.rows.iter().chain(table.aliases).copied())
}

/// Runs a C program that prints each defined name with its number.
fn names_match_the_c_headers() {
    let mut source = format!("{INCLUDES}int main(void) {{\n");
    for Name { name, .. } in names() {
        write!(
            source,
            "#ifdef {name}\nprintf(\"{name} %d\\n\", (int){name});\n#endif\n"
        )
        .unwrap();
    }
    source.push_str("return 0; }\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("names.c");
    let program = file.with_extension("");
    fs::write(&file, source).unwrap();
    let mut compile = Command::new(c_compiler());
    succeeds(compile.arg("-w").arg(&file).arg("-o").arg(&program)).unwrap();

    let output = Command::new(&program).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let numbers: BTreeMap<&str, i32> = output
        .lines()
        .map(|line| {
            let (name, value) = line.split_once(' ').unwrap();
            (name, value.parse().unwrap())
        })
        .collect();
    assert!(numbers.len() > 100, "{numbers:?}");
    let wrong: Vec<_> = names()
        .map(|name| (name, numbers.get(name.name)))
        .filter(|(name, number)| match number {
            Some(number) => **number != name.value,
            None => !may_be_hidden(name.name),
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn libc_version_matches_getconf() {
    use sockscope::net::Net as _;
    use sockscope::sys::System;

    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let version = String::from_utf8(output.unwrap().stdout).unwrap();
    assert_eq!(System.host().libc.as_deref(), Some(version.trim()));
}
