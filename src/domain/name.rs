//! What keys, roles and accounts are called.

use super::secret::contains_secret;

/// 1 to 80 characters after trimming, no control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    #[error("Enter a name.")]
    Empty,
    #[error("Use at most 80 characters.")]
    TooLong,
    #[error("Remove line breaks and other control characters.")]
    Control,
    #[error("This holds a secret key. Remove it: names are shown to everybody.")]
    Secret,
}

impl Name {
    pub const MAX: usize = 80;

    pub fn parse(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.chars().all(is_invisible) {
            Err(BadName::Empty)
        } else if text.chars().any(char::is_control) {
            Err(BadName::Control)
        } else if contains_secret(text) {
            Err(BadName::Secret)
        } else if text.chars().count() > Self::MAX {
            Err(BadName::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that show nothing: spaces, what Unicode lets programs leave out, and the blank Braille pattern.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(Name::parse("  ERP Sync ").unwrap().as_str(), "ERP Sync");
        assert_eq!(Name::parse(""), Err(BadName::Empty));
        assert_eq!(Name::parse(" \t\n "), Err(BadName::Empty));
        assert_eq!(Name::parse("\u{200b}\u{2060} \u{3164}"), Err(BadName::Empty));
        assert_eq!(Name::parse("a\u{7}b"), Err(BadName::Control));
        assert_eq!(Name::parse(&"é".repeat(81)), Err(BadName::TooLong));
        for name in [
            "é".repeat(80).as_str(),
            "<script>alert(1)</script>",
            "🔑 مفتاح",
            "👩\u{200d}🔧",
            "'; drop table api_key; --",
        ] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
    }
}
