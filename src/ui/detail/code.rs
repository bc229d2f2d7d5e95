//! A program that does the same.

use super::Line;
use crate::app::Model;
use crate::ui::theme::Theme;

pub(super) fn lines(_: &Model, theme: Theme) -> Vec<Line> {
    vec![Line::new("", theme.text())]
}
