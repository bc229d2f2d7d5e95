//! Compiles the words in, and gives the Windows program its version and its manifest.

use std::env;
use std::error::Error;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

#[path = "windows/resource.rs"]
mod resource;
#[path = "words/generate.rs"]
mod words;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    words::write()?;
    println!("cargo::rerun-if-changed=assets/windows");
    // The target system; `cfg(windows)` would be the system that builds.
    if env::var_os("CARGO_CFG_WINDOWS").is_some() {
        resource::link()?;
    }
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    let native = env::var("HOST") == env::var("TARGET");
    if native && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        link_unwinder();
        if is("PROFILE", "release") {
            link_in_order()?;
        }
    }
    Ok(())
}

/// Puts the functions that run at each start side by side (`.ci/order`; benches/README.md has what that saves).
/// A linker that someone chose may not know such a script.
fn link_in_order() -> io::Result<()> {
    println!("cargo::rerun-if-changed=assets/order.ld");
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    if !flags.contains("-fuse-ld") {
        let script = Path::new("assets/order.ld").canonicalize()?;
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
    Ok(())
}

/// Links GCC's unwinder into the program where the compiler has it as an archive. Else the program loads
/// `libgcc_s.so.1`: a second library, which costs a tenth of the time to the first frame.
fn link_unwinder() {
    let asked = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    // Without the archive it prints the name alone.
    let path = asked
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let Some(path) = path.filter(|path| Path::new(path.trim()).is_absolute()) else {
        return;
    };
    for argument in ["-Wl,--whole-archive", path.trim(), "-Wl,--no-whole-archive"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}
