//! Public ids: a type prefix and a UUIDv7 in 26 lower-case base32 characters, as TypeID writes them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

/// What an id names.
pub trait Kind {
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $alias:ident $prefix:literal;)*) => {$(
        #[derive(Clone, Debug)]
        pub enum $kind {}
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// `ac_…`
    Account AccountId "ac";
    /// `us_…`
    Member MemberId "us";
    /// `rl_…`
    Role RoleId "rl";
    /// `apke_…`
    Key KeyId "apke";
    /// `rq_…`
    Request RequestId "rq";
    /// `ae_…`
    Audit AuditId "ae";
}

/// The id of one `K`, shown as `{prefix}_{26 base32 characters}`.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

/// Crockford's alphabet: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.uuid.as_u128();
        f.write_str(K::PREFIX)?;
        let mut rest = [b'_'; 1 + LENGTH];
        for (place, letter) in rest[1..].iter_mut().rev().enumerate() {
            *letter = ALPHABET[((value >> (place * 5)) & 31) as usize];
        }
        f.write_str(std::str::from_utf8(&rest).unwrap_or_default())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct BadId;

impl<K: Kind> FromStr for Id<K> {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let digits =
            text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or(BadId)?.as_bytes();
        // 26 digits hold 130 bits: the first may only be 0 to 7.
        if digits.len() != LENGTH || digits[0] > b'7' {
            return Err(BadId);
        }
        let mut value = 0_u128;
        for byte in digits {
            let digit = ALPHABET.iter().position(|letter| letter == byte).ok_or(BadId)?;
            value = (value << 5) | digit as u128;
        }
        Ok(Self::from_uuid(Uuid::from_u128(value)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_uuid_reads_back(value: u128) {
            let id = KeyId::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(id.to_string().parse::<KeyId>(), Ok(id));
            prop_assert_eq!(id.to_string().len(), "apke_".len() + 26);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = text.parse::<KeyId>();
            let _ = format!("apke_{text}").parse::<KeyId>();
        }
    }

    #[test]
    fn agrees_with_the_published_example_of_typeid() {
        let uuid = Uuid::from_u128(0x0188bac7_4afa_78aa_bc3b_bd1eef28d881);
        assert_eq!(KeyId::from_uuid(uuid).to_string(), "apke_01h2xcejqtf2nbrexx3vqjhp41");
    }

    #[test]
    fn refuses_other_kinds_other_cases_and_too_large_numbers() {
        for text in [
            "rl_01h2xcejqtf2nbrexx3vqjhp41",
            "apke_01H2XCEJQTF2NBREXX3VQJHP41",
            "apke_81h2xcejqtf2nbrexx3vqjhp41",
            "apke_01h2xcejqtf2nbrexx3vqjhp4",
            "apke01h2xcejqtf2nbrexx3vqjhp41",
            "",
        ] {
            assert_eq!(text.parse::<KeyId>(), Err(BadId), "{text}");
        }
    }
}
