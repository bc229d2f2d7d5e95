//! The functions of the Windows console that no safe crate has: its font, its colours and its control
//! events.

use std::sync::OnceLock;
use std::thread;

use windows_sys::Win32::System::Console::{
    CONSOLE_FONT_INFOEX, CONSOLE_SCREEN_BUFFER_INFOEX, CTRL_BREAK_EVENT, CTRL_C_EVENT,
    GetConsoleScreenBufferInfoEx, GetCurrentConsoleFontEx, GetStdHandle, STD_OUTPUT_HANDLE,
    SetConsoleCtrlHandler,
};
use windows_sys::core::BOOL;

/// Numbers for control events, from signal.h of Microsoft's C library; SIGHUP, which it lacks, is
/// POSIX's. The key Ctrl-C is read as a key; CTRL_C_EVENT comes from another program.
const SIGINT: i32 = 2;
const SIGBREAK: i32 = 21;
const SIGHUP: i32 = 1;

/// The face name of the raster font, which has the glyphs of one code page only.
const RASTER: &str = "Terminal";

/// Whether the console uses the raster font. WriteConsoleW, which Rust's standard output uses with
/// any code page, then shows a question mark for characters that the font lacks.
pub fn has_raster_font() -> bool {
    let mut font = CONSOLE_FONT_INFOEX {
        // The struct is 84 bytes.
        cbSize: size_of::<CONSOLE_FONT_INFOEX>() as u32,
        ..CONSOLE_FONT_INFOEX::default()
    };
    // SAFETY: GetStdHandle takes a number; the other call fills in the struct of the given size, and
    // fails for a handle that is not a console's.
    let success =
        unsafe { GetCurrentConsoleFontEx(GetStdHandle(STD_OUTPUT_HANDLE), 0, &raw mut font) };
    let end = font.FaceName.iter().position(|&unit| unit == 0);
    let face = &font.FaceName[..end.unwrap_or(font.FaceName.len())];
    success != 0 && String::from_utf16_lossy(face) == RASTER
}

/// The colour of the console's background: red, green and blue. A pseudo console, such as that of Windows
/// Terminal, has colours of its own, which need not be those on the screen.
pub fn background() -> Option<[u8; 3]> {
    let mut buffer = CONSOLE_SCREEN_BUFFER_INFOEX {
        // The struct is 96 bytes.
        cbSize: size_of::<CONSOLE_SCREEN_BUFFER_INFOEX>() as u32,
        ..CONSOLE_SCREEN_BUFFER_INFOEX::default()
    };
    // SAFETY: as above.
    let success =
        unsafe { GetConsoleScreenBufferInfoEx(GetStdHandle(STD_OUTPUT_HANDLE), &raw mut buffer) };
    // Bits 4 to 7 of the attributes are the background, and a COLORREF is 0x00bbggrr.
    let colour = buffer.ColorTable[usize::from(buffer.wAttributes >> 4 & 0xf)];
    let [red, green, blue, _] = colour.to_le_bytes();
    (success != 0).then_some([red, green, blue])
}

type Listener = Box<dyn Fn(i32) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Sets the listener for control events. It receives the signal's number on a system thread and must
/// end the process. Only the first listener is used.
pub(super) fn watch(listener: Listener) {
    if LISTENER.set(listener).is_ok() {
        // SAFETY: the handler is a static function with the required signature.
        unsafe { SetConsoleCtrlHandler(Some(handle), 1) };
    }
}

/// Returns whether the event is handled. When the console closes, the system ends the process as soon
/// as this returns, so it never returns: the main thread restores the console and exits.
unsafe extern "system" fn handle(event: u32) -> BOOL {
    let Some(listener) = LISTENER.get() else {
        return 0;
    };
    match event {
        CTRL_C_EVENT => listener(SIGINT),
        CTRL_BREAK_EVENT => listener(SIGBREAK),
        _ => {
            listener(SIGHUP);
            loop {
                thread::park();
            }
        }
    }
    1
}
