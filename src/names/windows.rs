//! stub
use super::{Names, Table};
const T: Table = Table {
    prefix: "",
    rows: &[],
    aliases: &[],
};
pub(super) const NAMES: Names = Names {
    families: T,
    socktypes: T,
    protocols: T,
    flags: T,
    gai: T,
    errno: T,
    wsa: T,
};
