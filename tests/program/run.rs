//! `--run`: what a script prints and returns, what it may reach, and what goes on beside its lines.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use crate::support::network::Network;

tests! {
    difference_has_file_line_expected_and_got;
    unreadable_script_is_status_2_with_its_place;
    calls_go_on_beside_the_lines_that_follow;
    late_call_is_interrupted_and_different;
    call_on_a_closed_handle_hits_no_other_socket;
    trace_runs_again_as_it_is;
    output_is_a_script_too;
    port_of_a_closed_socket_may_be_chosen_again;
    #[cfg(target_os = "linux")]
    script_stays_on_this_host_unless_allowed: NETWORK;
    wildcard_port_is_said_to_be_open;
    what_this_system_lacks_is_skipped_and_counted;
    script_needs_no_other_argument;
    #[cfg(target_os = "linux")]
    lookup_that_hangs_does_not_hold_the_script: NETWORK;
}

/// `sockscope --run -` with these options and lines.
fn run(options: &[&str], script: &str) -> Output {
    run_as(
        Command::new(env!("CARGO_BIN_EXE_sockscope")),
        options,
        script,
    )
}

fn run_as(mut command: Command, options: &[&str], script: &str) -> Output {
    let mut child = command
        .args(["--lang", "en"])
        .args(options)
        .args(["--run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// A server that listens, and a client's socket.
const SERVER: &str = "socket(AF_INET, SOCK_STREAM, 0) = server
bind(server, 127.0.0.1:0) = 0
listen(server, 5) = 0
getsockname(server) = 127.0.0.1:port
socket(AF_INET, SOCK_STREAM, 0) = c
";

fn difference_has_file_line_expected_and_got() {
    let directory = tempfile::tempdir().unwrap();
    // Windows has no such name.
    let name = if cfg!(windows) {
        "odd.sockscope"
    } else {
        "odd \u{1b}.sockscope"
    };
    let file = directory.path().join(name);
    fs::write(
        &file,
        "socket(AF_INET, SOCK_STREAM, 0) = s\n\nclose(s) = 0 | -1 EBADF\nclose(s) = 1\n",
    )
    .unwrap();
    let closed = if cfg!(windows) {
        "SOCKET_ERROR WSAENOTSOCK 10038"
    } else {
        "-1 EBADF 9"
    };
    for (language, expected) in [
        (
            "en",
            format!(".sockscope, line 4: close(s): expected 1, got {closed}"),
        ),
        (
            "es",
            format!(".sockscope, línea 4: close(s): se esperaba 1, se obtuvo {closed}"),
        ),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
        command
            .args(["--lang", language, "--run"])
            .arg(&file)
            .stdin(Stdio::null());
        let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
        assert_eq!(output.status.code(), Some(6));
        assert!(stdout(&output).contains(&expected), "{}", stdout(&output));
        assert!(!stdout(&output).contains('\u{1b}'));
        assert_eq!(stderr(&output), "");
    }
    let call = "setsockopt(s, SOL_SOCKET, SO_REUSEADDR, 1)";
    let script = format!("socket(AF_INET, SOCK_STREAM, 0) = s\n{call} = -1 EFAULT | windows: 7\n");
    let output = run(&[], &script);
    assert_eq!(output.status.code(), Some(6));
    let wanted = if cfg!(windows) { "7" } else { "-1 EFAULT" };
    let expected = format!("# -, line 2: {call}: expected {wanted}, got 0\n");
    assert!(stdout(&output).contains(&expected), "{}", stdout(&output));
    assert!(stdout(&output).contains("# As written: 1; different: 1; skipped: 0"));
}

fn unreadable_script_is_status_2_with_its_place() {
    for (script, message) in [
        (
            "close(s) = 0",
            "-, line 1, column 7: no line before this one opens the socket",
        ),
        ("\n\u{1b}", "-, line 2, column 1: unexpected \"\\x1b\""),
        (
            "socket(AF_INET, SOCK_STREAM, 0) = s\nclose(s)",
            "-, line 2, column 9: the result is missing",
        ),
    ] {
        let output = run(&[], script);
        assert_eq!(output.status.code(), Some(2), "{script}");
        assert_eq!(stdout(&output), "", "no call is made");
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    let missing = ["--run", "/there/is/none"];
    let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(missing)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("/there/is/none"),
        "{}",
        stderr(&output)
    );
}

fn calls_go_on_beside_the_lines_that_follow() {
    // Each of the first three waits for lines below it; two calls of accept() and recv() keep their
    // order.
    let script = format!(
        "{SERVER}accept(server) = a
recv(a, 100) = 3 \"one\"
accept(server) = b
connect(c, 127.0.0.1:port) = 0
socket(AF_INET, SOCK_STREAM, 0) = d
connect(d, 127.0.0.1:port) = 0
recv(c, 5) = 5 \"Hello\"
recv(c, 100) = 5 \"World\"
send(c, \"one\", 3) = 3
send(a, \"HelloWorld\", 10) = 10
getpeername(b) = 127.0.0.1:second
getsockname(d) = 127.0.0.1:second
close(d) = 0
recv(b, 1) = 0
"
    );
    let output = run(&[], &script);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

fn late_call_is_interrupted_and_different() {
    let script = format!(
        "{SERVER}accept(server) = a\nconnect(c, 127.0.0.1:port) = 0\naccept(server) = b\nclose(b) = 0\n"
    );
    let start = Instant::now();
    let output = run(&["--timeout", "0.2"], &script);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(output.status.code(), Some(6));
    let found = stdout(&output);
    for expected in [
        "# -, line 8: accept(server): expected b, got no result within 0.2 s",
        "# -, line 9: close(b): expected 0, got no call: the socket is not open",
        "# As written: 7; different: 2; skipped: 0",
    ] {
        assert!(found.contains(expected), "{found}");
    }
}

/// On POSIX `b` gets the number of `a`. While another call waits, it could open that number.
fn call_on_a_closed_handle_hits_no_other_socket() {
    let script = format!(
        "{SERVER}socket(AF_INET, SOCK_DGRAM, 0) = a
close(a) = 0
socket(AF_INET, SOCK_DGRAM, 0) = b
close(a) = 0
getsockname(b) = ...
close(b) = 0
accept(server) = d
close(b) = 0
connect(c, 127.0.0.1:port) = 0
"
    );
    let output = run(&[], &script);
    let found = stdout(&output);
    assert_eq!(output.status.code(), Some(6));
    if cfg!(unix) {
        let not_open = "# -, line 9: close(a): expected 0, got no call: the socket is not open";
        assert!(found.contains(not_open), "{found}");
    }
    for expected in [
        "# -, line 13: close(b): expected 0, got no call: the socket is not open",
        "# As written: ",
    ] {
        assert!(found.contains(expected), "{found}");
    }
    // Windows has no address for it.
    assert!(cfg!(windows) || found.contains(" = 0.0.0.0:0 "), "{found}");
}

fn trace_runs_again_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    let option = format!("--trace={}", trace.display());
    let script = format!(
        "{SERVER}accept(server) = a
connect(c, 127.0.0.1:port) = 0
getsockname(c) = 127.0.0.1:mine
getpeername(a) = 127.0.0.1:mine
send(c, \"a\\x00\\u{{202e}}\\xff\", 6) = 6
recv(a, 100) = 6
setsockopt(a, SOL_SOCKET, SO_LINGER, {{1, 0}}) = 0
getaddrinfo(\"127.0.0.1\", \"80\", {{ai_socktype=SOCK_STREAM}}, [list]) = 0
recv(server, 1) = ... | wine: SOCKET_ERROR WSA_OPERATION_ABORTED
"
    );
    let output = run(&[&option], &script);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let text = fs::read_to_string(&trace).unwrap();
    assert!(text.contains(r#""a\x00\u{202e}\xff", 6"#), "{text}");
    let again = run(&[], &text);
    assert_eq!(
        again.status.code(),
        Some(0),
        "{text}\n{}{}",
        stdout(&again),
        stderr(&again)
    );
}

/// The system gave the number twice when the trace was written, and now gives two.
fn port_of_a_closed_socket_may_be_chosen_again() {
    let first = "socket(AF_INET, SOCK_DGRAM, 0) = a
bind(a, 127.0.0.1:0) = 0
getsockname(a) = 127.0.0.1:40000
";
    let again = "socket(AF_INET, SOCK_DGRAM, 0) = held
bind(held, 127.0.0.1:40000) = ...
socket(AF_INET, SOCK_DGRAM, 0) = b
bind(b, 127.0.0.1:0) = 0
getsockname(b) = 127.0.0.1:40000
";
    for (close, status) in [("close(a) = 0\n", 0), ("", 6)] {
        let output = run(&[], &format!("{first}{close}{again}"));
        assert_eq!(output.status.code(), Some(status), "{output:?}");
    }
}

fn output_is_a_script_too() {
    let output = run(&[], &format!("{SERVER}close(c) = 5\n"));
    assert_eq!(output.status.code(), Some(6));
    let again = run(&[], stdout(&output));
    assert_eq!(again.status.code(), Some(0), "{}", stdout(&again));
}

#[cfg(target_os = "linux")]
fn script_stays_on_this_host_unless_allowed() {
    Network::run(|network| {
        let sockets = "socket(AF_INET, SOCK_DGRAM, 0) = u\nsocket(AF_INET6, SOCK_DGRAM, 0) = v\n\
            socket(AF_UNIX, SOCK_DGRAM, 0) = x\n";
        let status = |options: &[&str], line: &str| {
            let output = run_as(network.sockscope(), options, &format!("{sockets}{line}"));
            let calls = stdout(&output)
                .lines()
                .filter(|line| !line.starts_with('#'))
                .count();
            (output.status.code().unwrap(), calls)
        };
        for line in [
            "connect(u, 192.0.2.1:9) = ...",
            "connect(v, [2001:db8::1]:9) = ...",
            "connect(v, [::ffff:192.0.2.1]:9) = ...",
            "connect(v, [2001:db8::1]:9, 24) = ...",
            "connect(u, 0x02000009c0000201) = ...",
            "connect(u, {AF_UNSPEC, 192.0.2.1:9}) = ...",
            "connect(u, {AF_PACKET, 127.0.0.1:9}) = ...",
            "sendto(u, \"x\", 1, 192.0.2.1:9) = ...",
            "sendto(u, \"x\", 1, {AF_UNSPEC, 192.0.2.1:9}) = ...",
            "getnameinfo(192.0.2.1:9) = ...",
            "getaddrinfo(\"name.test\", NULL, NULL, [list]) = ...",
            "getaddrinfo(\"\", NULL, NULL, [list]) = ...",
        ] {
            assert_eq!(status(&[], line), (2, 0), "{line}");
            let (with, calls) = status(&["--network"], line);
            assert_eq!((with, calls), (0, 4), "{line}");
        }
        // This host's own: see `Network`.
        for line in [
            "connect(u, 127.9.9.9:9) = 0",
            "connect(u, 0.0.0.0:9) = 0",
            "connect(u, 192.0.2.9:9) = 0",
            "connect(v, [::1]:9) = 0",
            "connect(v, [2001:db8::9]:9) = 0",
            "connect(v, [::ffff:127.0.0.1]:9) = 0",
            "connect(x, 0x01002f6e6f6e6500) = -1 ENOENT",
            "getnameinfo([::1]:80) = \"localhost\", \"http\"",
            "getaddrinfo(\"LocalHost\", NULL, NULL, [list]) = 0",
            "getaddrinfo(\"2001:db8::1\", NULL, NULL, [list]) = 0",
            "getaddrinfo(\"name.test\", NULL, {ai_flags=AI_NUMERICHOST}, NULL) = EAI_NONAME",
            "bind(u, 192.0.2.1:9) = -1 EADDRNOTAVAIL",
        ] {
            assert_eq!(status(&[], line), (0, 4), "{line}");
        }
        // Known at run time only: the lines before it run, those after it do not.
        let late = "getaddrinfo(\"192.0.2.1\", \"9\", {ai_socktype=SOCK_DGRAM}, [list]) = 0
            connect(u, list[0]) = 0
            close(u) = 0";
        assert_eq!(status(&[], late), (2, 4));
        assert_eq!(status(&["--network"], late), (0, 6));
    });
}

fn wildcard_port_is_said_to_be_open() {
    let output = run(
        &[],
        "socket(AF_INET, SOCK_DGRAM, 0) = s\nbind(s, 0.0.0.0:0) = 0\n",
    );
    assert_eq!(output.status.code(), Some(0));
    let note = "# -, line 2: this port is open to the network";
    assert!(stdout(&output).contains(note), "{}", stdout(&output));
    let output = run(
        &[],
        "socket(AF_INET, SOCK_DGRAM, 0) = s\nbind(s, 127.0.0.1:0) = 0\n",
    );
    assert!(!stdout(&output).contains("open to the network"));
}

fn what_this_system_lacks_is_skipped_and_counted() {
    let script = "socket(AF_INET, SOCK_STREAM, 0) = s
setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1) = 0
setsockopt(s, SOL_SOCKET, SO_REUSEPORT, 1) = 0
freeaddrinfo([1 entry])
accept(s, <unfinished ...>
";
    let output = run(&[], script);
    assert_eq!(output.status.code(), Some(0));
    let count = "# As written: 2; different: 0; skipped: 2";
    assert!(stdout(&output).contains(count), "{}", stdout(&output));
}

fn script_needs_no_other_argument() {
    for arguments in [
        &["localhost"][..],
        &["--format", "json"],
        &["-P"],
        &["--reverse"],
    ] {
        let output = run(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            stderr(&output).contains("cannot be used with"),
            "{}",
            stderr(&output)
        );
    }
    let network = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .arg("--network")
        .output()
        .unwrap();
    assert_eq!(network.status.code(), Some(2));
    let output = run(&[], "");
    assert_eq!(
        stdout(&output),
        "# As written: 0; different: 0; skipped: 0\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

/// It cannot be interrupted; its line is in the trace as unfinished.
#[cfg(target_os = "linux")]
fn lookup_that_hangs_does_not_hold_the_script() {
    use crate::resolver::hung::PATIENT;
    use crate::support::dns::Answer;
    Network::run(|network| {
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        let trace = trace.to_str().unwrap();
        network.write("resolv.conf", PATIENT);
        network.dns().answer("hung.test", Answer::Silence);
        let script = "getaddrinfo(\"hung.test\", \"80\", NULL, [list]) = 0\nsocket(list[0]) = s\n\
            socket(AF_INET, SOCK_STREAM, 0) = t\n";
        let options = ["--network", "--timeout", "0.2", "--trace", trace];
        let output = run_as(network.sockscope(), &options, script);
        let found = stdout(&output);
        assert_eq!(output.status.code(), Some(6), "{found}");
        for expected in [
            "NULL, <unfinished ...>\n",
            "[list]): expected 0, got no result within 0.2 s",
            "socket(list[0]): expected s, got no call: its address or list is missing",
            "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = ",
            "# As written: 1; different: 2; skipped: 0",
        ] {
            assert!(found.contains(expected), "{expected}\n{found}");
        }
        let lines = fs::read_to_string(trace).unwrap();
        assert_eq!(lines.matches("<unfinished ...>").count(), 1, "{lines}");
        // Lookups that hang are left behind, and eight is all there may be.
        let nine = "getaddrinfo(\"hung.test\", \"80\", NULL, [list]) = 0\n".repeat(9);
        let options = ["--network", "--timeout", "0.05"];
        let output = run_as(network.sockscope(), &options, &nine);
        let found = stdout(&output);
        let refused = "line 9: getaddrinfo(\"hung.test\", \"80\", NULL, [list]): expected 0, got no call: \
            too many calls wait already";
        assert!(found.contains(refused), "{found}");
    });
}
