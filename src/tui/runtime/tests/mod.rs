//! The loop and the thread of the calls, before a network that answers when the test says so.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod calls;
mod fake;
mod session;
