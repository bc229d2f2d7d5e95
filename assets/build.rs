//! Compiles the words in, and gives the Windows program its version and its manifest.

use std::env;
use std::error::Error;

#[path = "windows/resource.rs"]
mod resource;
#[path = "words/generate.rs"]
mod words;

fn main() -> Result<(), Box<dyn Error>> {
    words::write()?;
    println!("cargo::rerun-if-changed=assets/windows");
    // The target system; `cfg(windows)` would be the system that builds.
    if env::var_os("CARGO_CFG_WINDOWS").is_some() {
        resource::link()?;
    }
    Ok(())
}
