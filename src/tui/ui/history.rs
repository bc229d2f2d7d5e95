//! The list of the runs of this session.
//!
//! ```text
//! ▸    2  "localhost", "http", SOCK_STREAM          2 entries        0.31 ms
//!   *  3  "nosuch.test", NULL, AF_INET6             -2 EAI_NONAME    5.0 s
//! ```

use std::borrow::Cow;

use super::canvas::{Canvas, width};
use super::filter;
use super::look::time;
use super::popup::{explain, list};
use crate::app::{HistoryList, Model};
use crate::words::Key;

/// The lines of the foot: what the selected line has no room for.
const FOOT: u16 = 4;

/// The columns of the time.
const TIME: u16 = 9;

/// The title, the lines and the foot of the popup.
pub(super) fn room(model: &Model) -> (Cow<'static, str>, usize, u16) {
    let title = Key::HistoryTitle.text(model.language);
    // The filter has a line of its own.
    let lines = model.history.visits().len() + 2;
    (title.into(), lines, FOOT)
}

/// Draws the runs that match. Returns what [`super::canvas::more`] does.
pub(super) fn draw(
    model: &Model,
    popup: &HistoryList,
    foot: u16,
    canvas: &mut Canvas,
) -> [bool; 2] {
    let (look, language) = (canvas.screen.look, model.language);
    let history = &model.history;
    let visits = history.visits();
    let matches = history.matches(&popup.filter, language);
    let counts = (matches.len(), visits.len());
    let canvas = &mut filter::draw(&popup.filter, counts, canvas);
    let rows: Vec<_> = matches.iter().map(|&index| &visits[index]).collect();
    let texts: Vec<[String; 2]> = rows.iter().map(|visit| visit.texts(language)).collect();
    let results = texts.iter().map(|[_, result]| width(result));
    let result_room = results.max().unwrap_or(0).min(canvas.area.width / 3);
    let number_room = width(&visits.last().map_or(0, |visit| visit.number).to_string());
    let items: Vec<_> = rows.iter().zip(&texts).collect();
    let selected = popup.line(items.len()).unwrap_or(0);
    let more = list(
        canvas,
        &items,
        selected,
        0,
        foot,
        |line, (visit, [query, result]), style| {
            let mark = if history.marked == Some(visit.number) {
                "*"
            } else {
                " "
            };
            line.text(3, 0, mark, look.strong());
            let number = visit.number.to_string();
            line.text(
                5 + number_room.saturating_sub(width(&number)),
                0,
                &number,
                style,
            );
            let start = 7 + number_room;
            let time_at = line.area.width.saturating_sub(TIME + 1);
            let result_at = time_at.saturating_sub(result_room + 2);
            line.put(start, 0, result_at.saturating_sub(start + 2), query, style);
            line.put(result_at, 0, result_room, result, style);
            if let Some(end) = &visit.end {
                line.right(time_at, 0, &format!("{} ", time(end.took)), style);
            }
        },
    );
    if let Some((visit, [query, result])) = items.get(selected) {
        let about = match () {
            () if history.shows(visit) => Key::HistoryAboutShown,
            () if visit.is_kept() => Key::HistoryAboutKept,
            () if visit.end.is_some() => Key::HistoryAboutGone,
            () => Key::HistoryAboutWaiting,
        };
        let message = match visit.end.as_ref().map(|end| &end.result) {
            Some(Err(error)) => format!(" “{}”", error.message),
            _ => String::new(),
        };
        let marked = match history.marked == Some(visit.number) {
            true => format!(" ({})", Key::HistoryMarked.text(language)),
            false => String::new(),
        };
        let about = about.text(language);
        let text = format!("{query} = {result}{message}. {about}{marked}");
        explain(canvas, foot, &text, look.text());
    }
    more
}
