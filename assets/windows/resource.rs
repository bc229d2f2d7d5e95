//! The version and the manifest of the Windows program.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Compiles the resources and links them into the program. A machine without a resource compiler still
/// builds the program.
pub(crate) fn link() -> Result<(), Box<dyn Error>> {
    let script = PathBuf::from(env::var("OUT_DIR")?).join("sockscope.rc");
    fs::write(&script, resources()?)?;
    if let Err(error) = compile(&script) {
        println!("cargo::warning=the program will have neither version nor manifest: {error}");
    }
    Ok(())
}

/// The resource script, filled in from Cargo.toml.
fn resources() -> Result<String, Box<dyn Error>> {
    let numbers =
        ["MAJOR", "MINOR", "PATCH"].map(|part| env::var(format!("CARGO_PKG_VERSION_{part}")));
    let [major, minor, patch] = numbers;
    let manifest =
        Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("assets/windows/sockscope.manifest");
    // A backslash would be an escape in the script.
    let manifest = manifest.display().to_string().replace('\\', "/");
    Ok(include_str!("sockscope.rc")
        .replace("@MANIFEST@", &manifest)
        .replace("@NUMBERS@", &format!("{},{},{},0", major?, minor?, patch?))
        .replace("@VERSION@", &env::var("CARGO_PKG_VERSION")?)
        .replace("@DESCRIPTION@", &env::var("CARGO_PKG_DESCRIPTION")?)
        .replace("@LICENSE@", &env::var("CARGO_PKG_LICENSE")?))
}

/// On Windows: with rc.exe of the Windows SDK or windres of mingw.
#[cfg(windows)]
fn compile(script: &Path) -> Result<(), Box<dyn Error>> {
    winresource::WindowsResource::new()
        .set_resource_file(&script.display().to_string())
        .compile()
        .map_err(|error| format!("rc.exe or windres: {error}").into())
}

/// On other systems: with mingw's windres for the target.
#[cfg(not(windows))]
fn compile(script: &Path) -> Result<(), Box<dyn Error>> {
    let object = script.with_extension("o");
    let arch = env::var("CARGO_CFG_TARGET_ARCH")?;
    let arch = if arch == "x86" { "i686" } else { &arch };
    let windres = format!("{arch}-w64-mingw32-windres");
    let status = std::process::Command::new(&windres)
        .args([
            "--input-format=rc",
            "--output-format=coff",
            "--codepage=65001",
        ])
        .arg(script)
        .arg(&object)
        .status()
        .map_err(|error| format!("{windres}: {error}"))?;
    if !status.success() {
        return Err(format!("{windres}: {status}").into());
    }
    println!("cargo::rustc-link-arg-bins={}", object.display());
    Ok(())
}
