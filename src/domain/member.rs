//! What a person types to sign in.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::name::{BadName, Name};

/// An email address in lower case. Nobody can tell by its look whether mail arrives, so only the
/// gross shape is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Longest address that SMTP carries (RFC 5321, 4.5.3.1.3), in bytes.
    const MAX: usize = 254;

    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter an email address.");
        }
        let shaped = text.len() <= Self::MAX
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
            && text
                .split_once('@')
                .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'));
        if shaped {
            Ok(Self(text.to_lowercase()))
        } else {
            Err("Enter an email address such as name@example.com.")
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password in clear, on its way to be hashed.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Shortest password for a new account, in characters (NIST SP 800-63B-4 asks for at least 8, 15 where it
    /// stands alone; OWASP ASVS 5.0 6.2.1 for 8, 15 recommended).
    pub const MIN: usize = 12;
    /// Longest, in bytes: enough for any passphrase, too little to make hashing a burden.
    pub const MAX: usize = 1024;

    /// A password as typed to sign in: whatever it is, so that every wrong one fails alike.
    pub fn typed(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// A password that somebody chooses.
    pub fn choose(text: String) -> Result<Self, &'static str> {
        let characters = text.chars().count();
        if characters < Self::MIN {
            return Err("Choose a password of at least 12 characters.");
        }
        if text.len() > Self::MAX {
            return Err("Choose a shorter password: at most 1,024 bytes.");
        }
        if text.chars().skip(1).zip(text.chars()).all(|(this, before)| this == before) {
            return Err("Choose a password that is not one character repeated.");
        }
        Ok(Self::typed(text))
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub fn is_too_long(&self) -> bool {
        self.0.expose_secret().len() > Self::MAX
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// The name of an account: 1 to 80 characters after trimming, no control characters.
pub fn account_name(text: &str) -> Result<String, &'static str> {
    Name::parse(text).map(|name| name.as_str().to_owned()).map_err(|error| match error {
        BadName::Empty => "Enter a name for the account.",
        BadName::TooLong => "Use at most 80 characters for the account's name.",
        BadName::Control => "Remove line breaks and other control characters from the account's name.",
        BadName::Hidden | BadName::LooksBuiltIn => "Remove invisible characters from the account's name.",
        BadName::Secret => "Remove the secret key from the account's name.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_trimmed_and_lower_case() {
        assert_eq!(Email::parse("  Jo@Example.COM ").unwrap().as_str(), "jo@example.com");
        for text in [
            "",
            " ",
            "jo",
            "@example.com",
            "jo@",
            "a@b@c",
            "jo smith@example.com",
            &format!("{}@x.y", "a".repeat(260)),
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn passwords_have_bounds_and_cannot_be_printed() {
        assert!(Password::choose("short".into()).is_err());
        assert!(Password::choose("aaaaaaaaaaaaaaaa".into()).is_err());
        assert!(Password::choose("x".repeat(1025)).is_err());
        let password = Password::choose("correct horse battery".into()).unwrap();
        assert_eq!(format!("{password:?}"), "Password");
    }
}
