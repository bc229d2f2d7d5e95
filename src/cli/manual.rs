//! The manual page of `--generate man`.

use clap::Command;

use super::command::command;
use crate::words::{Key, Language};

/// Where the calls and the files that decide are described.
const SEE_ALSO: &str = "getaddrinfo(3), socket(2), gai.conf(5), nsswitch.conf(5), resolv.conf(5)";

/// The page in the macros of man(7).
pub(super) fn page(language: Language) -> String {
    let say = |key: Key| key.text(language);
    let mut command = command(language);
    command.build();
    let name = command.get_name();
    let (_, usage) = say(Key::UsageUsage).split_once(name).unwrap_or_default();
    let about = escaped(say(Key::UsageAbout));
    let mut parts = say(Key::UsageExamples).trim_end().split("\n\n");
    let values = escaped(parts.next().unwrap_or_default());
    let description = escaped(say(Key::ManualDescription).trim_end()).replace("\n\n", "\n.PP\n");
    let mut page = format!(
        ".TH SOCKSCOPE 1 \"\" \"{name} {}\"\n.nh\n.ad l\n.SH {}\n{name} \\- {about}\n.SH {}\n.B {name}\n{}\n\
         .SH {}\n{description}\n.PP\n{values}\n",
        env!("CARGO_PKG_VERSION"),
        say(Key::ManualName),
        say(Key::ManualSynopsis),
        escaped(usage.trim()),
        say(Key::ManualHeading),
    );
    page += &arguments(&command);
    for part in parts {
        let (heading, text) = part.split_once(':').unwrap_or_default();
        page += &section(heading);
        match text.strip_prefix('\n') {
            // Lines of a command and what it does.
            Some(lines) => {
                for line in lines.lines() {
                    let (command, what) = line.trim().split_once("   ").unwrap_or_default();
                    page += &paragraph(&format!("\\fB{}\\fR", escaped(command)), what.trim());
                }
            }
            // Numbers, each with what it means.
            None => {
                for status in text.replace('\n', " ").split(';') {
                    let (number, what) = status.trim().split_once(' ').unwrap_or_default();
                    page += &paragraph(number, what.trim_end_matches('.'));
                }
            }
        }
    }
    page += &section(say(Key::ManualFiles));
    let configuration = say(Key::ManualConfiguration).trim_end();
    page += &paragraph("\\fIsockscope/config.toml\\fR", configuration);
    page + &section(say(Key::ManualSeeAlso)) + SEE_ALSO + "\n"
}

/// The arguments under the headings of the help.
fn arguments(command: &Command) -> String {
    let mut page = String::new();
    let mut last = None;
    for argument in command.get_arguments().filter(|it| !it.is_hide_set()) {
        let heading = argument.get_help_heading();
        if heading != last {
            page += &section(heading.unwrap_or_default());
            last = heading;
        }
        let text = argument.to_string();
        // The name, then its value.
        let (name, value) = text.split_at(text.find([' ', '[']).unwrap_or(text.len()));
        let short = argument.get_short().filter(|_| name.starts_with("--"));
        let short = short.map_or_else(String::new, |short| format!("\\fB\\-{short}\\fR, "));
        let (name, value) = (escaped(name), escaped(value));
        let help = argument.get_help().map(ToString::to_string);
        page += &paragraph(
            &format!("{short}\\fB{name}\\fR\\fI{value}\\fR"),
            &help.unwrap_or_default(),
        );
    }
    page
}

fn section(heading: &str) -> String {
    format!(".SH \"{}\"\n", escaped(&heading.to_uppercase()))
}

/// A paragraph with this label.
fn paragraph(label: &str, text: &str) -> String {
    format!(".TP\n{label}\n{}\n", escaped(text))
}

/// Text as it stands: no line begins a request, and no sign is another one (groff_char(7)).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (at, line) in text.split('\n').enumerate() {
        out += if at > 0 { "\n" } else { "" };
        out += if line.starts_with('.') { "\\&" } else { "" };
        for sign in line.chars() {
            match sign {
                '\\' => out += "\\e",
                '-' => out += "\\-",
                '\'' => out += "\\(aq",
                '`' => out += "\\(ga",
                '^' => out += "\\(ha",
                '~' => out += "\\(ti",
                sign => out.push(sign),
            }
        }
    }
    out
}
