//! Stopping a key for good. The record stays.

use serde_json::json;

use super::locked::lock;
use crate::domain::id::KeyId;
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::store::audit::{self, Actor, Change, Operation};
use crate::store::change::{Ended, change};
use crate::store::{Db, Error};

/// What a revocation found. Revoking a revoked key changes nothing and is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevokeOutcome {
    Revoked { name: String },
    AlreadyRevoked { name: String },
    NotFound,
}

pub async fn revoke(
    db: &Db,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    reason: Option<&str>,
) -> Result<RevokeOutcome, Error> {
    change(db, actor, async |tx| {
        let Some(before) = lock(tx, actor.account, key).await? else {
            return Ok(Ended::Unchanged(RevokeOutcome::NotFound));
        };
        if before.status() == KeyStatus::Revoked {
            return Ok(Ended::Unchanged(RevokeOutcome::AlreadyRevoked { name: before.name }));
        }
        sqlx::query!(
            r#"
        update api_key set revoked_at = $5, revoked_by = $3, revoked_reason = $4, updated_at = $5
        where account_id = $1 and id = $2
        "#,
            actor.account.uuid(),
            key.uuid(),
            actor.member().map(|member| member.uuid()),
            reason,
            before.now,
        )
        .execute(&mut *tx)
        .await?;
        let revoked_at = audit::timestamp(Some(before.now));
        let changes = vec![Change { field: "revoked_at", old: json!(null), new: revoked_at }];
        let event = before.event(Operation::Revoke, mode, reason, changes);
        Ok(Ended::Changed(RevokeOutcome::Revoked { name: before.name }, event))
    })
    .await
}
