//! The host's names against its C headers, by way of a small C program.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};

use super::super::Os;
use super::{differences, entries_of};

/// Where the names are declared. What a system has no file for, it has no names for.
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

/// Names that the headers of this host may not show as macros; where they do, the numbers count.
fn may_be_hidden(name: &str) -> bool {
    match Os::HOST {
        // An enumerator without a macro in glibc.
        Os::Linux if name == "IPPROTO_MAX" => true,
        // musl has no use for them.
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

/// The output of a C program that prints each name the headers define, with its number; `None`
/// without a compiler.
fn defined() -> Option<String> {
    let mut source = format!("{INCLUDES}int main(void) {{\n");
    for entry in entries_of(Os::HOST) {
        let name = entry.name;
        write!(
            source,
            "#ifdef {name}\nprintf(\"{name} %d\\n\", (int){name});\n#endif\n"
        )
        .unwrap();
    }
    source.push_str("return 0; }\n");

    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("names");
    let compiler = Command::new("cc")
        .args(["-w", "-x", "c", "-", "-o"])
        .arg(&program)
        .stdin(Stdio::piped())
        .spawn();
    let mut compiler = match compiler {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        other => other.unwrap(),
    };
    let mut input = compiler.stdin.take().unwrap();
    input.write_all(source.as_bytes()).unwrap();
    drop(input);
    assert!(compiler.wait().unwrap().success(), "cc refused:\n{source}");

    let output = Command::new(&program).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_hosts_names_have_the_numbers_of_its_c_headers() {
    let Some(output) = defined() else {
        // Past libtest's capture, which takes only what the print macros write.
        let _ = writeln!(
            std::io::stderr(),
            "NOT RUN: the_hosts_names_have_the_numbers_of_its_c_headers: there is no cc; install it \
             (Debian: gcc and libc6-dev)"
        );
        return;
    };
    let expected: Vec<(&str, i32)> = output
        .lines()
        .map(|line| {
            let (name, value) = line.split_once(' ').unwrap();
            (name, value.parse().unwrap())
        })
        .collect();
    let hidden: Vec<&str> = entries_of(Os::HOST)
        .map(|entry| entry.name)
        .filter(|name| may_be_hidden(name))
        .filter(|name| !expected.iter().any(|(shown, _)| shown == name))
        .collect();
    let found = differences(Os::HOST, &expected, &hidden);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
