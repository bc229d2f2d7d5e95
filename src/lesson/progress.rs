//! A reader's way through a lesson: where they are, what they predicted, what the calls answered.

use super::Lesson;

/// A way through a lesson. Nothing is locked: any step can be reached at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    at: usize,
    marks: Vec<Mark>,
}

/// What happened at a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mark {
    /// The number of choices; 0 without a question.
    choices: usize,
    /// The choice that is selected.
    selected: usize,
    /// The choice that the reader made.
    prediction: Option<usize>,
    /// How the call ended.
    answer: Option<Answer>,
}

/// How the call of a question ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Choice(usize),
    /// No choice names it.
    Other,
}

/// What became of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The call returned what was predicted.
    Right,
    /// The call returned what this other choice names.
    Wrong(usize),
    /// The call returned what no choice names.
    Other,
}

/// The end of a lesson in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Questions of the lesson.
    pub questions: usize,
    /// Questions whose call was predicted and returned.
    pub answered: usize,
    /// Predictions that were right.
    pub right: usize,
}

impl Progress {
    /// At the first step.
    pub fn new(lesson: &Lesson) -> Self {
        let marks = lesson.steps.iter().map(|step| Mark {
            choices: step.ask.as_ref().map_or(0, |ask| ask.choices.len()),
            ..Mark::default()
        });
        Self {
            at: 0,
            marks: marks.collect(),
        }
    }

    /// The index of the step.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes to this step, or to the last.
    pub fn go(&mut self, step: usize) {
        self.at = step.min(self.marks.len().saturating_sub(1));
    }

    /// Goes so many steps on or, if negative, back, and stops at the ends.
    pub fn turn(&mut self, steps: isize) {
        self.go(self.at.saturating_add_signed(steps));
    }

    /// Whether this is the last step.
    pub fn is_last(&self) -> bool {
        self.at + 1 >= self.marks.len()
    }

    fn mark(&self) -> Option<&Mark> {
        self.marks.get(self.at)
    }

    /// The selected choice of the step's question, if it has one.
    pub fn selected(&self) -> Option<usize> {
        let mark = self.mark().filter(|mark| mark.choices > 0)?;
        Some(mark.selected)
    }

    /// Selects a choice, as long as none was made.
    pub fn select(&mut self, choice: usize) {
        if let Some(mark) = self.marks.get_mut(self.at)
            && choice < mark.choices
            && mark.prediction.is_none()
        {
            mark.selected = choice;
        }
    }

    /// Makes the selected choice the prediction. Returns whether it is one now: the step has a question
    /// that was not answered before.
    pub fn predict(&mut self) -> bool {
        match self.marks.get_mut(self.at) {
            Some(mark) if mark.choices > 0 && mark.prediction.is_none() => {
                mark.prediction = Some(mark.selected);
                true
            }
            _ => false,
        }
    }

    /// The prediction at this step.
    pub fn prediction(&self) -> Option<usize> {
        self.mark()?.prediction
    }

    /// The call of the question of `step` returned what this choice names, or none.
    pub fn answer(&mut self, step: usize, choice: Option<usize>) {
        if let Some(mark) = self.marks.get_mut(step) {
            mark.answer = Some(choice.map_or(Answer::Other, Answer::Choice));
        }
    }

    /// The choice that the call of the question of `step` returned, once it has: none if no choice names
    /// that.
    pub fn returned(&self, step: usize) -> Option<Option<usize>> {
        Some(match self.marks.get(step)?.answer? {
            Answer::Choice(choice) => Some(choice),
            Answer::Other => None,
        })
    }

    /// What became of the prediction at `step`, once its call has returned.
    pub fn verdict(&self, step: usize) -> Option<Verdict> {
        let mark = self.marks.get(step)?;
        let prediction = mark.prediction?;
        Some(match mark.answer? {
            Answer::Choice(choice) if choice == prediction => Verdict::Right,
            Answer::Choice(choice) => Verdict::Wrong(choice),
            Answer::Other => Verdict::Other,
        })
    }

    /// The numbers so far.
    pub fn summary(&self) -> Summary {
        let verdicts = (0..self.marks.len()).filter_map(|step| self.verdict(step));
        let verdicts: Vec<Verdict> = verdicts.collect();
        Summary {
            questions: self.marks.iter().filter(|mark| mark.choices > 0).count(),
            answered: verdicts.len(),
            right: verdicts.iter().filter(|it| **it == Verdict::Right).count(),
        }
    }
}
