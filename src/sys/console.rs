//! The functions of the Windows console that no safe crate has: its font, its colours, its input records
//! and its control events.

use std::io;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use crossterm_winapi::{Handle, ScreenBuffer};

use windows_sys::Win32::Foundation::{WAIT_FAILED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Console::{
    CONSOLE_FONT_INFOEX, CONSOLE_SCREEN_BUFFER_INFOEX, CTRL_BREAK_EVENT, CTRL_C_EVENT,
    GetConsoleScreenBufferInfoEx, GetCurrentConsoleFontEx, GetStdHandle, INPUT_RECORD, KEY_EVENT,
    MOUSE_EVENT, ReadConsoleInputW, STD_OUTPUT_HANDLE, SetConsoleCtrlHandler,
    WINDOW_BUFFER_SIZE_EVENT,
};
use windows_sys::Win32::System::Threading::{INFINITE, WaitForSingleObject};
use windows_sys::core::BOOL;

use crate::tui::term::records::Record;

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

/// The most records that one call reads.
const RECORDS: usize = 4096;

/// The records that wait, at least one, or none if none comes in the given time.
pub(super) fn read(patience: Option<Duration>) -> io::Result<Vec<Record>> {
    let handle = Handle::current_in_handle()?;
    if let Some(patience) = patience {
        let milliseconds = u32::try_from(patience.as_millis()).unwrap_or(INFINITE);
        // SAFETY: the handle is open until the end of this function.
        match unsafe { WaitForSingleObject((*handle).cast(), milliseconds) } {
            WAIT_OBJECT_0 => {}
            WAIT_FAILED => return Err(io::Error::last_os_error()),
            _ => return Ok(Vec::new()),
        }
    }
    let mut records = [INPUT_RECORD::default(); RECORDS];
    let mut count = 0;
    // SAFETY: the buffer has room for as many records as the call is told.
    let success = unsafe {
        ReadConsoleInputW(
            (*handle).cast(),
            records.as_mut_ptr(),
            RECORDS as u32,
            &raw mut count,
        )
    };
    if success == 0 {
        return Err(io::Error::last_os_error());
    }
    let records = &records[..(count as usize).min(RECORDS)];
    Ok(records.iter().filter_map(record).collect())
}

fn record(record: &INPUT_RECORD) -> Option<Record> {
    match u32::from(record.EventType) {
        KEY_EVENT => {
            // SAFETY: the type says which member of the union is set. Every bit pattern is valid for
            // the unit, whose other member is the same in 8 bits.
            let (event, unit) = unsafe {
                let event = record.Event.KeyEvent;
                (event, event.uChar.UnicodeChar)
            };
            Some(Record::Key {
                down: event.bKeyDown != 0,
                repeat: event.wRepeatCount,
                key: event.wVirtualKeyCode,
                unit,
                state: event.dwControlKeyState,
            })
        }
        MOUSE_EVENT => {
            // SAFETY: the type says which member of the union is set.
            let event = unsafe { record.Event.MouseEvent };
            // The position is in the buffer; the window may be lower.
            let window = ScreenBuffer::current().and_then(|buffer| buffer.info());
            let top = window.map_or(0, |info| info.terminal_window().top);
            Some(Record::Mouse {
                column: event.dwMousePosition.X,
                row: event.dwMousePosition.Y - top,
                buttons: event.dwButtonState,
                flags: event.dwEventFlags,
            })
        }
        WINDOW_BUFFER_SIZE_EVENT => Some(Record::Resize),
        // Focus and menu events.
        _ => None,
    }
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
