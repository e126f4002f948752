//! What keys, roles and accounts are called, and what is noted of a key.

use unicode_security::confusable_detection::skeleton;

use super::secret::contains_secret;
use super::text::{BadText, check_line, check_lines, shows_nothing};

/// 1 to 80 characters after trimming, all of them to be seen.
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
    #[error(
        "Remove invisible characters and those that turn the direction of the text. Typing the name anew does it."
    )]
    Hidden,
    #[error("This holds a secret key. Remove it: names are shown to everybody.")]
    Secret,
    #[error("This looks like the name of a built-in role. Choose another one.")]
    LooksBuiltIn,
}

impl From<BadText> for BadName {
    fn from(bad: BadText) -> Self {
        match bad {
            BadText::Control => Self::Control,
            BadText::Hidden => Self::Hidden,
        }
    }
}

/// The roles that everybody has, as they are called.
const BUILT_IN_ROLES: [&str; 2] = ["Admin", "Viewer"];

impl Name {
    pub const MAX: usize = 80;

    pub fn parse(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.chars().all(shows_nothing) {
            return Err(BadName::Empty);
        }
        check_line(text)?;
        if contains_secret(text) {
            Err(BadName::Secret)
        } else if text.chars().count() > Self::MAX {
            Err(BadName::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// A name for a role: none that a reader takes for a built-in one, in whatever letters (Unicode Technical
    /// Standard #39, confusable detection). One that is spelled the same is the database's to refuse.
    pub fn parse_for_role(text: &str) -> Result<Self, BadName> {
        let name = Self::parse(text)?;
        // Twice, for a letter may have a capital only in another script.
        let plain = |text: &str| skeleton(text).collect::<String>().to_lowercase();
        let looks = |text: &str| plain(&plain(text));
        let is_like =
            |built_in: &&str| looks(&name.0) == looks(built_in) && !name.0.eq_ignore_ascii_case(built_in);
        if BUILT_IN_ROLES.iter().any(is_like) { Err(BadName::LooksBuiltIn) } else { Ok(name) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What admins note of a key for each other: at most 500 characters, on several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(String);

/// Why a text is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    #[error("Use at most 500 characters.")]
    TooLong,
    #[error("Remove control characters.")]
    Control,
    #[error("Remove invisible characters and those that turn the direction of the text.")]
    Hidden,
    #[error("This holds a secret key. Remove it: it would be kept and shown.")]
    Secret,
}

impl Note {
    pub const MAX: usize = 500;

    /// `None` for a text that says nothing.
    pub fn parse(text: &str) -> Result<Option<Self>, BadNote> {
        // Browsers send the line breaks of a form as two characters and count them as one.
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.chars().all(shows_nothing) {
            return Ok(None);
        }
        check_lines(text).map_err(|bad| match bad {
            BadText::Control => BadNote::Control,
            BadText::Hidden => BadNote::Hidden,
        })?;
        if contains_secret(text) {
            Err(BadNote::Secret)
        } else if text.chars().count() > Self::MAX {
            Err(BadNote::TooLong)
        } else {
            Ok(Some(Self(text.to_owned())))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name as it is compared when somebody types it to confirm: runs of spaces count as one, for that is what they
/// look like.
pub fn collapsed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
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
        assert_eq!(Name::parse("Ad\u{200b}min"), Err(BadName::Hidden));
        assert_eq!(Name::parse(&"é".repeat(81)), Err(BadName::TooLong));
        for name in [
            "é".repeat(80).as_str(),
            "<script>alert(1)</script>",
            "🔑 مفتاح",
            "👩\u{200d}🔧",
            "'; drop table api_key; --",
            "Аdmin",
        ] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn no_role_looks_like_a_built_in_one() {
        // Cyrillic, Greek, full-width, digits for letters.
        for name in ["Аdmin", "аdmin", "Admіn", "Αdmin", "Ａｄｍｉｎ", "Admln", "Vіewer", "Ⅴiewer", "𝐀dmin"]
        {
            let expected = if name == "Admln" { Ok(()) } else { Err(BadName::LooksBuiltIn) };
            assert_eq!(Name::parse_for_role(name).map(drop), expected, "{name}");
        }
        for name in ["Admin", "Administrator", "Admin of Κρήτη", "Оператор", "Finance read"] {
            assert_eq!(Name::parse_for_role(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn notes_may_be_left_out_and_have_lines() {
        assert_eq!(Note::parse(" \n "), Ok(None));
        assert_eq!(Note::parse(" one\r\ntwo ").unwrap().unwrap().as_str(), "one\ntwo");
        assert_eq!(Note::parse("a\u{202e}b"), Err(BadNote::Hidden));
        assert_eq!(Note::parse("a\u{0}b"), Err(BadNote::Control));
        assert_eq!(Note::parse(&"x".repeat(501)), Err(BadNote::TooLong));
        assert!(Note::parse(&"é".repeat(500)).is_ok());
    }

    #[test]
    fn a_name_is_confirmed_as_it_looks() {
        assert_eq!(collapsed("  ERP \u{a0} Sync "), "ERP Sync");
    }
}
