//! The program's own texts in ASCII. The build script compiles this file, too.

/// `text` without accents and with plain punctuation. Other characters stay.
pub(crate) fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push_str(match c {
            'á' => "a",
            'é' => "e",
            'í' => "i",
            'ó' => "o",
            'ú' | 'ü' => "u",
            'ñ' => "n",
            'Á' => "A",
            'É' => "E",
            'Í' => "I",
            'Ó' => "O",
            'Ú' | 'Ü' => "U",
            'Ñ' => "N",
            '¿' | '¡' => "",
            '“' | '”' | '«' | '»' => "\"",
            '‘' | '’' => "'",
            '–' | '—' | '·' => "-",
            '…' => "...",
            '×' => "x",
            _ => {
                out.push(c);
                continue;
            }
        });
    }
    out
}
