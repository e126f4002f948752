//! What texts that people choose may hold: nothing that a reader cannot see, or that reorders what is around it.

/// Why a text is not shown to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadText {
    /// A control character, such as a tabulator or a line break where there is one line.
    Control,
    /// A character that shows nothing, or that turns the direction of what follows.
    Hidden,
}

/// Checks a text of one line.
pub fn check_line(text: &str) -> Result<(), BadText> {
    check(text, |_| false)
}

/// Checks a text of several lines.
pub fn check_lines(text: &str) -> Result<(), BadText> {
    check(text, |c| c == '\n' || c == '\r')
}

fn check(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), BadText> {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c.is_control() && !allowed(c) {
            return Err(BadText::Control);
        }
        if is_hidden(c) && !joins(before, c, characters.peek().copied()) {
            return Err(BadText::Hidden);
        }
        before = Some(c);
    }
    Ok(())
}

/// Whether a hidden character does its work here: it joins letters of scripts that need it, parts of an emoji, or
/// chooses how an emoji looks.
fn joins(before: Option<char>, c: char, after: Option<char>) -> bool {
    let stands =
        |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !shows_nothing(c));
    match c {
        // Both of these come after a variation selector too, as in emoji.
        '\u{200c}' | '\u{200d}' => (stands(before) || before == Some('\u{fe0f}')) && stands(after),
        '\u{fe0e}' | '\u{fe0f}' => {
            stands(before) || before.is_some_and(|c| c.is_ascii_digit() || c == '#' || c == '*')
        }
        _ => false,
    }
}

/// Characters that show nothing where they stand, or turn the direction of the text.
fn is_hidden(c: char) -> bool {
    shows_nothing(c) && (!c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// Characters that show nothing: spaces, what Unicode lets programs leave out, and the blank Braille pattern.
pub fn shows_nothing(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_cannot_see_is_refused() {
        for text in [
            "Ad\u{200b}min",
            "Admin\u{200d}",
            "Ad\u{200c}min",
            "\u{feff}Admin",
            "a\u{ad}b",
            "evil\u{202e}txt.exe",
            "\u{2066}a\u{2069}",
            "a\u{200f}",
            "a\u{61c}",
            "a\u{2028}b",
            "a\u{e0041}",
            "x\u{fe0f}",
            "\u{3164}",
            "👩\u{200d}",
            "م\u{200c} ",
        ] {
            assert_eq!(check_line(text), Err(BadText::Hidden), "{text:?}");
            assert_eq!(check_lines(text), Err(BadText::Hidden), "{text:?}");
        }
    }

    #[test]
    fn what_people_write_is_taken() {
        for text in [
            "ERP Sync",
            "مفتاح المستودع",
            "مفتاح ERP",
            "می\u{200c}خواهم",
            "👩\u{200d}🔧",
            "❤\u{fe0f}",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "Z\u{308}e\u{301}",
            "非常に長い名前",
        ] {
            assert_eq!(check_line(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn lines_end_only_where_there_are_several() {
        assert_eq!(check_line("a\nb"), Err(BadText::Control));
        assert_eq!(check_lines("a\r\nb"), Ok(()));
        assert_eq!(check_lines("a\tb\u{7}"), Err(BadText::Control));
    }
}
