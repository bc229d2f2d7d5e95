//! Pseudo-terminals of Unix, and the state that a program leaves them in.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, SlavePty, native_pty_system};
use vt100::MouseProtocolMode;

use super::{LAST, Terminal, size};

pub(super) struct Host {
    master: Box<dyn MasterPty + Send>,
    /// Kept open, so that the terminal's modes can be read after the program's exit.
    _slave: Box<dyn SlavePty + Send>,
    name: PathBuf,
    keys: Sender<Vec<u8>>,
    child: RefCell<Box<dyn Child + Send + Sync>>,
    /// `stty -g` before the program started.
    modes: String,
}

impl Host {
    pub(super) fn start(
        columns: u16,
        rows: u16,
        command: &CommandBuilder,
    ) -> (Self, Box<dyn Read + Send>) {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let name = pair.master.tty_name().unwrap();
        let modes = stty(&name);
        let child = pair.slave.spawn_command(command.clone()).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let mut writer = pair.master.take_writer().unwrap();
        let (keys, typed) = mpsc::channel::<Vec<u8>>();
        // A program that does not read must miss a deadline, not block the test for ever.
        thread::spawn(move || {
            for bytes in typed {
                if writer.write_all(&bytes).is_err() {
                    return;
                }
            }
        });
        let host = Self {
            keys,
            master: pair.master,
            _slave: pair.slave,
            name,
            child: RefCell::new(child),
            modes,
        };
        (host, reader)
    }

    /// Writes [`LAST`] after all output, on the same way. Typed keys may be echoed even later.
    pub(super) fn mark_the_end(&self) -> bool {
        self.slave().write_all(LAST.as_bytes()).is_ok()
    }

    fn slave(&self) -> File {
        File::options().write(true).open(&self.name).unwrap()
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.borrow().process_id().unwrap()
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.keys.send(bytes.to_owned()).unwrap();
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).unwrap();
    }

    pub(super) fn ended(&self) -> Option<ExitStatus> {
        self.child.borrow_mut().try_wait().unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let mut child = self.child.borrow_mut();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The state of the terminal.
#[derive(Debug, PartialEq, Eq)]
pub struct Modes {
    stty: String,
    alternate_screen: bool,
    cursor_hidden: bool,
    bracketed_paste: bool,
    mouse: String,
}

impl Terminal {
    /// Nothing more is read from the terminal while this is locked.
    pub fn reading(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.reading)
    }

    /// The program's end of the terminal, opened again.
    pub fn slave(&self) -> File {
        self.host.slave()
    }

    /// Sends `bytes` and waits for a screen for which `condition` becomes true. Returns the
    /// processor time of the program's main thread, which does not depend on how busy the machine
    /// is.
    #[cfg(target_os = "linux")]
    #[track_caller]
    pub fn cost_of(
        &mut self,
        bytes: impl AsRef<[u8]>,
        what: &str,
        condition: impl Fn(&vt100::Screen) -> bool,
    ) -> Duration {
        assert!(
            !condition(self.seen.lock().parser.screen()),
            "{what} was on the screen before:\n{}",
            self.contents()
        );
        let before = crate::support::process::main_thread_time(self.pid());
        self.send(bytes);
        self.wait_until(what, condition);
        crate::support::process::main_thread_time(self.pid()) - before
    }

    /// The terminal's current state. The slave is open here too, so its modes outlive the program.
    pub fn modes(&self) -> Modes {
        let stty = stty(&self.host.name);
        let seen = self.seen.lock();
        let screen = seen.parser.screen();
        Modes {
            stty,
            alternate_screen: screen.alternate_screen(),
            cursor_hidden: screen.hide_cursor(),
            bracketed_paste: screen.bracketed_paste(),
            mouse: format!("{:?}", screen.mouse_protocol_mode()),
        }
    }

    /// The modes of a terminal in which nothing has run yet.
    pub fn modes_before(&self) -> Modes {
        Modes {
            stty: self.host.modes.clone(),
            alternate_screen: false,
            cursor_hidden: false,
            bracketed_paste: false,
            mouse: format!("{:?}", MouseProtocolMode::None),
        }
    }

    /// The terminal is restored once all of the program's output has been read.
    #[track_caller]
    pub fn assert_restored(&self) {
        let before = self.modes_before();
        self.wait_until("the normal screen and its cursor", |screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == MouseProtocolMode::None
        });
        assert_eq!(self.modes(), before);
    }
}

/// The terminal's modes, from another program.
fn stty(name: &Path) -> String {
    let output = Command::new("stty")
        .arg("-g")
        .stdin(File::open(name).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
