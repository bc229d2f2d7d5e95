//! `draw(&Model, &mut Screen, &mut Frame)`: what a person sees. Drawing reads and does not decide.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::app::{Measures, Model, Target};

/// How the terminal wants to be drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// ASCII characters only.
    pub ascii: bool,
    /// Colours may be used.
    pub colour: bool,
}

/// What drawing remembers from one frame to the next: scroll positions, and what stands where.
#[derive(Clone, Debug)]
pub struct Screen {
    look: Look,
    targets: Vec<(Rect, Target)>,
    measures: Measures,
}

impl Screen {
    /// A screen on which nothing was drawn yet.
    #[must_use]
    pub fn new(look: Look) -> Self {
        Self {
            look,
            targets: Vec::new(),
            measures: Measures::default(),
        }
    }

    /// What the last drawing measured.
    #[must_use]
    pub const fn measures(&self) -> Measures {
        self.measures
    }

    /// What stands at this place.
    #[must_use]
    pub fn target(&self, column: u16, row: u16) -> Option<Target> {
        let place = Position::new(column, row);
        // What is drawn later lies on top.
        self.targets
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place))
            .map(|&(_, target)| target)
    }
}

/// Draws `model`.
pub fn draw(model: &Model, screen: &mut Screen, frame: &mut Frame) {
    let _ = screen.look;
    frame.render_widget(format!("{:?}", model.lookups.shown()), frame.area());
}
