//! The form's fields: choices, flags, texts, NULL and the empty text.

use super::*;
use crate::text::MAX_TEXT;

const DELETE: Msg = Msg::Do(Command::Edit(InputRequest::DeleteNextChar));
const BACKSPACE: Msg = Msg::Do(Command::Edit(InputRequest::DeletePrevChar));
const CLEAR: Msg = Msg::Do(Command::Edit(InputRequest::DeleteLine));

#[test]
fn changed_choice_resolves_at_once() {
    let mut model = showing(1);
    model.goes_to(Field::Hint(Hint::Socktype));
    let (_, asked) = asks(model.does(Command::Next));
    let udp = Hints {
        socktype: 2,
        ..TCP4
    };
    assert_eq!(asked, query(None, Some("27015"), Some(udp)));
    assert_eq!(asks(model.does(Command::Previous)).1, server());
}

#[test]
fn letters_and_backspace_leave_the_first_field_alone() {
    let mut model = showing(1);
    let before = model.clone();
    for msg in [Msg::Type('x'), BACKSPACE, DELETE] {
        model.quietly(msg.clone());
        assert_eq!(model, before, "{msg:?}");
    }
}

#[test]
fn changed_flag_resolves_at_once() {
    let mut model = showing(1);
    model.goes_to(Field::Flag(1));
    let (_, asked) = asks(model.does(Command::Toggle));
    let none = Hints { flags: 0, ..TCP4 };
    assert_eq!(asked, query(None, Some("27015"), Some(none)));
    assert_eq!(asks(model.does(Command::Toggle)).1, server());
}

#[test]
fn half_typed_node_is_not_resolved_with_a_hint() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.types("exampl");
    model.goes_to(Field::Service);
    model.types("0");
    model.goes_to(Field::Flag(2));
    let (_, asked) = asks(model.does(Command::Toggle));
    let both = Hints { flags: 3, ..TCP4 };
    assert_eq!(asked, query(None, Some("27015"), Some(both)));
    assert_eq!(
        model.form.query(),
        Ok(query(Some("exampl"), Some("270150"), Some(both))),
        "the text is kept"
    );
}

#[test]
fn hint_resolves_with_the_last_resolved_texts() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.types("localhost");
    asks(model.does(Command::Resolve));
    model.types(".");
    model.goes_to(Field::Flag(2));
    let (_, asked) = asks(model.does(Command::Toggle));
    assert_eq!(asked.node, Some(Text::new("localhost").unwrap()));
}

#[test]
fn choice_wraps_at_the_ends_of_its_list() {
    let mut model = showing(1);
    model.goes_to(Field::Hint(Hint::Family));
    let mut seen = vec![2];
    loop {
        let family = asks(model.does(Command::Next)).1.hints.unwrap().family;
        let ticket = model.lookups.pending.as_ref().unwrap().ticket;
        let _ = model.hears(Msg::Returned(ticket, noname(server())));
        if family == 2 {
            break;
        }
        assert!(!seen.contains(&family), "{family} comes twice");
        seen.push(family);
    }
    let listed = values(Os::Linux, Hint::Family).count();
    assert_eq!(seen.len(), listed);
    assert!(seen.contains(&0) && seen.contains(&10));
    let back = asks(model.does(Command::Previous)).1.hints.unwrap().family;
    assert_eq!(Some(&back), seen.last());
}

#[test]
fn last_value_precedes_the_first() {
    let mut model = showing(1);
    let mut ends = values(Os::Linux, Hint::Family).map(|choice| choice.value);
    model.form.set(Hint::Family, ends.next().unwrap());
    model.goes_to(Field::Hint(Hint::Family));
    let (_, asked) = asks(model.does(Command::Previous));
    assert_eq!(Some(asked.hints.unwrap().family), ends.last());
}

#[test]
fn unlisted_value_steps_to_the_ends_of_the_list() {
    let mut ends = values(Os::Linux, Hint::Family).map(|choice| choice.value);
    let (first, last) = (ends.next().unwrap(), ends.last().unwrap());
    for (command, end) in [(Command::Next, first), (Command::Previous, last)] {
        let mut model = showing(1);
        model.form.set(Hint::Family, -77);
        model.goes_to(Field::Hint(Hint::Family));
        assert_eq!(asks(model.does(command)).1.hints.unwrap().family, end);
    }
}

#[test]
fn delete_toggles_between_null_and_the_empty_text() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    let empty = Some(Text::default());
    for node in [empty.clone(), None, empty, None] {
        model.quietly(DELETE);
        assert_eq!(model.form.query().unwrap().node, node);
    }
}

#[test]
fn backspace_never_makes_a_text_null() {
    let mut model = showing(1);
    model.goes_to(Field::Service);
    for _ in 0..9 {
        model.quietly(BACKSPACE);
    }
    assert_eq!(model.form.query().unwrap().service, Some(Text::default()));
}

#[test]
fn typing_turns_null_into_a_text() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    assert_eq!(model.form.node, TextField::Null);
    model.types("::1");
    let node = model.form.query().unwrap().node;
    assert_eq!(node, Some(Text::new("::1").unwrap()));
    assert_eq!(asks(model.does(Command::Resolve)).1.node, node);
}

#[test]
fn cursor_keys_keep_null() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    for request in [
        InputRequest::GoToPrevChar,
        InputRequest::GoToEnd,
        InputRequest::DeletePrevChar,
        InputRequest::DeleteLine,
        InputRequest::DeleteTillEnd,
        InputRequest::Yank,
    ] {
        model.quietly(Msg::Do(Command::Edit(request)));
        assert_eq!(model.form.node, TextField::Null, "{request:?}");
    }
}

#[test]
fn typing_and_pasting_insert_at_the_cursor() {
    let mut model = showing(1);
    model.goes_to(Field::Service);
    model.quietly(Msg::Do(Command::Edit(InputRequest::GoToStart)));
    model.types("é");
    model.quietly(Msg::Paste("日本".to_owned()));
    model.types("!");
    let service = model.form.query().unwrap().service;
    assert_eq!(service, Some(Text::new("é日本!27015").unwrap()));
}

#[test]
fn paste_turns_null_into_a_text() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.quietly(Msg::Paste("two\nlines".to_owned()));
    let node = model.form.query().unwrap().node;
    assert_eq!(node, Some(Text::new("two\nlines").unwrap()));
}

#[cfg(unix)]
#[test]
fn non_utf8_text_is_passed_or_cleared_not_edited() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let latin1 = Text::new(OsStr::from_bytes(b"b\xfccher")).unwrap();
    let asked = Query {
        node: Some(latin1.clone()),
        ..server()
    };
    let (mut model, effects) = Model::begin(host(Os::Linux), asked.clone());
    assert_eq!(asks(effects).1, asked);
    assert_eq!(asks(model.does(Command::Resolve)).1, asked);
    model.goes_to(Field::Node);
    for msg in [
        Msg::Type('x'),
        Msg::Paste("x".to_owned()),
        DELETE,
        BACKSPACE,
        Msg::Do(Command::Edit(InputRequest::GoToStart)),
    ] {
        model.quietly(msg.clone());
        assert!(model.complaint().contains("UTF-8"), "{msg:?}");
        assert_eq!(model.form.query(), Ok(asked.clone()), "{msg:?}");
        model.notice = None;
    }
    model.quietly(CLEAR);
    assert_eq!(model.form.query().unwrap().node, Some(Text::default()));
    model.types("a");
    assert_eq!(
        asks(model.does(Command::Resolve)).1.node,
        Text::new("a").ok()
    );
}

#[test]
fn pasted_nul_byte_is_reported_and_keeps_the_text() {
    for (field, name) in [(Field::Node, "node"), (Field::Service, "service")] {
        let mut model = showing(1);
        model.goes_to(field);
        model.quietly(Msg::Paste("a\0b".to_owned()));
        let form = model.form.clone();
        let lookups = model.lookups.clone();
        model.quietly(Msg::Do(Command::Resolve));
        let complaint = model.complaint();
        assert!(complaint.starts_with(name), "{complaint}");
        assert!(complaint.contains("NUL"), "{complaint}");
        assert_eq!((&model.form, &model.lookups), (&form, &lookups));
        assert!(model.is_stale());

        model.goes_to(Field::Flag(2));
        let (_, asked) = asks(model.does(Command::Toggle));
        assert_eq!(
            asked.node, None,
            "hints resolve with the last resolved texts"
        );
        model.goes_to(field);
        model.quietly(BACKSPACE);
        model.quietly(BACKSPACE);
        asks(model.does(Command::Resolve));
    }
}

#[test]
fn too_long_text_is_refused() {
    let full = "a".repeat(MAX_TEXT);
    for field in [Field::Node, Field::Service] {
        let mut model = showing(1);
        model.goes_to(field);
        model.quietly(CLEAR);
        model.quietly(Msg::Paste("kept".to_owned()));
        let form = model.form.clone();
        model.quietly(Msg::Paste(full.clone()));
        let words = "Too long to paste: 8196 bytes (limit 8192).";
        assert_eq!(model.complaint(), words);
        assert_eq!(model.form, form);
        model.quietly(Msg::Paste(full[4..].to_owned()));
        assert_eq!(model.news(), "");
        let form = model.form.clone();
        for (msg, words) in [
            (Msg::Type('b'), "Too long: 8193 bytes (limit 8192)."),
            (
                Msg::Paste("é".to_owned()),
                "Too long to paste: 8194 bytes (limit 8192).",
            ),
        ] {
            model.quietly(msg);
            assert_eq!(model.complaint(), words);
            assert_eq!(model.form, form);
        }
        model.quietly(BACKSPACE);
        model.quietly(Msg::Type('b'));
        assert_eq!(model.news(), "");
        let (_, asked) = asks(model.does(Command::Resolve));
        let text = if field == Field::Node {
            asked.node
        } else {
            asked.service
        };
        assert_eq!(text.unwrap().as_os_str().len(), MAX_TEXT);
    }
    // Also into NULL and into the filter.
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.quietly(Msg::Paste(full.clone() + "b"));
    assert_eq!(model.form.node, TextField::Null);
    assert!(model.complaint().contains("8193 bytes"));
    model.goes_to(Field::Hint(Hint::Family));
    model.quietly(Msg::Do(Command::Choose));
    model.quietly(Msg::Paste("inet6".to_owned()));
    model.quietly(Msg::Paste(full));
    assert!(model.complaint().contains("8197 bytes"));
    let Some(Popup::Choice(choosing)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    assert_eq!(choosing.filter.value(), "inet6");
}

#[test]
fn yank_beyond_the_limit_is_refused() {
    let mut model = showing(1);
    model.goes_to(Field::Service);
    model.quietly(CLEAR);
    model.quietly(Msg::Paste("a".repeat(MAX_TEXT)));
    let form = model.form.clone();
    model.quietly(Msg::Do(Command::Edit(InputRequest::Yank)));
    assert_eq!(model.complaint(), "Too long: 8197 bytes (limit 8192).");
    assert_eq!(model.form, form);
}

#[test]
fn too_long_text_may_shrink_but_not_grow() {
    let asked = Query {
        node: Text::new("a".repeat(MAX_TEXT + 2)).ok(),
        ..server()
    };
    let (mut model, _) = Model::begin(host(Os::Linux), asked);
    model.goes_to(Field::Node);
    model.quietly(Msg::Type('b'));
    assert!(model.complaint().contains("8195 bytes"));
    model.quietly(BACKSPACE);
    let node = model.form.query().unwrap().node.unwrap();
    assert_eq!(node.as_os_str().len(), MAX_TEXT + 1);
}

#[test]
fn replaced_bytes_in_a_paste_are_reported() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.quietly(Msg::Paste("b\u{fffd}cher\u{fffd}".to_owned()));
    assert!(
        model.complaint().contains("2 U+FFFD"),
        "{}",
        model.complaint()
    );
    assert!(
        model.complaint().contains("U+FFFD"),
        "{}",
        model.complaint()
    );
}

#[test]
fn null_hints_keep_the_values_of_the_hints() {
    for command in [Command::Next, Command::Previous, Command::Choose] {
        let mut model = showing(1);
        model.goes_to(Field::HintsPointer);
        assert_eq!(
            asks(model.does(command)).1,
            query(None, Some("27015"), None),
            "{command:?}"
        );
        assert!(model.is_stale());
        assert_eq!(model.form.hints, TCP4);
        assert_eq!(asks(model.does(command)).1, server(), "{command:?}");
    }
}

#[test]
fn changed_hint_replaces_null_hints() {
    let mut model = showing(1);
    model.goes_to(Field::HintsPointer);
    asks(model.does(Command::Next));
    model.goes_to(Field::Flag(2));
    let both = Hints { flags: 3, ..TCP4 };
    assert_eq!(asks(model.does(Command::Toggle)).1.hints, Some(both));
}

#[test]
fn text_outside_text_fields_is_ignored() {
    let mut model = showing(1);
    let form = model.form.clone();
    model.types("x");
    model.quietly(Msg::Paste("x".to_owned()));
    assert!(model.news().contains("Tab"), "{}", model.news());
    assert_eq!(model.form, form);
    model.goes_to(Field::Hint(Hint::Family));
    let form = model.form.clone();
    model.types("x");
    model.quietly(Msg::Paste("x".to_owned()));
    assert!(model.news().contains("node and service"));
    assert_eq!(model.form, form);
}

#[test]
fn keys_of_other_field_kinds_do_nothing() {
    for (field, commands) in [
        (
            Field::Node,
            &[
                Command::Next,
                Command::Previous,
                Command::Toggle,
                Command::Choose,
            ][..],
        ),
        (
            Field::Flag(1),
            &[Command::Next, Command::Previous, Command::Choose],
        ),
        (Field::Hint(Hint::Family), &[Command::Toggle]),
        // ai_flags as a whole has no next value.
        (
            Field::Hint(Hint::Flags),
            &[Command::Next, Command::Previous, Command::Toggle],
        ),
    ] {
        for &command in commands {
            let mut model = showing(1);
            model.goes_to(field);
            let before = model.clone();
            model.quietly(Msg::Do(command));
            assert_eq!(model, before, "{command:?} in {field:?}");
        }
    }
}

#[test]
fn empty_paste_keeps_null() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.quietly(Msg::Paste(String::new()));
    assert_eq!(model.form.node, TextField::Null);
}

#[test]
fn deleted_text_can_be_yanked_after_a_paste() {
    let mut model = showing(1);
    model.goes_to(Field::Service);
    model.quietly(CLEAR);
    model.quietly(Msg::Paste("http".to_owned()));
    model.quietly(Msg::Do(Command::Edit(InputRequest::Yank)));
    let service = model.form.query().unwrap().service;
    assert_eq!(service, Some(Text::new("http27015").unwrap()));
}

#[test]
fn paste_ends_a_run_of_deletions() {
    let mut model = showing(1);
    model.goes_to(Field::Service);
    model.quietly(CLEAR);
    model.quietly(Msg::Paste("http".to_owned()));
    model.quietly(CLEAR);
    model.quietly(Msg::Do(Command::Edit(InputRequest::Yank)));
    let service = model.form.query().unwrap().service;
    assert_eq!(service, Some(Text::new("http").unwrap()));
}
