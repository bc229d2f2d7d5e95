//! The table of bindings.

use crossterm::event::KeyCode::{
    self, BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp,
    Right, Tab, Up,
};

use super::{Binding, Context, Key};
use crate::app::{Command, InputRequest, Motion, View};
use crate::words::Key as Words;

const fn key(code: KeyCode) -> Key {
    let control = false;
    Key { code, control }
}

const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    let (code, control) = (KeyCode::Char(c), true);
    Key { code, control }
}

const UP: Command = Command::Move(Motion::Up);
const DOWN: Command = Command::Move(Motion::Down);
const HOME: Command = Command::Move(Motion::Home);
const END: Command = Command::Move(Motion::End);

const fn edit(request: InputRequest) -> Command {
    Command::Edit(request)
}

type Actions = &'static [(Key, Command)];

const ARROWS: Actions = &[(key(Up), UP), (key(Down), DOWN)];
const LINES: Actions = &[
    (key(Up), UP),
    (key(Down), DOWN),
    (char('k'), UP),
    (char('j'), DOWN),
];
const PAGES: Actions = &[
    (key(PageUp), Command::Move(Motion::PageUp)),
    (key(PageDown), Command::Move(Motion::PageDown)),
    (key(Home), HOME),
    (key(End), END),
];

const CURSOR: Actions = &[
    (key(Left), edit(InputRequest::GoToPrevChar)),
    (key(Right), edit(InputRequest::GoToNextChar)),
    (key(Home), edit(InputRequest::GoToStart)),
    (key(End), edit(InputRequest::GoToEnd)),
    (ctrl('a'), edit(InputRequest::GoToStart)),
    (ctrl('e'), edit(InputRequest::GoToEnd)),
];

const ERASERS: Actions = &[
    (key(Backspace), edit(InputRequest::DeletePrevChar)),
    (ctrl('h'), edit(InputRequest::DeletePrevChar)),
    (ctrl('w'), edit(InputRequest::DeletePrevWord)),
    (ctrl('u'), edit(InputRequest::DeleteLine)),
    (ctrl('k'), edit(InputRequest::DeleteTillEnd)),
];

const DELETIONS: Actions = &[
    (key(Backspace), edit(InputRequest::DeletePrevChar)),
    (ctrl('h'), edit(InputRequest::DeletePrevChar)),
    (ctrl('w'), edit(InputRequest::DeletePrevWord)),
    (ctrl('u'), edit(InputRequest::DeleteLine)),
];

/// A binding without footer and help.
const fn on(context: Context, actions: Actions) -> Binding {
    Binding {
        context,
        actions,
        footer: None,
        help: Words::CommandHelpHelp,
    }
}

impl Binding {
    const fn in_footer(self, footer: Words) -> Self {
        Self {
            footer: Some(footer),
            ..self
        }
    }

    const fn with_help(self, help: Words) -> Self {
        Self { help, ..self }
    }
}

/// All bindings. If two contexts apply, the narrower one wins.
pub(super) static BINDINGS: &[Binding] = &[
    on(Context::Text, &[(key(Enter), Command::Resolve)])
        .in_footer(Words::CommandResolveTextFooter)
        .with_help(Words::CommandResolveTextHelp),
    on(
        Context::Text,
        &[(key(Delete), edit(InputRequest::DeleteNextChar))],
    )
    .with_help(Words::CommandDeleteHelp),
    on(Context::Text, CURSOR).with_help(Words::CommandCursorHelp),
    on(Context::Text, ERASERS).with_help(Words::CommandEraseHelp),
    on(Context::Text, &[(ctrl('v'), Command::Paste)]).with_help(Words::CommandPasteHelp),
    on(Context::Text, &[(ctrl('y'), edit(InputRequest::Yank))]).with_help(Words::CommandYankHelp),
    on(
        Context::Choice,
        &[(key(Left), Command::Previous), (key(Right), Command::Next)],
    )
    .in_footer(Words::CommandChangeFooter)
    .with_help(Words::CommandChangeHelp),
    on(
        Context::Choice,
        &[(key(Enter), Command::Choose), (char(' '), Command::Choose)],
    )
    .in_footer(Words::CommandChooseFooter)
    .with_help(Words::CommandChooseHelp),
    on(
        Context::Flags,
        &[(key(Enter), Command::Choose), (char(' '), Command::Choose)],
    )
    .in_footer(Words::CommandChooseFooter)
    .with_help(Words::CommandChooseHelp),
    on(
        Context::Flag,
        &[(char(' '), Command::Toggle), (key(Enter), Command::Toggle)],
    )
    .in_footer(Words::CommandToggleFooter)
    .with_help(Words::CommandToggleHelp),
    on(Context::Form, ARROWS)
        .in_footer(Words::CommandFieldFooter)
        .with_help(Words::CommandFieldHelp),
    on(Context::Form, &[(key(PageUp), HOME), (key(PageDown), END)])
        .with_help(Words::CommandFirstFieldHelp),
    on(Context::Entries, &[(key(Enter), Command::Advance)])
        .in_footer(Words::CommandAdvanceFooter)
        .with_help(Words::CommandAdvanceHelp),
    on(Context::Entries, &[(char(' '), Command::ListCalls)])
        .in_footer(Words::CommandListCallsFooter)
        .with_help(Words::CommandListCallsHelp),
    on(Context::Steps, &[(key(Enter), Command::Advance)])
        .in_footer(Words::CommandAdvanceFooter)
        .with_help(Words::CommandAdvanceHelp),
    on(Context::Steps, &[(char(' '), Command::ListCalls)])
        .in_footer(Words::CommandListCallsFooter)
        .with_help(Words::CommandListCallsHelp),
    on(Context::Entries, LINES)
        .in_footer(Words::CommandSelectFooter)
        .with_help(Words::CommandSelectHelp),
    on(Context::Entries, PAGES).with_help(Words::CommandPageEntriesHelp),
    on(Context::Entries, &[(char('a'), Command::TryAll)])
        .in_footer(Words::CommandTryAllFooter)
        .with_help(Words::CommandTryAllHelp),
    on(Context::Entries, &[(char('r'), Command::Reverse)])
        .in_footer(Words::CommandReverseFooter)
        .with_help(Words::CommandReverseHelp),
    on(Context::Detail, LINES)
        .in_footer(Words::CommandScrollFooter)
        .with_help(Words::CommandScrollHelp),
    on(Context::Detail, PAGES).with_help(Words::CommandPageHelp),
    on(Context::Lesson, &[(key(Enter), Command::GoOn)])
        .in_footer(Words::CommandGoOnNext)
        .with_help(Words::CommandGoOnHelp),
    on(Context::Lesson, &[(char(' '), Command::Hint)])
        .in_footer(Words::CommandHintFooter)
        .with_help(Words::CommandHintHelp),
    on(Context::Lesson, LINES)
        .in_footer(Words::CommandScrollFooter)
        .with_help(Words::CommandAnswerHelp),
    on(Context::Lesson, PAGES)
        .in_footer(Words::CommandPageFooter)
        .with_help(Words::CommandPageHelp),
    on(Context::Filtered, &[(char('/'), Command::Filter)])
        .in_footer(Words::CommandFilterFooter)
        .with_help(Words::CommandFilterHelp),
    on(Context::Filter, &[(key(Enter), Command::KeepFilter)])
        .in_footer(Words::CommandKeepFilterFooter)
        .with_help(Words::CommandKeepFilterHelp),
    on(Context::Filter, &[(key(Esc), Command::Cancel)]).with_help(Words::CommandEndFilterHelp),
    on(Context::Filter, ARROWS)
        .in_footer(Words::CommandMoveFooter)
        .with_help(Words::CommandMoveHelp),
    on(Context::Filter, PAGES).with_help(Words::CommandPageHelp),
    on(Context::Filter, DELETIONS).with_help(Words::CommandFilterValuesHelp),
    on(Context::Arguments, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandMakeFooter)
        .with_help(Words::CommandMakeHelp),
    on(Context::Arguments, DELETIONS).with_help(Words::CommandDeleteArgumentHelp),
    on(
        Context::Arguments,
        &[
            (key(Left), edit(InputRequest::GoToPrevChar)),
            (key(Right), edit(InputRequest::GoToNextChar)),
        ],
    )
    .with_help(Words::CommandCursorHelp),
    on(Context::Values, DELETIONS).with_help(Words::CommandFilterValuesHelp),
    on(Context::Popup, &[(key(Esc), Command::Cancel)]).with_help(Words::CommandCloseHelp),
    on(Context::Plain, &[(char('q'), Command::Close)]).with_help(Words::CommandCloseHelp),
    on(Context::Plain, &[(char('?'), Command::Help)]).with_help(Words::CommandHelpHelp),
    on(Context::Values, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandAcceptFooter)
        .with_help(Words::CommandAcceptHelp),
    on(Context::Presets, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandAcceptFooter)
        .with_help(Words::CommandAcceptHelp),
    on(Context::Save, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandWriteFooter)
        .with_help(Words::CommandWriteHelp),
    on(Context::Save, &[(key(Esc), Command::Cancel)]).with_help(Words::CommandKeepPathHelp),
    on(Context::Save, ARROWS)
        .in_footer(Words::CommandSaveKindFooter)
        .with_help(Words::CommandSaveKindHelp),
    on(Context::Save, CURSOR).with_help(Words::CommandCursorHelp),
    on(Context::Save, ERASERS).with_help(Words::CommandEraseHelp),
    on(
        Context::Save,
        &[(key(Delete), edit(InputRequest::DeleteNextChar))],
    )
    .with_help(Words::CommandDeleteNextHelp),
    on(Context::Save, &[(ctrl('v'), Command::Paste)]).with_help(Words::CommandPasteHelp),
    on(Context::Save, &[(ctrl('y'), edit(InputRequest::Yank))]).with_help(Words::CommandYankHelp),
    on(Context::Matrix, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandCellFooter)
        .with_help(Words::CommandCellHelp),
    on(Context::Matrix, &[(char('n'), Command::Numbers)])
        .in_footer(Words::CommandCellSocketFooter)
        .with_help(Words::CommandCellSocketHelp),
    on(Context::Matrix, &[(char('e'), Command::Everything)])
        .in_footer(Words::CommandEverythingFooter)
        .with_help(Words::CommandEverythingHelp),
    on(Context::Matrix, &[(char('b'), Command::Binds)])
        .in_footer(Words::CommandBindsFooter)
        .with_help(Words::CommandBindsHelp),
    on(
        Context::Matrix,
        &[(key(Left), Command::Previous), (key(Right), Command::Next)],
    )
    .in_footer(Words::CommandColumnFooter)
    .with_help(Words::CommandColumnHelp),
    on(Context::Binds, &[(char('m'), Command::Matrix)])
        .in_footer(Words::CommandMatrixFooter)
        .with_help(Words::CommandMatrixHelp),
    on(
        Context::Binds,
        &[(key(Left), Command::Previous), (key(Right), Command::Next)],
    )
    .in_footer(Words::CommandSecondFooter)
    .with_help(Words::CommandSecondHelp),
    on(Context::History, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandGoBackFooter)
        .with_help(Words::CommandGoBackHelp),
    on(Context::History, &[(char(' '), Command::Mark)])
        .in_footer(Words::CommandMarkFooter)
        .with_help(Words::CommandMarkHelp),
    on(Context::History, &[(char('='), Command::Compare)])
        .in_footer(Words::CommandCompareFooter)
        .with_help(Words::CommandCompareHelp),
    on(Context::History, &[(char('+'), Command::OpenFile)])
        .in_footer(Words::CommandOpenFileFooter)
        .with_help(Words::CommandOpenFileHelp),
    on(Context::History, &[(char('h'), Command::History)]).with_help(Words::CommandCloseHelp),
    on(Context::Open, &[(key(Enter), Command::Accept)])
        .in_footer(Words::CommandOpenFooter)
        .with_help(Words::CommandOpenHelp),
    on(Context::Open, &[(key(Esc), Command::Cancel)]).with_help(Words::CommandKeepPathHelp),
    on(Context::Open, CURSOR).with_help(Words::CommandCursorHelp),
    on(Context::Open, ERASERS).with_help(Words::CommandEraseHelp),
    on(
        Context::Open,
        &[(key(Delete), edit(InputRequest::DeleteNextChar))],
    )
    .with_help(Words::CommandDeleteNextHelp),
    on(Context::Open, &[(ctrl('v'), Command::Paste)]).with_help(Words::CommandPasteHelp),
    on(Context::Open, &[(ctrl('y'), edit(InputRequest::Yank))]).with_help(Words::CommandYankHelp),
    on(Context::Plain, &[(char('k'), UP), (char('j'), DOWN)]).with_help(Words::CommandMoveHelp),
    on(Context::Popup, ARROWS)
        .in_footer(Words::CommandMoveFooter)
        .with_help(Words::CommandMoveHelp),
    on(Context::Popup, PAGES).with_help(Words::CommandPageHelp),
    on(
        Context::Everywhere,
        &[
            (key(Tab), Command::NextPane),
            (key(BackTab), Command::PreviousPane),
        ],
    )
    .in_footer(Words::CommandPaneFooter)
    .with_help(Words::CommandPaneHelp),
    on(
        Context::Everywhere,
        &[
            (key(F(8)), Command::NextStep),
            (key(F(7)), Command::PreviousStep),
        ],
    )
    .in_footer(Words::CommandNextStepFooter)
    .with_help(Words::CommandNextStepHelp),
    on(
        Context::Everywhere,
        &[(key(F(5)), Command::Resolve), (ctrl('r'), Command::Resolve)],
    )
    .in_footer(Words::CommandAgainFooter)
    .with_help(Words::CommandAgainHelp),
    on(Context::Everywhere, &[(key(Esc), Command::Cancel)]).with_help(Words::CommandCancelHelp),
    on(Context::Everywhere, &[(key(F(2)), Command::Presets)])
        .in_footer(Words::CommandPresetsFooter)
        .with_help(Words::CommandPresetsHelp),
    on(Context::Everywhere, &[(key(F(9)), Command::Save)])
        .in_footer(Words::CommandSaveFooter)
        .with_help(Words::CommandSaveHelp),
    on(Context::Everywhere, &[(key(F(3)), Command::ToggleMouse)])
        .with_help(Words::CommandMouseHelp),
    on(Context::Everywhere, &[(key(F(1)), Command::Help)])
        .in_footer(Words::CommandHelpFooter)
        .with_help(Words::CommandHelpHelp),
    on(
        Context::OutsideText,
        &[
            (char('1'), Command::Show(View::Socket)),
            (char('2'), Command::Show(View::Addrinfo)),
            (char('3'), Command::Show(View::Code)),
            (char('4'), Command::Show(View::Calls)),
            (char('5'), Command::Show(View::Lookup)),
            (char('6'), Command::Show(View::Elsewhere)),
        ],
    )
    .in_footer(Words::CommandViewsFooter)
    .with_help(Words::CommandViewsHelp),
    on(Context::OutsideText, &[(char('w'), Command::AskSources)])
        .in_footer(Words::CommandAskSourcesFooter)
        .with_help(Words::CommandAskSourcesHelp),
    on(Context::OutsideText, &[(char('v'), Command::NextTables)])
        .in_footer(Words::CommandTablesFooter)
        .with_help(Words::CommandTablesHelp),
    on(Context::OutsideText, &[(char('z'), Command::Zoom)])
        .in_footer(Words::CommandZoomFooter)
        .with_help(Words::CommandZoomHelp),
    on(Context::OutsideText, &[(char('o'), Command::Question)])
        .in_footer(Words::CommandOptionsFooter)
        .with_help(Words::CommandOptionsHelp),
    on(Context::OutsideText, &[(char('n'), Command::Numbers)]).with_help(Words::CommandNumbersHelp),
    on(Context::OutsideText, &[(char('t'), Command::Side)]).with_help(Words::CommandSideHelp),
    on(Context::OutsideText, &[(char('s'), Command::Sockets)]).with_help(Words::CommandSocketsHelp),
    on(Context::OutsideText, &[(char('p'), Command::Client)]).with_help(Words::CommandClientHelp),
    on(Context::OutsideText, &[(char('x'), Command::CloseSocket)])
        .with_help(Words::CommandCloseSocketHelp),
    on(Context::OutsideText, &[(char('i'), Command::Providers)])
        .with_help(Words::CommandProvidersHelp),
    on(Context::OutsideText, &[(char('m'), Command::Matrix)]).with_help(Words::CommandMatrixHelp),
    on(Context::OutsideText, &[(char('l'), Command::NextProgram)])
        .with_help(Words::CommandProgramHelp),
    on(
        Context::OutsideText,
        &[(char('y'), Command::Copy), (char('Y'), Command::CopyLine)],
    )
    .with_help(Words::CommandCopyHelp),
    on(Context::Everywhere, &[(key(F(4)), Command::Fix)]).with_help(Words::CommandFixHelp),
    on(Context::OutsideText, &[(char('f'), Command::Fix)]).with_help(Words::CommandFixHelp),
    on(
        Context::OutsideText,
        &[(char('u'), Command::Back), (char('U'), Command::Forward)],
    )
    .with_help(Words::CommandBackHelp),
    on(Context::OutsideText, &[(char('h'), Command::History)]).with_help(Words::CommandHistoryHelp),
    on(Context::OutsideText, &[(char('='), Command::Compare)]).with_help(Words::CommandCompareHelp),
    on(Context::OutsideText, &[(char('+'), Command::OpenFile)])
        .with_help(Words::CommandOpenFileHelp),
    on(Context::OutsideText, &[(char('W'), Command::Watch)]).with_help(Words::CommandWatchHelp),
    on(Context::OutsideText, &[(char('L'), Command::NextLanguage)])
        .with_help(Words::CommandLanguageHelp),
    on(Context::Everywhere, &[(key(F(6)), Command::NextView)])
        .with_help(Words::CommandNextViewHelp),
    on(Context::OutsideText, &[(char('?'), Command::Help)]).with_help(Words::CommandHelpHelp),
    on(Context::OutsideText, &[(char('q'), Command::Quit)]).with_help(Words::CommandQuitHelp),
    on(Context::Everywhere, &[(ctrl('z'), Command::Suspend)]).with_help(Words::CommandSuspendHelp),
    on(Context::Everywhere, &[(ctrl('c'), Command::Quit)])
        .in_footer(Words::CommandInterruptFooter)
        .with_help(Words::CommandInterruptHelp),
];
