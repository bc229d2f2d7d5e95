//! The table: what was called, what it returned, and one line for each entry.

mod entries;

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use self::entries::write_entries;
use super::notes::{write_list_notes, write_note};
use super::{Answer, PROGRAM, Report};
use crate::names::Os;
use crate::net::{About, Domain, Hint, Hints, OsError, WSASTARTUP, Winsock, printable, quoted};

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let call = report.query().call();
    match &report.answer {
        Answer::TimedOut { waited, .. } => {
            writeln!(out, "{call} = ?  no answer within {} ms", Ms(*waited))?;
            write_circumstances(report, out)
        }
        Answer::Returned {
            resolution,
            trials,
            reverses,
        } => {
            let took = Ms(resolution.took);
            match &resolution.result {
                Err(error) => {
                    writeln!(out, "{call} = {}  {took} ms", error.error.code)?;
                    writeln!(out, "error   {}", Failure(&error.error))?;
                    if let Some(errno) = &error.errno {
                        writeln!(out, "errno   {}", Failure(errno))?;
                    }
                    for note in report.query_notes() {
                        write_note(&note, "", out)?;
                    }
                    write_circumstances(report, out)
                }
                Ok(entries) => {
                    let count = entries.len();
                    let noun = if count == 1 { "entry" } else { "entries" };
                    writeln!(out, "{call} = 0  {count} {noun}  {took} ms")?;
                    write_circumstances(report, out)?;
                    if let Some(trials) = trials {
                        let open = trials.iter().filter(|trial| trial.attempt.result.is_ok());
                        write!(out, "socket  {} of {} opened", open.count(), trials.len())?;
                        out.write_all(if trials.len() > 1 {
                            b"; each is closed before the next one opens\n"
                        } else {
                            b"\n"
                        })?;
                    }
                    if !entries.is_empty() {
                        writeln!(out)?;
                        write_entries(resolution, trials.as_deref(), reverses.as_deref(), out)?;
                    }
                    write_list_notes(report, resolution, trials.as_deref(), out)
                }
            }
        }
    }
}

/// What was asked for, and of which system.
fn write_circumstances(report: &Report, out: &mut impl Write) -> io::Result<()> {
    match &report.query().hints {
        None => writeln!(out, "hints   NULL")?,
        Some(hints) => writeln!(out, "hints   {}", Spelled(hints))?,
    }
    let About {
        os,
        arch,
        libc,
        winsock,
    } = &report.about;
    write!(out, "system  {} {arch}", os.title())?;
    if let Some(libc) = libc {
        write!(out, ", {}", printable(libc.as_ref()))?;
    }
    match winsock {
        None => {}
        Some(Winsock::Called {
            result: Ok(data), ..
        }) => write!(
            out,
            ", Winsock {} {} {}",
            data.version,
            quoted(data.description.as_ref()),
            quoted(data.status.as_ref())
        )?,
        Some(Winsock::Called {
            result: Err(error), ..
        }) => {
            write!(out, ", {WSASTARTUP} = {}", Failure(error))?;
        }
        Some(Winsock::NotCalled) => write!(out, ", WSAStartup was not called")?,
    }
    writeln!(out, "; {} {}", PROGRAM.0, PROGRAM.1)
}

/// `ai_flags AI_PASSIVE 0x1, ai_family AF_INET 2, …`, in the order of `struct addrinfo`.
struct Spelled<'a>(&'a Hints);

impl fmt::Display for Spelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ai_flags ")?;
        if let Some(names) = flag_names(self.0.flags) {
            write!(f, "{names} ")?;
        }
        write!(f, "{:#x}", self.0.flags)?;
        for hint in [Hint::Family, Hint::Socktype, Hint::Protocol] {
            let value = hint.get(self.0);
            write!(f, ", {} ", hint.member())?;
            if let Some(row) = hint.table(Os::HOST).of(value) {
                write!(f, "{} ", row.name)?;
            }
            write!(f, "{value}")?;
        }
        Ok(())
    }
}

/// The flags in words; none where no bit has a name, so that the number says it all.
fn flag_names(flags: i32) -> Option<String> {
    let (names, _) = Hint::Flags.table(Os::HOST).split(flags);
    (!names.is_empty()).then(|| Hint::Flags.show(Os::HOST, flags))
}

/// `errno 93 EPROTONOSUPPORT "Protocol not supported"`. Windows has its texts in the user's language
/// and other systems that run its programs may have none, so that ours stands before it.
struct Failure<'a>(&'a OsError);

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        write!(f, "{} {}", error.domain.name(), error.code)?;
        let wsa = error.domain == Domain::Wsa;
        // Its codes are the same wherever the report is written.
        let os = if wsa { Os::Windows } else { Os::HOST };
        if let Some(row) = error.name(os) {
            write!(f, " {}", row.name)?;
            if wsa {
                write!(f, ": {}", row.about)?;
            }
        }
        if wsa && error.message.is_empty() {
            return Ok(());
        }
        write!(f, " {}", quoted(error.message.as_ref().as_ref()))
    }
}

/// Milliseconds, to the microsecond.
struct Ms(Duration);

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let microseconds = self.0.as_micros();
        write!(f, "{}.{:03}", microseconds / 1000, microseconds % 1000)
    }
}
