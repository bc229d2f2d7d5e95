//! A world that is made up: it keeps every effect that has not been answered, and answers each
//! late, in any order, or never.

use std::collections::{BTreeMap, BTreeSet};

use proptest::sample::Index;

use super::*;

/// What happens next.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The user or the screen.
    Now(Msg),
    /// One of the calls of getaddrinfo returns these entries; none where it fails.
    Resolve(Index, Option<Vec<usize>>),
    /// One of the calls of getaddrinfo or getnameinfo cannot be made.
    NotStart(Index),
    /// One of the sockets asked for is there, or is refused; its entry may be left long since.
    Open(Index, bool),
    /// One of the closed sockets is gone, or close() failed.
    Close(Index, bool),
    /// One of the rounds of trying comes so much further; it may be stopped long since.
    Try(Index, Vec<bool>),
    /// One of the reverse lookups returns.
    Reverse(Index, bool),
    /// The kernel says what one of the sockets is; it may be closed long since.
    Inquire(Index, bool),
    /// What the machine is like is found out for one of the answers.
    Examine(Index, bool),
}

/// How many orders may wait for the thread of the sockets at once. It skips what has been overtaken,
/// so the oldest are never answered.
const WAITING: usize = 64;

/// A round of trying that has not reached the end of its list.
#[derive(Debug)]
struct Round {
    ticket: Ticket,
    next: usize,
    count: usize,
    stopped: bool,
}

/// The model, and what the world owes it.
#[derive(Debug)]
pub(super) struct World {
    model: Model,
    tickets: BTreeSet<Ticket>,
    resolving: BTreeMap<Ticket, Query>,
    reversing: BTreeSet<Ticket>,
    opening: Vec<Ticket>,
    closing: Vec<Ticket>,
    inquiring: Vec<Ticket>,
    examining: Vec<Ticket>,
    unclosed: Option<Ticket>,
    rounds: Vec<Round>,
}

impl World {
    pub(super) fn new(query: Query) -> Self {
        let (model, effects) = Model::new(about(), query);
        let mut world = Self {
            model,
            tickets: BTreeSet::new(),
            resolving: BTreeMap::new(),
            reversing: BTreeSet::new(),
            opening: Vec::new(),
            closing: Vec::new(),
            inquiring: Vec::new(),
            examining: Vec::new(),
            unclosed: None,
            rounds: Vec::new(),
        };
        world.take_in(effects);
        world.check();
        world
    }

    /// The message that `step` amounts to, if the world owes such a one.
    fn message(&mut self, step: Step) -> Option<Msg> {
        let pick = |index: Index, count: usize| (count > 0).then(|| index.index(count));
        Some(match step {
            Step::Now(msg) => msg,
            Step::Resolve(index, entries) => {
                let at = pick(index, self.resolving.len())?;
                let ticket = *self.resolving.keys().nth(at)?;
                let query = self.resolving.remove(&ticket)?;
                let resolution = match entries {
                    Some(numbers) => list(query, numbers),
                    None => noname(query),
                };
                Msg::Resolved(ticket, resolution)
            }
            Step::NotStart(index) => {
                let tickets = self.in_flight();
                let ticket = *tickets.iter().nth(pick(index, tickets.len())?)?;
                self.resolving.remove(&ticket);
                self.reversing.remove(&ticket);
                Msg::NotStarted(ticket, "no more threads".to_owned())
            }
            Step::Open(index, succeeds) => {
                let ticket = self.opening.remove(pick(index, self.opening.len())?);
                Msg::Opened(ticket, attempt(succeeds))
            }
            Step::Close(index, succeeds) => {
                let ticket = self.closing.remove(pick(index, self.closing.len())?);
                let result = match succeeds {
                    true => Ok(()),
                    false => Err(error(Call::Close, Domain::Errno, 5)),
                };
                let took = Duration::ZERO;
                Msg::Closed(
                    ticket,
                    Closed {
                        handle: Handle(9),
                        result,
                        took,
                    },
                )
            }
            Step::Try(index, attempts) => {
                let at = pick(index, self.rounds.len())?;
                let round = &mut self.rounds[at];
                let first = round.next;
                let attempts: Vec<Attempt> = attempts
                    .into_iter()
                    .take(round.count - first)
                    .map(attempt)
                    .collect();
                round.next += attempts.len();
                let ticket = round.ticket;
                self.rounds.retain(|round| round.next < round.count);
                Msg::Tried(ticket, first, attempts)
            }
            Step::Reverse(index, succeeds) => {
                let at = pick(index, self.reversing.len())?;
                let ticket = *self.reversing.iter().nth(at)?;
                self.reversing.remove(&ticket);
                Msg::Reversed(ticket, succeeds.then(|| named("name")).flatten())
            }
            Step::Inquire(index, succeeds) => {
                let ticket = self.inquiring.remove(pick(index, self.inquiring.len())?);
                let inquiry = Inquiry {
                    call: Call::Getsockopt,
                    option: Some("SO_TYPE"),
                    handle: Handle(9),
                    result: match succeeds {
                        true => Ok("SOCK_STREAM 1".to_owned()),
                        false => Err(error(Call::Getsockopt, Domain::Errno, 88)),
                    },
                    took: Duration::ZERO,
                };
                Msg::Inquired(ticket, vec![inquiry; 4])
            }
            Step::Examine(index, yes) => {
                let ticket = self.examining.remove(pick(index, self.examining.len())?);
                let circumstances = Circumstances {
                    ipv4: Some(yes),
                    ipv6: Some(!yes),
                    privileged: Some(yes),
                    ..Circumstances::default()
                };
                Msg::Examined(ticket, circumstances)
            }
        })
    }

    /// Takes `step`; false where the world owes no such message.
    pub(super) fn step(&mut self, step: Step) -> bool {
        let Some(msg) = self.message(step) else {
            return false;
        };
        // Ten thousand lines, which no check of this asks for, are not copied for each step.
        let calls = std::mem::take(&mut self.model.calls);
        let before = self.model.clone();
        self.model.calls = calls;
        let effects = self.model.update(msg.clone());
        self.check_asked(&before, &msg, &effects);
        self.check_answer(&before, &msg);
        self.take_in(effects);
        self.check();
        true
    }

    /// How many bytes the whole state takes when it is printed, and how many calls it remembers.
    /// What grows without end grows here too.
    pub(super) fn size(&mut self) -> (usize, usize) {
        let calls = std::mem::take(&mut self.model.calls);
        let size = format!("{:?}", self.model).len();
        self.model.calls = calls;
        (size, self.model.calls.lines.len())
    }

    fn in_flight(&self) -> BTreeSet<Ticket> {
        self.resolving
            .keys()
            .chain(&self.reversing)
            .copied()
            .collect()
    }

    fn new_ticket(&mut self, ticket: Ticket) {
        assert!(self.tickets.insert(ticket), "{ticket:?} is used twice");
    }

    fn take_in(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Resolve(ticket, query) => {
                    self.new_ticket(ticket);
                    self.resolving.insert(ticket, query);
                }
                Effect::Reverse(ticket, entry) => {
                    self.new_ticket(ticket);
                    assert_eq!(self.model.entry(), Some(&entry));
                    self.reversing.insert(ticket);
                }
                Effect::Open(ticket, entry) => {
                    self.new_ticket(ticket);
                    assert_eq!(self.unclosed, None, "two sockets are open");
                    assert_eq!(self.model.entry(), Some(&entry));
                    self.unclosed = Some(ticket);
                    self.opening.push(ticket);
                }
                Effect::Close(ticket) => {
                    assert_eq!(
                        self.unclosed.take(),
                        Some(ticket),
                        "closes what is not open"
                    );
                    self.closing.push(ticket);
                }
                Effect::TryAll(ticket, answer) => {
                    self.new_ticket(ticket);
                    assert!(self.rounds.iter().all(|round| round.stopped));
                    assert_eq!(Some(&answer), self.model.lookups.answer.as_ref());
                    self.rounds.push(Round {
                        ticket,
                        next: 0,
                        count: answer.entries().len(),
                        stopped: false,
                    });
                }
                Effect::StopTrying(ticket) => {
                    let mut rounds = self.rounds.iter_mut();
                    let round = rounds.find(|round| round.ticket == ticket).unwrap();
                    assert!(!round.stopped, "stopped twice");
                    round.stopped = true;
                }
                Effect::Inquire(ticket) => {
                    assert_eq!(Some(ticket), self.unclosed, "asks about a closed socket");
                    self.inquiring.push(ticket);
                }
                Effect::Examine(ticket, _) => {
                    self.new_ticket(ticket);
                    self.examining.push(ticket);
                }
                Effect::CaptureMouse(mouse) => assert_eq!(mouse, self.model.mouse),
                Effect::Copy(Copied::Call(index)) => {
                    assert!(index < self.model.calls.lines.len().max(1));
                }
                Effect::Suspend | Effect::Quit | Effect::Copy(_) | Effect::Free(_) => {}
            }
        }
        for waiting in [
            &mut self.opening,
            &mut self.closing,
            &mut self.inquiring,
            &mut self.examining,
        ] {
            waiting.drain(..waiting.len().saturating_sub(WAITING));
        }
    }

    /// A call carries the hints of the form, and its texts where everything was asked for.
    fn check_asked(&self, before: &Model, msg: &Msg, effects: &[Effect]) {
        let asked = effects.iter().filter_map(|effect| match effect {
            Effect::Resolve(_, query) => Some(query),
            _ => None,
        });
        let asked: Vec<&Query> = asked.collect();
        assert!(asked.len() <= 1, "one message makes at most one call");
        let Some(&query) = asked.first() else {
            assert_eq!(self.model.asked, before.asked);
            return;
        };
        assert_eq!(query.hints, self.model.form.passed_hints());
        assert_eq!(*query, self.model.asked);
        let everything = matches!(before.popup, Some(Popup::Presets(_)))
            || matches!(
                msg,
                Msg::Do(Command::Resolve | Command::Fix)
                    | Msg::Click(Target::Command(Command::Resolve | Command::Fix))
            );
        if everything {
            assert_eq!(self.model.form.query().as_ref(), Ok(query));
        } else {
            let texts = |query: &Query| (query.node.clone(), query.service.clone());
            assert_eq!(texts(query), texts(&before.asked));
        }
    }

    /// Only the answer that is waited for is shown, and it is shown whole.
    fn check_answer(&self, before: &Model, msg: &Msg) {
        let waited_for = before
            .lookups
            .pending
            .as_ref()
            .map(|pending| pending.ticket);
        let (old, new) = (&before.lookups.answer, &self.model.lookups.answer);
        match msg {
            Msg::Resolved(ticket, resolution) if waited_for == Some(*ticket) => {
                assert_eq!(new.as_deref(), Some(resolution));
                assert_eq!(self.model.lookups.pending, None);
                assert!(self.model.sockets.attempts.is_empty());
                assert!(self.model.sockets.reverses.is_empty());
                assert_eq!(self.model.sockets.trying, None);
            }
            _ => assert!(match (old, new) {
                (None, None) => true,
                (Some(old), Some(new)) => Arc::ptr_eq(old, new),
                _ => false,
            }),
        }
    }

    fn check(&self) {
        let Model {
            form,
            lookups,
            sockets,
            popup,
            measures,
            calls,
            ..
        } = &self.model;
        let count = self.model.entries().len();

        assert!(sockets.selected < count.max(1));
        assert_eq!(sockets.live.is_some(), count > 0);
        assert_eq!(sockets.live.as_ref().map(|live| live.ticket), self.unclosed);
        assert!(sockets.attempts.keys().all(|&index| index < count));
        assert!(sockets.reverses.keys().all(|&index| index < count));
        for state in sockets.reverses.values() {
            if let Reversing::Pending(ticket) = state {
                assert!(self.reversing.contains(ticket), "waits for ever");
            }
        }

        assert!(lookups.in_flight.len() <= MAX_IN_FLIGHT);
        assert_eq!(lookups.in_flight, self.in_flight());
        if let Some(pending) = &lookups.pending {
            assert_eq!(self.resolving.get(&pending.ticket), Some(&pending.query));
            assert_eq!(self.model.asked, pending.query);
        }

        let round = self.rounds.iter().find(|round| !round.stopped);
        assert_eq!(
            sockets.trying.map(|trying| (trying.ticket, trying.done)),
            round.map(|round| (round.ticket, round.next))
        );

        assert!(calls.lines.len() <= MAX_CALLS);
        assert!(calls.current() < calls.lines.len().max(1));
        assert!(calls.selected.is_none_or(|line| line < calls.lines.len()));

        assert!(form.focus < form.fields().len());
        let stale = match (lookups.shown(), form.query()) {
            (None, _) => false,
            (Some(shown), Ok(query)) => query != shown.query,
            (Some(_), Err(_)) => true,
        };
        assert_eq!(self.model.is_stale(), stale);
        for text in [&form.node, &form.service] {
            if let TextField::Typed(input) = text {
                let (before, behind) = input.parts();
                assert_eq!(input.value().len(), before.len() + behind.len());
            }
        }

        let first_of_last = |lines: usize, visible| lines.saturating_sub(visible);
        assert!(self.model.detail_scroll <= first_of_last(measures.detail_lines, measures.detail));
        match popup {
            None => {}
            Some(Popup::Choice(choosing)) => {
                let choices = choosing.choices(Os::Linux);
                assert!(choosing.selected < choices.len().max(1));
                assert_eq!(
                    choosing.choice(Os::Linux).as_ref(),
                    choices.get(choosing.selected)
                );
            }
            Some(Popup::Presets(selected)) => assert!(*selected < presets().len().max(1)),
            Some(Popup::Help(first)) => {
                assert!(*first <= first_of_last(measures.help_lines, measures.popup));
            }
        }
    }
}

fn attempt(succeeds: bool) -> Attempt {
    if succeeds { opened(9) } else { refused() }
}
