//! The time of one frame in this process: `ui::draw` on a terminal in memory.

use crate::figure::{Figure, Target, Unit};

/// How many entries the list has, and the frame must not cost more for it.
const ENTRIES: [usize; 2] = [10, 100_000];

/// All figures of a single frame.
pub(crate) fn measure() -> Vec<Figure> {
    let figures = ENTRIES.map(|entries| {
        Figure::not_run(
            format!("one frame in-process, {entries} entries"),
            Unit::Milliseconds,
            Target::Value(0.5),
            "there is no ui::draw to call yet",
        )
    });
    figures.into()
}
