//! The end of a Windows console, which has no signals, as the loop hears of it.

use std::sync::mpsc::Sender;

use super::{Exit, Wake};
use crate::net::console::{self, Ending};

/// Ends the loop when the console wants the program to end. The numbers are those of signal.h in
/// Microsoft's C library, and of a hang-up, which that lacks.
pub(super) fn watch(wake: Sender<Wake>) {
    console::watch(move |ending| {
        let signal = match ending {
            Ending::Interrupt => 2,
            Ending::Break => 21,
            Ending::Close => 1,
        };
        // Nobody listens any more: then it is ending already.
        let _ = wake.send(Wake::Ended(Exit::Signal(signal)));
    });
}
