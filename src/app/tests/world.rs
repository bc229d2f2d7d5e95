//! A simulated world: it keeps every unanswered effect and answers it late, in any order, or never.

use std::collections::{BTreeMap, BTreeSet};

use proptest::sample::Index;

use super::*;
use crate::app::history::{History, MOST};
use crate::lesson::Lesson;
use crate::net::{Facts, KINDS, Needs, Origin, Sorting, SourceAnswer, SourceResult, Sources};
use crate::replay::Replay;
use crate::script;

/// The next event.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A message of the user or the screen.
    Now(Msg),
    /// A getaddrinfo returns these entries, or fails.
    Resolve(Index, Option<Vec<usize>>),
    /// A getaddrinfo or getnameinfo cannot be started.
    NotStart(Index),
    /// A socket() succeeds or fails; its entry may no longer be selected.
    Open(Index, bool),
    /// A close() succeeds or fails.
    Close(Index, bool),
    /// A "try all" reports a batch; it may have been stopped.
    Try(Index, Vec<bool>),
    /// A getnameinfo returns.
    Reverse(Index, bool),
    /// A getsockopt or getsockname returns; its socket may be closed.
    Answer(Index, bool),
    /// A call on a held socket returns, or the one that opens it.
    Return(Index, bool),
    /// Requested facts arrive.
    Facts(Index, bool),
    /// Sources answer, all or the first; they may be given up.
    Sources(Index, bool),
    /// A file is opened, or cannot be.
    File(Index, bool),
    /// What differs is found; the comparison may be closed.
    Compare(Index),
    /// The time of an alarm has come; a later one may have replaced it.
    Alarm(Index),
    /// A call of the lesson returns, or its step is made; it may have been left.
    Lesson(Index, bool),
    /// A path is proposed, or a file is written or not; another may have been since.
    Save(Index, u8),
}

/// The most calls of one kind that wait for the thread of calls. It skips overtaken calls, so the
/// oldest are never answered.
const WAITING: usize = 64;

/// A "try all" that has not reached the end of its list.
#[derive(Debug)]
struct Round {
    ticket: Ticket,
    next: usize,
    count: usize,
    stopped: bool,
}

/// The model and its unanswered effects.
#[derive(Debug)]
pub(super) struct World {
    model: Model,
    tickets: BTreeSet<Ticket>,
    resolving: BTreeMap<Ticket, Effect>,
    reversing: BTreeMap<Ticket, Effect>,
    /// Reverse lookups of the answer on screen.
    awaited: BTreeSet<Ticket>,
    opening: Vec<Effect>,
    closing: Vec<Effect>,
    questions: Vec<Effect>,
    /// The calls on held sockets, and those that open them.
    steps: BTreeMap<Ticket, Effect>,
    /// The held sockets that are open or opening.
    held: BTreeSet<SocketId>,
    facts: Vec<(Ticket, Needs)>,
    asked: Vec<(Ticket, Run, Arc<Reasons>)>,
    unclosed: Option<SocketId>,
    /// An earlier run is on screen, and no entry was selected since: no socket is open.
    gone_back: bool,
    rounds: Vec<Round>,
    /// The paths to propose and the files to write.
    saving: Vec<Ticket>,
    /// The matrices that are not filled: the thread of calls never gets so far.
    filling: BTreeSet<Ticket>,
    /// The files to read.
    opening_files: Vec<Ticket>,
    comparing: Vec<(Ticket, Arc<[Counterpart; 2]>)>,
    alarms: Vec<Ticket>,
    /// What the calls of lessons return, the next one first.
    lessons: Vec<(Ticket, CourseEvent)>,
}

impl World {
    pub(super) fn new(query: Query) -> Self {
        let (model, effects) = Model::begin(host(Os::Linux), query);
        let mut world = Self {
            model,
            tickets: BTreeSet::new(),
            resolving: BTreeMap::new(),
            reversing: BTreeMap::new(),
            awaited: BTreeSet::new(),
            opening: Vec::new(),
            closing: Vec::new(),
            questions: Vec::new(),
            steps: BTreeMap::new(),
            held: BTreeSet::new(),
            facts: Vec::new(),
            asked: Vec::new(),
            unclosed: None,
            gone_back: false,
            rounds: Vec::new(),
            saving: Vec::new(),
            filling: BTreeSet::new(),
            opening_files: Vec::new(),
            comparing: Vec::new(),
            alarms: Vec::new(),
            lessons: Vec::new(),
        };
        world.take_in(effects);
        world.check();
        world
    }

    /// The message of `step`, if an effect waits for it.
    fn message(&mut self, step: Step) -> Option<Msg> {
        let pick = |index: Index, count: usize| (count > 0).then(|| index.index(count));
        Some(match step {
            Step::Now(msg) => msg,
            Step::Resolve(index, entries) => {
                let at = pick(index, self.resolving.len())?;
                let ticket = *self.resolving.keys().nth(at)?;
                let asked = self.resolving.remove(&ticket)?;
                asked.ends(match entries {
                    Some(numbers) => fixture::list(numbers.into_iter().map(entry)),
                    None => error(Domain::Gai, -2),
                })
            }
            Step::NotStart(index) => {
                let tickets = self.in_flight();
                let ticket = *tickets.iter().nth(pick(index, tickets.len())?)?;
                self.resolving.remove(&ticket);
                self.reversing.remove(&ticket);
                Msg::NotStarted(ticket, "no more threads".to_owned())
            }
            Step::Open(index, succeeds) => {
                let socket = self.opening.remove(pick(index, self.opening.len())?);
                socket.ends(if succeeds { opened(9) } else { refused() })
            }
            Step::Close(index, succeeds) => {
                let close = self.closing.remove(pick(index, self.closing.len())?);
                close.ends(match succeeds {
                    true => Outcome::Returned(Value::Zero),
                    false => error(Domain::Errno, 5),
                })
            }
            Step::Try(index, attempts) => {
                let at = pick(index, self.rounds.len())?;
                let round = &mut self.rounds[at];
                let first = round.next;
                let outcomes: Vec<Outcome> = attempts
                    .into_iter()
                    .take(round.count - first)
                    .map(|succeeds| if succeeds { opened(9) } else { refused() })
                    .collect();
                round.next += outcomes.len();
                let ticket = round.ticket;
                self.rounds.retain(|round| round.next < round.count);
                Msg::Tried(ticket, tried(first, outcomes))
            }
            Step::Reverse(index, succeeds) => {
                let at = pick(index, self.reversing.len())?;
                let ticket = *self.reversing.keys().nth(at)?;
                let reverse = self.reversing.remove(&ticket)?;
                reverse.ends(match succeeds {
                    true => named("name"),
                    false => Outcome::NotStarted(Reason::NoAddress),
                })
            }
            Step::Answer(index, succeeds) => {
                let question = self.questions.remove(pick(index, self.questions.len())?);
                let lists = matches!(question, Effect::Call(_, _, Call::WsaEnumProtocols));
                question.ends(match succeeds {
                    true if lists => providers(2),
                    true => Outcome::Returned(Value::Number(1)),
                    false => error(Domain::Errno, 88),
                })
            }
            Step::Return(index, succeeds) => {
                let at = pick(index, self.steps.len())?;
                let ticket = *self.steps.keys().nth(at)?;
                let step = self.steps.remove(&ticket)?;
                let outcome = self.outcome(&step, succeeds);
                step.ends(outcome)
            }
            Step::Facts(index, yes) => {
                let (ticket, known) = self.facts.remove(pick(index, self.facts.len())?);
                let run = self.model.run().cloned()?;
                let entries = run.entries().iter().map(|_| Origin::NoAddress).collect();
                let facts = Facts {
                    known,
                    host_sources: Sources::read("hosts: files dns", "hosts"),
                    sorting: yes.then_some(Sorting {
                        entries,
                        gai_conf: None,
                    }),
                    ipv4: Some(yes),
                    ipv6: Some(!yes),
                    privileged: Some(yes),
                    ..Facts::default()
                };
                Msg::facts(ticket, run, facts)
            }
            Step::Save(index, end) => {
                let ticket = self.saving.remove(pick(index, self.saving.len())?);
                match end {
                    0 => Msg::PathProposed(ticket, Some("free".to_owned())),
                    1 => Msg::PathProposed(ticket, None),
                    2 => Msg::Saved(ticket, Err(SaveError::Exists)),
                    3 => Msg::Saved(ticket, Err(SaveError::Failed(Key::SaveTilde.into()))),
                    _ => Msg::Saved(ticket, Ok("/saved".to_owned())),
                }
            }
            Step::File(index, succeeds) => {
                let at = pick(index, self.opening_files.len())?;
                let ticket = self.opening_files.remove(at);
                let result = match succeeds {
                    true => Ok(Box::new(windows())),
                    false => Err(Key::ReplayNoPath.into()),
                };
                Msg::Opened(ticket, result)
            }
            Step::Alarm(index) => Msg::Alarm(self.alarms.remove(pick(index, self.alarms.len())?)),
            Step::Lesson(index, next) => {
                // Calls that go on beside others return in any order.
                let at = if next {
                    0
                } else {
                    index.index(self.lessons.len().max(1))
                };
                let at = pick(index, self.lessons.len()).map(|_| at)?;
                let (ticket, event) = self.lessons.remove(at);
                Msg::Lesson(ticket, event)
            }
            Step::Compare(index) => {
                let at = pick(index, self.comparing.len())?;
                let (ticket, both) = self.comparing.remove(at);
                Msg::Compared(ticket, Arc::new(Counterpart::compare(&both)))
            }
            Step::Sources(index, all) => {
                let at = pick(index, self.asked.len())?;
                let (ticket, mut run, reasons) = self.asked.remove(at);
                let count = if all { reasons.sources.len() } else { 1 };
                let answer = |source: &String| SourceAnswer {
                    source: source.clone(),
                    result: SourceResult::TimedOut,
                    took: Duration::ZERO,
                };
                let answers = reasons.sources.iter().take(count).map(answer);
                let answers = answers.collect();
                let msg = Msg::sources(ticket, &mut run, answers, &reasons);
                if !all {
                    self.asked.push((ticket, run, reasons));
                }
                msg
            }
        })
    }

    /// How a call on a held socket ends.
    fn outcome(&mut self, step: &Effect, succeeds: bool) -> Outcome {
        let Effect::Call(_, _, call) = step else {
            panic!("{step:?} is no call");
        };
        match call {
            Call::Socket { socket, .. } if !succeeds => {
                self.held.remove(socket);
            }
            Call::Close { socket } => {
                self.held.remove(socket);
            }
            Call::Accept { new, .. } if succeeds => {
                self.held.insert(*new);
            }
            _ => {}
        }
        match call {
            _ if !succeeds => error(Domain::Errno, 4),
            Call::Socket { .. } | Call::Accept { .. } => opened(9),
            Call::Send { data, .. } => Outcome::Returned(Value::Sent(data.len())),
            Call::Recv { .. } => Outcome::Returned(Value::Received(Box::from(*b"x"))),
            _ => Outcome::Returned(Value::Zero),
        }
    }

    /// Makes `step`; returns false if no effect waits for it.
    pub(super) fn step(&mut self, step: Step) -> bool {
        let Some(msg) = self.message(step) else {
            return false;
        };
        // Do not copy ten thousand lines for each step; no check needs them.
        let calls = std::mem::take(&mut self.model.calls);
        let before = self.model.clone();
        self.model.calls = calls;
        let effects = self.model.hears(msg.clone());
        self.check_asked(&before, &msg, &effects);
        self.check_answer(&before, &msg);
        self.gone_back |= goes_back(&before, &msg);
        self.gone_back &= self
            .model
            .answer
            .as_ref()
            .is_some_and(|answer| answer.live.is_none());
        self.take_in(effects);
        self.check();
        true
    }

    /// The length of the printed state without the calls and the history, and the number of calls.
    /// Unbounded growth would show here.
    pub(super) fn size(&mut self) -> (usize, usize) {
        let calls = std::mem::take(&mut self.model.calls);
        let none = History::new(Os::Linux, Arc::default());
        let history = std::mem::replace(&mut self.model.history, none);
        assert!(history.visits().len() <= MOST);
        // A matrix is as large as its table, however long it is used.
        if let Some(Popup::Matrix(_) | Popup::Binds(_)) = self.model.popup {
            self.model.popup = None;
        }
        // A lesson is as long as its text.
        let course = self.model.course.take();
        let size = format!("{:?}", self.model).len();
        self.model.course = course;
        (self.model.calls, self.model.history) = (calls, history);
        (size, self.model.calls.lines.len())
    }

    fn in_flight(&self) -> BTreeSet<Ticket> {
        self.resolving
            .keys()
            .chain(self.reversing.keys())
            .copied()
            .collect()
    }

    fn new_ticket(&mut self, ticket: Ticket) {
        assert!(self.tickets.insert(ticket), "{ticket:?} is used twice");
    }

    /// The calls of this step and of those before it return, again if they were asked for twice.
    fn make_step(&mut self, ticket: Ticket, lesson: &Lesson, step: usize) {
        for (at, step) in lesson.steps[..=step].iter().enumerate() {
            for line in step.lines(Place::Linux) {
                let number = line.number;
                let call = match script::query(&line, Place::Linux) {
                    Some(query) => Call::Getaddrinfo(query),
                    None => Call::WsaEnumProtocols,
                };
                let outcome = match call {
                    Call::Getaddrinfo(_) => fixture::list((0..2).map(entry)),
                    _ => Outcome::Returned(Value::Zero),
                };
                let record = record(call, outcome);
                let begun = CourseEvent::Begun(number, record.clone());
                let returned = CourseEvent::Returned {
                    line: number,
                    record,
                    choice: Some(at % 2),
                };
                self.lessons.extend([(ticket, begun), (ticket, returned)]);
            }
            self.lessons.push((ticket, CourseEvent::Made(at)));
        }
        self.tickets.insert(ticket);
        self.lessons.truncate(10 * WAITING);
    }

    fn take_in(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(..) => self.take_in_call(effect),
                Effect::TryAll(ticket, list) => {
                    self.new_ticket(ticket);
                    assert!(self.rounds.iter().all(|round| round.stopped));
                    assert_eq!(Some(&list), self.model.run().unwrap().list());
                    self.rounds.push(Round {
                        ticket,
                        next: 0,
                        count: list.entries.len(),
                        stopped: false,
                    });
                }
                Effect::Fill(ticket, _) | Effect::FillBinds(ticket) => {
                    self.new_ticket(ticket);
                    self.filling.insert(ticket);
                }
                Effect::StopTrying(ticket) if self.filling.remove(&ticket) => {}
                Effect::StopTrying(ticket) => {
                    let mut rounds = self.rounds.iter_mut();
                    let round = rounds.find(|round| round.ticket == ticket).unwrap();
                    assert!(!round.stopped, "stopped twice");
                    round.stopped = true;
                }
                Effect::Facts(ticket, needs, run) => {
                    self.new_ticket(ticket);
                    let mut held = run.held().map(|socket| self.model.run_of(socket));
                    let held = held.any(|own| own == Some(&run));
                    assert!(held || Some(&*run) == self.model.run());
                    self.facts.push((ticket, needs));
                }
                Effect::AskSources(ticket, run, reasons) => {
                    self.new_ticket(ticket);
                    assert_eq!(Some(&*run), self.model.run());
                    assert!(!reasons.sources.is_empty());
                    self.asked.push((ticket, *run, reasons));
                }
                Effect::StopAsking(ticket) => assert!(self.tickets.contains(&ticket)),
                Effect::CaptureMouse(mouse) => assert_eq!(mouse, self.model.mouse),
                Effect::Copy(Copied::Call(index)) => {
                    assert!(index < self.model.call_list().len().max(1));
                }
                Effect::Interrupt(ticket) => {
                    assert!(self.steps.contains_key(&ticket), "interrupts nothing");
                }
                Effect::ProposePath(ticket, _) => {
                    self.new_ticket(ticket);
                    self.saving.push(ticket);
                }
                Effect::Save { ticket, path, .. } => {
                    self.new_ticket(ticket);
                    assert_eq!(path, self.model.saving.path.value());
                    self.saving.push(ticket);
                }
                Effect::OpenFile(ticket, _) => {
                    self.new_ticket(ticket);
                    self.opening_files.push(ticket);
                }
                Effect::Compare(ticket, both) => {
                    self.new_ticket(ticket);
                    assert_eq!(Some(&both[1].run), self.model.run());
                    self.comparing.push((ticket, both));
                }
                Effect::Alarm(ticket, _) => {
                    self.new_ticket(ticket);
                    self.alarms.push(ticket);
                }
                Effect::Explain(ticket, run) => {
                    self.new_ticket(ticket);
                    assert_eq!(Some(&*run), self.model.run());
                }
                Effect::MakeStep(ticket, lesson, step) => self.make_step(ticket, &lesson, step),
                Effect::EndLesson(ticket) => assert!(self.tickets.contains(&ticket)),
                Effect::Suspend
                | Effect::Quit
                | Effect::Copy(_)
                | Effect::CopyContent(_)
                | Effect::Paste => {}
            }
        }
        for waiting in [&mut self.opening, &mut self.closing, &mut self.questions] {
            waiting.drain(..waiting.len().saturating_sub(WAITING));
        }
        let old = self.asked.len().saturating_sub(WAITING);
        self.asked.drain(..old);
        let old = self.facts.len().saturating_sub(WAITING);
        self.facts.drain(..old);
    }

    fn take_in_call(&mut self, asked: Effect) {
        let Effect::Call(ticket, entry, call) = &asked else {
            return;
        };
        let ticket = *ticket;
        match call {
            Call::Close { socket } if self.model.sockets.get(*socket).is_none() => {
                let open = self.unclosed.take();
                assert_eq!(open, Some(*socket), "closes a socket that is not open");
                self.closing.push(asked);
                return;
            }
            _ => self.new_ticket(ticket),
        }
        match call {
            Call::Getaddrinfo(_) => {
                assert_eq!(*entry, None);
                self.resolving.insert(ticket, asked);
                return;
            }
            Call::WsaEnumProtocols => {
                assert_eq!(*entry, None);
                self.questions.push(asked);
                return;
            }
            _ if self
                .model
                .sockets
                .get(call.on().or(call.opens()).unwrap_or(SocketId(0)))
                .is_some() =>
            {
                return self.take_in_step(ticket, asked);
            }
            _ => assert_eq!(*entry, Some(self.model.selected())),
        }
        let selected = self.model.entry().unwrap();
        match call {
            Call::Getnameinfo(addr) => {
                assert_eq!(selected.bytes(), &**addr);
                self.reversing.insert(ticket, asked);
                self.awaited.insert(ticket);
            }
            Call::Socket { socket, triple } => {
                assert_eq!(self.unclosed, None, "two sockets are open");
                assert_eq!(selected.triple(), *triple);
                self.unclosed = Some(*socket);
                self.opening.push(asked);
            }
            Call::Getsockopt { socket, .. }
            | Call::GetHandleInformation { socket }
            | Call::Getsockname { socket }
            | Call::Getpeername { socket } => {
                let open = self.unclosed;
                assert_eq!(open, Some(*socket), "calls getsockopt on a closed socket");
                self.questions.push(asked);
            }
            other => panic!("{other:?} is not the model's to ask for"),
        }
    }

    /// A call on a held socket, or one that opens it.
    fn take_in_step(&mut self, ticket: Ticket, asked: Effect) {
        let Effect::Call(_, _, call) = &asked else {
            return;
        };
        match (call.on(), call.opens()) {
            (Some(socket), _) => {
                if self.unclosed == Some(socket) {
                    self.unclosed = None;
                    self.held.insert(socket);
                }
                assert!(self.held.contains(&socket), "{call:?} on a closed socket");
            }
            (None, Some(socket)) => assert!(self.held.insert(socket), "opened twice"),
            (None, None) => panic!("{call:?} has no socket"),
        }
        if call.is_question() {
            self.questions.push(asked);
        } else {
            self.steps.insert(ticket, asked);
        }
    }

    /// A lookup has the form's hints, and the form's texts if the whole form was resolved.
    fn check_asked(&self, before: &Model, msg: &Msg, effects: &[Effect]) {
        let asked = effects.iter().filter_map(|effect| match effect {
            Effect::Call(_, _, Call::Getaddrinfo(query)) => Some(&**query),
            _ => None,
        });
        let asked: Vec<&Query> = asked.collect();
        assert!(asked.len() <= 1, "one message makes at most one call");
        let Some(&query) = asked.first() else {
            let current = &self.model.history.visits()[self.model.history.current()];
            assert_eq!(self.model.asked, *current.query);
            if !goes_back(before, msg) {
                assert_eq!(self.model.asked, before.asked);
            }
            return;
        };
        if goes_back(before, msg) || matches!(msg, Msg::Alarm(_)) {
            assert_eq!(*query, self.model.asked);
            return;
        }
        assert_eq!(query.hints, self.model.form.passed_hints());
        assert_eq!(*query, self.model.asked);
        let everything = matches!(
            before.popup,
            Some(Popup::Presets(_) | Popup::Matrix(_) | Popup::Binds(_))
        ) || matches!(
            msg,
            Msg::Do(command) | Msg::Click(Target::Command(command)) if matches!(
                command,
                Command::Resolve | Command::Fix
            )
        );
        if everything {
            assert_eq!(self.model.form.query().as_ref(), Ok(query));
        } else {
            let texts = |query: &Query| (query.node.clone(), query.service.clone());
            assert_eq!(texts(query), texts(&before.asked));
        }
    }

    /// Only the pending lookup's answer replaces the one on screen.
    fn check_answer(&mut self, before: &Model, msg: &Msg) {
        let waited_for = before
            .lookups
            .pending
            .as_ref()
            .map(|pending| pending.ticket);
        match msg {
            Msg::Returned(ticket, record) if waited_for == Some(*ticket) => {
                let new = self.model.shown();
                assert_eq!(new.run.records(), std::slice::from_ref(record));
                assert_eq!(new.run.facts, Facts::default());
                assert_eq!(new.trying, None);
                assert_eq!(self.model.lookups.pending, None);
                self.awaited.clear();
            }
            _ if goes_back(before, msg) => {
                let gone = |answer: &Answer| answer.reversing.is_empty();
                if self.model.answer.as_ref().is_some_and(gone) {
                    self.awaited.clear();
                }
            }
            _ => assert!(match (before.run(), self.model.run()) {
                (None, None) => true,
                (Some(old), Some(new)) => std::ptr::eq(old.asked(), new.asked()),
                _ => false,
            }),
        }
    }

    fn check(&self) {
        let Model {
            form,
            answer,
            lookups,
            popup,
            measures,
            calls,
            ..
        } = &self.model;
        if let Some(answer) = answer {
            self.check_shown(answer);
        }

        assert!(lookups.in_flight.len() <= MAX_RESOLVING);
        assert!(lookups.in_flight.keys().eq(&self.in_flight()));
        if let Some(pending) = &lookups.pending {
            let Some(Effect::Call(_, _, call)) = self.resolving.get(&pending.ticket) else {
                panic!("waits for ever");
            };
            let asked = Arc::new(self.model.asked.clone());
            assert_eq!(*call, Call::Getaddrinfo(asked));
        }

        assert!(calls.lines.len() <= MAX_CALLS);
        let list = self.model.call_list();
        assert!(list.current() < list.len().max(1));
        assert!(list.len() <= self.model.call_count());
        // The lines are in order: if those at both ends are there, all are. Ten thousand at each of a
        // million steps would take minutes.
        let last = list.len().saturating_sub(MAX_RESOLVING + 1)..list.len();
        let mut ends = (0..list.len()).take(1).chain(last);
        assert!(ends.all(|index| list.get(index).is_some()));

        self.check_sockets();
        assert!(form.focus < form.fields().len());
        let stale = match (self.model.run(), form.query()) {
            (None, _) => false,
            (Some(shown), Ok(query)) => query != *shown.asked(),
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
                let choices = choosing.choices(form.os, self.model.language);
                assert!(choosing.selected < choices.len().max(1));
            }
            Some(Popup::Save | Popup::History(_) | Popup::Open) => {}
            Some(Popup::Compare(differences)) => {
                assert!(differences.selected < differences.count().max(1));
            }
            Some(Popup::Presets(selected)) => assert!(*selected < self.model.count_presets()),
            Some(Popup::Providers(catalog)) => {
                assert!(catalog.selected < catalog.providers().len().max(1));
            }
            Some(Popup::Calls(menu)) => {
                assert!(menu.selected < Menu::steps(Os::Linux).len());
                assert!(menu.fields.focus < menu.fields.inputs.len().max(1));
            }
            Some(Popup::Numbers(fields)) => assert!(fields.focus < fields.inputs.len()),
            Some(Popup::Matrix(sheet)) => {
                assert!(sheet.cell().is_some());
                // Only the one on the screen is filled.
                assert!(self.filling.iter().eq([&sheet.ticket]));
            }
            Some(Popup::Binds(binds)) => {
                assert!(binds.row < KINDS && binds.column < KINDS);
                assert!(self.filling.iter().eq([&binds.ticket]));
            }
            Some(Popup::Help(help)) => {
                assert!(help.first <= first_of_last(measures.help_lines, measures.popup));
            }
        }
    }

    /// Every held socket has a row and a run, and every pending call is waited for.
    fn check_sockets(&self) {
        let sockets = &self.model.sockets;
        let waiting = sockets.waiting().map(|(ticket, _)| ticket);
        assert!(waiting.eq(self.steps.keys().copied()));
        let open = sockets
            .list
            .iter()
            .filter(|socket| !socket.ladder.stage.is_over());
        let open: BTreeSet<SocketId> = open.map(|socket| socket.id).collect();
        assert_eq!(open, self.held);
        for socket in &sockets.list {
            assert!(self.model.run_of(socket.id).is_some(), "{socket:?}");
        }
        assert_eq!(sockets.place().is_some(), sockets.selected().is_some());
        assert!(self.model.row() < self.model.row_count().max(1));
    }

    fn check_shown(&self, answer: &Answer) {
        let count = answer.run.entries().len();
        assert!(answer.selected < count.max(1));
        let held = |record: &Record| record.call.opens().is_some_and(|id| answer.run.holds(id));
        let held = answer.run.socket(answer.selected).is_some_and(held);
        assert!(answer.live.is_some() == (count > 0) || held || self.gone_back);
        assert_eq!(answer.live, self.unclosed);
        let mut entries = answer
            .run
            .records()
            .iter()
            .filter_map(|record| record.entry);
        assert!(entries.all(|index| index < count));
        for index in 0..count {
            let waits = self.awaited.iter().any(|ticket| {
                let lookup = self.reversing.get(ticket);
                matches!(lookup, Some(Effect::Call(_, entry, _)) if *entry == Some(index))
            });
            assert_eq!(self.model.is_reversing(index), waits);
        }
        let round = self.rounds.iter().find(|round| !round.stopped);
        assert_eq!(
            answer.trying.map(|trying| (trying.ticket, trying.done)),
            round.map(|round| (round.ticket, round.next))
        );
    }
}

/// Whether `msg` can show an earlier run.
fn goes_back(before: &Model, msg: &Msg) -> bool {
    if let Msg::Opened(..) | Msg::Lesson(..) = msg {
        return true;
    }
    let steps = [
        Command::NextStep,
        Command::PreviousStep,
        Command::GoOn,
        Command::NextPane,
        Command::PreviousPane,
    ];
    match msg {
        Msg::Click(Target::Pane(Pane::Lesson) | Target::Choice(_)) => return true,
        Msg::Do(command) | Msg::Click(Target::Command(command)) if steps.contains(command) => {
            return true;
        }
        _ => {}
    }
    let (Msg::Do(command) | Msg::Click(Target::Command(command))) = msg else {
        let listed = matches!(before.popup, Some(Popup::History(_)));
        return listed && matches!(msg, Msg::Click(_));
    };
    let listed = matches!(before.popup, Some(Popup::History(_)));
    matches!(command, Command::Back | Command::Forward) || listed && *command == Command::Accept
}

/// A file of Windows, with held sockets.
pub(super) fn windows() -> Replay {
    let file = include_bytes!("../../../tests/replays/windows-listen.json");
    Replay::read(std::path::Path::new("windows.json"), file).unwrap()
}
