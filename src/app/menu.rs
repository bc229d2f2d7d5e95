//! The menu of calls on a socket, with arguments to edit, and the three numbers of socket().

use super::effect::Effects;
use super::held::HeldSocket;
use super::input::TextInput;
use super::side::Side;
use super::step::{Argument, Step, loopback};
use super::{Model, Pane, Popup};
use crate::names::Os;
use crate::net::{AddrInfo, Call, Hint, Hints, Triple};
use crate::words::{Key, Phrase};

/// Every call on a socket, one selected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Menu {
    /// The socket.
    pub(crate) socket: HeldSocket,
    /// The index of the selected call in [`Menu::steps`].
    pub(crate) selected: usize,
    /// The arguments of the selected call.
    pub(crate) fields: Fields,
}

/// Texts, one of which keys edit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields {
    /// The texts.
    pub(crate) inputs: Vec<TextInput>,
    /// The index of the one that keys edit.
    pub(crate) focus: usize,
}

impl Fields {
    fn new(texts: impl IntoIterator<Item = String>) -> Self {
        Self {
            inputs: texts.into_iter().map(TextInput::new).collect(),
            focus: 0,
        }
    }

    /// The text that keys edit.
    pub(super) fn focused(&mut self) -> Option<&mut TextInput> {
        self.inputs.get_mut(self.focus)
    }

    fn next(&mut self) {
        self.focus = (self.focus + 1) % self.inputs.len().max(1);
    }

    fn texts(&self) -> Vec<String> {
        let texts = self.inputs.iter().map(|input| input.value().to_owned());
        texts.collect()
    }
}

impl Menu {
    /// The calls that the menu lists.
    pub(crate) fn steps(os: Os) -> Vec<Step> {
        Step::all(os).collect()
    }

    /// The selected call.
    pub(crate) fn step(&self, os: Os) -> Option<Step> {
        Self::steps(os).get(self.selected).copied()
    }

    /// The socket with the edited arguments of the selected call.
    pub(crate) fn edited(&self, os: Os) -> HeldSocket {
        let mut socket = self.socket.clone();
        if let Some(step) = self.step(os) {
            socket.edit(os, step, self.fields.texts());
        }
        socket
    }

    /// Selects a call, and keeps the arguments of the one before.
    pub(super) fn select(&mut self, os: Os, index: usize) {
        self.socket = self.edited(os);
        self.selected = index;
        let texts = self.step(os).map(|step| self.socket.texts(os, step));
        self.fields = Fields::new(texts.unwrap_or_default());
    }
}

/// The hints that are the arguments of socket(), in its order.
pub(crate) const NUMBERS: [Hint; 3] = [Hint::Family, Hint::Socktype, Hint::Protocol];

/// The three numbers in `fields`.
fn triple(os: Os, fields: &Fields) -> Result<Triple, Phrase> {
    let mut numbers = [0; 3];
    for ((number, hint), input) in numbers.iter_mut().zip(NUMBERS).zip(&fields.inputs) {
        // A type may have flags: SOCK_STREAM|SOCK_CLOEXEC.
        for part in input.value().split('|').map(str::trim) {
            let value = hint.parse(os, part);
            *number |= value.map_err(|bad| Phrase::notice_bad_constant(hint.member(), bad.text))?;
        }
    }
    let [family, socktype, protocol] = numbers;
    Ok(Triple {
        family,
        socktype,
        protocol,
    })
}

impl Model {
    /// Lists every call on the selected socket, with the next one selected.
    pub(super) fn list_calls(&mut self) {
        let os = self.host.os;
        let Some(socket) = self.open_socket() else {
            return self.inform(Key::NoticeNoSocket);
        };
        let next = socket.next(os);
        let at = Menu::steps(os).iter().position(|step| Some(*step) == next);
        self.open_menu(socket, at.unwrap_or(0));
    }

    /// The selected socket, if it is open.
    pub(crate) fn open_socket(&self) -> Option<HeldSocket> {
        let open = |it: &HeldSocket| !it.ladder.stage.is_over() && it.handle.is_some();
        self.socket().filter(open)
    }

    fn open_menu(&mut self, socket: HeldSocket, at: usize) {
        let mut menu = Menu {
            socket,
            selected: usize::MAX,
            fields: Fields::default(),
        };
        menu.select(self.host.os, at);
        self.popup = Some(Popup::Calls(Box::new(menu)));
    }

    /// Lists the calls on a held socket, with this one and its arguments filled in; socket() with its
    /// numbers.
    pub(super) fn propose(&mut self, call: &Call) {
        let os = self.host.os;
        if let Call::Socket { triple, .. } = call {
            let numbers = [triple.family, triple.socktype, triple.protocol];
            let numbers = NUMBERS.into_iter().zip(numbers);
            let texts = numbers.map(|(hint, number)| hint.show(os, number));
            self.popup = Some(Popup::Numbers(Fields::new(texts)));
            return;
        }
        let socket = call.on().and_then(|id| self.sockets.get(id));
        let over = |socket: &&HeldSocket| socket.ladder.stage.is_over();
        let socket = socket.filter(|socket| !over(socket)).cloned();
        let (Some(mut socket), Some(step)) = (socket, Step::of(call)) else {
            return self.inform(Key::NoticeNoSocket);
        };
        socket.edit(os, step, Step::texts(os, call));
        let at = Menu::steps(os).iter().position(|other| *other == step);
        self.open_menu(socket, at.unwrap_or(0));
    }

    /// Asks for the numbers of a socket, at first those of the selected cell of the matrix, else those of
    /// the selected entry.
    pub(super) fn ask_numbers(&mut self) {
        let os = self.host.os;
        let cell = match &self.popup {
            Some(Popup::Matrix(sheet)) => sheet.cell().map(|cell| cell.triple),
            _ => None,
        };
        let triple = cell.or_else(|| self.entry().map(AddrInfo::triple));
        let numbers = triple.map_or(self.form.hints, Hints::from);
        let texts = NUMBERS.map(|hint| hint.show(os, hint.get(&numbers)));
        self.popup = Some(Popup::Numbers(Fields::new(texts)));
    }

    /// Goes to the next argument, if a popup has arguments.
    pub(super) fn next_argument(&mut self) -> bool {
        match &mut self.popup {
            Some(Popup::Calls(menu)) => menu.fields.next(),
            Some(Popup::Numbers(fields)) => fields.next(),
            _ => return false,
        }
        true
    }

    /// Makes the selected call of a menu. A refused argument leaves the menu open.
    pub(super) fn accept_call(&mut self, menu: Box<Menu>, effects: &mut Effects) {
        let os = self.host.os;
        let Some(step) = menu.step(os) else {
            return;
        };
        let before = effects.len();
        self.make(&menu.socket, step, menu.fields.texts(), effects);
        if effects.len() == before {
            self.popup = Some(Popup::Calls(menu));
        }
    }

    /// Opens a socket with the numbers of the popup.
    pub(super) fn accept_numbers(&mut self, fields: Fields, effects: &mut Effects) {
        let os = self.host.os;
        match triple(os, &fields) {
            Ok(triple) => self.open_by_hand(triple, effects),
            Err(refusal) => {
                self.warn(refusal);
                self.popup = Some(Popup::Numbers(fields));
            }
        }
    }

    /// Opens a socket with these numbers, and selects it.
    pub(super) fn open_by_hand(&mut self, triple: Triple, effects: &mut Effects) {
        let address = loopback(self.host.os, triple.family);
        let id = self.open_held(triple, Side::Client, address, None, effects);
        self.focus(Pane::Entries);
        self.point(Some(id));
    }
}

/// The name of an argument of a call in the menu.
pub(crate) const fn label(argument: Argument) -> Key {
    match argument {
        Argument::Value => Key::ArgumentValue,
        Argument::Address => Key::ArgumentAddress,
        Argument::Backlog => Key::ArgumentBacklog,
        Argument::Text => Key::ArgumentText,
        Argument::Length => Key::ArgumentLength,
        Argument::How => Key::ArgumentHow,
    }
}

/// What a call does.
pub(crate) const fn meaning_of(step: Step) -> Key {
    use crate::net::SocketOption;
    match step {
        Step::Setsockopt(SocketOption::V6only) => Key::StepV6only,
        Step::Setsockopt(SocketOption::ReuseAddr) => Key::StepReuseaddr,
        Step::Setsockopt(SocketOption::ExclusiveAddrUse) => Key::StepExclusive,
        Step::Setsockopt(SocketOption::ReusePort) => Key::StepReuseport,
        Step::Setsockopt(SocketOption::Broadcast) => Key::StepBroadcast,
        // The others are only read.
        Step::Setsockopt(_) => Key::StepLinger,
        Step::Bind => Key::StepBind,
        Step::Listen => Key::StepListen,
        Step::Accept => Key::StepAccept,
        Step::Connect => Key::StepConnect,
        Step::Send => Key::StepSend,
        Step::Sendto => Key::StepSendto,
        Step::Recv => Key::StepRecv,
        Step::Recvfrom => Key::StepRecvfrom,
        Step::Shutdown => Key::StepShutdown,
        Step::Close => Key::StepClose,
    }
}
