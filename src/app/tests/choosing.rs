//! Popups: the values of a hint, the presets, the providers.

use super::*;
use crate::names::Name;
use crate::words::Language;

#[track_caller]
fn choosing(hint: Hint) -> Model {
    let mut model = showing(1);
    model.goes_to(Field::Hint(hint));
    model.quietly(Msg::Do(Command::Choose));
    model
}

#[track_caller]
fn listed(model: &Model) -> Vec<Name> {
    let Some(Popup::Choice(choosing)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    choosing.choices(Os::Linux, model.language)
}

#[track_caller]
fn names(model: &Model) -> Vec<&'static str> {
    let names = listed(model).into_iter();
    names.map(|choice| choice.name).collect()
}

#[test]
fn list_opens_with_the_current_value_selected() {
    for (hint, name) in [
        (Hint::Family, "AF_INET"),
        (Hint::Socktype, "SOCK_STREAM"),
        (Hint::Protocol, "IPPROTO_TCP"),
    ] {
        let model = choosing(hint);
        let Some(Popup::Choice(choosing)) = &model.popup else {
            panic!("{:?}", model.popup)
        };
        assert_eq!(listed(&model)[choosing.selected].name, name);
        assert_eq!(listed(&model).len(), values(Os::Linux, hint).count());
    }
}

#[test]
fn zero_is_always_listed() {
    for hint in [Hint::Family, Hint::Socktype, Hint::Protocol] {
        let zeros = values(Os::Linux, hint).filter(|choice| choice.value == 0);
        assert_eq!(zeros.count(), 1, "{hint:?}");
    }
}

#[test]
fn chosen_value_resolves_and_closes_the_list() {
    let mut model = choosing(Hint::Family);
    model.types("inet6");
    assert_eq!(names(&model)[0], "AF_INET6");
    let v6 = Hints { family: 10, ..TCP4 };
    assert_eq!(asks(model.does(Command::Accept)).1.hints, Some(v6));
    assert_eq!(model.popup, None);
    assert_eq!(model.form.hints, v6);
}

#[test]
fn esc_keeps_the_old_value() {
    let mut model = choosing(Hint::Family);
    model.types("inet6");
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!((model.popup.clone(), model.form.hints), (None, TCP4));
}

#[test]
fn typing_filters_by_name_in_any_case() {
    let mut model = choosing(Hint::Socktype);
    model.types("DgRaM");
    assert_eq!(names(&model)[0], "SOCK_DGRAM");
    assert!(!names(&model).contains(&"SOCK_RAW"));
    for _ in 0..5 {
        model.quietly(Msg::Do(Command::Edit(InputRequest::DeletePrevChar)));
    }
    let all = values(Os::Linux, Hint::Socktype).count();
    assert_eq!(listed(&model).len(), all);
}

#[test]
fn filter_matches_any_part_of_a_name() {
    let mut model = choosing(Hint::Socktype);
    model.types("qpack");
    assert_eq!(names(&model), ["SOCK_SEQPACKET"]);
}

#[test]
fn exact_number_comes_first() {
    for number in ["1", "0x1"] {
        let mut model = choosing(Hint::Protocol);
        model.types(number);
        assert_eq!(names(&model)[0], "IPPROTO_ICMP", "{number}");
    }
    let mut model = choosing(Hint::Protocol);
    model.types("13");
    let begin = |choice: &&Name| choice.value.to_string().starts_with("13");
    assert!(listed(&model).iter().filter(begin).count() >= 3);
    assert!(names(&model).contains(&"IPPROTO_SCTP"), "132");
}

#[test]
fn typing_filters_by_meaning() {
    let mut model = choosing(Hint::Socktype);
    model.types("stream of bytes");
    assert_eq!(names(&model), ["SOCK_STREAM"]);
}

#[test]
fn pasted_filter_equals_a_typed_one() {
    let mut model = choosing(Hint::Family);
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    model.types("ine");
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    model.quietly(Msg::Paste("t6".to_owned()));
    let Some(Popup::Choice(choosing)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    assert_eq!((choosing.filter.value(), choosing.selected), ("inet6", 0));
    assert_eq!(names(&model)[0], "AF_INET6");
}

#[test]
fn filtering_selects_the_first_match() {
    let mut model = choosing(Hint::Family);
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    model.types("inet");
    let first = listed(&model)[0].value;
    let asked = asks(model.does(Command::Accept)).1;
    assert_eq!(asked.hints.unwrap().family, first);
}

#[test]
fn unnamed_number_can_be_chosen() {
    for (typed, value) in [("-1", -1), ("9999", 9999), ("0x7fffffff", i32::MAX)] {
        let mut model = choosing(Hint::Family);
        model.types(typed);
        assert_eq!((listed(&model)[0].value, names(&model)[0]), (value, ""));
        let asked = asks(model.does(Command::Accept)).1;
        assert_eq!(asked.hints.unwrap().family, value);
        assert_eq!(model.popup, None);
    }
}

#[test]
fn list_and_filter_stay_without_a_match() {
    for typed in ["no such name", "4294967296", "12three"] {
        let mut model = choosing(Hint::Family);
        model.types(typed);
        assert_eq!(listed(&model), [], "{typed}");
        let before = model.clone();
        model.quietly(Msg::Do(Command::Accept));
        assert_eq!(model, before);
        for motion in [Motion::Down, Motion::Up, Motion::End] {
            model.quietly(Msg::Do(Command::Move(motion)));
        }
        assert_eq!(model, before);
    }
}

#[test]
fn movement_in_the_list_stops_at_its_ends() {
    let mut model = choosing(Hint::Family);
    let last = listed(&model).len() - 1;
    let selected = |model: &Model| match &model.popup {
        Some(Popup::Choice(choosing)) => choosing.selected,
        other => panic!("{other:?}"),
    };
    for (motion, line) in [
        (Motion::Home, 0),
        (Motion::Up, 0),
        (Motion::Down, 1),
        (Motion::End, last),
        (Motion::Down, last),
        (Motion::PageDown, last),
    ] {
        model.quietly(Msg::Do(Command::Move(motion)));
        assert_eq!(selected(&model), line, "{motion:?}");
    }
}

#[test]
fn toggling_a_flag_resolves_and_keeps_the_list_open() {
    let mut model = choosing(Hint::Flags);
    model.types("canonname");
    assert_eq!(asks(model.does(Command::Accept)).1.hints.unwrap().flags, 3);
    assert!(matches!(model.popup, Some(Popup::Choice(_))));
    assert_eq!(names(&model)[0], "AI_CANONNAME");
    assert_eq!(asks(model.does(Command::Accept)).1.hints.unwrap().flags, 1);
    assert!(matches!(model.popup, Some(Popup::Choice(_))));
}

#[test]
fn number_replaces_all_flags() {
    // 0x40000000 has no name; 3 is AI_PASSIVE | AI_CANONNAME; 0 is no flag.
    for (typed, value) in [
        ("0x40000000", 0x4000_0000),
        ("3", 3),
        ("0", 0),
        ("0xffffffff", -1),
    ] {
        let mut model = choosing(Hint::Flags);
        model.types(typed);
        assert_eq!(listed(&model)[0].value, value, "{typed}");
        let asked = asks(model.does(Command::Accept)).1;
        assert_eq!(asked.hints.unwrap().flags, value);
        assert_eq!(model.popup, None);
    }
}

#[test]
fn chosen_value_replaces_null_hints() {
    let mut model = showing(1);
    model.goes_to(Field::HintsPointer);
    asks(model.does(Command::Next));
    model.goes_to(Field::Hint(Hint::Family));
    model.quietly(Msg::Do(Command::Choose));
    let asked = asks(model.does(Command::Accept)).1;
    assert_eq!(asked.hints, Some(TCP4));
}

#[test]
fn typing_in_a_popup_does_not_edit_the_form() {
    for popup in [Command::Help, Command::Presets] {
        let mut model = showing(1);
        model.goes_to(Field::Node);
        model.quietly(Msg::Do(popup));
        let before = model.clone();
        model.types("x");
        model.quietly(Msg::Paste("x".to_owned()));
        model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteNextChar)));
        assert_eq!(model, before, "{popup:?}");
    }
}

#[test]
fn accepting_the_help_closes_it() {
    let mut model = showing(1);
    let before = model.clone();
    model.quietly(Msg::Do(Command::Help));
    model.quietly(Msg::Do(Command::Accept));
    assert_eq!(model, before);
}

#[test]
fn accepting_without_a_popup_does_nothing() {
    let mut model = showing(1);
    let before = model.clone();
    model.quietly(Msg::Do(Command::Accept));
    assert_eq!(model, before);
}

#[test]
fn another_pane_closes_the_popup() {
    let mut model = choosing(Hint::Family);
    model.quietly(Msg::Do(Command::NextPane));
    assert_eq!((model.popup.clone(), model.pane), (None, Pane::Entries));
}

#[test]
fn preset_fills_the_form_and_resolves() {
    assert!(presets(Os::Linux).len() > 1);
    for (index, preset) in presets(Os::Linux).iter().enumerate() {
        for click in [false, true] {
            let mut model = showing(1);
            model.goes_to(Field::Node);
            model.types("typed");
            model.quietly(Msg::Do(Command::Presets));
            assert_eq!(model.popup, Some(Popup::Presets(0)));
            let effects = if click {
                if index > 0 {
                    model.quietly(Msg::Click(Target::PopupLine(index)));
                    assert_eq!(model.popup, Some(Popup::Presets(index)), "selected only");
                }
                model.hears(Msg::Click(Target::PopupLine(index)))
            } else {
                for _ in 0..index {
                    model.quietly(Msg::Do(Command::Move(Motion::Down)));
                }
                model.does(Command::Accept)
            };
            assert_eq!(asks(effects).1, preset.query);
            assert_eq!(model.form.query().as_ref(), Ok(&preset.query));
            assert_eq!(model.popup, None);
            assert_eq!(model.news(), preset.about.text(Language::En));
        }
    }
}

#[test]
fn movement_in_the_presets_stops_at_the_ends() {
    let mut model = showing(1);
    model.quietly(Msg::Do(Command::Presets));
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    assert_eq!(model.popup, Some(Popup::Presets(0)));
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    // The lessons stand below the presets.
    let last = presets(Os::Linux).len() + lessons().len() - 1;
    assert_eq!(model.popup, Some(Popup::Presets(last)));
}

#[test]
fn unlisted_name_can_be_chosen() {
    // AF_MAX is 46, SOCK_NONBLOCK is 2048; neither is listed.
    for (hint, typed, name, value) in [
        (Hint::Family, "max", "AF_MAX", 46),
        (Hint::Socktype, "sock_nonblock", "SOCK_NONBLOCK", 2048),
    ] {
        let mut model = choosing(hint);
        model.types(typed);
        let first = listed(&model)[0];
        assert_eq!((first.name, first.value), (name, value));
        let asked = asks(model.does(Command::Accept)).1;
        assert_eq!(hint.get(&asked.hints.unwrap()), value);
    }
}

#[test]
fn mask_replaces_all_flags() {
    // AI_DEFAULT is AI_V4MAPPED_CFG 0x200 and AI_ADDRCONFIG 0x400 in macOS's <netdb.h>.
    let (mut model, _) = Model::begin(host(Os::Macos), server());
    model.goes_to(Field::Hint(Hint::Flags));
    model.quietly(Msg::Do(Command::Choose));
    model.types("default");
    let asked = asks(model.does(Command::Accept)).1;
    assert_eq!(asked.hints.unwrap().flags, 0x600);
    assert_eq!(model.popup, None);
}

#[test]
fn form_keys_work_only_in_the_form() {
    for (field, command) in [
        (Field::HintsPointer, Command::Next),
        (Field::Hint(Hint::Family), Command::Previous),
        (Field::Hint(Hint::Family), Command::Choose),
        (Field::Flag(2), Command::Toggle),
    ] {
        let mut model = showing(1);
        model.goes_to(field);
        model.quietly(Msg::Do(Command::Help));
        let before = model.clone();
        model.quietly(Msg::Do(command));
        assert_eq!(model, before, "{command:?} under the help");
        model.quietly(Msg::Do(Command::NextPane));
        let before = model.clone();
        model.quietly(Msg::Do(command));
        assert_eq!(model, before, "{command:?} from the list");
    }
}

/// The open list of providers, and the call that fills it.
#[track_caller]
fn listing_providers() -> (Model, Effect) {
    let mut model = showing(1);
    let mut effects = model.does(Command::Providers);
    let asked = effects.pop().unwrap();
    assert_eq!(effects, []);
    assert!(matches!(
        asked,
        Effect::Call(_, None, Call::WsaEnumProtocols)
    ));
    (model, asked)
}

#[track_caller]
fn catalog(model: &Model) -> &Catalog {
    let Some(Popup::Providers(catalog)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    catalog
}

#[test]
fn providers_are_listed_when_the_call_returns() {
    let (mut model, asked) = listing_providers();
    assert_eq!(catalog(&model).record, None);
    model.quietly(asked.ends(providers(3)));
    assert_eq!(catalog(&model).providers().len(), 3);
    let line = model.calls.lines.back().unwrap();
    assert_eq!(&*line.text, "WSAEnumProtocolsW(NULL) = 3 <0.000000>");
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.popup, None);
}

#[test]
fn selection_of_providers_stops_at_the_ends() {
    let (mut model, asked) = listing_providers();
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    assert_eq!(catalog(&model).selected, 0);
    model.quietly(asked.ends(providers(3)));
    for (msg, selected) in [
        (Msg::Do(Command::Move(Motion::End)), 2),
        (Msg::Do(Command::Move(Motion::Down)), 2),
        (Msg::Click(Target::PopupLine(1)), 1),
        (Msg::Click(Target::PopupLine(3)), 1),
        (Msg::Do(Command::Move(Motion::Home)), 0),
    ] {
        model.quietly(msg);
        assert_eq!(catalog(&model).selected, selected);
    }
}

#[test]
fn late_providers_open_no_popup() {
    let (mut model, asked) = listing_providers();
    model.quietly(Msg::Do(Command::Cancel));
    let before = model.but_calls();
    model.quietly(asked.ends(providers(3)));
    assert_eq!(model.but_calls(), before);

    let (mut model, old) = listing_providers();
    let _ = model.does(Command::Providers);
    model.quietly(old.ends(providers(3)));
    assert_eq!(catalog(&model).record, None, "the second call is pending");
}
