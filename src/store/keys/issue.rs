//! Secrets as they are issued: the only moment at which they are known in clear.

use rand::CryptoRng;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{KeyRecord, get};
use crate::domain::id::{AccountId, KeyId};
use crate::domain::mode::Mode;
use crate::domain::secret::Secret;
use crate::store::Error;

/// A key that was made or rotated, with the one sight of its secret.
#[derive(Debug)]
pub struct Issued {
    /// The key as it stands with the secret.
    pub key: KeyRecord,
    pub secret: Secret,
}

impl Issued {
    /// Reads the key in the transaction that issues the secret: after its commit nothing may fail that keeps the
    /// secret from being shown.
    pub(super) async fn read(
        tx: &mut PgConnection,
        account: AccountId,
        key: KeyId,
        secret: Secret,
    ) -> Result<Self, Error> {
        let key = get(tx, account, key).await?.ok_or_else(|| Error::from(sqlx::Error::RowNotFound))?.0;
        Ok(Self { key, secret })
    }
}

/// Makes the key's current secret and keeps its hash.
pub(super) async fn insert_secret(
    tx: &mut PgConnection,
    key: KeyId,
    mode: Mode,
    random: &mut (impl CryptoRng + Send),
) -> Result<Secret, Error> {
    let secret = Secret::generate(mode, Uuid::now_v7(), random);
    let hash = secret.hash();
    sqlx::query!(
        // The clock's time, not the transaction's: rotations in a row keep their order.
        "insert into api_key_secret (id, api_key_id, hash, last_four, created_at) values ($1, $2, $3, $4, clock_timestamp())",
        secret.id(),
        key.uuid(),
        hash.bytes().as_slice(),
        secret.last_four(),
    )
    .execute(tx)
    .await?;
    Ok(secret)
}
