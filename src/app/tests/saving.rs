//! Saving and copying: what, where, and what becomes of it.

use std::path::Path;

use super::*;
use crate::lesson::Lesson;
use crate::script::syntax::Script;

/// Presses Enter, and returns the file to write.
#[track_caller]
fn enters(model: &mut Model) -> (Ticket, String, String, bool) {
    match &model.does(Command::Accept)[..] {
        [
            Effect::Save {
                ticket,
                path,
                content,
                replace,
            },
        ] => (*ticket, path.clone(), text(content), *replace),
        other => panic!("{other:?}"),
    }
}

fn text(content: &Content) -> String {
    match content {
        Content::Text(text) => text.clone(),
        Content::Run(run) => panic!("{run:?} is no text"),
    }
}

/// Opens the popup, and returns the search for a path.
#[track_caller]
fn opens(model: &mut Model) -> Ticket {
    match model.does(Command::Save)[..] {
        [Effect::ProposePath(ticket, _)] => ticket,
        ref other => panic!("{other:?}"),
    }
}

fn erases(model: &mut Model) {
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
}

fn message(model: &Model) -> String {
    let message = model.saving.message();
    message.map_or_else(String::new, |(text, _)| text.text(model.language))
}

#[test]
fn calls_are_saved_in_the_order_of_return() {
    let mut model = showing(1);
    let _ = model.reverses(0);
    let (ticket, _) = asks(model.does(Command::Resolve));
    model.quietly(Msg::Waited(ticket, Duration::from_secs(1)));
    let mut expected: Vec<String> = model
        .calls
        .lines
        .iter()
        .map(|it| it.text.to_string())
        .collect();
    opens(&mut model);
    let (_, path, content, replace) = enters(&mut model);
    assert_eq!((&*path, replace), ("sockscope.sockscope", false));
    let mut lines: Vec<&str> = content.lines().collect();
    assert!(content.ends_with('\n') && !content.contains('\r'));
    let first = lines.remove(0);
    assert!(first.starts_with(concat!(
        "# sockscope ",
        env!("CARGO_PKG_VERSION"),
        ", Linux"
    )));
    for call in ["getnameinfo(", "getaddrinfo("] {
        let line = lines[expected.len()];
        assert!(
            line.starts_with(call) && line.ends_with(", <unfinished ...>"),
            "{content}"
        );
        expected.push(line.to_owned());
    }
    assert_eq!(lines, expected);
    let script = Script::read(Path::new("saved"), &content);
    assert_eq!(script.map(drop), Ok(()));
}

#[test]
fn existing_file_is_replaced_on_a_second_enter_only() {
    let mut model = showing(0);
    opens(&mut model);
    let (first, ..) = enters(&mut model);
    model.quietly(Msg::Do(Command::Accept));
    assert!(message(&model).starts_with("Writing"), "one try at a time");
    model.quietly(Msg::Saved(first, Err(SaveError::Exists)));
    assert!(message(&model).contains("Enter again to replace"));
    model.types("2");
    assert_eq!(message(&model), "");
    let (_, path, _, replace) = enters(&mut model);
    assert_eq!((&*path, replace), ("sockscope.sockscope2", false));
    // The result of the first name comes too late.
    model.quietly(Msg::Saved(first, Err(SaveError::Exists)));
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeletePrevChar)));
    let (second, _, _, replace) = enters(&mut model);
    assert!(!replace, "asked about another try");
    model.quietly(Msg::Saved(second, Err(SaveError::Exists)));
    let (third, _, _, replace) = enters(&mut model);
    assert!(replace);
    model.quietly(Msg::Saved(third, Ok("/tmp/saved".to_owned())));
    assert_eq!(
        (model.popup.clone(), model.news()),
        (None, "Saved: /tmp/saved".to_owned())
    );
}

#[test]
fn typed_path_outlives_the_popup_and_a_proposal() {
    let mut model = showing(0);
    let search = opens(&mut model);
    erases(&mut model);
    model.types("~/typed");
    model.quietly(Msg::PathProposed(
        search,
        Some("sockscope-2.sockscope".to_owned()),
    ));
    assert_eq!(model.saving.path.value(), "~/typed");
    for leaves in [Command::Cancel, Command::NextPane, Command::Presets] {
        model.quietly(Msg::Do(leaves));
        model.quietly(Msg::Do(Command::Save));
        assert_eq!(model.saving.path.value(), "~/typed");
    }
    let (ticket, ..) = enters(&mut model);
    let reason = || Phrase::from(Key::SaveTilde);
    model.quietly(Msg::Saved(ticket, Err(SaveError::Failed(reason()))));
    assert_eq!(message(&model), reason().text(model.language));
    assert_eq!(model.saving.path.value(), "~/typed");
}

#[test]
fn free_name_is_proposed_each_time() {
    let mut model = showing(0);
    for name in ["sockscope.sockscope", "sockscope-2.sockscope"] {
        let search = opens(&mut model);
        model.quietly(Msg::PathProposed(search, Some(name.to_owned())));
        let (ticket, path, ..) = enters(&mut model);
        assert_eq!(path, name);
        model.quietly(Msg::Saved(ticket, Ok(format!("/tmp/{name}"))));
    }
    // A search that does not end is the only one.
    opens(&mut model);
    model.quietly(Msg::Do(Command::Cancel));
    model.quietly(Msg::Do(Command::Save));
}

#[test]
fn failure_behind_a_closed_popup_is_told() {
    let mut model = showing(0);
    opens(&mut model);
    let (ticket, ..) = enters(&mut model);
    model.quietly(Msg::Do(Command::Cancel));
    model.quietly(Msg::Saved(ticket, Err(SaveError::Exists)));
    assert!(
        model
            .complaint()
            .starts_with("Not saved. A file of this name")
    );
}

#[test]
fn calls_on_sockets_of_dropped_lines_are_comments() {
    let mut model = showing(0);
    model.calls = Calls::default();
    let socket = SocketId(1);
    let triple = entry(0).triple();
    let close = |handle| Record {
        on: Some(Handle(handle)),
        ..record(Call::Close { socket }, Outcome::Returned(Value::Zero))
    };
    for handle in [8, 9] {
        let open = record(Call::Socket { socket, triple }, opened(handle));
        model.calls.push(Os::Linux, &open);
    }
    for _ in 2..MAX_CALLS {
        model.calls.push(Os::Linux, &close(9));
    }
    model.calls.push(Os::Linux, &close(8));
    opens(&mut model);
    let (_, _, content, _) = enters(&mut model);
    let lines: Vec<&str> = content.lines().collect();
    assert!(
        lines[1].starts_with("# Older calls that are missing here: 1."),
        "{}",
        lines[1]
    );
    assert!(lines[2].ends_with(" = 9 <0.000000>"), "{}", lines[2]);
    assert_eq!(lines[3], "close(9) = 0 <0.000000>");
    assert_eq!(lines.last(), Some(&"# close(8) = 0 <0.000000>"));
    assert_eq!(lines.len(), MAX_CALLS + 2);
}

#[test]
fn saved_names_are_replaced_with_redact() {
    let secret = || query(Some("db.qxzj.corp"), Some("http"), None);
    let (mut model, effects) = Model::begin(host(Os::Linux), secret());
    model.redact();
    let (ticket, query) = asks(effects);
    let _ = model.hears(Msg::Returned(ticket, noname(query)));
    model.form.fill(&secret());
    let _ = model.does(Command::Resolve);
    opens(&mut model);
    let (_, _, content, _) = enters(&mut model);
    assert_eq!(content.matches("name1.name2.name3").count(), 2, "{content}");
    assert!(!content.contains("qxzj"), "{content}");
    assert!(content.contains("\n# Names and addresses are replaced (--redact).\n"));
}

/// Goes to the next kind, whose file has this extension.
#[track_caller]
fn next_kind(model: &mut Model, extension: &str) {
    let effects = model.does(Command::Move(Motion::Down));
    let [Effect::ProposePath(_, own)] = effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(own, extension);
    assert_eq!(model.saving.path.value(), format!("sockscope{extension}"));
}

#[test]
fn each_kind_has_its_content_and_extension() {
    let mut model = showing(1);
    let (ticket, _) = asks(model.does(Command::Resolve));
    let _ = model.hears(Msg::Returned(ticket, list(server(), 0..2)));
    opens(&mut model);
    for (extension, json) in [(".md", false), (".json", true)] {
        next_kind(&mut model, extension);
        let effects = model.does(Command::Accept);
        let [
            Effect::Save {
                content: Content::Run(run),
                ..
            },
        ] = &effects[..]
        else {
            panic!("{effects:?}")
        };
        assert_eq!((Some(&run.run), run.json), (model.run(), json));
        let tried = [
            "NULL, \"27015\", AF_INET, SOCK_STREAM, IPPROTO_TCP, AI_PASSIVE",
            "1 entry",
            "0.000 ms",
        ];
        assert_eq!(run.tried, [tried.map(str::to_owned)]);
    }
    next_kind(&mut model, ".trace");
    let trace: Vec<&str> = model.calls.lines.iter().map(|line| &*line.text).collect();
    let trace = trace.join("\n") + "\n";
    assert_eq!(enters(&mut model).2, trace);
    next_kind(&mut model, ".c");
    let (.., program, _) = enters(&mut model);
    assert_eq!(program, model.program_text());
    next_kind(&mut model, ".sh");
    let (.., line, _) = enters(&mut model);
    assert!(
        line.starts_with("sockscope -f AF_INET -t SOCK_STREAM "),
        "{line}"
    );
    next_kind(&mut model, ".toml");
    let (.., lesson, _) = enters(&mut model);
    assert!(lesson.contains("\nid = \"sockscope\"\n"), "{lesson}");
    let lesson = Lesson::read(Path::new("saved"), &lesson);
    // Two queries, and the socket that is open.
    assert_eq!(lesson.map(|lesson| lesson.steps.len()), Ok(3));
    model.quietly(Msg::Do(Command::Move(Motion::Down)));

    // A path that was typed stays.
    model.types("x");
    model.quietly(Msg::Do(Command::Move(Motion::Home)));
    assert_eq!(model.saving.path.value(), "sockscope.tomlx");
}

#[test]
fn f9_in_the_popup_copies_instead() {
    let mut model = showing(1);
    opens(&mut model);
    let copied = |model: &mut Model| match &model.does(Command::Save)[..] {
        [Effect::CopyContent(content)] => text(content),
        other => panic!("{other:?}"),
    };
    assert!(copied(&mut model).starts_with("# sockscope "));
    assert!(
        model.news().starts_with("Copied: script"),
        "{}",
        model.news()
    );
    let _ = model.does(Command::Move(Motion::End));
    assert!(copied(&mut model).starts_with("# A lesson from a session on Linux"));
}

#[test]
fn report_of_no_answer_is_refused() {
    let (mut model, _) = started();
    opens(&mut model);
    next_kind(&mut model, ".md");
    model.quietly(Msg::Do(Command::Accept));
    assert_eq!(model.complaint(), "There is no answer to save yet.");
    assert_eq!(model.popup, Some(Popup::Save));
}
