//! The token in the one-time link to /setup.

use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::config::PublicUrl;
use crate::store::{self, Db};

/// Makes another link, valid for one hour and in place of any earlier one. `None` when an account exists.
pub async fn link(db: &Db, public_url: &PublicUrl) -> Result<Option<String>, LinkError> {
    let mut bytes = [0_u8; 32];
    SysRng.try_fill_bytes(&mut bytes).map_err(|error| LinkError::Random(error.to_string()))?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let made = store::setup_link::replace(db, &hash(&token)).await?;
    Ok(made.then(|| format!("{}/setup?token={token}", public_url.origin())))
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("the operating system gave no random numbers: {0}")]
    Random(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What is kept of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
