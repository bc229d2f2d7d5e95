//! An hour of use, as fast as the program can: a lookup every three seconds and a selection every
//! second, each waited for.

use std::time::Instant;

use super::usage::Usage;
use super::{report, scaled};
use crate::support::network::Network;
use crate::support::terminal::Terminal;

tests! {
    one_hour_of_use_leaks_nothing: NETWORK;
}

const LOOKUPS: usize = 1_200;
/// Selections after each lookup.
const SELECTIONS: usize = 3;

/// Allowed for heap fragmentation and for the lines of the calls: about twelve thousand in the
/// hour, of which ten thousand are kept.
const KILOBYTES: u64 = 4 * 1024;

fn one_hour_of_use_leaks_nothing() {
    Network::run(|_network| {
        let start = Instant::now();
        let mut terminal = Terminal::sockscope(80, 24, &["-4", "127.0.0.1", "80"]);
        let pid = terminal.pid();
        terminal.wait_for("file descriptor");
        let lookups = scaled(LOOKUPS);
        let mut early = None;
        for lookup in 0..lookups {
            // A new address each time, to tell its answer from the one before.
            let node = format!("127.0.{}.{}", lookup / 250, lookup % 250 + 1);
            terminal.send(format!("\x1b[5~\x15{node}\r"));
            terminal.wait_for(&format!("{node}:80"));
            terminal.wait_for("file descriptor");
            // To the list; down twice, and up again.
            terminal.send("\t");
            for (key, call, result) in [
                ("\x1b[B", "SOCK_DGRAM, IPPROTO_UDP", "file descriptor"),
                ("\x1b[B", "SOCK_RAW, ", "socket("),
                ("\x1b[A", "SOCK_DGRAM, IPPROTO_UDP", "file descriptor"),
            ] {
                terminal.send(key);
                terminal.wait_for(&format!("socket(AF_INET, {call}"));
                terminal.wait_for(result);
            }
            terminal.send("\x1b[Z");
            if lookup + 1 == lookups / 10 {
                early = Some(Usage::of(pid));
            }
        }
        let (early, late) = (early.unwrap(), Usage::of(pid));
        report(&format!(
            "{lookups} lookups and {} selections in {:.1} s; {early} after a tenth, {late} after all",
            lookups * SELECTIONS,
            start.elapsed().as_secs_f64()
        ));
        late.assert_no_more_than(&early, KILOBYTES);
        terminal.send("\x03");
        let status = terminal.wait_for_end();
        assert_eq!((status.exit_code(), status.signal()), (0, None));
        terminal.assert_restored();
    });
}
