//! A thread for every call to the resolver, since none can be cancelled, and for freeing what is long.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::{Wake, spawn};
use crate::app::{Msg, Ticket};
use crate::net::{AddrInfo, Net, Query};

/// Calls getaddrinfo; answered by [`Msg::Resolved`].
pub(super) fn resolve<N: Net>(
    net: &Arc<N>,
    wake: &Sender<Wake>,
    ticket: Ticket,
    query: Query,
) -> io::Result<()> {
    let net = Arc::clone(net);
    spawn("lookup", wake, move |wake| {
        let resolution = net.resolve(&query);
        // Nobody may be left to hear it.
        let _ = wake.send(Wake::Msg(Msg::Resolved(ticket, resolution)));
    })
}

/// Calls getnameinfo; answered by [`Msg::Reversed`].
pub(super) fn reverse<N: Net>(
    net: &Arc<N>,
    wake: &Sender<Wake>,
    ticket: Ticket,
    entry: AddrInfo,
) -> io::Result<()> {
    let net = Arc::clone(net);
    spawn("reverse", wake, move |wake| {
        let reverse = net.reverse(&entry);
        // Nobody may be left to hear it.
        let _ = wake.send(Wake::Msg(Msg::Reversed(ticket, reverse)));
    })
}

/// Frees an answer, however long that takes.
pub(super) fn free(wake: &Sender<Wake>, answer: impl Send + 'static) {
    // Where there is no thread to be had it is freed at once, together with what was to free it.
    let _ = spawn("free", wake, |_| drop(answer));
}
