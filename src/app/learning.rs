//! Taking a lesson: what the keys do.

use std::sync::Arc;

use super::course::{Action, Course, StepCalls};
use super::effect::{Effect, Effects};
use super::form::Form;
use super::{Model, Motion, Pane, View};
use crate::lesson::Lesson;
use crate::net::Query;
use crate::words::Key;

impl Model {
    /// Starts a lesson, where it was left.
    pub fn start_lesson(&mut self, lesson: Arc<Lesson>, effects: &mut Effects) {
        if self.replay().is_some() {
            return self.inform(Key::LessonNoReplay);
        }
        self.end_lesson(effects);
        let ticket = self.ticket();
        let mut course = Course::new(lesson, self.place, self.network, ticket);
        let mut left = self.left.iter();
        if let Some((_, step)) = left.find(|(id, _)| *id == course.lesson.id) {
            course.progress.go(*step);
        }
        self.course = Some(course);
        self.enter_step(effects);
    }

    fn end_lesson(&mut self, effects: &mut Effects) {
        if let Some(course) = self.course.take() {
            let at = course.progress.at();
            self.left.retain(|(id, _)| *id != course.lesson.id);
            self.left.push((course.lesson.id.clone(), at));
            effects.push(Effect::EndLesson(course.ticket));
            if self.pane == Pane::Lesson {
                self.focus(Pane::Form);
            }
        }
    }

    /// Leaves the lesson, if Esc was pressed before; else says so. Returns whether there is one.
    pub(super) fn leave_lesson(&mut self, leaving: bool, effects: &mut Effects) -> bool {
        let Some(course) = &mut self.course else {
            return false;
        };
        if leaving {
            self.end_lesson(effects);
            self.inform(Key::LessonLeft);
        } else {
            course.leaving = true;
            self.inform(Key::LessonLeaving);
        }
        true
    }

    /// Whether Esc leaves the lesson; from now on it does not.
    pub(super) fn takes_leave(&mut self) -> bool {
        let course = self.course.as_mut();
        course.is_some_and(|course| std::mem::take(&mut course.leaving))
    }

    /// Whether the step is about the form: its query was not made.
    pub(crate) fn fills_form(&self) -> bool {
        let course = self.course.as_ref();
        course.is_some_and(|course| {
            let (step, calls) = course.step();
            step.query.is_some() && !calls.asked
        })
    }

    /// What Enter does in the lesson's pane.
    pub(crate) fn action(&self) -> Option<Action> {
        let course = self.course.as_ref()?;
        let at = course.progress.at();
        // Until the next frame it may be beyond the end.
        let seen = course.first.saturating_add(self.measures.lesson);
        let rest = seen < self.measures.lesson_lines;
        Some(match () {
            () if course.waits() => Action::Wait,
            () if rest => Action::More,
            () if course.choice().is_some() => Action::Answer,
            () if !course.is_made(at) => Action::Make,
            () if course.progress.is_last() => Action::End,
            () => Action::Next,
        })
    }

    /// Whether the next frame will show a step or a result that no frame has shown.
    pub(crate) fn is_unseen(&self) -> bool {
        self.course.as_ref().is_some_and(|course| !course.drawn)
    }

    /// Answers the question, makes the calls or goes on.
    pub(super) fn go_on(&mut self, effects: &mut Effects) {
        // It was pressed for what was on screen before.
        if self.is_unseen() {
            return;
        }
        match self.action() {
            None => self.inform(Key::LessonNone),
            Some(Action::Wait) => {}
            Some(Action::More) => self.scroll_lesson(Motion::PageDown, 1),
            Some(Action::Answer) => {
                if let Some(course) = &mut self.course {
                    course.progress.predict();
                }
                self.make_step(effects);
            }
            Some(Action::Make) => self.make_step(effects),
            Some(Action::Next | Action::End) => self.turn_lesson(true, effects),
        }
    }

    /// Makes the calls of this step, and before them those of earlier steps that were not made.
    fn make_step(&mut self, effects: &mut Effects) {
        let Some(course) = &mut self.course else {
            return;
        };
        let at = course.progress.at();
        course.failure = None;
        course.follows = true;
        for step in &mut course.steps[..=at] {
            step.asked = true;
        }
        let (ticket, lesson) = (course.ticket, Arc::clone(&course.lesson));
        let resolves = course.steps[at].query.is_some();
        effects.push(Effect::MakeStep(ticket, lesson, at));
        // What the step is about is in sight, unless the reader chose another view.
        if let View::Socket | View::Calls = self.view {
            let view = if resolves { View::Socket } else { View::Calls };
            if self.view != view {
                self.show(view);
                self.note_view(effects);
            }
        }
    }

    /// Goes to the next step, or to the one before.
    pub(super) fn turn_lesson(&mut self, forward: bool, effects: &mut Effects) {
        let Some(course) = &mut self.course else {
            return self.inform(Key::LessonNone);
        };
        let before = course.progress.at();
        course.progress.turn(if forward { 1 } else { -1 });
        if course.progress.at() != before {
            course.first = 0;
            (course.follows, course.drawn) = (false, false);
        } else {
            self.inform(match forward {
                true => Key::LessonLastStep,
                false => Key::LessonFirstStep,
            });
        }
        self.enter_step(effects);
    }

    /// Shows or hides the hint.
    pub(super) fn toggle_hint(&mut self) {
        let Some(course) = &mut self.course else {
            return self.inform(Key::LessonNone);
        };
        if course.step().0.hint.is_none() {
            return self.inform(Key::LessonNoHint);
        }
        let step = &mut course.steps[course.progress.at()];
        step.hint = !step.hint;
        if step.hint {
            // It is at the end.
            (course.first, course.follows) = (usize::MAX, false);
        }
    }

    /// Selects another choice, or scrolls.
    pub(super) fn move_in_lesson(&mut self, motion: Motion) {
        let Some(course) = &mut self.course else {
            return;
        };
        match (motion, course.choice()) {
            (Motion::Up | Motion::Down, Some(choice)) => {
                let choice = match motion {
                    Motion::Up => choice.saturating_sub(1),
                    _ => choice + 1,
                };
                course.progress.select(choice);
                // The choices are at the end.
                self.scroll_lesson(Motion::End, 1);
            }
            _ => self.scroll_lesson(motion, 1),
        }
    }

    pub(super) fn scroll_lesson(&mut self, motion: Motion, times: usize) {
        let measures = self.measures;
        if let Some(course) = &mut self.course {
            let count = measures.lesson_lines.saturating_sub(measures.lesson) + 1;
            course.follows = false;
            course.first =
                super::motion::moved(course.first, count, measures.lesson, motion, times);
        }
    }

    /// Chooses an answer of the question, and gives it.
    pub(super) fn click_choice(&mut self, choice: usize, effects: &mut Effects) {
        self.enter_step(effects);
        if let Some(course) = &mut self.course
            && course.drawn
            && course.choice().is_some()
        {
            course.progress.select(choice);
            course.progress.predict();
            self.make_step(effects);
        }
    }

    /// Keeps the lines in sight that are to be.
    pub(super) fn lesson_measured(&mut self) {
        let measures = self.measures;
        if let Some(course) = &mut self.course {
            course.drawn = true;
            let last = measures.lesson_lines.saturating_sub(measures.lesson);
            if course.follows && !course.steps[course.progress.at()].calls.is_empty() {
                course.first = measures.lesson_calls;
            } else if course.follows {
                course.first = last;
            }
            course.first = course.first.min(last);
        }
    }

    /// Focuses the lesson, with the form of its step.
    pub(super) fn enter_step(&mut self, effects: &mut Effects) {
        if self.course.is_some() {
            self.focus(Pane::Lesson);
        }
        let Some(course) = &self.course else {
            return;
        };
        let at = course.progress.at();
        // An earlier query that needs the network may not have been made.
        let steps = course.steps[..=at].iter().enumerate().rev();
        let mut steps = steps.filter(|(index, step)| *index == at || !step.calls.is_empty());
        let query = |(_, step): (_, &StepCalls)| Some((step.query.clone()?, step.visit));
        let Some((query, visit)) = steps.find_map(query) else {
            return;
        };
        let visits = self.history.visits();
        let visit = visit.and_then(|visit| visits.iter().position(|it| it.number == visit));
        let shown = self.notice.take();
        if let Some(visit) = visit {
            self.visit(visit, effects);
        }
        self.notice = shown;
        self.fill_lesson(&query);
    }

    /// Fills the form with a query of the lesson, and marks the first field that it changes.
    pub(super) fn fill_lesson(&mut self, query: &Arc<Query>) {
        if self.form.is_of(query) {
            return;
        }
        let typed = self.typed();
        let Some(course) = &mut self.course else {
            return;
        };
        let filled = course.filled.replace(Arc::clone(query));
        let own = filled.is_some_and(|filled| self.form.is_of(&filled));
        course.typed = typed.filter(|_| !own).or(course.typed.take());
        let form = Form::new(self.host.os, query);
        let before = self.form.query().unwrap_or_default();
        let changed = form.fields().position(|it| form.differs(it, &before));
        let focus = changed.unwrap_or(self.form.focus);
        self.form = form.focused_on(focus);
    }
}
