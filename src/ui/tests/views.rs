//! The views of the detail pane.

use ratatui::style::Color;

use super::*;
use crate::app::{Copied, View};
#[cfg(target_os = "linux")]
use crate::net::Sockaddr;
use crate::net::{Inquiry, TraceLine};
#[cfg(target_os = "linux")]
use crate::presets::presets;
use crate::ui::copied;

/// `[fe80::1%2]:27015` as Linux lays it out (RFC 3493 §3.3).
fn link_local() -> AddrInfo {
    let family = value(Hint::Family, "AF_INET6");
    let mut addr = u16::try_from(family).unwrap().to_ne_bytes().to_vec();
    addr.extend(27015_u16.to_be_bytes());
    addr.extend([0; 4]);
    addr.extend("fe80::1".parse::<std::net::Ipv6Addr>().unwrap().octets());
    addr.extend(2_u32.to_ne_bytes());
    AddrInfo {
        family,
        addrlen: addr.len(),
        addr: Some(addr.into()),
        ..entry([0; 4], 0, "SOCK_STREAM", 6)
    }
}

/// A call that did not fail.
fn called(text: impl Into<Box<str>>) -> Msg {
    let (text, failed) = (text.into(), false);
    Msg::Called(TraceLine { text, failed })
}

fn shown(view: View, entries: Vec<AddrInfo>) -> Model {
    let mut model = answered(&localhost(), Ok(entries), opened(9));
    model.pane = Pane::Detail;
    let _ = press(&mut model, Command::Show(view));
    model
}

/// The lower pane alone, with all the room there is.
#[cfg(target_os = "linux")]
fn zoomed(mut model: Model) -> String {
    let _ = press(&mut model, Command::Zoom);
    screen(&mut model, (80, 24), LOOK)
}

#[cfg(target_os = "linux")]
#[test]
fn the_struct_is_declared_as_in_the_header_and_every_byte_is_named() {
    let v4 = zoomed(shown(
        View::Addrinfo,
        vec![entry([127, 0, 0, 1], 27015, "SOCK_STREAM", 6)],
    ));
    let v6 = zoomed(shown(View::Addrinfo, vec![link_local(), link_local()]));
    insta::assert_snapshot!("addrinfo", [v4, v6].join("\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_sockaddr_that_is_not_understood_is_dumped_whole() {
    let strange = AddrInfo {
        family: 999,
        addrlen: 11,
        addr: Some([0xe7, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9].into()),
        ..entry([0; 4], 0, "SOCK_STREAM", 6)
    };
    assert_eq!(strange.sockaddr(), Sockaddr::Other);
    let null = AddrInfo {
        addr: None,
        ..strange.clone()
    };
    let text = zoomed(shown(View::Addrinfo, vec![strange]));
    assert!(text.contains("00  e7 03 01 02 03 04 05 06"), "{text}");
    assert!(text.contains("08  07 08 09"), "{text}");
    let text = zoomed(shown(View::Addrinfo, vec![null]));
    assert!(text.contains("ai_addr       NULL"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn bytes_that_ai_addrlen_promises_and_nobody_read_are_told() {
    let absurd = AddrInfo {
        family: 999,
        addrlen: 4_000,
        addr: Some([0xe7; 128].into()),
        ..entry([0; 4], 0, "SOCK_STREAM", 6)
    };
    let text = copied(
        &shown(View::Addrinfo, vec![absurd.clone()]),
        Copied::View(View::Addrinfo),
    );
    assert!(text.contains("..  3872 more, not read"), "{text}");
    assert!(text.contains("e7..."), "{text}");
    let text = copied(
        &shown(View::Socket, vec![absurd]),
        Copied::View(View::Socket),
    );
    assert!(text.contains("e7..."), "{text}");
}

#[test]
fn every_call_is_listed_and_what_was_forgotten_is_said() {
    let mut model = shown(View::Calls, vec![link_local()]);
    assert!(screen(&mut model, (80, 24), LOOK).contains("No call has returned yet."));
    for number in 0..10_003 {
        let _ = model.update(called(format!("close({number}) = 0 <0.000001>")));
    }
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(
        text.contains("close(10002) = 0"),
        "it follows the newest\n{text}"
    );
    assert!(
        text.contains("the last 10000 calls; 3 older ones are gone"),
        "{text}"
    );
    let _ = press(&mut model, Command::Move(Motion::Home));
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(
        text.contains("▸close(3) = 0"),
        "the oldest that is left\n{text}"
    );
    let _ = model.update(called("close(1) = 0 <0.000001>"));
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(
        !text.contains("close(1) = 0 "),
        "the selection stays where it is\n{text}"
    );
}

#[test]
fn a_call_is_marked_as_failed_by_its_result_and_not_by_its_text() {
    let mut model = shown(View::Calls, vec![link_local()]);
    let lines = [
        ("getaddrinfo(NULL, NULL, NULL, NULL) = 8 EAI_NONAME", true),
        ("getsockopt(9, SO_ERROR) = -1", false),
    ];
    for (text, failed) in lines {
        let text = text.into();
        let _ = model.update(Msg::Called(TraceLine { text, failed }));
    }
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let colour = true;
    let mut screen = Screen::new(Look { colour, ..LOOK });
    terminal
        .draw(|frame| draw(&model, &mut screen, frame))
        .unwrap();
    let buffer = terminal.backend().buffer();
    for (text, failed) in lines {
        let row = (0..24)
            .find(|&row| {
                let symbols = (0..80).map(|column| buffer[(column, row)].symbol());
                symbols.collect::<String>().contains(text)
            })
            .unwrap();
        // Behind the marker of the selected line.
        let style = buffer[(2, row)].style();
        assert_eq!(style.fg == Some(Color::Red), failed, "{text}");
    }
}

#[test]
fn a_call_is_copied_alone_or_with_all_others() {
    let mut model = shown(View::Calls, vec![link_local()]);
    for call in ["close(3) = 0 <0.000001>", "close(4) = 0 <0.000001>"] {
        let _ = model.update(called(call));
    }
    let _ = press(&mut model, Command::Move(Motion::Up));
    let effects = press(&mut model, Command::CopyLine);
    assert_eq!(effects, [Effect::Copy(Copied::Call(0))]);
    assert_eq!(copied(&model, Copied::Call(0)), "close(3) = 0 <0.000001>");
    assert_eq!(
        press(&mut model, Command::Copy),
        [Effect::Copy(Copied::View(View::Calls))]
    );
    let all = "close(3) = 0 <0.000001>\nclose(4) = 0 <0.000001>\n";
    assert_eq!(copied(&model, Copied::View(View::Calls)), all);
}

/// A hosts file can give a name of any length.
#[test]
fn a_canonical_name_of_a_megabyte_costs_no_frame_its_length() {
    let long = AddrInfo {
        canonname: Some(std::ffi::OsStr::new(&"n".repeat(1 << 20)).into()),
        ..link_local()
    };
    let model = shown(View::Socket, vec![long]);
    for view in View::ALL {
        let bytes = copied(&model, Copied::View(view)).len();
        assert!(bytes < 1 << 14, "{view:?}: {bytes}");
    }
}

#[test]
fn what_the_kernel_says_stands_under_the_call() {
    let mut model = shown(View::Socket, vec![link_local()]);
    let effects = press(&mut model, Command::Inquire);
    let [Effect::Inquire(ticket)] = effects[..] else {
        panic!("{effects:?}")
    };
    let inquiry = Inquiry {
        call: Call::Getsockopt,
        option: Some("IPV6_V6ONLY"),
        handle: Handle(9),
        result: Ok("0".to_owned()),
        took: Duration::from_micros(2),
    };
    let _ = model.update(Msg::Inquired(ticket, vec![inquiry]));
    let text = screen(&mut model, (80, 24), LOOK);
    assert!(text.contains("getsockopt(9, IPV6_V6ONLY)   0"), "{text}");
}

#[test]
fn a_view_is_a_click_away() {
    let model = shown(View::Socket, vec![link_local()]);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut screen = Screen::new(LOOK);
    terminal
        .draw(|frame| draw(&model, &mut screen, frame))
        .unwrap();
    let text = terminal.backend().to_string();
    let (row, line) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains("4 calls"))
        .unwrap();
    // The backend prints a quote before each line.
    let column = line.split("4 calls").next().unwrap().chars().count() - 1;
    let target = screen.target(u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
    assert_eq!(target, Some(Target::Command(Command::Show(View::Calls))));
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_is_the_one_for_the_selected_entry_and_is_copied_without_the_titles() {
    let mut model = shown(View::Code, vec![link_local(), link_local()]);
    insta::assert_snapshot!("code", zoomed(model.clone()));
    let program = copied(&model, Copied::View(View::Code));
    assert!(program.starts_with("// Calls getaddrinfo()"), "{program}");
    let _ = press(&mut model, Command::NextProgram);
    let winsock = copied(&model, Copied::View(View::Code));
    assert!(winsock.contains("#include <winsock2.h>"), "{winsock}");
    for _ in 0..3 {
        let _ = press(&mut model, Command::NextProgram);
    }
    assert_eq!(
        copied(&model, Copied::View(View::Code)),
        program,
        "round the four of them"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_recorded_elsewhere_stands_apart_from_what_happened_here() {
    let contradiction = presets()
        .iter()
        .find(|preset| preset.name == "contradiction")
        .unwrap();
    let error = gai_error(-7, "ai_socktype not supported");
    let mut model = answered(&contradiction.query, Err(error), opened(9));
    model.pane = Pane::Detail;
    let _ = press(&mut model, Command::Show(View::Elsewhere));
    insta::assert_snapshot!("elsewhere", zoomed(model));
}

#[cfg(target_os = "linux")]
#[test]
fn where_nothing_is_recorded_it_says_so() {
    let query = Query {
        node: Some(Text::new("127.0.0.1").unwrap()),
        service: Some(Text::new("no such/service").unwrap()),
        hints: Some(Hints {
            flags: value(Hint::Flags, "AI_ADDRCONFIG") | value(Hint::Flags, "AI_PASSIVE"),
            ..Hints::default()
        }),
    };
    let error = gai_error(-8, "Servname not supported for ai_socktype");
    let mut model = answered(&query, Err(error), opened(9));
    model.pane = Pane::Detail;
    let _ = press(&mut model, Command::Show(View::Elsewhere));
    let text = zoomed(model);
    assert!(
        text.contains("Nothing is recorded of this query for Windows"),
        "{text}"
    );
}

/// The screens of the presets that fail, in both languages: what failed, why, and what to change.
#[cfg(target_os = "linux")]
#[test]
fn each_failing_preset_says_why_and_what_to_change_in_80_by_24() {
    use crate::net::{Net as _, System};
    for language in Language::ALL {
        let look = Look { language, ..LOOK };
        let mut screens = Vec::new();
        for preset in presets()
            .iter()
            .filter(|preset| preset.title.starts_with("Fails"))
        {
            let mut resolution = System.resolve(&preset.query);
            resolution.took = Duration::from_micros(310);
            let attempt = resolution
                .entries()
                .first()
                .map(|entry| System.open(entry).0);
            let attempt = attempt.map(|attempt| Attempt {
                took: Duration::from_micros(8),
                ..attempt
            });
            let mut model = answered(
                &preset.query,
                resolution.result,
                attempt.unwrap_or_else(refused),
            );
            let text = screen(&mut model, (80, 24), look);
            assert!(text.contains("F4 "), "{} has no fix\n{text}", preset.name);
            screens.push(format!("{}\n{text}", preset.name));
            let fix = model.notes.fix().unwrap().query.clone();
            let mended = System.resolve(&fix);
            let opens = mended
                .entries()
                .iter()
                .any(|entry| System.open(entry).0.result.is_ok());
            // Opening a raw socket takes a privilege that the one who runs this may lack.
            let raw = preset.name == "raw-without-protocol";
            assert!(
                opens || (raw && mended.result.is_ok()),
                "{}: {mended:?}",
                preset.name
            );
        }
        assert!(screens.len() >= 3, "three presets fail at least");
        insta::assert_snapshot!(
            format!("failing_presets_{}", language.name()),
            screens.join("\n")
        );
    }
}
