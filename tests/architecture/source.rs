//! A reader of Rust source, as far as these checks need it: paths with their lines, without
//! comments and literals.

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    text: String,
    /// The depth of the module below the crate's root.
    depth: usize,
    tokens: Vec<Token>,
}

/// A path in the file. A group in braces is one path for each of its leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// A word, or one punctuation character.
#[derive(Clone, Debug)]
struct Token {
    line: usize,
    text: String,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(is_word)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Source {
    /// The file of a top-level module.
    pub(crate) fn new(text: &str) -> Self {
        Self::at(&["top"], text)
    }

    /// The file of a module.
    pub(crate) fn at(module: &[&str], text: &str) -> Self {
        Self {
            text: text.to_owned(),
            depth: module.len(),
            tokens: tokens(text),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    pub(crate) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The text of a line, counted from 1.
    pub(crate) fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number - 1).unwrap_or_default().trim()
    }

    /// The file without its `#[cfg(test)]` items, which end at a `;` or with a block.
    pub(crate) fn without_tests(&self) -> Self {
        const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
        let mut tokens = Vec::new();
        let mut rest = self.tokens.as_slice();
        while let Some((first, after)) = rest.split_first() {
            let is_attribute = rest.len() >= ATTRIBUTE.len()
                && rest
                    .iter()
                    .zip(ATTRIBUTE)
                    .all(|(token, text)| token.text == text);
            if is_attribute {
                rest = after_item(&rest[ATTRIBUTE.len()..]);
            } else {
                tokens.push(first.clone());
                rest = after;
            }
        }
        Self {
            tokens,
            ..self.clone()
        }
    }

    /// Every path in order, including single words.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        let mut rest = self.tokens.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = if first.is_word() {
                path(rest, &[], &mut uses)
            } else {
                after
            };
        }
        uses
    }
}

/// Reads a path from the start of `tokens`, and returns the rest.
fn path<'a>(mut tokens: &'a [Token], prefix: &[String], uses: &mut Vec<Use>) -> &'a [Token] {
    let mut path = prefix.to_vec();
    let mut line = tokens.first().map_or(0, |token| token.line);
    while let Some((first, after)) = tokens.split_first() {
        if first.text == "{" {
            return group(after, &path, uses);
        }
        if !first.is_word() && first.text != "*" {
            break;
        }
        line = first.line;
        path.push(first.text.clone());
        tokens = after;
        match tokens {
            [a, b, next, ..]
                if a.text == ":"
                    && b.text == ":"
                    && (next.is_word() || next.text == "{" || next.text == "*") =>
            {
                tokens = &tokens[2..];
            }
            _ => break,
        }
    }
    uses.push(Use { line, path });
    tokens
}

/// Reads the paths of a group, up to its closing brace.
fn group<'a>(mut tokens: &'a [Token], prefix: &[String], uses: &mut Vec<Use>) -> &'a [Token] {
    while let Some((first, after)) = tokens.split_first() {
        match first.text.as_str() {
            "}" => return after,
            "as" => tokens = after.get(1..).unwrap_or_default(),
            _ if first.is_word() || first.text == "*" => tokens = path(tokens, prefix, uses),
            _ => tokens = after,
        }
    }
    tokens
}

/// The tokens after the item at the start of `tokens`.
fn after_item(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return &tokens[at + 1..],
            "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => return &tokens[at + 1..],
            _ => {}
        }
    }
    &[]
}

/// The words and punctuation, without comments, strings and characters.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if let Some(length) = literal(rest) {
            length
        } else {
            let length = match rest.find(|c| !is_word(c)) {
                Some(0) => c.len_utf8(),
                Some(length) => length,
                None => rest.len(),
            };
            if !c.is_whitespace() {
                let text = rest[..length].to_owned();
                tokens.push(Token { line, text });
            }
            length
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The length of the comment at the start of `text`; comments nest.
fn comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string or character literal at the start of `text`, with its prefix.
fn literal(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"]
        .into_iter()
        .find(|prefix| text.starts_with(prefix))
        .unwrap_or_default();
    let body = &text[prefix.len()..];
    if let Some(raw) = prefix.strip_suffix('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let inside = body[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = inside.find(&end)? + end.len();
        return Some(raw.len() + 1 + hashes + 1 + length);
    }
    if body.starts_with('"') {
        return Some(prefix.len() + quoted(body, '"'));
    }
    let mut inside = body.strip_prefix('\'')?.chars();
    // A lifetime has no quote after its first character.
    let (first, second) = (inside.next(), inside.next());
    (first == Some('\\') || second == Some('\'')).then(|| prefix.len() + quoted(body, '\''))
}

/// The length of a text between two quotes, with both quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}
