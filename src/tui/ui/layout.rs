//! Which panes are visible, and where.
//!
//! ```text
//!  wide: from 100 columns        stacked: from 76 by 20          single: below
//! ┌──────── header ────────┐    ┌──────── header ────────┐    ┌─── header ───┐
//! │ form   │ entries       │    │ form        flags      │    │ the pane in  │
//! │        │               │    │ entries                │    │ focus        │
//! │        │ detail        │    │ detail                 │    │              │
//! └─ message, keys ────────┘    └─ message, keys ────────┘    └─ message, keys ┘
//! ```
//!
//! A lesson stands below the list and the lower pane, from 160 columns beside them. On a low stacked
//! screen the form takes turns with the two.

use ratatui::layout::Rect;

use super::look::Look;
use super::{detail, entries, form, split};
use crate::app::{Model, Pane};

/// The least width for the list beside the form.
const WIDE: u16 = 100;

/// The least width of the list beside the form: an IPv4 address and port fit.
const LIST: u16 = 62;

/// The least width for the lesson beside the list.
const WIDEST: u16 = 160;

/// The rows of the list, at least, unless the lower pane needs the blank ones.
const ROWS: usize = 4;

/// The height of the form with its flags beside it.
const FORM: u16 = 8;

/// The least height of a stacked screen for a lesson and all other panes.
const HIGH: u16 = 30;

/// The visible panes with their areas, and whether they are stacked: then the flags stand beside the
/// form, and panes have a top line instead of a frame.
pub(super) fn arrange(model: &Model, look: Look, body: Rect) -> (Vec<(Pane, Rect)>, bool) {
    let wide = body.width >= WIDE && body.height >= 16;
    let stacked = !wide && body.width >= 76 && body.height >= 20;
    if model.zoomed || !(wide || stacked) {
        return (vec![(model.pane, body)], false);
    }
    let learns = model.course.is_some();
    let mut panes = Vec::new();
    let (others, frame) = if wide {
        let beside = learns && body.width >= WIDEST;
        let width = form::width(model);
        let width = if beside {
            width
        } else {
            width.max(body.width / 3)
        };
        let width = width.min(body.width - LIST);
        let form = Rect { width, ..body };
        let mut others = Rect {
            x: form.right(),
            width: body.width - width,
            ..body
        };
        panes.push((Pane::Form, form));
        if beside {
            let width = others.width - LIST.max(others.width / 2).min(others.width);
            others.width -= width;
            let x = others.right();
            panes.push((Pane::Lesson, Rect { x, width, ..others }));
        } else if learns {
            let (above, lesson) = split(others, others.height / 2);
            panes.push((Pane::Lesson, lesson));
            others = above;
        }
        (others, 2)
    } else if !learns || body.height >= HIGH {
        let (form, mut others) = split(body, FORM);
        panes.push((Pane::Form, form));
        if learns {
            let (above, lesson) = split(others, others.height * 2 / 5);
            panes.push((Pane::Lesson, lesson));
            others = above;
        }
        (others, 1)
    } else {
        let (others, lesson) = split(body, FORM);
        panes.push((Pane::Lesson, lesson));
        if model.pane == Pane::Form || model.pane == Pane::Lesson && model.fills_form() {
            panes.push((Pane::Form, others));
            return (panes, true);
        }
        (others, 1)
    };
    // The list takes the rows it has, the detail pane the rest; a long list leaves it some.
    let (share, least) = match (learns, wide) {
        (false, true) => (body.height * 2 / 5, 8),
        (false, false) => (others.height * 2 / 5, 6),
        (true, _) => (others.height / 2, 4),
    };
    let most = if wide { 16 } else { 14 };
    let detail = share.clamp(least, most).min(others.height);
    let height = |rows| {
        let lines = u16::try_from(entries::lines(model, rows)).unwrap_or(u16::MAX);
        lines.saturating_add(frame).min(others.height - detail)
    };
    // A frame of two lines has two columns, one of a line has none.
    let inside = Rect {
        width: others.width - 2 * (frame - 1),
        height: (others.height - height(ROWS)).saturating_sub(frame),
        ..others
    };
    let blank = height(1) < height(ROWS);
    let rows = if blank && !detail::fits(model, look, inside) {
        1
    } else {
        ROWS
    };
    let (entries, detail) = split(others, height(rows));
    panes.extend([(Pane::Entries, entries), (Pane::Detail, detail)]);
    (panes, stacked)
}
