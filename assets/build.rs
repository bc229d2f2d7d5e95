//! Compiles the words in, and gives the Windows program its version and its manifest.

use std::env;
use std::error::Error;
use std::process::ExitCode;

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
    Ok(())
}
