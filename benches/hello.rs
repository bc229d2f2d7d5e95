//! The peer of the terminal program: the least that ratatui needs to draw a form and a list of
//! sockscope's size and to answer keys.
//!
//! Tab switches between form and list, ↑ and ↓ move the marker, letters and digits go into the
//! marked field, Backspace and Ctrl-U delete them, `q` quits. It draws once per key and optimizes
//! nothing.

use ratatui::Frame;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Paragraph};

const FIELDS: [&str; 6] = [
    "node",
    "service",
    "ai_family",
    "ai_socktype",
    "ai_protocol",
    "ai_flags",
];

/// The part of a text that its field shows: the end.
const SHOWN: usize = 20;

struct Form {
    texts: [String; FIELDS.len()],
    in_list: bool,
    field: usize,
    entry: usize,
}

impl Form {
    fn draw(&self, frame: &mut Frame) {
        let [head, body, foot] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        let [form, list] =
            Layout::horizontal([Constraint::Length(39), Constraint::Fill(1)]).areas(body);
        frame.render_widget(" hello", head);
        frame.render_widget(" Tab pane  ↑↓ field  q quit", foot);
        let fields = FIELDS.iter().zip(&self.texts).enumerate();
        let fields = fields.map(|(index, (name, text))| {
            let end = text.len().saturating_sub(SHOWN);
            let text = text.get(end..).unwrap_or_default();
            Line::from(format!("{}{name:<13}{text}", marker(index == self.field)))
        });
        frame.render_widget(pane("hints", fields), form);
        let rows = usize::from(list.height.saturating_sub(2));
        let entries = (0..rows).map(|index| {
            let mark = marker(index == self.entry);
            Line::from(format!(
                " {mark} AF_INET     SOCK_STREAM  IPPROTO_TCP  0.0.0.0:27015"
            ))
        });
        frame.render_widget(pane("addrinfo", entries), list);
    }

    /// Whether to go on.
    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) -> bool {
        let at = if self.in_list {
            &mut self.entry
        } else {
            &mut self.field
        };
        match code {
            KeyCode::Char('q') => return false,
            KeyCode::Tab => self.in_list = !self.in_list,
            KeyCode::Up => *at = at.saturating_sub(1),
            KeyCode::Down => *at = (*at + 1).min(FIELDS.len() - 1),
            KeyCode::Char('u') if modifiers == KeyModifiers::CONTROL => {
                self.texts[self.field].clear();
            }
            KeyCode::Char(typed) if typed.is_ascii() => self.texts[self.field].push(typed),
            KeyCode::Backspace => {
                self.texts[self.field].pop();
            }
            _ => {}
        }
        true
    }
}

fn marker(here: bool) -> char {
    if here { '▸' } else { ' ' }
}

fn pane<'a>(title: &'a str, lines: impl Iterator<Item = Line<'a>>) -> Paragraph<'a> {
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .title(title);
    Paragraph::new(lines.collect::<Vec<_>>()).block(block)
}

fn main() -> std::io::Result<()> {
    let mut form = Form {
        texts: [
            "NULL",
            "27015",
            "AF_INET",
            "SOCK_STREAM",
            "IPPROTO_TCP",
            "0x1",
        ]
        .map(String::from),
        in_list: false,
        field: 0,
        entry: 0,
    };
    let mut terminal = ratatui::init();
    loop {
        terminal.draw(|frame| form.draw(frame))?;
        if let Event::Key(key) = event::read()?
            && !form.key(key.code, key.modifiers)
        {
            break;
        }
    }
    ratatui::restore();
    terminal.show_cursor()
}
