//! The popup that saves the calls.

use super::*;
use crate::app::SaveError;
use crate::words::{Key, Phrase};

/// A model whose file was not written for this reason.
fn refused(error: SaveError) -> Model {
    let mut model = server();
    let _ = model.does(Command::Save);
    let effects = model.does(Command::Accept);
    let [Effect::Save { ticket, .. }] = effects[..] else {
        panic!("{effects:?}")
    };
    let _ = model.hears(Msg::Saved(ticket, Err(error)));
    model
}

#[test]
fn path_is_shown_with_what_enter_does() {
    let mut model = server();
    let _ = model.does(Command::Save);
    let mut asked = refused(SaveError::Exists);
    let screens = [Language::En, Language::Es].map(|language| {
        let look = Look { language, ..LOOK };
        (model.language, asked.language) = (language, language);
        let screens = [&mut model, &mut asked].map(|model| screen(model, (80, 24), look));
        screens.join("\n")
    });
    insta::assert_snapshot!("path", screens.join("\n"));
}

#[test]
fn every_reason_is_shown_whole() {
    let denied = "Permission denied (os error 13)";
    let directory = "/".to_owned() + &"a/rather/long/directory/".repeat(4);
    let failed = [
        Key::SaveNoPath.into(),
        Key::SaveTilde.into(),
        Key::SaveDirectory.into(),
        Key::SaveNoRegularFile.into(),
        Phrase::save_no_directory(directory),
        Phrase::save_denied(denied),
        Phrase::save_full("No space left on device (os error 28)"),
        Phrase::save_failed("Input/output error (os error 5)"),
    ];
    let mut reasons = vec![(SaveError::Exists, Key::SaveExists.into())];
    reasons.extend(failed.map(|text| (SaveError::Failed(text.clone()), text)));
    for (error, text) in reasons {
        let mut model = refused(error);
        for language in Language::ALL {
            model.language = language;
            let shown = screen(&mut model, (80, 24), Look { language, ..LOOK });
            let shown = shown.replace(['│', '|', '"', '\n', ' '], "");
            let text = text.text(language).replace(' ', "");
            assert!(shown.contains(&text), "{text}\n{shown}");
        }
    }
}
