//! A query that is repeated.

use super::*;
use crate::app::Counterpart;

#[test]
fn counts_and_marks_are_shown() {
    let mut model = three();
    let mut effects = Vec::new();
    model.watch(Duration::from_secs(5), &mut effects);
    let [Effect::Alarm(alarm, _)] = effects[..] else {
        panic!("{effects:?}")
    };
    let asked = model.hears(Msg::Alarm(alarm));
    let address = "127.0.0.1:27015";
    let entries = [
        entry("SOCK_STREAM", "IPPROTO_TCP", address),
        entry("SOCK_STREAM", "IPPROTO_TCP", "127.0.0.2:27015"),
        entry("SOCK_RAW", "0", address),
    ];
    let effects = model.hears(after(910, &asked[0], list(entries)));
    for effect in &effects {
        if let Effect::Compare(ticket, both) = effect {
            let comparison = Arc::new(Counterpart::compare(both));
            let _ = model.hears(Msg::Compared(*ticket, comparison));
        }
    }
    let screens = [Language::En, Language::Es].map(|language| {
        model.language = language;
        screen(&mut model, (80, 24), Look { language, ..LOOK })
    });
    insta::assert_snapshot!("watch", screens.join("\n"));
}
