//! Changing a key's name and role.

use serde_json::json;
use sqlx::PgPool;

use super::locked::lock;
use crate::domain::id::{KeyId, RoleId};
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::domain::name::Name;
use crate::store::audit::{self, Actor, Change, Operation};
use crate::store::{Error, broken_constraint, commit, leave, roles};

/// What to change; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub name: Option<Name>,
    pub role: Option<RoleId>,
}

/// Why a key was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("the account has no such key")]
    NotFound,
    #[error("the key is revoked")]
    Revoked,
    #[error("the account has no such role")]
    UnknownRole,
    #[error(transparent)]
    Store(#[from] Error),
}

/// Nothing is written where nothing differs.
pub async fn edit(db: &PgPool, actor: &Actor, mode: Mode, key: KeyId, edit: Edit) -> Result<(), EditError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let before = lock(&mut tx, actor.account, key).await?.ok_or(EditError::NotFound)?;
    if before.status() == KeyStatus::Revoked {
        return Err(EditError::Revoked);
    }
    let name = edit.name.as_ref().map_or(before.name.as_str(), Name::as_str);
    let role = edit.role.unwrap_or(before.role);
    let mut changes = Vec::new();
    if name != before.name {
        changes.push(Change { field: "name", old: json!(before.name), new: json!(name) });
    }
    if role != before.role {
        let role_name = roles::name(&mut tx, actor.account, role).await?.ok_or(EditError::UnknownRole)?;
        let old = json!({"id": before.role.to_string(), "name": before.role_name});
        let new = json!({"id": role.to_string(), "name": role_name});
        changes.push(Change { field: "role", old, new });
    }
    if changes.is_empty() {
        return Ok(leave(db, tx).await?);
    }
    sqlx::query!(
        "update api_key set name = $3, role_id = $4, updated_at = now() where account_id = $1 and id = $2",
        actor.account.uuid(),
        key.uuid(),
        name,
        role.uuid(),
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match broken_constraint(&error) {
        Some("api_key_role_id_fkey") => EditError::UnknownRole,
        _ => EditError::Store(error.into()),
    })?;
    audit::record(&mut tx, actor, before.event(Operation::Edit, mode, None, changes)).await?;
    commit(db, tx).await?;
    Ok(())
}
