//! Secrets as they are issued: the only moment at which they are known in clear.

use rand::CryptoRng;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{KeyRecord, SecretRecord, get, secrets};
use crate::domain::id::{AccountId, KeyId};
use crate::domain::mode::Mode;
use crate::domain::secret::Secret;
use crate::store::Error;
use crate::store::idempotency::Made;

/// A key that was made or rotated, with the one sight of its secret.
#[derive(Debug)]
pub struct Issued {
    /// The key as it stands with the secret.
    pub key: KeyRecord,
    pub secret: Secret,
    /// Older secrets, newest first.
    pub older: Vec<SecretRecord>,
    /// The database's clock.
    pub now: OffsetDateTime,
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
        let found = get(&mut *tx, account, key).await?;
        let (record, now) = found.ok_or_else(|| Error::from(sqlx::Error::RowNotFound))?;
        let mut older = secrets(tx, account, key).await?;
        older.retain(|old| old.id != secret.id());
        Ok(Self { key: record, secret, older, now })
    }
}

/// Makes the key's current secret, of this id, and keeps its hash.
pub(super) async fn insert_secret(
    tx: &mut PgConnection,
    made: Made,
    mode: Mode,
    random: &mut (impl CryptoRng + Send),
) -> Result<Secret, Error> {
    let secret = Secret::generate(mode, made.secret, random);
    let hash = secret.hash();
    sqlx::query!(
        // The clock's time, not the transaction's: rotations in a row keep their order.
        "insert into api_key_secret (id, api_key_id, hash, last_four, created_at) values ($1, $2, $3, $4, clock_timestamp())",
        secret.id(),
        made.key.uuid(),
        hash.bytes().as_slice(),
        secret.last_four(),
    )
    .execute(tx)
    .await?;
    Ok(secret)
}
