use super::*;

fn of(variables: &[(&str, &str)]) -> Signs {
    Signs::of_console(|name| {
        let found = variables.iter().find(|(found, _)| *found == name);
        found.map(|(_, value)| value.into())
    })
}

#[test]
fn console_has_wgl4_unless_a_terminal_names_itself() {
    for variables in [
        &[][..],
        &[("WT_SESSION", "")],
        &[("ConEmuANSI", "OFF")],
        &[("TERM", "xterm-256color")],
        // Its font is Lucida Console.
        &[("TERM_PROGRAM", "mintty")],
    ] {
        assert_eq!(of(variables), Signs::Wgl4, "{variables:?}");
    }
    for variable in [
        ("WT_SESSION", "1c5ba0b5-0b2c-4a5c-a7a6-4b6e4c0d3e9a"),
        ("ConEmuANSI", "ON"),
        ("ConEmuPID", "4120"),
        ("TERM_PROGRAM", "vscode"),
        ("TERM_PROGRAM", "WezTerm"),
        ("ALACRITTY_LOG", r"C:\Temp\Alacritty-17.log"),
    ] {
        assert_eq!(of(&[variable]), Signs::Unicode, "{variable:?}");
    }
}
