//! sockscope against a resolver that a test controls, in a network of its own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

#[cfg(target_os = "linux")]
#[path = "resolver/answers.rs"]
mod answers;
#[cfg(target_os = "linux")]
#[path = "support/terminal.rs"]
mod terminal;
#[cfg(target_os = "linux")]
#[path = "resolver/traffic.rs"]
mod traffic;

#[cfg(not(target_os = "linux"))]
#[test]
fn a_resolver_of_the_tests_own_needs_network_namespaces() {
    support::not_run(
        "every test with a resolver of its own",
        "network namespaces are Linux's",
    );
}
