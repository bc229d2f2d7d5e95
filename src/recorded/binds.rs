//! What Microsoft documents for a second bind() to the same port.

/// The page with the table.
pub const SOURCE: &str = "https://learn.microsoft.com/en-us/windows/win32/winsock/\
                          using-so-reuseaddr-and-so-exclusiveaddruse";

/// WSAEADDRINUSE.
const INUSE: Option<i32> = Some(10048);
/// WSAEACCES.
const ACCESS: Option<i32> = Some(10013);
const SUCCESS: Option<i32> = None;

/// The error of the second bind() on Windows Server 2003 and later, if both sockets are of one user
/// account ("Enhanced Socket Security" on [the page](SOURCE)). A row for each first bind(), a column for each
/// second one: without an option, with SO_REUSEADDR, with SO_EXCLUSIVEADDRUSE; each to the wildcard
/// address and to a specific one.
pub const WINDOWS: [[Option<i32>; 6]; 6] = [
    [INUSE, SUCCESS, ACCESS, SUCCESS, INUSE, SUCCESS],
    [SUCCESS, INUSE, SUCCESS, ACCESS, INUSE, INUSE],
    [INUSE, SUCCESS, SUCCESS, SUCCESS, INUSE, SUCCESS],
    [SUCCESS, INUSE, SUCCESS, SUCCESS, INUSE, INUSE],
    [INUSE, ACCESS, ACCESS, ACCESS, INUSE, ACCESS],
    [SUCCESS, INUSE, SUCCESS, ACCESS, INUSE, INUSE],
];
