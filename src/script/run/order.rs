//! Which calls wait for which.

use crate::net::Call;

/// Whether the lines that follow run while the call waits.
pub(super) fn goes_on_beside(call: &Call) -> bool {
    matches!(
        call,
        Call::Accept { .. } | Call::Connect { .. } | Call::Recv { .. } | Call::Recvfrom { .. }
    )
}

/// Whether `call` needs that the pending call `before` has returned.
pub(super) fn waits_for(call: &Call, before: &Call) -> bool {
    let socket = call.on();
    if socket.is_some() && before.opens() == socket {
        return true;
    }
    let receives = |call: &Call| matches!(call, Call::Recv { .. } | Call::Recvfrom { .. });
    let accepts = |call: &Call| matches!(call, Call::Accept { .. });
    socket.is_some()
        && before.on() == socket
        && (matches!(before, Call::Connect { .. })
            || matches!(call, Call::Close { .. })
            || receives(call) && receives(before)
            || accepts(call) && accepts(before))
}
