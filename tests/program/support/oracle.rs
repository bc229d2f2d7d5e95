//! `tests/oracle.c`, built and run: the machine's answers to a C program.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::query::Query;
use crate::need::c_compiler;

/// The C program, ready to run.
pub struct Oracle {
    program: PathBuf,
    /// Its arguments, if a program for another system runs it.
    arguments: Vec<OsString>,
    /// The environment that it needs.
    environment: Vec<(OsString, OsString)>,
    /// Holds the program; deleted at the end.
    _directory: Option<tempfile::TempDir>,
}

/// A number and the system's text for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    pub code: i32,
    pub text: Vec<u8>,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.code, String::from_utf8_lossy(&self.text))
    }
}

/// An addrinfo, and the result of socket() for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub flags: i32,
    pub family: i32,
    pub socktype: i32,
    pub protocol: i32,
    pub addrlen: usize,
    pub addr: Option<Vec<u8>>,
    pub canonname: Option<Vec<u8>>,
    pub socket: Result<(), Code>,
}

/// The results of one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub returned: Code,
    /// Only after `EAI_SYSTEM`.
    pub errno: Option<Code>,
    pub entries: Vec<Entry>,
}

impl Oracle {
    /// Compiles the program with `$CC`, else `cc`, unless `$SOCKSCOPE_ORACLE` names one that is
    /// already built.
    ///
    /// # Panics
    /// If there is no compiler, or it fails.
    pub fn build() -> Self {
        if let Some(program) = env::var_os("SOCKSCOPE_ORACLE") {
            return Self {
                program: program.into(),
                arguments: Vec::new(),
                environment: Vec::new(),
                _directory: None,
            };
        }
        let compiler = c_compiler();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.c");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let program = directory
            .path()
            .join("oracle")
            .with_extension(env::consts::EXE_EXTENSION);
        let mut command = Command::new(&compiler);
        command
            .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&program, &source]);
        if cfg!(windows) {
            command.arg("-lws2_32");
        }
        let output = command.output().expect("a compiler");
        assert!(
            output.status.success(),
            "{} refuses tests/oracle.c:\n{}",
            compiler.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        Self {
            program,
            arguments: Vec::new(),
            environment: Vec::new(),
            _directory: Some(directory),
        }
    }

    /// `program`, already built, as an argument of `runner`, such as Wine.
    pub fn run_by(runner: &Command, program: &Path) -> Self {
        let set = |(name, value): (&OsStr, Option<&OsStr>)| Some((name.into(), value?.into()));
        Self {
            program: runner.get_program().into(),
            arguments: vec![program.into()],
            environment: runner.get_envs().filter_map(set).collect(),
            _directory: None,
        }
    }

    /// The same program, built and wrapped elsewhere: `program` takes its input and gives its
    /// output.
    pub fn at(program: impl Into<PathBuf>, directory: tempfile::TempDir) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            _directory: Some(directory),
        }
    }

    /// Runs `queries` in one process, with `environment` added to this one's.
    pub fn ask(&self, queries: &[Query], environment: &[(&str, &str)]) -> Vec<Answer> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the oracle runs");
        let input: String = queries.iter().map(|query| query.line() + "\n").collect();
        let mut stdin = child.stdin.take().unwrap();
        let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().expect("the oracle reads its input");
        assert!(
            output.status.success(),
            "the oracle ended with {}",
            output.status
        );
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines();
        let answers: Vec<Answer> = std::iter::from_fn(|| read(&mut lines)).collect();
        assert_eq!(
            answers.len(),
            queries.len(),
            "the oracle answers every query"
        );
        answers
    }
}

/// The next answer, or `None` at the end of the output.
fn read<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<Answer> {
    let (word, mut rest) = split(lines.next()?);
    assert_eq!(word, "return", "an answer begins with the return value");
    let mut answer = Answer {
        returned: code(&mut rest),
        errno: None,
        entries: Vec::new(),
    };
    loop {
        let (word, mut rest) = split(lines.next().expect("an answer has an end"));
        match word {
            "errno" => answer.errno = Some(code(&mut rest)),
            "entry" => answer.entries.push(Entry {
                flags: number(&mut rest),
                family: number(&mut rest),
                socktype: number(&mut rest),
                protocol: number(&mut rest),
                addrlen: number(&mut rest),
                addr: bytes(&mut rest),
                canonname: bytes(&mut rest),
                socket: socket(lines.next().expect("a socket line follows")),
            }),
            "end" => return Some(answer),
            other => panic!("the oracle printed {other:?}"),
        }
        assert_eq!(rest.next(), None, "nothing is left of a {word} line");
    }
}

fn socket(line: &str) -> Result<(), Code> {
    let (word, mut rest) = split(line);
    assert_eq!(word, "socket");
    if rest.clone().next() == Some("ok") {
        return Ok(());
    }
    Err(code(&mut rest))
}

type Words<'a> = std::str::SplitAsciiWhitespace<'a>;

fn split(line: &str) -> (&str, Words<'_>) {
    let mut words = line.split_ascii_whitespace();
    (words.next().expect("no line is empty"), words)
}

fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(words: &mut Words<'_>) -> T {
    words.next().expect("a number").parse().expect("a number")
}

fn code(words: &mut Words<'_>) -> Code {
    Code {
        code: number(words),
        text: bytes(words).unwrap_or_default(),
    }
}

fn bytes(words: &mut Words<'_>) -> Option<Vec<u8>> {
    let word = words.next().expect("a text");
    if word == "-" {
        return None;
    }
    let digits = word.strip_prefix('x').expect("a text begins with x");
    let bytes = digits.as_bytes().chunks(2);
    Some(
        bytes
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect(),
    )
}
