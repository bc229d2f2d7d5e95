//! Packs the texts of `assets/` that the program carries and seldom reads, and gives the Windows
//! program its version and its manifest.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

#[path = "windows/resource.rs"]
mod resource;

fn main() -> Result<(), Box<dyn Error>> {
    for directory in ["assets/explain", "assets/recorded"] {
        println!("cargo::rerun-if-changed={directory}");
        pack(directory)?;
    }
    println!("cargo::rerun-if-changed=assets/windows");
    // Of the system that is built for; `cfg(windows)` is here the one that builds.
    if env::var_os("CARGO_CFG_WINDOWS").is_some() {
        resource::link()?;
    }
    Ok(())
}

/// Writes each text of a directory, packed by DEFLATE (RFC 1951), to `$OUT_DIR/NAME.deflate`.
fn pack(directory: &str) -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().filter(|_| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        }) else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 10);
        fs::write(out.join(name).with_extension("deflate"), packed)?;
    }
    Ok(())
}
