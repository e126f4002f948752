//! Ending the overlap of one older secret, ahead of its time.

use serde_json::json;
use uuid::Uuid;

use super::locked::lock;
use crate::domain::id::KeyId;
use crate::domain::mode::Mode;
use crate::store::audit::{self, Actor, Change, Operation};
use crate::store::change::{Ended, Refusal, change};
use crate::store::{Db, Error};

/// Why a secret was not stopped.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    #[error("the account has no such key, or the key no such secret")]
    NotFound,
    #[error("it is the key's current secret")]
    Current,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Refusal for StopError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

/// Stops an older secret at once and answers its last four characters. One that has stopped stays as it is.
pub async fn stop(db: &Db, actor: &Actor, mode: Mode, key: KeyId, secret: Uuid) -> Result<String, StopError> {
    change(db, actor, async |tx| {
        let before = lock(tx, actor.account, key).await?.ok_or(StopError::NotFound)?;
        if secret == before.secret_id {
            return Err(StopError::Current);
        }
        let older = sqlx::query!(
            "select last_four, stopped, stops_at from api_key_secret where api_key_id = $1 and id = $2",
            key.uuid(),
            secret,
        )
        .fetch_optional(&mut *tx)
        .await
        .map_err(Error::from)?
        .ok_or(StopError::NotFound)?;
        if older.stopped || older.stops_at.is_none_or(|at| at <= before.now) {
            return Ok(Ended::Unchanged(older.last_four));
        }
        sqlx::query!(
            "update api_key_secret set stops_at = $3, stopped = true where api_key_id = $1 and id = $2",
            key.uuid(),
            secret,
            before.now,
        )
        .execute(&mut *tx)
        .await
        .map_err(Error::from)?;
        let changes = vec![
            Change { field: "secret", old: json!(mode.redacted(&older.last_four)), new: json!(null) },
            Change {
                field: "old_secret_stops_at",
                old: audit::timestamp(older.stops_at),
                new: audit::timestamp(Some(before.now)),
            },
        ];
        let event = before.event(Operation::Stop, mode, None, changes);
        Ok(Ended::Changed(older.last_four, event))
    })
    .await
}
