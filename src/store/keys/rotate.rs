//! Giving a key another secret.

use rand::CryptoRng;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::issue::{Issued, insert_secret};
use super::locked::lock;
use crate::domain::id::KeyId;
use crate::domain::key::{BadExpiration, BadOverlap, Expiration, KeyStatus, Overlap};
use crate::domain::mode::Mode;
use crate::store::audit::{self, Actor, Change, Operation};
use crate::store::idempotency::{self, Once, Repeated};
use crate::store::{Error, commit, leave};

/// How to rotate a key.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The current secret as whoever rotates last saw it.
    pub seen_secret: Uuid,
    pub overlap: Overlap,
    /// `None` keeps the expiry.
    pub expiration: Option<Expiration>,
    /// The same request twice rotates once.
    pub once: Option<Once>,
}

/// Why a key was not rotated.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    #[error("the account has no such key")]
    NotFound,
    #[error("the key is revoked")]
    Revoked,
    #[error("an expired key needs a new expiry")]
    NeedsExpiration,
    #[error("another rotation came first")]
    Raced,
    #[error(transparent)]
    Repeated(#[from] Repeated),
    #[error(transparent)]
    Expiration(#[from] BadExpiration),
    #[error(transparent)]
    Overlap(#[from] BadOverlap),
    #[error(transparent)]
    Store(#[from] Error),
}

/// Every older secret stops when the overlap ends, or earlier.
pub async fn rotate(
    db: &PgPool,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    rotation: Rotation,
    random: &mut (impl CryptoRng + Send),
) -> Result<Issued, RotateError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    if let Some(once) = &rotation.once
        && let Err(repeated) = idempotency::claim(&mut tx, actor.account, once).await?
    {
        leave(db, tx).await?;
        return Err(repeated.into());
    }
    let before = lock(&mut tx, actor.account, key).await?.ok_or(RotateError::NotFound)?;
    match before.status() {
        KeyStatus::Revoked => return Err(RotateError::Revoked),
        KeyStatus::Expired if rotation.expiration.is_none() => return Err(RotateError::NeedsExpiration),
        _ => {}
    }
    if before.secret_id != rotation.seen_secret {
        return Err(RotateError::Raced);
    }
    let expires_at = match rotation.expiration {
        Some(expiration) => expiration.resolve(before.now)?,
        None => before.expires_at,
    };
    let stops_at = rotation.overlap.stops_at(before.now, expires_at)?;
    // An expired key's old secret has stopped for good; a later expiry does not bring it back.
    let stops_at = if before.status() == KeyStatus::Expired { before.now } else { stops_at };
    sqlx::query!(
        r#"
        update api_key_secret set stops_at = $2
        where api_key_id = $1 and (stops_at is null or stops_at > $2)
        "#,
        key.uuid(),
        stops_at,
    )
    .execute(&mut *tx)
    .await
    .map_err(Error::from)?;
    sqlx::query!(
        "update api_key set expires_at = $3, updated_at = now() where account_id = $1 and id = $2",
        actor.account.uuid(),
        key.uuid(),
        expires_at,
    )
    .execute(&mut *tx)
    .await
    .map_err(Error::from)?;
    let secret = insert_secret(&mut tx, key, mode, random).await?;
    let mut changes = vec![
        Change {
            field: "redacted_value",
            old: json!(mode.redacted(&before.last_four)),
            new: json!(mode.redacted(secret.last_four())),
        },
        Change { field: "old_secret_stops_at", old: json!(null), new: audit::timestamp(Some(stops_at)) },
    ];
    if expires_at != before.expires_at {
        let (old, new) = (audit::timestamp(before.expires_at), audit::timestamp(expires_at));
        changes.push(Change { field: "expires_at", old, new });
    }
    audit::record(&mut tx, actor, before.event(Operation::Rotate, mode, None, changes)).await?;
    let issued = Issued::read(&mut tx, actor.account, key, secret).await?;
    commit(db, tx).await?;
    Ok(issued)
}
