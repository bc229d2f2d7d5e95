//! What the lookup view shows: how the name was looked up, what each source of names answers alone, and why
//! the list has its order.

use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::{Answer, Model, Msg, View};
use crate::explain::lookup::{Lookup, Row};
use crate::explain::order::{Order, Pair, Place, Ranking};
use crate::net::{Facts, Needs, Run, SourceAnswer};
use crate::words::Key;

/// The configuration of the lookup, and the order of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// The configuration, and the answers of the sources.
    pub(crate) lookup: Vec<Row>,
    /// The number of these answers.
    answers: usize,
    /// The sources that can be asked alone.
    pub(crate) sources: Vec<String>,
    /// The order; `None` without a list, or if it is not known how the system sorts.
    pub(crate) order: Option<Arc<Order>>,
}

/// Sources that are being asked alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asking {
    ticket: Ticket,
    count: usize,
}

impl Reasons {
    /// The facts that they need.
    pub(super) fn needs(run: &Run) -> Needs {
        if run.entries().is_empty() {
            Lookup::NEEDS
        } else {
            Lookup::NEEDS.and(Needs::SORTING)
        }
    }

    pub(super) fn new(run: &Run, order: Option<Arc<Order>>) -> Self {
        let lookup = Lookup::of(run);
        let sources = lookup.askable().into_iter().map(str::to_owned);
        Self {
            lookup: lookup.rows(),
            answers: run.answers.len(),
            sources: sources.collect(),
            order,
        }
    }

    /// These reasons with the rows of `old` if those have more answers.
    pub(super) fn after(mut self: Arc<Self>, old: Option<&Arc<Self>>) -> Arc<Self> {
        if let Some(old) = old.filter(|old| old.answers > self.answers) {
            let new = Arc::make_mut(&mut self);
            (new.lookup, new.answers) = (old.lookup.clone(), old.answers);
        }
        self
    }
}

impl Msg {
    /// The facts about this run, with the reasons if they were asked for. To order a list of 30,000
    /// entries takes too long for the loop.
    pub(crate) fn facts(ticket: Ticket, mut run: Run, facts: Facts) -> Self {
        run.facts = facts;
        let asked = run.facts.known.has(Reasons::needs(&run));
        let reasons = asked.then(|| {
            let order = Order::of(&run).map(Arc::new);
            Arc::new(Reasons::new(&run, order))
        });
        Self::Facts(ticket, Box::new(run.facts), reasons)
    }

    /// What the facts of this run explain.
    pub(crate) fn explained(ticket: Ticket, run: Run) -> Self {
        let order = Order::of(&run).map(Arc::new);
        let reasons = Arc::new(Reasons::new(&run, order));
        Self::Facts(ticket, Box::new(run.facts), Some(reasons))
    }

    /// The answers of the sources so far, and what they explain of this run.
    pub(crate) fn sources(
        ticket: Ticket,
        run: &mut Run,
        answers: Vec<SourceAnswer>,
        old: &Reasons,
    ) -> Self {
        run.answers.clone_from(&answers);
        let reasons = Reasons::new(run, old.order.clone());
        Self::Sources(ticket, answers, Arc::new(reasons))
    }
}

impl Answer {
    /// The entry at this index in the order, as it is shown. The rules read the bits of the real addresses.
    pub(crate) fn place<'a>(&'a self, ranking: &Ranking, at: usize) -> Option<Place<'a>> {
        let Some(real) = self.real.as_deref() else {
            return ranking.place(&self.run, at);
        };
        let source = self.run.facts.sorting.as_ref()?.entries.get(at)?;
        Some(ranking.place(&real.0, at)?.redacted(source, &real.1))
    }

    /// What decides between the entries at these indices, of which the first stands before the second.
    pub(crate) fn pair(&self, ranking: &Ranking, first: usize, second: usize) -> Option<Pair> {
        let run = self.real.as_deref().map_or(&self.run, |(run, _)| run);
        ranking.pair(run, first, second)
    }

    /// Whether sources are being asked.
    pub(crate) const fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Gives up asking the sources; returns whether any was asked.
    pub(super) fn stop_asking(&mut self, effects: &mut Effects) -> bool {
        let asking = self.asking.take();
        effects.extend(asking.map(|asking| Effect::StopAsking(asking.ticket)));
        asking.is_some()
    }

    /// Whether no thread could be started for this ticket.
    pub(super) fn not_asked(&mut self, ticket: Ticket) -> bool {
        let own = |asking: &mut Asking| asking.ticket == ticket;
        self.asking.take_if(own).is_some()
    }
}

impl Model {
    /// Shows the order by the next tables; from another view only the lookup.
    pub(super) fn next_tables(&mut self, effects: &mut Effects) {
        if self.view == View::Lookup {
            self.tables = self.tables.next();
        } else {
            self.show(View::Lookup);
            self.note_view(effects);
        }
    }

    /// Asks each source of names alone; from another view it only shows the lookup, which says that this
    /// sends queries.
    pub(super) fn ask_sources(&mut self, effects: &mut Effects) {
        if self.view != View::Lookup {
            self.show(View::Lookup);
            return self.note_view(effects);
        }
        let ticket = self.ticket();
        let Some(answer) = &mut self.answer else {
            return self.inform(Key::NoticeReading);
        };
        let Some(reasons) = answer.reasons.clone() else {
            return self.inform(Key::NoticeReading);
        };
        let count = reasons.sources.len();
        if answer.is_asking() {
            self.inform(Key::NoticeAsking);
        } else if count == 0 {
            self.inform(Key::NoticeNoSource);
        } else {
            answer.asking = Some(Asking { ticket, count });
            let run = Box::new(answer.run.clone());
            effects.push(Effect::AskSources(ticket, run, reasons));
        }
    }

    /// Takes in the answers of the sources so far.
    pub(super) fn sources_answered(
        &mut self,
        ticket: Ticket,
        answers: Vec<SourceAnswer>,
        reasons: Arc<Reasons>,
    ) {
        if let Some(answer) = &mut self.answer
            && let Some(asking) = answer.asking.filter(|asking| asking.ticket == ticket)
        {
            answer.asking = Some(asking).filter(|asking| answers.len() < asking.count);
            answer.run.answers = answers;
            answer.reasons = Some(reasons);
        }
    }
}
