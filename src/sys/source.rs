//! One source of names alone. glibc's choice holds for a whole process, so `--source` makes it for this
//! one, and each source of `--ask-sources` gets a child of this program. Windows has a call for each.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) use gnu::{ask, choose, chosen};
#[cfg(not(any(windows, all(target_os = "linux", target_env = "gnu"))))]
pub(super) use other::{ask, choose};
#[cfg(windows)]
pub(super) use windows::{ask, choose};

#[cfg(windows)]
mod windows;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod gnu {
    use std::ffi::{CString, c_char, c_int};
    use std::io::{self, Read as _};
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, ChildStdout, Command, Stdio};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{Signal, set_parent_process_death_signal};

    use crate::net::{Query, SourceAnswer, SourceResult};

    unsafe extern "C" {
        /// nss.h. 0, or -1 with EINVAL if the line cannot be read.
        fn __nss_configure_lookup(database: *const c_char, line: *const c_char) -> c_int;
    }

    /// The source of `--source`.
    static CHOSEN: OnceLock<String> = OnceLock::new();

    pub(in super::super) fn choose(source: &str) -> io::Result<()> {
        let line = CString::new(source)?;
        // SAFETY: both are strings of C, which the call copies. The program calls this before it
        // starts a thread and before the first lookup. glibc 2.36 crashes on a lookup after an empty
        // line, which the command line refuses.
        let result = unsafe { __nss_configure_lookup(c"hosts".as_ptr(), line.as_ptr()) };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
        // It is called once.
        let _ = CHOSEN.set(source.to_owned());
        Ok(())
    }

    pub(in super::super) fn chosen() -> Option<&'static str> {
        CHOSEN.get().map(String::as_str)
    }

    /// How long giving up may take.
    const TURN: Duration = Duration::from_millis(100);

    /// The most that is read of a child: some 10,000 entries.
    const LIMIT: usize = 8 << 20;

    pub(in super::super) fn ask(
        source: &str,
        query: &Query,
        limit: Duration,
        given_up: &AtomicBool,
    ) -> SourceAnswer {
        let start = Instant::now();
        let deadline = start.checked_add(limit);
        let output = command(source, query, limit).spawn().and_then(|mut child| {
            let output = output(&mut child, deadline, given_up);
            // It ends by itself after its answer. If it does not, or is too late, it must not stay.
            let _ = child.kill();
            child.wait()?;
            output
        });
        let waited = start.elapsed();
        let result = match output {
            Ok(json) => return SourceAnswer::read(source, &json, waited),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => SourceResult::TimedOut,
            Err(error) => SourceResult::NotAsked(Some(error.to_string())),
        };
        SourceAnswer {
            source: source.to_owned(),
            result,
            took: waited,
        }
    }

    /// This program with the same query and only this source. It prints JSON.
    fn command(source: &str, query: &Query, limit: Duration) -> Command {
        // Also if the file was replaced since the start.
        let mut command = Command::new("/proc/self/exe");
        command
            .arg0(env!("CARGO_PKG_NAME"))
            .args(["--source", source, "--format", "json", "--no-socket"])
            // The user's configuration has no effect on JSON, and a mistake in it would end the child.
            .args(["--config", "/dev/null"])
            .arg(format!("--timeout={}", limit.as_secs_f64()));
        match query.hints {
            None => command.arg("--null-hints"),
            Some(hints) => command
                .arg(format!("--flags={}", hints.flags))
                .arg(format!("--family={}", hints.family))
                .arg(format!("--socktype={}", hints.socktype))
                .arg(format!("--protocol={}", hints.protocol)),
        };
        command.arg("--");
        let texts = [&query.node, &query.service].into_iter().flatten();
        command.args(texts.map(|text| text.as_os_str()));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let before_exec = || {
            // Whatever ends this process or thread ends the child too.
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // Sockets are open without SOCK_CLOEXEC; the child must not keep their ports. Before
            // Linux 5.11 it fails, and the child keeps them for the time limit.
            // SAFETY: the call takes three numbers, and closes nothing in this process.
            unsafe {
                libc::syscall(
                    libc::SYS_close_range,
                    3,
                    u32::MAX,
                    libc::CLOSE_RANGE_CLOEXEC,
                )
            };
            Ok(())
        };
        // SAFETY: the closure makes two system calls and does not allocate.
        unsafe { command.pre_exec(before_exec) };
        command
    }

    /// What the child writes until it closes its output.
    fn output(
        child: &mut Child,
        deadline: Option<Instant>,
        given_up: &AtomicBool,
    ) -> io::Result<Vec<u8>> {
        // `command` asks for the pipe.
        let Some(pipe) = &mut child.stdout else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut output = Vec::new();
        loop {
            wait(pipe, deadline, given_up)?;
            let mut part = [0; 1 << 14];
            match pipe.read(&mut part)? {
                0 => return Ok(output),
                length => output.extend(&part[..length]),
            }
            if output.len() > LIMIT {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
    }

    /// Waits until the pipe can be read or is closed.
    fn wait(
        pipe: &ChildStdout,
        deadline: Option<Instant>,
        given_up: &AtomicBool,
    ) -> io::Result<()> {
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) || given_up.load(Relaxed) {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let turn = left.map_or(TURN, |left| left.min(TURN));
            let turn = Timespec::try_from(turn).ok();
            let mut fds = [PollFd::new(pipe, PollFlags::IN)];
            match poll(&mut fds, turn.as_ref()) {
                Ok(0) => {}
                Ok(_) => return Ok(()),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Systems without a way to choose the source. The command line and the screen refuse it there.
#[cfg(not(any(windows, all(target_os = "linux", target_env = "gnu"))))]
mod other {
    use std::io;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use crate::net::{Query, SourceAnswer, SourceResult};

    pub(in super::super) fn choose(_: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in super::super) fn ask(
        source: &str,
        _: &Query,
        _: Duration,
        _: &AtomicBool,
    ) -> SourceAnswer {
        SourceAnswer {
            source: source.to_owned(),
            result: SourceResult::NotAsked(None),
            took: Duration::ZERO,
        }
    }
}
