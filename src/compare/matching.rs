//! Two lists, matched: which items are the same, and which of those moved.

use std::collections::HashMap;
use std::hash::Hash;

/// The items of two lists, by their indices. Matching two lists the other way round gives the same pairs.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// An index of each list, in the order of the first list.
    pub(super) pairs: Vec<(usize, usize)>,
    /// What is in the first list only.
    pub(super) first: Vec<usize>,
    /// What is in the second list only.
    pub(super) second: Vec<usize>,
}

impl Matching {
    /// Two lists of these lengths, without a pair.
    pub(super) fn new(first: usize, second: usize) -> Self {
        Self {
            pairs: Vec::new(),
            first: (0..first).collect(),
            second: (0..second).collect(),
        }
    }

    /// Pairs what has no pair yet and the same key: the first of each list, the second, and so on. An
    /// item without a key stays.
    pub(super) fn pair<K: Hash + Eq>(&mut self, key: impl Fn(usize, usize) -> Option<K>) {
        if self.first.is_empty() || self.second.is_empty() {
            return;
        }
        // For each key its first item that is left, and for each item the next one with its key.
        let mut places: HashMap<K, usize> = HashMap::with_capacity(self.second.len());
        let mut next = vec![None; self.second.len()];
        for (place, &at) in self.second.iter().enumerate().rev() {
            if let Some(key) = key(1, at) {
                next[place] = places.insert(key, place);
            }
        }
        let mut matched = Vec::new();
        let mut taken = vec![false; self.second.len()];
        self.first.retain(|&at| {
            let Some(key) = key(0, at) else {
                return true;
            };
            let Some(place) = places.remove(&key) else {
                return true;
            };
            if let Some(after) = next[place] {
                places.insert(key, after);
            }
            taken[place] = true;
            matched.push((at, self.second[place]));
            false
        });
        let mut taken = taken.into_iter();
        self.second.retain(|_| taken.next() != Some(true));
        self.pairs.append(&mut matched);
        self.pairs.sort_unstable();
    }

    /// For each pair whether it moved: the others stay in one order in both lists. Of two that changed
    /// places both moved.
    pub(super) fn moved(&self) -> Vec<bool> {
        let seconds: Vec<usize> = self.pairs.iter().map(|&(_, second)| second).collect();
        let mut by_second: Vec<usize> = (0..seconds.len()).collect();
        by_second.sort_unstable_by_key(|&at| seconds[at]);
        // The longest run of what stayed, as each list sees it.
        let stayed = longest_increasing(&seconds);
        let of_second = longest_increasing(&by_second);
        let mut moved: Vec<bool> = stayed.iter().map(|stayed| !stayed).collect();
        for (at, stayed) in by_second.into_iter().zip(of_second) {
            moved[at] |= !stayed;
        }
        moved
    }
}

/// For each value whether it is part of the longest increasing sequence.
fn longest_increasing(values: &[usize]) -> Vec<bool> {
    // For each length the index of the smallest value that a sequence of this length ends with.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let length = ends.partition_point(|&end| values[end] < *value);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut part = vec![false; values.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        part[at] = true;
        next = before[at];
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(first: &str, second: &str) -> Vec<bool> {
        let lists = [first.as_bytes(), second.as_bytes()];
        let mut matching = Matching::new(first.len(), second.len());
        matching.pair(|side, at| Some(lists[side][at]));
        matching.moved()
    }

    #[test]
    fn as_few_items_as_possible_moved() {
        for (first, second, expected) in [
            ("abcd", "abcd", [false; 4]),
            ("abcd", "bcda", [true, false, false, false]),
            ("abcd", "dabc", [false, false, false, true]),
            ("abcd", "bacd", [true, true, false, false]),
            ("abcd", "xaybcd", [false; 4]),
        ] {
            assert_eq!(moved(first, second), expected, "{first} {second}");
        }
    }
}
