//! No thread can be started (RLIMIT_NPROC). Root is exempt, so this runs as another user, who has
//! no other process.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::ending::{
    CTRL_C, Ending, F5, QUIT, end, run, shows_answer, start, wait_until_keys_are_read,
};

tests! {
    printing_needs_a_thread_only_with_timeout: OTHER_USER;
    screen_works_or_names_the_missing_thread: OTHER_USER;
    failed_lookup_thread_is_reported: OTHER_USER;
}

struct OtherUser {
    directory: tempfile::TempDir,
    uid: u32,
}

impl OtherUser {
    fn new(number: u32) -> Self {
        // A user id that nobody has, not even a concurrent run of these tests.
        let uid = 100_000 + std::process::id() * 4 + number;
        // Other users may not be able to read the build directory.
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        // Not by this process: a child of another test's would hold it open for writing for a
        // moment, and nobody could run it then (ETXTBSY).
        let copied = Command::new("cp")
            .arg(super::ending::SOCKSCOPE)
            .arg(directory.path().join("sockscope"))
            .status();
        assert!(copied.unwrap().success());
        Self { directory, uid }
    }

    /// Limits the threads of the running program.
    fn limit(&self, pid: u32, threads: u32) {
        let status = Command::new("setpriv")
            .args([
                &format!("--reuid={}", self.uid),
                &format!("--regid={}", self.uid),
            ])
            .args(["--clear-groups", "prlimit", "--pid", &pid.to_string()])
            .arg(format!("--nproc={threads}:100"))
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// A script for [`run`] and [`start`]: the program as that user, with at most `threads`.
    fn script(&self, threads: u32) -> String {
        let directory = self.directory.path().display();
        format!(
            "shift; exec setpriv --reuid={0} --regid={0} --clear-groups \
             prlimit --nproc={threads}:100 {directory}/sockscope \"$@\"",
            self.uid
        )
    }
}

fn printing_needs_a_thread_only_with_timeout() {
    let stranger = OtherUser::new(0);
    let query = ["--format", "json", "127.0.0.1", "80"];
    let without = run(&stranger.script(1), &query);
    assert_eq!(without.status, 0, "{without:?}");
    let with = run(
        &stranger.script(1),
        &[&["--timeout", "5"], &query[..]].concat(),
    );
    with.assert_clean_end("with a time-out");
    assert_eq!(with.status, 5, "{with:?}");
    assert!(
        with.stderr.contains("without --timeout none is needed"),
        "{with:?}"
    );
    assert_eq!(with.stdout, "");
    let enough = run(
        &stranger.script(2),
        &[&["--timeout", "5"], &query[..]].concat(),
    );
    assert_eq!(enough.status, 0, "{enough:?}");
}

fn screen_works_or_names_the_missing_thread() {
    let stranger = OtherUser::new(1);
    let statuses: Vec<u32> = (1..=8)
        .map(|threads| {
            let mut terminal = start(&stranger.script(threads), &["127.0.0.1", "80"]);
            // Three threads run permanently, and the fourth resolves.
            let answers = ["file descriptor", "getaddrinfo was not called"];
            if shows_answer(&terminal, &answers) {
                terminal.send(QUIT);
            }
            let ending: Ending = end(&terminal);
            ending.assert_clean_end(&format!("{threads} threads"));
            if ending.status == 5 {
                assert!(
                    ending.stderr.contains("cannot start the thread"),
                    "{ending:?}"
                );
            }
            ending.status
        })
        .collect();
    assert_eq!(statuses[..3], [5, 5, 5], "{statuses:?}");
    assert_eq!(statuses[4..], [0, 0, 0, 0], "{statuses:?}");
}

fn failed_lookup_thread_is_reported() {
    let stranger = OtherUser::new(2);
    let mut terminal = start(&stranger.script(50), &["127.0.0.1", "80"]);
    wait_until_keys_are_read(&mut terminal);
    stranger.limit(terminal.pid(), 1);
    terminal.send(F5);
    terminal.wait_for("No thread for getaddrinfo();");
    stranger.limit(terminal.pid(), 50);
    terminal.send(F5);
    terminal.wait_for_no("No thread for getaddrinfo();");
    terminal.wait_for("file descriptor");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);
}
