//! Texts of `assets/` as the program carries them: packed, since few runs read them.

use miniz_oxide::inflate::decompress_to_vec;

/// A text, packed by DEFLATE (RFC 1951) when the program was built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed(pub(super) &'static [u8]);

/// The text that stands in `assets/` in a file of this name.
macro_rules! packed {
    ($name:literal) => {
        $crate::explain::packed::Packed(include_bytes!(concat!(
            env!("OUT_DIR"),
            "/",
            $name,
            ".deflate"
        )))
    };
}
pub(super) use packed;

impl Packed {
    /// The text. It is a part of the program, and a test compares each with its file: there is no
    /// error.
    pub(super) fn text(self) -> String {
        let bytes = decompress_to_vec(self.0).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_text_is_its_file() {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        for (name, packed) in [
            ("explain/es", packed!("es")),
            ("recorded/freebsd", packed!("freebsd")),
            ("recorded/glibc", packed!("glibc")),
            ("recorded/linux", packed!("linux")),
            ("recorded/macos", packed!("macos")),
            ("recorded/musl", packed!("musl")),
            ("recorded/windows", packed!("windows")),
            ("recorded/wine", packed!("wine")),
        ] {
            let file = assets.join(name).with_extension("toml");
            assert_eq!(fs::read_to_string(file).ok(), Some(packed.text()), "{name}");
        }
    }
}
