//! The secret that a program sends: `aug_sk_{prod|test}_{id}_{secret}{checksum}`.
//!
//! - id: 22 base62 characters, the UUID of this secret (not of the key). It finds the row.
//! - secret: 44 base62 characters from the operating system's random generator.
//! - checksum: CRC-32 (IEEE) of all characters before it, 6 base62 characters.

use std::fmt;

use rand::distr::{Alphanumeric, Distribution};
use rand::{CryptoRng, Rng};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::mode::Mode;

const ID_LENGTH: usize = 22;
const RANDOM_LENGTH: usize = 44;
const CHECKSUM_LENGTH: usize = 6;

/// A secret in clear, fresh from the generator. Nothing prints it; [`Secret::expose`] hands it out.
pub struct Secret {
    id: Uuid,
    text: SecretString,
}

impl Secret {
    /// A fresh secret named `id`.
    pub fn generate(mode: Mode, id: Uuid, random: &mut impl CryptoRng) -> Self {
        let mut text =
            String::with_capacity(mode.prefix().len() + ID_LENGTH + 1 + RANDOM_LENGTH + CHECKSUM_LENGTH);
        text.push_str(mode.prefix());
        text.push_str(&base62::<ID_LENGTH>(id.as_u128()));
        text.push('_');
        push_random(&mut text, random);
        let checksum = base62::<CHECKSUM_LENGTH>(crc32fast::hash(text.as_bytes()).into());
        text.push_str(&checksum);
        Self { id, text: SecretString::from(text) }
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.text.expose_secret())
    }

    pub fn last_four(&self) -> &str {
        let text = self.text.expose_secret();
        &text[text.len() - 4..]
    }

    /// The whole secret, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("id", &self.id).finish_non_exhaustive()
    }
}

/// `Alphanumeric` draws by rejection, so every character is equally likely.
fn push_random(text: &mut String, random: &mut impl Rng) {
    for byte in Alphanumeric.sample_iter(random).take(RANDOM_LENGTH) {
        text.push(char::from(byte));
    }
}

/// The SHA-256 of a whole secret: what is kept, and all that is compared.
#[derive(Clone)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

/// What a program presented, when its shape and checksum are right.
#[derive(Clone, Debug)]
pub struct PresentedSecret {
    pub id: Uuid,
    pub mode: Mode,
    pub hash: SecretHash,
}

/// The text has not the shape of a secret, or its checksum is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret key")]
pub struct Malformed;

impl PresentedSecret {
    /// Reads what came in a header, without asking the database.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (mode, id, rest) = split(text).ok_or(Malformed)?;
        let random = rest.strip_prefix('_').ok_or(Malformed)?;
        if random.len() != RANDOM_LENGTH + CHECKSUM_LENGTH
            || !random.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Err(Malformed);
        }
        let (body, checksum) = text.split_at(text.len() - CHECKSUM_LENGTH);
        if checksum != base62::<CHECKSUM_LENGTH>(crc32fast::hash(body.as_bytes()).into()) {
            return Err(Malformed);
        }
        Ok(Self { id, mode, hash: SecretHash::of(text) })
    }
}

/// Fewest characters of an id that are looked up. An id begins with its time: so many tell the second.
const SHORTEST_ID_PART: usize = 7;

/// The ids that a text may mean which begins as a secret does, first and last: one when it holds the whole id,
/// whatever follows; several when it ends within the id. What the search box needs.
pub fn id_part(text: &str) -> Option<(Uuid, Uuid)> {
    let text = text.trim();
    if let Some((_, id, _)) = split(text) {
        return Some((id, id));
    }
    let mode = Mode::ALL.into_iter().find(|mode| text.starts_with(mode.prefix()))?;
    let part = &text[mode.prefix().len()..];
    if !(SHORTEST_ID_PART..ID_LENGTH).contains(&part.len()) || !part.is_ascii() {
        return None;
    }
    let filled = |with: &str| from_base62(&[part, &with.repeat(ID_LENGTH - part.len())].concat());
    Some((Uuid::from_u128(filled("0")?), Uuid::from_u128(filled("z").unwrap_or(u128::MAX))))
}

/// The same for a secret that stands anywhere in the text, as in a line that somebody has pasted.
pub fn find_id_part(text: &str) -> Option<(Uuid, Uuid)> {
    let of_mode = |mode: Mode| {
        text.match_indices(mode.prefix()).find_map(|(at, prefix)| {
            let rest = &text[at + prefix.len()..];
            let id = rest.find(|c: char| !c.is_ascii_alphanumeric()).map_or(rest, |end| &rest[..end]);
            id_part(&[prefix, id].concat())
        })
    };
    Mode::ALL.into_iter().find_map(of_mode)
}

/// Whether a secret, or the beginning of its secret part, stands anywhere in the text.
pub fn contains_secret(text: &str) -> bool {
    Mode::ALL.into_iter().any(|mode| {
        text.match_indices(mode.prefix()).any(|(at, _)| {
            split(&text[at..]).is_some_and(|(_, _, rest)| {
                rest.strip_prefix('_').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric()))
            })
        })
    })
}

/// The same for a URL's path or query, percent-encoded or not: decoding once is what any reader of it does.
pub fn url_contains_secret(text: &str) -> bool {
    if !text.contains('%') {
        return contains_secret(text);
    }
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    contains_secret(text) || contains_secret(&decoded)
}

/// Mode, id and what follows the id.
fn split(text: &str) -> Option<(Mode, Uuid, &str)> {
    let mode = Mode::ALL.into_iter().find(|mode| text.starts_with(mode.prefix()))?;
    let (id, rest) = text[mode.prefix().len()..].split_at_checked(ID_LENGTH)?;
    Some((mode, Uuid::from_u128(from_base62(id)?), rest))
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number in base62, padded on the left with 0 to `LENGTH` characters.
fn base62<const LENGTH: usize>(mut number: u128) -> String {
    let mut digits = [b'0'; LENGTH];
    for place in digits.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

fn from_base62(text: &str) -> Option<u128> {
    text.bytes().try_fold(0_u128, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number.checked_mul(62)?.checked_add(digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn generate(seed: u64, id: u128) -> Secret {
        Secret::generate(Mode::Production, Uuid::from_u128(id), &mut StdRng::seed_from_u64(seed))
    }

    proptest! {
        #[test]
        fn every_generated_secret_reads_back(seed: u64, id: u128) {
            let secret = generate(seed, id);
            let presented = PresentedSecret::parse(secret.expose()).unwrap();
            prop_assert_eq!(presented.id, secret.id());
            prop_assert_eq!(presented.mode, Mode::Production);
            prop_assert!(presented.hash.matches(&secret.hash()));
            prop_assert_eq!(id_part(secret.expose()), Some((secret.id(), secret.id())));
            prop_assert!(secret.expose().ends_with(secret.last_four()));
        }

        #[test]
        fn one_changed_character_is_refused(seed: u64, id: u128, at in 0_usize..85, with in "[0-9A-Za-z_]") {
            let text = generate(seed, id).expose().to_owned();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &with);
            prop_assume!(changed != text);
            prop_assert!(PresentedSecret::parse(&changed).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = PresentedSecret::parse(&text);
            let _ = PresentedSecret::parse(&format!("aug_sk_prod_{text}"));
            let _ = id_part(&format!("aug_sk_test_{text}"));
            let _ = contains_secret(&format!("x{text}aug_sk_prod_{text}"));
        }
    }

    #[test]
    fn has_the_documented_shape() {
        let secret = generate(1, u128::MAX);
        let text = secret.expose();
        assert_eq!(text.len(), 85);
        let mut parts = text.strip_prefix("aug_sk_prod_").unwrap().split('_');
        assert_eq!(parts.next().map(str::len), Some(22));
        assert_eq!(parts.next().map(str::len), Some(50));
        assert_eq!(parts.next(), None);
    }

    #[test]
    fn the_checksum_is_crc32_in_base62_padded_with_zeros() {
        // CRC-32 of "123456789" is the check value that every description of it gives.
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
        assert_eq!(base62::<6>(0xCBF4_3926), "3jZRME");
        assert_eq!(base62::<6>(61), "00000z");
        assert_eq!(base62::<6>(62), "000010");
        assert_eq!(from_base62("3jZRME"), Some(0xCBF4_3926));
    }

    #[test]
    fn a_part_of_an_id_stands_for_all_that_begin_so() {
        let text = generate(1, u128::MAX / 3).expose().to_owned();
        let id = Uuid::from_u128(u128::MAX / 3);
        for length in SHORTEST_ID_PART..ID_LENGTH {
            let (first, last) = id_part(&text[..12 + length]).unwrap();
            assert!((first..=last).contains(&id), "{length}");
            assert_eq!(id_part(&format!("{}_", &text[..12 + length])), None);
        }
        assert_eq!(id_part(&text[..12 + SHORTEST_ID_PART - 1]), None);
        assert_eq!(id_part("aug_sk_prod_****hjt4"), None);
    }

    #[test]
    fn an_id_larger_than_a_uuid_is_refused() {
        assert_eq!(id_part(&format!("aug_sk_prod_{}", "z".repeat(22))), None);
    }

    #[test]
    fn debug_tells_nothing() {
        let secret = generate(7, 9);
        let random = &secret.expose()["aug_sk_prod_".len() + 23..];
        assert!(!format!("{secret:?}").contains(random));
        assert_eq!(format!("{:?}", secret.hash()), "SecretHash");
    }

    #[test]
    fn finds_a_secret_inside_other_text() {
        let secret = generate(3, 4);
        assert!(contains_secret(&format!("a=b&key={}", secret.expose())));
        assert!(contains_secret(&secret.expose()[..60]));
        assert!(!contains_secret(&secret.expose()[..34]));
        assert!(!contains_secret("aug_sk_prod_****hjt4"));
        let encoded = secret.expose().replace('_', "%5F");
        assert!(url_contains_secret(&format!("/v1/x?key={encoded}")) && url_contains_secret(secret.expose()));
    }
}
