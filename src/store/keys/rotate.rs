//! Giving a key another secret.

use rand::CryptoRng;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::issue::{Issued, insert_secret};
use super::locked::lock;
use crate::domain::id::KeyId;
use crate::domain::key::{BadExpiration, BadOverlap, Expiration, KeyStatus, Overlap};
use crate::domain::mode::Mode;
use crate::store::audit::{self, Actor, Change, Operation};
use crate::store::change::{Ended, Refusal, change};
use crate::store::idempotency::{self, Made, Once, Repeated};
use crate::store::{Db, Error};

/// What whoever rotates a key has seen of it.
#[derive(Clone, Copy, Debug)]
pub enum Seen {
    /// The secret that was current.
    Secret(Uuid),
    /// Every change up to this one, see [`crate::store::replicas`].
    Revision(i64),
}

/// How to rotate a key.
#[derive(Clone, Debug)]
pub struct Rotation {
    pub seen: Seen,
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

impl Refusal for RotateError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

/// What was promised to older secrets holds, unless all are to stop at once.
pub async fn rotate(
    db: &Db,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    rotation: Rotation,
    random: &mut (impl CryptoRng + Send),
) -> Result<Issued, RotateError> {
    let made = Made { key, secret: Uuid::now_v7() };
    change(db, actor, async |tx| {
        if let Some(once) = &rotation.once {
            idempotency::claim(tx, actor.account, once, made).await??;
        }
        let before = lock(tx, actor.account, key).await?.ok_or(RotateError::NotFound)?;
        match before.status() {
            KeyStatus::Revoked => return Err(RotateError::Revoked),
            KeyStatus::Expired if rotation.expiration.is_none() => return Err(RotateError::NeedsExpiration),
            _ => {}
        }
        let raced = match rotation.seen {
            Seen::Secret(seen) => before.secret_id != seen,
            Seen::Revision(seen) => was_rotated_since(tx, key, seen).await?,
        };
        if raced {
            return Err(RotateError::Raced);
        }
        let expires_at = match rotation.expiration {
            Some(expiration) => expiration.resolve(before.now)?,
            None => before.expires_at,
        };
        // An expired key's secrets have stopped for good; a later expiry does not bring them back.
        let overlap = if before.status() == KeyStatus::Expired { Overlap::None } else { rotation.overlap };
        let stops = overlap.stops(before.now, expires_at, before.promised_until)?;
        sqlx::query!(
            r#"
            update api_key_secret set
                stops_at = case when stops_at is null then $2 else least(stops_at, $3) end,
                stopped = stops_at is not null or $5
            where api_key_id = $1 and (stops_at is null or $4 and not stopped)
            "#,
            key.uuid(),
            stops.current,
            before.now,
            stops.older_at_once,
            stops.current_at_once,
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
        let secret = insert_secret(tx, made, mode, random).await?;
        let mut changes = vec![
            Change {
                field: "redacted_value",
                old: json!(mode.redacted(&before.last_four)),
                new: json!(mode.redacted(secret.last_four())),
            },
            Change {
                field: "old_secret_stops_at",
                old: json!(null),
                new: audit::timestamp(Some(stops.current)),
            },
        ];
        if let Some(promised) = before.promised_until.filter(|_| stops.older_at_once) {
            let (old, new) = (audit::timestamp(Some(promised)), audit::timestamp(Some(before.now)));
            changes.push(Change { field: "older_secrets_stop_at", old, new });
        }
        if expires_at != before.expires_at {
            let (old, new) = (audit::timestamp(before.expires_at), audit::timestamp(expires_at));
            changes.push(Change { field: "expires_at", old, new });
        }
        let event = before.event(Operation::Rotate, mode, None, changes);
        let issued = Issued::read(tx, actor.account, key, secret).await?;
        Ok(Ended::Changed(issued, event))
    })
    .await
}

/// Whether a rotation of the key is among the changes after `seen`.
async fn was_rotated_since(tx: &mut PgConnection, key: KeyId, seen: i64) -> Result<bool, Error> {
    let rotated = sqlx::query_scalar!(
        r#"select exists (select from change where revision > $1 and changed = $2 and rotated) as "rotated!""#,
        seen,
        key.uuid(),
    )
    .fetch_one(tx)
    .await?;
    Ok(rotated)
}
