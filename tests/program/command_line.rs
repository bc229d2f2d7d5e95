//! The program as a script uses it: arguments in; output, messages and exit status out.

use std::ffi::OsStr;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

tests! {
    default_query_is_printed_as_a_table;
    json_has_the_fields_of_the_contract;
    null_and_empty_string_differ;
    every_hint_reaches_the_call;
    #[cfg(target_os = "linux")]
    out_of_range_hint_is_passed_to_the_system;
    #[cfg(target_os = "linux")]
    exit_status_depends_on_the_failed_call;
    #[cfg(target_os = "linux")]
    failed_socket_is_explained_in_both_formats;
    #[cfg(target_os = "linux")]
    each_socket_is_closed_before_the_next_opens;
    no_socket_and_reverse_select_the_calls;
    unreached_timeout_changes_nothing;
    matrices_have_the_same_shape_on_every_system;
    usage_error_is_explained_on_stderr;
    help_version_and_presets_go_to_stdout;
    every_listed_preset_can_be_used;
    #[cfg(unix)]
    invalid_utf8_is_passed_on_and_escaped;
    escape_sequences_in_arguments_are_escaped;
    closed_pipe_ends_it_quietly_with_its_status;
    #[cfg(target_os = "linux")]
    failed_write_gives_status_5_and_a_message;
    #[cfg(target_os = "linux")]
    closed_stderr_does_not_panic;
    #[cfg(target_os = "linux")]
    timeout_without_a_thread_is_refused;
    #[cfg(unix)]
    print_only_options_are_refused_on_a_terminal;
}

fn sockscope() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.stdin(Stdio::null()).env("LC_ALL", "C");
    command
}

fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    sockscope().args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// The output of `--format json`. Standard error must be empty and the status as expected.
#[track_caller]
fn json_of<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, status: i32) -> Value {
    let output = sockscope()
        .args(["--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    assert_eq!(stderr(&output), "");
    assert!(output.stdout.ends_with(b"}\n"));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn usage_error(arguments: &[&str], expected: &str) {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    assert_eq!(stdout(&output), "", "{arguments:?}");
    assert!(
        stderr(&output).contains(expected),
        "{arguments:?}: {}",
        stderr(&output)
    );
}

/// A number with its name, as the contract has it.
#[track_caller]
fn assert_constant(value: &Value) {
    let object = value.as_object().unwrap();
    assert_eq!(object.keys().collect::<Vec<_>>(), ["name", "value"]);
    assert!(object["value"].is_i64());
    assert!(object["name"].is_string() || object["name"].is_null());
}

/// The fields of an object, sorted.
fn fields(value: &Value) -> Vec<&str> {
    let mut fields: Vec<_> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    fields
}

fn default_query_is_printed_as_a_table() {
    let output = run([""; 0]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(stderr(&output), "");
    let table = stdout(&output);
    assert!(
        table.starts_with("getaddrinfo(NULL, \"27015\", &hints, &result) = 0  1 entry"),
        "{table}"
    );
    for expected in [
        "ai_flags AI_PASSIVE 0x1, ai_family AF_INET 2, ai_socktype SOCK_STREAM 1",
        "ai_protocol IPPROTO_TCP 6",
        "\nai_family  ai_socktype",
        "  0.0.0.0:27015  ",
        "socket  1 of 1 opened",
    ] {
        assert!(table.contains(expected), "{expected}: {table}");
    }
    // Times differ from run to run; the fields do not.
    let same = run(["--preset", "server", "--format", "table"]);
    assert_eq!(stdout(&same).lines().count(), table.lines().count());
}

fn json_has_the_fields_of_the_contract() {
    let json = json_of([""; 0], 0);
    assert_eq!(
        fields(&json),
        [
            "entries",
            "getaddrinfo",
            "notes",
            "program",
            "query",
            "schema",
            "system"
        ]
    );
    assert_eq!(json["schema"], 1);
    assert_eq!(
        json["program"],
        json!({"name": "sockscope", "version": env!("CARGO_PKG_VERSION")})
    );
    assert_eq!(fields(&json["system"]), ["arch", "libc", "os", "winsock"]);
    assert_eq!(json["system"]["os"], std::env::consts::OS);
    assert_eq!(json["system"]["arch"], std::env::consts::ARCH);
    assert_eq!(fields(&json["query"]), ["hints", "node", "service"]);
    assert_eq!(json["query"]["node"], Value::Null);
    assert_eq!(json["query"]["service"], "27015");
    let getaddrinfo = &json["getaddrinfo"];
    assert_eq!(fields(getaddrinfo), ["elapsed_us", "error", "return"]);
    assert_eq!(
        (&getaddrinfo["return"], &getaddrinfo["error"]),
        (&json!(0), &Value::Null)
    );
    assert!(getaddrinfo["elapsed_us"].is_u64());

    let entries = json["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(
        fields(entry),
        [
            "ai_addr",
            "ai_addrlen",
            "ai_canonname",
            "ai_family",
            "ai_flags",
            "ai_protocol",
            "ai_socktype",
            "notes",
            "socket"
        ]
    );
    for hints in [&json["query"]["hints"], entry] {
        for member in ["ai_family", "ai_socktype", "ai_protocol"] {
            assert_constant(&hints[member]);
        }
        assert_eq!(fields(&hints["ai_flags"]), ["names", "value"]);
    }
    assert_eq!(entry["ai_family"], json!({"value": 2, "name": "AF_INET"}));
    assert_eq!(entry["ai_addrlen"], 16);
    let address = &entry["ai_addr"];
    assert_eq!(
        fields(address),
        ["bytes", "flowinfo", "ip", "port", "scope_id", "text"]
    );
    assert_eq!(address["text"], "0.0.0.0:27015");
    assert_eq!(
        (&address["ip"], &address["port"]),
        (&json!("0.0.0.0"), &json!(27015))
    );
    assert_eq!(address["bytes"].as_str().unwrap().len(), 32);
    let socket = &entry["socket"];
    assert_eq!(fields(socket), ["elapsed_us", "error", "handle"]);
    assert!(socket["handle"].is_u64());
    assert_eq!(socket["error"], Value::Null);
}

fn null_and_empty_string_differ() {
    let query = |arguments: &[&str]| {
        let output = sockscope()
            .args(["--format", "json"])
            .args(arguments)
            .output()
            .unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        (
            json["query"]["node"].clone(),
            json["query"]["service"].clone(),
        )
    };
    let empty = || json!("");
    assert_eq!(query(&["", ""]), (empty(), empty()));
    assert_eq!(query(&[""]), (empty(), Value::Null));
    assert_eq!(query(&["-s", ""]), (Value::Null, empty()));
    assert_eq!(query(&["-f", "0"]), (Value::Null, Value::Null));
    let table = run(["", "80"]);
    assert!(stdout(&table).starts_with("getaddrinfo(\"\", \"80\", &hints, "));
}

fn every_hint_reaches_the_call() {
    let arguments = [
        "--no-socket",
        "-f",
        "inet",
        "-t",
        "stream",
        "-p",
        "tcp",
        "-F",
        "passive",
        "-F",
        "0x4",
        "-s",
        "80",
    ];
    let hints = json_of(arguments, 0)["query"]["hints"].clone();
    assert_eq!(
        hints,
        json!({
            "ai_flags": {"value": 5, "names": ["AI_PASSIVE", "AI_NUMERICHOST"]},
            "ai_family": {"value": 2, "name": "AF_INET"},
            "ai_socktype": {"value": 1, "name": "SOCK_STREAM"},
            "ai_protocol": {"value": 6, "name": "IPPROTO_TCP"},
        })
    );
    let long = [
        "--no-socket",
        "--family=2",
        "--socktype=1",
        "--protocol=6",
        "--flags=1,4",
        "--service=80",
    ];
    assert_eq!(json_of(long, 0)["query"]["hints"], hints);
    let short = ["--no-socket", "-4", "-Pn", "-t1", "-p6", "-s80"];
    assert_eq!(json_of(short, 0)["query"]["hints"], hints);
    assert_eq!(
        json_of(["--null-hints", "--no-socket", "127.0.0.1"], 0)["query"]["hints"],
        Value::Null
    );
}

#[cfg(target_os = "linux")]
fn out_of_range_hint_is_passed_to_the_system() {
    for (arguments, name) in [
        (["--socktype=-1", "127.0.0.1"], "EAI_SOCKTYPE"),
        (["--family=9999", "127.0.0.1"], "EAI_FAMILY"),
        (["--flags=0x40000000", "127.0.0.1"], "EAI_BADFLAGS"),
    ] {
        let json = json_of(arguments, 1);
        assert_eq!(json["getaddrinfo"]["error"]["name"], name);
        assert_eq!(json["getaddrinfo"]["error"]["domain"], "gai");
        let code = &json["getaddrinfo"]["error"]["code"];
        assert_eq!(&json["getaddrinfo"]["return"], code);
        assert_eq!(json["entries"], json!([]));
    }
}

#[cfg(target_os = "linux")]
fn exit_status_depends_on_the_failed_call() {
    let status = |arguments: &[&str]| run(arguments).status.code();
    assert_eq!(status(&["127.0.0.1", "80"]), Some(0));
    assert_eq!(status(&["--preset", "contradiction"]), Some(1));
    assert_eq!(
        status(&["--preset", "contradiction", "--no-socket"]),
        Some(1)
    );
    assert_eq!(status(&["--nonsense"]), Some(2));
    assert_eq!(status(&["--preset", "raw-without-protocol"]), Some(3));
    assert_eq!(
        status(&["--preset", "raw-without-protocol", "--no-socket"]),
        Some(0)
    );
}

#[cfg(target_os = "linux")]
fn failed_socket_is_explained_in_both_formats() {
    let json = json_of(["--preset", "raw-without-protocol"], 3);
    let socket = &json["entries"][0]["socket"];
    assert_eq!(socket["handle"], Value::Null);
    let error = json!({"domain": "errno", "code": 93, "name": "EPROTONOSUPPORT",
                       "message": "Protocol not supported"});
    assert_eq!(socket["error"], error);
    let table = run(["--preset", "raw-without-protocol"]);
    let expected = "  errno 93 EPROTONOSUPPORT \"Protocol not supported\"\n";
    assert!(stdout(&table).contains(expected), "{table:?}");
    assert!(
        stdout(&table).contains("socket  0 of 1 opened\n"),
        "{table:?}"
    );
}

#[cfg(target_os = "linux")]
fn each_socket_is_closed_before_the_next_opens() {
    let json = json_of(["--null-hints", "127.0.0.1", "80"], 0);
    let handles: Vec<_> = json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["socket"]["handle"].as_u64())
        .collect();
    assert_eq!(handles.len(), 2, "stream and datagram");
    assert_eq!(handles[0], handles[1]);
}

fn no_socket_and_reverse_select_the_calls() {
    let json = json_of(["--no-socket", "-t", "1", "127.0.0.1", "80"], 0);
    assert_eq!(json["entries"][0]["socket"], Value::Null);
    assert_eq!(json["entries"][0].get("getnameinfo"), None);

    let json = json_of(["--reverse", "-t", "1", "127.0.0.1", "80"], 0);
    let reverse = &json["entries"][0]["getnameinfo"];
    assert_eq!(
        fields(reverse),
        ["elapsed_us", "error", "node", "return", "service"]
    );
    assert_eq!(reverse["return"], 0);
    assert!(reverse["node"].is_string() && reverse["service"].is_string());
    assert!(json["entries"][0]["socket"]["handle"].is_u64());
}

fn unreached_timeout_changes_nothing() {
    let json = json_of(["--timeout", "60.5", "-t", "1", "127.0.0.1", "80"], 0);
    assert_eq!(json["getaddrinfo"].get("timed_out"), None);
    assert_eq!(json["entries"][0]["ai_addr"]["ip"], "127.0.0.1");
    for wrong in ["-1", "nan", "inf", "1e999", "1e30", "x"] {
        usage_error(&["--format", "json", "--timeout", wrong], "--timeout: '");
    }
}

/// IPv4 and TCP exist everywhere, getaddrinfo() returns no AF_UNSPEC, and no system lets two sockets that set
/// no option have one address and port.
fn matrices_have_the_same_shape_on_every_system() {
    let json = json_of(["--matrix"], 0);
    assert!(json.get("query").is_none() && json.get("entries").is_none());
    let cells = json["matrix"]["cells"].as_array().unwrap();
    let cell = |names: [&str; 3]| {
        let members = ["ai_family", "ai_socktype", "ai_protocol"];
        let named = |cell: &&Value| (0..3).all(|at| cell[members[at]]["name"] == names[at]);
        cells.iter().find(named).unwrap()
    };
    for family in ["AF_UNSPEC", "AF_INET", "AF_INET6", "AF_UNIX"] {
        for protocol in ["ICMP", "TCP", "UDP", "ICMPV6", "RAW"] {
            let protocol = format!("IPPROTO_{protocol}");
            let cell = cell([family, "SOCK_SEQPACKET", &protocol]);
            let [asked, opened] = [&cell["getaddrinfo"], &cell["socket"]];
            assert_eq!(asked["return"] == 0, asked["error"].is_null(), "{cell}");
            assert_eq!(
                opened["handle"].is_null(),
                opened["error"].is_object(),
                "{cell}"
            );
        }
    }
    let tcp = cell(["AF_INET", "SOCK_STREAM", "IPPROTO_TCP"]);
    assert_eq!(tcp["getaddrinfo"]["return"], 0, "{tcp}");
    assert!(tcp["entries"].as_u64() >= Some(1), "{tcp}");
    assert!(tcp["socket"]["handle"].is_number(), "{tcp}");
    let udp = cell(["AF_INET", "SOCK_STREAM", "IPPROTO_UDP"]);
    assert!(udp["socket"]["error"].is_object(), "{udp}");

    let json = json_of(["--matrix=bind"], 0);
    let pairs = json["matrix"]["bind"].as_array().unwrap();
    assert_eq!(pairs.len(), 36);
    assert_eq!(
        pairs[0]["first"],
        json!({"option": null, "address": "0.0.0.0"})
    );
    assert_eq!(pairs[0]["first"], pairs[0]["second"]);
    assert_eq!(pairs[0]["call"], "bind", "{}", pairs[0]);
    let name = pairs[0]["error"]["name"].as_str().unwrap();
    assert!(name.ends_with("EADDRINUSE"), "{name}");
}

fn usage_error_is_explained_on_stderr() {
    usage_error(
        &["-f", "inet7x"],
        "ai_family: no constant is named \"inet7x\"",
    );
    usage_error(&["-f", "inet66"], "did you mean AF_INET6?");
    usage_error(&["-f", "inet66"], "\nai_family on ");
    usage_error(&["-t", "0x1ffffffff"], "does not fit a C int");
    usage_error(&["--null-hints", "-P"], "cannot be used with");
    usage_error(&["a", "80", "-s", "80"], "cannot be used with");
    usage_error(&["a", "b", "c"], "unexpected argument 'c'");
    usage_error(
        &["--format", "xml"],
        "possible values: table, json, markdown, c, winsock, rust, python",
    );
    usage_error(&["--preset", "sever"], "did you mean server?");
}

fn help_version_and_presets_go_to_stdout() {
    for arguments in [
        &["-h"] as &[_],
        &["--help"],
        &["-V"],
        &["--version"],
        &["--preset", "list"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(stderr(&output), "", "{arguments:?}");
        assert!(stdout(&output).ends_with('\n'), "{arguments:?}");
    }
    let version = run(["-V"]);
    let expected = format!("sockscope {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(stdout(&version), expected);
}

fn every_listed_preset_can_be_used() {
    let list = run(["--preset", "list"]);
    for line in stdout(&list).lines() {
        let name = line.split_whitespace().next().unwrap();
        let output = run(["--preset", name, "--format", "json"]);
        let status = output.status.code();
        assert!(matches!(status, Some(0 | 1 | 3)), "{name}: {output:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["schema"], 1, "{name}");
    }
}

#[cfg(unix)]
fn invalid_utf8_is_passed_on_and_escaped() {
    use std::os::unix::ffi::OsStrExt as _;
    let service = OsStr::from_bytes(b"no\xffservice");
    let arguments = [
        OsStr::new("--format"),
        OsStr::new("json"),
        OsStr::new("127.0.0.1"),
        service,
    ];
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["query"]["service"], "no\\xffservice");
    let table = run(&arguments[2..]);
    assert!(stdout(&table).starts_with("getaddrinfo(\"127.0.0.1\", \"no\\xffservice\", "));
}

fn escape_sequences_in_arguments_are_escaped() {
    let hostile = "\u{1b}[2J\u{9b}\u{202e}";
    for arguments in [
        vec!["--format", "table", "127.0.0.1", hostile],
        vec!["--format", "json", "127.0.0.1", hostile],
        vec!["-f", hostile],
        vec!["--preset", hostile],
        vec!["a", "b", hostile],
        vec!["--format", hostile],
    ] {
        let output = run(&arguments);
        for text in [stdout(&output), stderr(&output)] {
            let raw = text
                .chars()
                .any(|c| c.is_control() && c != '\n' || c == '\u{202e}');
            assert!(!raw, "{arguments:?}: {text:?}");
        }
    }
}

fn closed_pipe_ends_it_quietly_with_its_status() {
    for (arguments, status) in [
        (&["127.0.0.1", "80"] as &[_], 0),
        (&["--format", "json", "127.0.0.1", "80"], 0),
        (&["--format", "json", "--null-hints"], 1),
        (&["--help"], 0),
        (&["--preset", "list"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = sockscope()
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}: {output:?}"
        );
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
fn failed_write_gives_status_5_and_a_message() {
    for arguments in [
        &["127.0.0.1", "80"] as &[_],
        &["--format", "json", "127.0.0.1", "80"],
        &["--help"],
        &["--version"],
        &["--preset", "list"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let output = sockscope()
            .args(arguments)
            .stdout(full.unwrap())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(5), "{arguments:?}: {output:?}");
        let message = "sockscope: the output could not be written: No space left on device";
        assert!(
            stderr(&output).starts_with(message),
            "{arguments:?}: {output:?}"
        );
    }
}

#[cfg(target_os = "linux")]
fn closed_stderr_does_not_panic() {
    for (redirection, arguments, status) in [
        ("2>&-", "--nonsense", 2),
        ("2>/dev/full", "--nonsense", 2),
        ("2>/dev/full >/dev/full", "127.0.0.1 80", 5),
        (">&- 2>&-", "127.0.0.1 80", 0),
    ] {
        let script = format!("exec \"$0\" {arguments} {redirection}");
        let shell = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_sockscope")])
            .status();
        assert_eq!(
            shell.unwrap().code(),
            Some(status),
            "{redirection} {arguments}"
        );
    }
}

#[cfg(target_os = "linux")]
fn timeout_without_a_thread_is_refused() {
    // A limit on processes does not bind root, so memory is limited instead: to less than the stack
    // that RUST_MIN_STACK sets for the thread.
    let script = "ulimit -v 40000 && exec \"$0\" --timeout 1 127.0.0.1 80";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_sockscope")])
        .env("RUST_MIN_STACK", "1000000000")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let message = "sockscope: no thread could be started to wait for getaddrinfo(): ";
    assert!(stderr(&output).starts_with(message), "{output:?}");
}

#[cfg(unix)]
fn print_only_options_are_refused_on_a_terminal() {
    use std::io::Read as _;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    for option in ["--no-socket", "--reverse", "--timeout=1"] {
        let pty = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockscope"));
        command.arg(option);
        let mut child = pty.slave.spawn_command(command).unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        drop(pty.slave);
        let mut shown = Vec::new();
        // When the last program has closed a terminal, Linux reports an error there, not an end of
        // file.
        let _ = reader.read_to_end(&mut shown);
        let shown = String::from_utf8_lossy(&shown).into_owned();
        assert_eq!(child.wait().unwrap().exit_code(), 2, "{option}: {shown}");
        assert!(shown.contains("add --format"), "{option}: {shown}");
    }
}
