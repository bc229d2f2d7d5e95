//! The matrix is filled while it is on the screen, and a cell is resolved.

use super::*;
use crate::net::{Cell, Matrix, Triple};
use crate::words::Language;

/// Opens the matrix; returns the ticket of its calls and their arguments.
#[track_caller]
fn opens(model: &mut Model, command: Command) -> (Ticket, Arc<[Triple]>) {
    let effects = model.does(command);
    let [.., Effect::Fill(ticket, triples)] = &effects[..] else {
        panic!("{effects:?}")
    };
    (*ticket, Arc::clone(triples))
}

/// The records of the cell at this index: both calls fail.
fn refusal(at: usize, triple: Triple) -> Vec<Record> {
    let query = Arc::new(Matrix::query(Os::Linux, triple));
    let socket = SocketId(0);
    [
        (Call::Getaddrinfo(query), error(Domain::Gai, -7)),
        (Call::Socket { socket, triple }, refused()),
    ]
    .map(|(call, outcome)| Record {
        entry: Some(at),
        ..record(call, outcome)
    })
    .to_vec()
}

fn sheet(model: &Model) -> &Sheet {
    match &model.popup {
        Some(Popup::Matrix(sheet)) => sheet,
        other => panic!("{other:?}"),
    }
}

#[test]
fn matrix_is_filled_while_it_is_shown() {
    let mut model = showing(1);
    let (ticket, triples) = opens(&mut model, Command::Matrix);
    let half = triples.len() / 2;
    let records = |cells: std::ops::Range<usize>| -> Vec<Record> {
        cells.flat_map(|at| refusal(at, triples[at])).collect()
    };
    assert_eq!(model.hears(Msg::Tried(ticket, records(0..half))), []);
    assert_eq!(sheet(&model).done, half);
    let is_done = |cell: &Cell| cell.getaddrinfo.is_some() && cell.socket.is_some();
    let cells = sheet(&model).matrix.cells();
    assert!(cells[..half].iter().all(is_done));
    assert!(!cells[half..].iter().any(is_done));
    assert_eq!(
        model.hears(Msg::Tried(ticket, records(half..triples.len()))),
        []
    );
    assert!(sheet(&model).matrix.cells().iter().all(is_done));
    // Each call is in the list of calls, and nothing is left to stop.
    assert!(model.call_count() >= 2 * triples.len());
    assert_eq!(model.does(Command::Cancel), []);
    assert_eq!(model.popup, None);
}

#[test]
fn closing_the_matrix_stops_its_calls() {
    for command in [Command::Cancel, Command::Close, Command::Help] {
        let mut model = showing(1);
        let (ticket, triples) = opens(&mut model, Command::Matrix);
        assert_eq!(model.does(command), [Effect::StopTrying(ticket)]);
        // A batch that was on its way changes only the list of calls.
        let before = model.but_calls();
        model.hears(Msg::Tried(ticket, refusal(0, triples[0])));
        assert_eq!(model.but_calls(), before);
    }
}

#[test]
fn everything_is_asked_at_the_second_key() {
    let mut model = showing(1);
    let (usual, few) = opens(&mut model, Command::Matrix);
    assert_eq!(model.does(Command::Everything), []);
    let notice = model.notice.clone().unwrap().text.text(Language::En);
    assert!(notice.contains("load kernel modules"), "{notice}");
    let effects = model.does(Command::Everything);
    let [Effect::StopTrying(stopped), Effect::Fill(_, all)] = &effects[..] else {
        panic!("{} effects", effects.len())
    };
    assert_eq!(*stopped, usual);
    assert!(all.len() > few.len());
}

#[test]
fn enter_or_a_second_click_resolves_the_cell() {
    let mut model = showing(1);
    for clicks in [false, true] {
        let (ticket, triples) = opens(&mut model, Command::Matrix);
        let columns = sheet(&model).matrix.protocols().len();
        // The second row and third column.
        let expected = Matrix::query(Os::Linux, triples[columns + 2]);
        let effects = if clicks {
            assert_eq!(model.hears(Msg::Click(Target::Cell(1, 2))), []);
            model.hears(Msg::Click(Target::Cell(1, 2)))
        } else {
            let moves = [Command::Move(Motion::Down), Command::Next, Command::Next];
            for command in moves {
                assert_eq!(model.does(command), []);
            }
            model.does(Command::Accept)
        };
        let [Effect::Call(_, _, Call::Getaddrinfo(query)), stop] = &effects[..] else {
            panic!("{effects:?}")
        };
        assert_eq!(**query, expected);
        assert_eq!(*stop, Effect::StopTrying(ticket));
        assert_eq!(model.form.query(), Ok(expected));
        assert_eq!(model.popup, None);
    }
}

#[test]
fn numbers_of_the_cell_are_offered_to_socket() {
    let mut model = showing(1);
    let (ticket, triples) = opens(&mut model, Command::Matrix);
    model.hears(Msg::Click(Target::Cell(9, 2)));
    let effects = model.does(Command::Numbers);
    assert_eq!(effects, [Effect::StopTrying(ticket)]);
    let effects = model.does(Command::Accept);
    let [Effect::Call(_, None, Call::Socket { triple, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*triple, triples[9 * 6 + 2]);
    assert_eq!(triple.family, 2);
}

#[test]
fn selection_stays_inside_the_matrix() {
    let mut model = showing(1);
    opens(&mut model, Command::Matrix);
    model.does(Command::Previous);
    model.does(Command::Move(Motion::Up));
    assert_eq!((sheet(&model).row, sheet(&model).column), (0, 0));
    for _ in 0..99 {
        model.does(Command::Next);
        model.does(Command::Move(Motion::Down));
    }
    model.hears(Msg::Click(Target::Cell(usize::MAX, usize::MAX)));
    let last = sheet(&model).matrix.cells().last();
    assert_eq!(sheet(&model).cell(), last);
}

#[test]
fn bind_matrix_replaces_the_other_and_is_filled() {
    let mut model = showing(1);
    let (usual, _) = opens(&mut model, Command::Matrix);
    let effects = model.does(Command::Binds);
    let [Effect::StopTrying(stopped), Effect::FillBinds(ticket)] = effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(stopped, usual);
    let socket = SocketId(0);
    let address = Box::default();
    let bind = |at, outcome| Record {
        entry: Some(at),
        ..record(
            Call::Bind {
                socket,
                address: Box::clone(&address),
            },
            outcome,
        )
    };
    // The first bind() of the pair, and the second.
    let zero = || Outcome::Returned(Value::Zero);
    let records = vec![bind(7, zero()), bind(7, error(Domain::Errno, 98))];
    assert_eq!(model.hears(Msg::Tried(ticket, records)), []);
    assert_eq!(model.hears(Msg::Click(Target::Cell(1, 1))), []);
    let Some(Popup::Binds(binds)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    assert_eq!((binds.row, binds.column), (1, 1));
    let result = binds.matrix.result(1, 1).and_then(Record::error);
    assert_eq!(result.map(|error| error.code), Some(98));
    assert_eq!(binds.matrix.result(0, 0), None);
    assert_eq!(model.does(Command::Cancel), [Effect::StopTrying(ticket)]);
}
