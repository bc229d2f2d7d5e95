//! The loop and the socket thread, before a network that answers when the test says so.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod fake;
mod session;
mod sockets;
