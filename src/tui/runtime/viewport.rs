//! The part of the terminal that is drawn.

use ratatui::backend::Backend;
use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};

/// The largest area drawn, from the upper left corner: more than 3840×2160 pixels hold in letters of
/// 4×5. A terminal can report 65535 columns and rows; such a frame would exhaust the memory.
const LARGEST: Size = Size::new(1000, 500);

/// A terminal with a fixed viewport of limited size. `Session::draw` resizes it: ratatui queries the
/// size of other viewports at every frame, and does not limit it.
pub(super) fn terminal<B: Backend>(backend: B) -> Result<Terminal<B>, B::Error> {
    let viewport = Viewport::Fixed(area(&backend)?);
    Terminal::with_options(backend, TerminalOptions { viewport })
}

pub(super) fn area<B: Backend>(backend: &B) -> Result<Rect, B::Error> {
    let Size { width, height } = backend.size()?;
    let (width, height) = (width.min(LARGEST.width), height.min(LARGEST.height));
    Ok(Rect::new(0, 0, width, height))
}
