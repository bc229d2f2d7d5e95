//! The loop and the thread of calls, with a network that the test controls.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod calls;
mod fake;
mod session;
