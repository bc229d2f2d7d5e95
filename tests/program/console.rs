//! What is peculiar to the console of Windows: the records of its keys, its modes, its events.

use crate::screen::server_without_cursor;

tests! {
    control_c_event_restores_the_console: CONSOLE;
}

fn control_c_event_restores_the_console() {
    let terminal = server_without_cursor();
    terminal.control_c_event();
    // 2 is SIGINT of Microsoft's signal.h.
    assert_eq!(terminal.wait_for_end().exit_code(), 128 + 2);
    terminal.assert_restored();
}
