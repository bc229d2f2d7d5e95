//! The Windows console, as far as no safe crate has it: its font, and the news that it goes away.

use std::sync::OnceLock;
use std::thread;

use windows_sys::Win32::System::Console::{
    CONSOLE_FONT_INFOEX, CTRL_BREAK_EVENT, CTRL_C_EVENT, GetCurrentConsoleFontEx, GetStdHandle,
    STD_OUTPUT_HANDLE, SetConsoleCtrlHandler,
};
use windows_sys::core::BOOL;

/// What ends a console program, as signals of signal.h in Microsoft's C library, and of a hang-up,
/// which that lacks. The key Ctrl-C is read as a key; the event comes from another program.
const SIGINT: i32 = 2;
const SIGBREAK: i32 = 21;
const SIGHUP: i32 = 1;

/// The face name of the raster font, whose glyphs are those of one old code page.
const RASTER: &str = "Terminal";

/// Whether the console draws with the raster font. Then WriteConsoleW, which Rust's standard output
/// uses whatever the code page, shows a question mark for what the page lacks.
#[must_use]
pub fn has_raster_font() -> bool {
    let mut font = CONSOLE_FONT_INFOEX {
        // The struct is 84 bytes.
        cbSize: size_of::<CONSOLE_FONT_INFOEX>() as u32,
        ..CONSOLE_FONT_INFOEX::default()
    };
    // SAFETY: GetStdHandle takes a number; the other call fills in the struct, whose size is given,
    // and refuses a handle that is no console's.
    let known =
        unsafe { GetCurrentConsoleFontEx(GetStdHandle(STD_OUTPUT_HANDLE), 0, &raw mut font) };
    let end = font.FaceName.iter().position(|&unit| unit == 0);
    let face = &font.FaceName[..end.unwrap_or(font.FaceName.len())];
    known != 0 && String::from_utf16_lossy(face) == RASTER
}

type Listener = Box<dyn Fn(i32) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// From now on `listener` is told the signal when the program has to end, on a thread of the
/// system's, and has to end the process. Only the first listener is ever told.
pub(super) fn watch(listener: Listener) {
    if LISTENER.set(listener).is_ok() {
        // SAFETY: the handler is a function of the signature that is asked for, and stays.
        unsafe { SetConsoleCtrlHandler(Some(handle), 1) };
    }
}

/// Returns whether the event is dealt with. Where that is the console's end, the process is ended as
/// soon as this returns, so it does not: the main thread ends it, with everything put back.
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
