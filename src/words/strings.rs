//! Many strings in one.

/// Strings, one after the other. A table of `&str` would need a relocation for each at every start
/// of the program.
pub(super) struct Strings {
    pub(super) text: &'static str,
    /// Where each string starts, and where the last one ends.
    pub(super) starts: &'static [u32],
}

impl Strings {
    pub(super) const fn get(&self, at: usize) -> &'static str {
        let (before_end, _) = self.text.split_at(self.starts[at + 1] as usize);
        before_end.split_at(self.starts[at] as usize).1
    }

    pub(super) const fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The index of `name`, if the strings are in the order of their bytes.
    pub(super) const fn find(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match compare(name.as_bytes(), self.get(middle).as_bytes()) {
                0 => return Some(middle),
                ..0 => high = middle,
                1.. => low = middle + 1,
            }
        }
        None
    }
}

/// Below, at or above 0, as `a` comes before, is, or comes after `b`. `Ord::cmp` is not const.
const fn compare(a: &[u8], b: &[u8]) -> i32 {
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] as i32 - b[at] as i32;
        }
        at += 1;
    }
    (a.len() > b.len()) as i32 - (a.len() < b.len()) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Strings = Strings {
        text: "aababc",
        starts: &[0, 1, 3, 6],
    };

    #[test]
    fn each_string_is_found_by_its_name() {
        for (at, name) in ["a", "ab", "abc"].into_iter().enumerate() {
            assert_eq!(NAMES.get(at), name);
            assert_eq!(NAMES.find(name), Some(at));
        }
        for name in ["", "aa", "abcd", "b"] {
            assert_eq!(NAMES.find(name), None, "{name}");
        }
    }
}
