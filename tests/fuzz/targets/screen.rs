//! Files of `--replay` on the screen: every view of any run is drawn, and nothing in it moves the cursor.
#![no_main]

use std::path::Path;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sockscope::app::{Command, Effects, Model, Motion, Msg, Pane, Target, View};
use sockscope::replay::Replay;
use sockscope::tui::ui::{Screen, draw};
use sockscope_fuzz::assert_inert;

const VIEWS: [View; 6] = [
    View::Socket,
    View::Addrinfo,
    View::Code,
    View::Calls,
    View::Lookup,
    View::Elsewhere,
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(replay) = Replay::read(Path::new("file"), bytes) else {
        return;
    };
    let mut model = Model::replaying(Arc::clone(&replay.run.host), replay);
    let mut screen = Screen::default();
    let Ok(mut terminal) = Terminal::new(TestBackend::new(80, 24));
    let mut frame = |model: &mut Model| {
        let Ok(_) = terminal.draw(|frame| draw(model, &mut screen, frame));
        for cell in terminal.backend().buffer().content() {
            assert_inert(cell.symbol(), false);
        }
        model.update(Msg::Measured(screen.measures()), &mut Effects::default());
    };
    for motion in [Motion::Home, Motion::End] {
        for view in VIEWS {
            for msg in [
                Msg::Click(Target::Pane(Pane::Entries)),
                Msg::Do(Command::Move(motion)),
                Msg::Do(Command::Show(view)),
                Msg::Click(Target::Pane(Pane::Detail)),
                Msg::Do(Command::Move(Motion::End)),
            ] {
                model.update(msg, &mut Effects::default());
            }
            frame(&mut model);
        }
    }
});
