//! What the matrix refuses: for each error of getaddrinfo() and of socket() the families, types and
//! protocols.

use crate::names::Table;
use crate::net::{Cell, Hint, Matrix, Record};
use crate::words::{Key, Language};

/// The call of a cell.
type CallOf = fn(&Cell) -> &Option<Record>;

/// A row for each error of each call in a family: the types, each with the protocols that it is returned
/// for. Types with the same protocols stand together.
pub(super) fn refusals(matrix: &Matrix, language: Language) -> Vec<(String, String)> {
    let calls: [(&str, CallOf); 2] = [
        ("getaddrinfo()", |cell| &cell.getaddrinfo),
        ("socket()", |cell| &cell.socket),
    ];
    let mut rows = Vec::new();
    for (name, record) in calls {
        for (at, &family) in matrix.families().iter().enumerate() {
            let family = Hint::Family.show(matrix.host.os, family);
            for (error, text) in family_rows(matrix, at, record, language) {
                rows.push((format!("{name} {family}"), format!("{error}  {text}")));
            }
        }
    }
    rows
}

/// The errors of a family, each with its cells.
fn family_rows(
    matrix: &Matrix,
    family: usize,
    record: CallOf,
    language: Language,
) -> Vec<(String, String)> {
    let os = matrix.host.os;
    let all = Key::DoctorAll.text(language);
    let mut errors: Vec<i32> = matrix
        .block(family)
        .flatten()
        .filter_map(|cell| Some(record(cell).as_ref()?.error()?.code))
        .collect();
    errors.sort_unstable();
    errors.dedup();
    let row = |code: i32| {
        let mut name = code.to_string();
        // The types with the same protocols.
        let mut groups: Vec<(Vec<String>, String)> = Vec::new();
        for (cells, &socktype) in matrix.block(family).zip(matrix.socktypes()) {
            let mut protocols = Vec::new();
            for cell in cells {
                let error = record(cell).as_ref().and_then(Record::error);
                if let Some(error) = error.filter(|error| error.code == code) {
                    let protocol = cell.triple.protocol;
                    protocols.push(short(Hint::Protocol.table(os), protocol));
                    if let Some(row) = error.name(os) {
                        name = format!("{code} {}", row.name);
                    }
                }
            }
            let protocols = match protocols.len() {
                0 => continue,
                count if count == cells.len() => all.to_owned(),
                _ => protocols.join(" "),
            };
            let socktype = short(Hint::Socktype.table(os), socktype);
            match groups.iter_mut().find(|(_, same)| *same == protocols) {
                Some((types, _)) => types.push(socktype),
                None => groups.push((vec![socktype], protocols)),
            }
        }
        let whole = groups.len() == 1 && groups[0].0.len() == matrix.socktypes().len();
        let groups = groups.into_iter().map(|(types, protocols)| {
            let types = match whole {
                true => all.to_owned(),
                false => types.join(" "),
            };
            format!("{types}: {protocols}")
        });
        (name, groups.collect::<Vec<_>>().join("; "))
    };
    errors.into_iter().map(row).collect()
}

/// The name without its prefix, or the number.
fn short(table: &Table, value: i32) -> String {
    let row = table.of(value).filter(|_| value != 0);
    row.map_or_else(|| value.to_string(), |row| table.short(row.name).to_owned())
}
