//! A socket that stays open when the selection moves on.

use super::ladder::{Ladder, Stage};
use super::notes::StepNotes;
use super::side::Side;
use super::step::{Argument, Step, is_stream, sockaddr};
use crate::names::Os;
use crate::net::{Call, Handle, SocketId, Triple, decode};
use crate::words::{Key, Phrase};

/// A socket on which more was called than socket().
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeldSocket {
    /// The id.
    pub(crate) id: SocketId,
    /// The arguments of socket().
    pub(crate) triple: Triple,
    /// The handle, once socket() has returned.
    pub(crate) handle: Option<Handle>,
    /// The entry that it was opened for.
    pub(super) entry: Option<usize>,
    /// The ladder's side.
    pub(crate) side: Side,
    /// How far it is.
    pub(crate) ladder: Ladder,
    /// The sockaddr for bind() and connect(), or nothing.
    pub(super) address: Box<[u8]>,
    /// connect() follows when socket() has returned.
    pub(super) connects: bool,
    /// Edited arguments.
    pub(super) texts: Vec<(Step, Vec<String>)>,
    /// The notes on its last call.
    pub(crate) notes: StepNotes,
}

impl HeldSocket {
    /// The steps of its ladder.
    pub(crate) fn steps(&self, os: Os) -> &'static [Step] {
        Step::ladder(os, self.triple, self.side, self.ladder.accepted)
    }

    /// The next step.
    pub(crate) fn next(&self, os: Os) -> Option<Step> {
        self.ladder.next(self.steps(os))
    }

    /// The texts of a step's arguments.
    pub(crate) fn texts(&self, os: Os, step: Step) -> Vec<String> {
        let edited = self.texts.iter().find(|(other, _)| *other == step);
        edited.map_or_else(
            || {
                let arguments = step.arguments().iter();
                let text = |argument: &Argument| step.default_text(os, self, *argument);
                arguments.map(text).collect()
            },
            |(_, texts)| texts.clone(),
        )
    }

    pub(super) fn edit(&mut self, os: Os, step: Step, texts: Vec<String>) {
        let changed = texts != self.texts(os, step);
        if changed {
            self.texts.retain(|(other, _)| *other != step);
            self.texts.push((step, texts));
        }
    }

    /// The sockaddr that a step takes until another one is typed.
    pub(super) fn default_address(&self, step: Step) -> &[u8] {
        let source = self.ladder.source.as_deref();
        match step {
            Step::Sendto => source.unwrap_or(&self.address),
            _ => &self.address,
        }
    }

    /// The sockaddr that `text` describes: the default one as it is, whatever its bytes.
    pub(super) fn sockaddr(&self, os: Os, step: Step, text: &str) -> Result<Box<[u8]>, Phrase> {
        if text == step.default_text(os, self, Argument::Address) {
            return Ok(self.default_address(step).into());
        }
        sockaddr(os, text)
    }

    /// The call of a step, as far as it is known: accept() has no id for its socket yet.
    ///
    /// # Errors
    /// The message that an argument has no such value.
    pub(crate) fn preview(&self, os: Os, step: Step) -> Result<Call, Phrase> {
        step.call(os, self, &self.texts(os, step), SocketId(0))
    }

    /// What a call would do outside this machine.
    pub(crate) fn reach(&self, os: Os, call: &Call) -> Option<Phrase> {
        let far = |bytes: &[u8]| {
            decode(os, bytes).filter(|address| {
                let ip = address.ip().to_canonical();
                !ip.is_loopback() && !ip.is_unspecified()
            })
        };
        let stream = is_stream(os, self.triple);
        match call {
            Call::Connect { address, .. } => {
                far(address).filter(|_| stream)?;
                Some(Key::StepsSends.into())
            }
            Call::Sendto { datagram, .. } => {
                far(&datagram.address)?;
                Some(Key::StepsSends.into())
            }
            Call::Send { .. } => {
                far(self.ladder.peer.as_deref()?)?;
                Some(Key::StepsSends.into())
            }
            Call::Bind { address, .. } => {
                let address = decode(os, address)?;
                let near = address.ip().to_canonical().is_loopback();
                (!near).then(|| match address.port() {
                    0 => Key::StepsOpensAPort.into(),
                    port => Phrase::steps_opens(usize::from(port)),
                })
            }
            // It binds to the wildcard address (Linux, listen(2); measured).
            Call::Listen { .. } if self.ladder.stage == Stage::Open && os != Os::Windows => {
                Some(Key::StepsOpensAPort.into())
            }
            _ => None,
        }
    }
}
