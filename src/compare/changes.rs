//! How often the answers to a query that is repeated change.

use std::time::Duration;

use super::{Change, Comparison, Part};

/// The number of answers that differ from the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// In anything.
    pub all: usize,
    /// In the order of the list.
    pub order: usize,
    /// In the entries of the list.
    pub entries: usize,
    /// In a result: an error came, went or changed.
    pub results: usize,
}

impl Changes {
    /// Counts what differs.
    pub fn count(&mut self, comparison: &Comparison) {
        let any = |is: &dyn Fn(Part, Change) -> bool| {
            let mut all = comparison.differences.iter();
            usize::from(all.any(|it| is(it.part, it.change)))
        };
        self.all += usize::from(!comparison.is_equal());
        self.order += any(&|part, change| part == Part::Entries && change == Change::Moved);
        self.entries += any(&|part, change| part == Part::Entries && change != Change::Moved);
        self.results += any(&|part, _| matches!(part, Part::Getaddrinfo | Part::Calls));
    }
}

/// The shorter and the longer of times, with one more.
pub fn extremes(times: Option<[Duration; 2]>, took: Duration) -> [Duration; 2] {
    let [least, most] = times.unwrap_or([took; 2]);
    [least.min(took), most.max(took)]
}
