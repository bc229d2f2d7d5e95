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

    /// The index of `name`.
    pub(super) const fn find(&self, name: &str) -> Option<usize> {
        let mut at = 0;
        while at < self.len() {
            if equal(self.get(at).as_bytes(), name.as_bytes()) {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

/// `a == b`, which is not const.
const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut same = 0;
    while same < a.len() && same < b.len() && a[same] == b[same] {
        same += 1;
    }
    same == a.len() && same == b.len()
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
