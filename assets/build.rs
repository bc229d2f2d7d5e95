//! Gives the Windows program its version and its manifest.

use std::env;
use std::error::Error;

#[path = "windows/resource.rs"]
mod resource;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=assets/windows");
    // The target system; `cfg(windows)` here is the system that builds.
    if env::var_os("CARGO_CFG_WINDOWS").is_some() {
        resource::link()?;
    }
    Ok(())
}
