//! The calls of this machine, made by the library in this process.

use std::sync::Arc;

use sockscope::explain::needs_of_run;
use sockscope::net::{Call, Query, Recorder, Run, SocketId, Triple};
use sockscope::sys::System;

const SOCKET: SocketId = SocketId(1);

/// getaddrinfo, then with `socket` socket() and close() on each entry, and the facts for the notes.
pub fn here(query: &Query, socket: bool) -> Run {
    let recorder = Recorder::new(System, None);
    let query = Arc::new(query.clone());
    let mut run = Run::new(Arc::clone(recorder.host()), Arc::clone(&query));
    run.push(recorder.call(None, Call::Getaddrinfo(query)));
    if socket {
        for at in 0..run.entries().len() {
            let (socket, triple) = (SOCKET, run.entries()[at].triple());
            run.push(recorder.call(Some(at), Call::Socket { socket, triple }));
            recorder.close_all();
        }
    }
    run.facts = recorder.facts(needs_of_run(&run), &run);
    run
}

/// The error of socket() on this machine.
pub fn socket_error(triple: Triple) -> Option<i32> {
    let recorder = Recorder::new(System, None);
    let socket = SOCKET;
    let record = recorder.call(None, Call::Socket { socket, triple });
    recorder.close_all();
    record.error().map(|error| error.code)
}
