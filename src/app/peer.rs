//! The other ends: a client of one's own, a socket with three numbers, and what accept() returns.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::effect::Effects;
use super::held::HeldSocket;
use super::ladder::{Ladder, Stage};
use super::notes::StepNotes;
use super::side::Side;
use super::step::{Step, is_stream};
use super::{Answer, Model};
use crate::net::{Call, Handle, Run, SocketId, Triple, decode, encode};
use crate::words::Key;

impl Model {
    /// Connects a socket of one's own to the selected listener, else to the last one.
    pub(super) fn connect_client(&mut self, effects: &mut Effects) {
        let os = self.host.os;
        let listens = |socket: &&HeldSocket| match is_stream(os, socket.triple) {
            true => socket.ladder.stage == Stage::Listening,
            false => socket.ladder.stage == Stage::Bound,
        };
        let selected = self.sockets.selected().filter(listens);
        let last = || self.sockets.list.iter().rev().find(listens);
        let Some(listener) = selected.or_else(last) else {
            return self.inform(Key::NoticeNoListener);
        };
        let local = listener.ladder.local.as_deref();
        let Some(mut address) = local.and_then(|bytes| decode(os, bytes)) else {
            return self.inform(Key::NoticeNoListener);
        };
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let (triple, listener) = (listener.triple, listener.id);
        let id = self.open_held(
            triple,
            Side::Client,
            encode(os, address),
            Some(listener),
            effects,
        );
        if let Some(client) = self.sockets.get_mut(id) {
            client.connects = true;
        }
    }

    /// Opens a socket with these numbers, recorded beside the socket `beside`.
    pub(super) fn open_held(
        &mut self,
        triple: Triple,
        side: Side,
        address: Box<[u8]>,
        beside: Option<SocketId>,
        effects: &mut Effects,
    ) -> SocketId {
        let ticket = self.ticket();
        let id = SocketId(ticket.0);
        let beside = beside.filter(|beside| self.run_of(*beside).is_some());
        match beside.and_then(|beside| self.run_of_mut(beside)) {
            Some(run) => run.hold(id),
            None => match self.answer.as_mut().and_then(Answer::own_run_mut) {
                Some(run) => run.hold(id),
                None => {
                    let mut run = Run::new(Arc::clone(&self.host), None);
                    run.hold(id);
                    self.sockets.runs.push(run);
                }
            },
        }
        self.sockets.list.push(HeldSocket {
            id,
            triple,
            handle: None,
            entry: None,
            side,
            ladder: Ladder::default(),
            address,
            connects: false,
            texts: Vec::new(),
            notes: StepNotes::default(),
        });
        self.start(ticket, id, Call::Socket { socket: id, triple }, effects);
        id
    }

    pub(super) fn connect_opened(&mut self, id: SocketId, effects: &mut Effects) {
        let os = self.host.os;
        let ticket = self.ticket();
        let socket = self.sockets.get(id);
        if let Some(Ok(call)) = socket.map(|socket| socket.preview(os, Step::Connect)) {
            self.start(ticket, id, call, effects);
        }
    }

    /// Holds the socket that accept() opened, and selects it if the listener is.
    pub(super) fn accepted(
        &mut self,
        listener: SocketId,
        new: SocketId,
        handle: Handle,
        effects: &mut Effects,
    ) {
        let Some(socket) = self.sockets.get(listener) else {
            return;
        };
        let held = HeldSocket {
            id: new,
            handle: Some(handle),
            ladder: Ladder::of_accepted(socket.ladder.local.clone()),
            connects: false,
            texts: Vec::new(),
            notes: StepNotes::default(),
            ..socket.clone()
        };
        self.sockets.list.push(held);
        if let Some(run) = self.run_of_mut(listener) {
            run.hold(new);
        }
        if self.sockets.selected == Some(listener) {
            self.point(Some(new));
        }
        self.query(new, Call::Getsockname { socket: new }, effects);
        self.query(new, Call::Getpeername { socket: new }, effects);
    }
}
