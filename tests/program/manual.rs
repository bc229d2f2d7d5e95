//! `--generate`: the manual page and the completions.

use std::fs;
use std::process::Command;

tests! {
    every_option_is_in_the_page_and_in_each_completion;
    page_has_every_exit_status_in_each_language;
    page_is_formatted_without_a_warning: Program("groff");
    bash_completes_constants_presets_and_options: Program("bash");
}

fn made(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    // What is made does not depend on the builder's language.
    let output = command
        .env("LC_ALL", "es_ES.UTF-8")
        .args(arguments)
        .output();
    let output = output.unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The long options of the help.
fn options() -> Vec<String> {
    let help = made(&["--help"]);
    let words = help.lines().filter(|line| line.starts_with("  "));
    let words = words.filter_map(|line| line.split_whitespace().find(|it| it.starts_with("--")));
    let name = |word: &str| {
        let end = word.find(['[', '=']).unwrap_or(word.len());
        word[2..end].to_owned()
    };
    let mut options: Vec<String> = words.map(name).filter(|name| !name.is_empty()).collect();
    options.sort();
    options.dedup();
    options
}

fn every_option_is_in_the_page_and_in_each_completion() {
    let options = options();
    assert!(options.len() > 30, "{options:?}");
    for kind in ["man", "bash", "zsh", "fish", "powershell", "elvish"] {
        let text = made(&["--generate", kind]).replace('\\', "");
        for option in &options {
            let spelled = match kind {
                "fish" => format!("-l {option} "),
                _ => format!("--{option}"),
            };
            assert!(text.contains(&spelled), "{kind}: {option}");
        }
        // WSAStartup is of Windows.
        assert!(!text.contains("wsastartup"), "{kind}: {text}");
        assert!(text.contains("Host name or address") || !["man", "zsh"].contains(&kind));
    }
}

fn page_has_every_exit_status_in_each_language() {
    for (arguments, sections) in [
        (
            &[][..],
            [
                "NAME",
                "SYNOPSIS",
                "DESCRIPTION",
                "\"EXIT STATUS\"",
                "EXAMPLES",
            ],
        ),
        (
            &["--lang", "es"],
            [
                "NOMBRE",
                "SINOPSIS",
                "DESCRIPCIÓN",
                "\"CÓDIGO DE SALIDA\"",
                "EJEMPLOS",
            ],
        ),
    ] {
        let page = made(&[&["--generate", "man"], arguments].concat());
        for section in sections {
            assert!(
                page.contains(&format!(".SH {section}\n"))
                    || page.contains(&format!(".SH \"{section}\"\n")),
                "{section}: {page}"
            );
        }
        let (_, statuses) = page.split_once(sections[3]).unwrap();
        for status in [0, 1, 2, 3, 4, 5, 6, 101] {
            assert!(
                statuses.contains(&format!(".TP\n{status}\n")),
                "{status}: {page}"
            );
        }
    }
}

fn page_is_formatted_without_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sockscope.1");
    for language in ["en", "es"] {
        fs::write(&file, made(&["--generate", "man", "--lang", language])).unwrap();
        let mut groff = Command::new("groff");
        groff.args(["-man", "-ww", "-Kutf8", "-Tutf8", "-P-cbou"]);
        let output = groff.arg(&file).output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("--family <F>") && text.contains("-odd-name") != (language == "es"));
    }
}

/// As bash calls the function: with the command, the word to complete, and the one before.
fn bash_completes_constants_presets_and_options() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("completion");
    fs::write(&file, made(&["--generate", "bash"])).unwrap();
    for (before, word, expected) in [
        ("--family", "inet", "inet inet6"),
        ("-f", "uns", "unspec"),
        ("--socktype", "st", "stream"),
        ("-p", "icmp", "icmp icmpv6"),
        ("-F", "pass", "passive"),
        ("--preset", "serv", "server"),
        ("--lesson", "winsock-", "winsock-server winsock-client"),
        ("--lesson", "ch", "check"),
        ("--format", "j", "json"),
        ("sockscope", "--doc", "--doctor"),
    ] {
        let script = format!(
            ". {}; COMP_WORDS=(sockscope {before} {word}); COMP_CWORD=2
             _sockscope sockscope {word} {before}; echo \"${{COMPREPLY[*]}}\"",
            file.display()
        );
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            text.trim_end(),
            expected,
            "{before} {word}: {:?}",
            output.stderr
        );
    }
}
