//! Text to lines of a script.

use super::{Case, Kind, Line, Place, Statement, Term, Word};
use crate::text::{is_printable, quoted_briefly};
use crate::words::{Key, Phrase};

/// What is wrong, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The number of bytes before it in its line.
    pub(crate) at: usize,
    pub(crate) what: Phrase,
}

type Parsed<T> = Result<T, Mistake>;

/// The depth of structs in structs. No call has one in another.
const DEPTH: usize = 4;

/// The escapes in a string.
const ESCAPES: &str = r#"\", \\, \n, \r, \t, \xNN, \u{N}"#;

/// The functions without a result.
const VOID: [&str; 2] = ["freeaddrinfo", "FreeAddrInfoW"];

/// Reads a line without its line feed.
///
/// # Errors
/// The first thing that is no part of a line.
pub(crate) fn line(text: &str) -> Parsed<Line> {
    // Of a file with CRLF.
    let text = text.trim_end_matches('\r');
    let mut cursor = Cursor { text, at: 0 };
    cursor.skip_blanks();
    let (start, statement) = match cursor.peek() {
        None | Some('#') => (0, None),
        Some(_) => {
            let statement = cursor.statement()?;
            // The cursor is behind the blanks.
            let end = text[..cursor.at].trim_end().len();
            (end, Some(statement))
        }
    };
    match cursor.peek() {
        Some(c) if c != '#' => Err(cursor.unexpected()),
        next => Ok(Line {
            number: 0,
            source: text.to_owned(),
            statement,
            comment: next.map_or("", |_| &text[start..]).to_owned(),
        }),
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Whether `text` stands here; the cursor is then behind it.
    fn eat(&mut self, text: &str) -> bool {
        let stands = self.rest().starts_with(text);
        if stands {
            self.at += text.len();
        }
        stands
    }

    /// The text from here to the first character that is not one of `of`.
    fn take(&mut self, of: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn mistake(&self, what: impl Into<Phrase>) -> Mistake {
        Mistake {
            at: self.at,
            what: what.into(),
        }
    }

    fn unexpected(&self) -> Mistake {
        match self.peek() {
            Some(c) => {
                let c = quoted_briefly(c.to_string().as_ref());
                self.mistake(Phrase::script_unexpected(c))
            }
            None => self.mistake(Key::ScriptEnds),
        }
    }

    fn statement(&mut self) -> Parsed<Statement> {
        let at = self.at;
        let name = self.take(|c| c.is_ascii_alphanumeric() || c == '_');
        if name.is_empty() {
            return Err(self.unexpected());
        }
        let call = Word {
            text: name.to_owned(),
            at,
        };
        self.skip_blanks();
        if !self.eat("(") {
            return Err(self.mistake(Phrase::script_parenthesis(name)));
        }
        let (arguments, unfinished) = self.arguments()?;
        let mut statement = Statement {
            call,
            arguments,
            cases: Vec::new(),
            unfinished,
            took: None,
        };
        self.skip_blanks();
        if unfinished {
            return Ok(statement);
        }
        if self.eat("=") {
            statement.cases = self.cases()?;
        } else if !VOID.contains(&name) {
            return Err(match self.peek() {
                None | Some('#') => self.mistake(Key::ScriptNoResult),
                Some(_) => self.unexpected(),
            });
        }
        if self.peek() == Some('<') {
            statement.took = Some(self.time()?.to_owned());
            self.skip_blanks();
        }
        Ok(statement)
    }

    /// The arguments up to the parenthesis, and whether they are unfinished.
    fn arguments(&mut self) -> Parsed<(Vec<Term>, bool)> {
        let mut arguments = Vec::new();
        loop {
            self.skip_blanks();
            if self.eat("<unfinished ...>") {
                return Ok((arguments, true));
            }
            if arguments.is_empty() && self.eat(")") {
                return Ok((arguments, false));
            }
            arguments.push(self.term(!arguments.is_empty(), 0)?);
            self.skip_blanks();
            if self.eat(")") {
                return Ok((arguments, false));
            }
            if !self.eat(",") {
                return Err(self.unexpected());
            }
        }
    }

    /// The results behind ` = `, up to the time, the comment or the end.
    fn cases(&mut self) -> Parsed<Vec<Case>> {
        let mut cases = Vec::new();
        loop {
            self.skip_blanks();
            let place = self.place()?;
            let mut case = Case {
                place,
                terms: Vec::new(),
            };
            let more = loop {
                self.skip_blanks();
                let comma = !case.terms.is_empty() && self.eat(",");
                self.skip_blanks();
                match self.peek() {
                    None | Some('#' | '<') if !comma => break false,
                    Some('|') if !comma => {
                        self.eat("|");
                        break true;
                    }
                    Some('(') if !case.terms.is_empty() && !comma => {
                        case.terms.push(self.remark()?);
                    }
                    _ => case.terms.push(self.term(comma, 0)?),
                }
            };
            if case.terms.is_empty() {
                return Err(self.mistake(Key::ScriptNoResult));
            }
            cases.push(case);
            if !more {
                return Ok(cases);
            }
        }
    }

    /// `windows: `, if a system stands here.
    fn place(&mut self) -> Parsed<Option<Place>> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic());
        let (name, behind) = rest.split_at(length.unwrap_or(rest.len()));
        let ends = |text: &str| text.is_empty() || text.starts_with(char::is_whitespace);
        if name.is_empty() || !behind.strip_prefix(':').is_some_and(ends) {
            return Ok(None);
        }
        let place = Place::ALL.into_iter().find(|place| place.name() == name);
        let place = place.ok_or_else(|| {
            let systems = Place::ALL.map(Place::name).join(", ");
            let name = quoted_briefly(name.as_ref());
            self.mistake(Phrase::script_unknown_system(name, systems))
        })?;
        self.at += name.len() + 1;
        Ok(Some(place))
    }

    /// `<0.000214>`
    fn time(&mut self) -> Parsed<&'a str> {
        let start = self.at;
        self.eat("<");
        let seconds = self.take(|c| c.is_ascii_digit() || c == '.');
        let (whole, fraction) = seconds.split_once('.').unwrap_or_default();
        if whole.is_empty() || fraction.is_empty() || fraction.contains('.') || !self.eat(">") {
            self.at = start;
            return Err(self.mistake(Key::ScriptTime));
        }
        Ok(seconds)
    }

    /// The system's message in its parentheses, which may hold others.
    fn remark(&mut self) -> Parsed<Term> {
        let at = self.at;
        let mut depth = 0;
        for (offset, c) in self.rest().char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                c if is_printable(c) => {}
                _ => {
                    self.at += offset;
                    return Err(self.unexpected());
                }
            }
            if depth == 0 {
                let text = self.rest()[1..offset].to_owned();
                self.at += offset + 1;
                return Ok(Term {
                    kind: Kind::Remark(text),
                    at,
                    comma: false,
                });
            }
        }
        Err(self.mistake(Key::ScriptOpenParenthesis))
    }

    fn term(&mut self, comma: bool, depth: usize) -> Parsed<Term> {
        let at = self.at;
        let kind = match self.peek() {
            Some('"') => Kind::Text(self.string()?.into()),
            Some('{') if depth < DEPTH => Kind::Struct(self.members(depth + 1)?),
            _ => Kind::Word(self.word()?),
        };
        Ok(Term { kind, at, comma })
    }

    /// `{ai_flags=0, …}`
    fn members(&mut self, depth: usize) -> Parsed<Vec<(Option<String>, Term)>> {
        self.eat("{");
        let mut members = Vec::new();
        loop {
            self.skip_blanks();
            if members.is_empty() && self.eat("}") {
                return Ok(members);
            }
            let start = self.at;
            let name = self.take(|c| c.is_ascii_alphanumeric() || c == '_');
            self.skip_blanks();
            let name = if !name.is_empty() && self.eat("=") {
                self.skip_blanks();
                Some(name.to_owned())
            } else {
                self.at = start;
                None
            };
            let term = self.term(!members.is_empty(), depth)?;
            members.push((name, term));
            self.skip_blanks();
            if self.eat("}") {
                return Ok(members);
            }
            if !self.eat(",") {
                return Err(self.unexpected());
            }
        }
    }

    /// A word. In brackets it may have blanks.
    fn word(&mut self) -> Parsed<String> {
        let mut word = String::new();
        loop {
            word += self
                .take(|c| is_printable(c) && !c.is_whitespace() && !r#",(){}[]"=#<>"#.contains(c));
            if !self.rest().starts_with('[') {
                break;
            }
            let brackets = self.take(|c| is_printable(c) && !"]()\"#".contains(c));
            if !self.eat("]") {
                return Err(self.unexpected());
            }
            word += brackets;
            word.push(']');
        }
        if word.is_empty() || word.starts_with('|') {
            return Err(self.unexpected());
        }
        Ok(word)
    }

    fn string(&mut self) -> Parsed<Vec<u8>> {
        let start = self.at;
        self.eat("\"");
        let mut bytes = Vec::new();
        loop {
            bytes.extend(self.take(|c| c != '"' && c != '\\').as_bytes());
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(bytes);
                }
                Some(_) => self.escape(&mut bytes)?,
                None => {
                    self.at = start;
                    return Err(self.mistake(Key::ScriptOpenString));
                }
            }
        }
    }

    /// `\n`, `\x1b`, `\u{202e}`
    fn escape(&mut self, bytes: &mut Vec<u8>) -> Parsed<()> {
        let start = self.at;
        self.eat("\\");
        let kind = self.peek();
        self.at += kind.map_or(0, char::len_utf8);
        let read = match kind {
            Some(c @ ('"' | '\\')) => Some(c),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('x') => {
                let digits = self.rest().get(..2);
                // from_str_radix accepts a sign.
                let digits = digits.filter(|digits| !digits.starts_with('+'));
                let byte = digits.map(|digits| u8::from_str_radix(digits, 16));
                if let Some(Ok(byte)) = byte {
                    self.at += 2;
                    bytes.push(byte);
                    return Ok(());
                }
                None
            }
            Some('u') if self.eat("{") => {
                let digits = self.take(|c| c.is_ascii_hexdigit());
                let ends = digits.len() <= 6 && self.eat("}");
                let number = u32::from_str_radix(digits, 16).ok();
                number.filter(|_| ends).and_then(char::from_u32)
            }
            _ => None,
        };
        let Some(c) = read else {
            self.at = start;
            return Err(self.mistake(Phrase::script_escape(ESCAPES)));
        };
        bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }
}
