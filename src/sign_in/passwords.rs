//! Hashing passwords: argon2id, off the async threads, a bounded number at once.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::domain::member::Password;

/// 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Longest wait for a turn.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The hash of nothing anybody knows: checked for unknown emails, so that they take as long as known ones.
/// Made with the parameters above.
const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$V3JpdHRlbkJ5Tm9ib2R5MA$Bx1nE4nGrNbfRzZ7lzCn1KhZ0Vq7G2yUeQf0pSg3rYk";

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Wrong,
    Right,
    /// Right, and the hash was made with other parameters than today's.
    RightButOutdated,
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many others are being hashed.
    #[error("too many passwords are being checked")]
    Busy,
    /// The causes lie in this program or its machine.
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { at_once: Arc::new(Semaphore::new(cores)) }
    }

    /// The PHC string to keep.
    pub async fn hash(&self, password: Password) -> Result<String, HashError> {
        self.run(move || {
            let hash: PasswordHash = hasher()?.hash_password(password.expose().as_bytes()).map_err(error)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Checks a password against a member's hash, or against a dummy where there is no such member:
    /// the same work, and always wrong.
    pub async fn check(&self, password: Password, hash: Option<String>) -> Result<Check, HashError> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| DUMMY.to_owned());
            let parsed = PasswordHash::new(&hash).map_err(error)?;
            let right = hasher()?.verify_password(password.expose().as_bytes(), &parsed).is_ok();
            Ok(match (right && known, is_current(&parsed)) {
                (false, _) => Check::Wrong,
                (true, true) => Check::Right,
                (true, false) => Check::RightButOutdated,
            })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let permit = tokio::time::timeout(LONGEST_WAIT, self.at_once.clone().acquire_owned())
            .await
            .map_err(|_| HashError::Busy)?
            .map_err(error)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(error)?
    }
}

fn hasher() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(error)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_current(hash: &PasswordHash) -> bool {
    let Ok(params) = Params::try_from(hash) else { return false };
    hash.algorithm.as_str() == "argon2id"
        && (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
}

fn error(error: impl std::fmt::Display) -> HashError {
    HashError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::typed(text.to_owned())
    }

    #[tokio::test]
    async fn a_hash_opens_to_its_password_only() {
        let passwords = Passwords::new();
        let hash = passwords.hash(typed("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(
            passwords.check(typed("correct horse battery"), Some(hash.clone())).await.unwrap(),
            Check::Right
        );
        assert_eq!(passwords.check(typed("correct horse"), Some(hash)).await.unwrap(), Check::Wrong);
    }

    #[tokio::test]
    async fn nobody_is_always_wrong() {
        assert_eq!(Passwords::new().check(typed("anything"), None).await.unwrap(), Check::Wrong);
    }

    #[tokio::test]
    async fn weaker_hashes_are_found_out() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let hash: PasswordHash = weak.hash_password(b"correct horse battery").unwrap();
        let check =
            Passwords::new().check(typed("correct horse battery"), Some(hash.to_string())).await.unwrap();
        assert_eq!(check, Check::RightButOutdated);
    }
}
