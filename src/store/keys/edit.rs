//! Changing a key's name, role and note.

use serde_json::json;

use super::locked::lock;
use crate::domain::id::{KeyId, RoleId};
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::domain::name::{Name, Note};
use crate::store::audit::{Actor, Change, Operation};
use crate::store::change::{Ended, Refusal, change};
use crate::store::{Db, Error, broken_constraint, roles};

/// What to change; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub name: Option<Name>,
    pub role: Option<RoleId>,
    /// `Some(None)` takes the note away.
    pub note: Option<Option<Note>>,
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

impl Refusal for EditError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

/// Nothing is written where nothing differs.
pub async fn edit(db: &Db, actor: &Actor, mode: Mode, key: KeyId, edit: Edit) -> Result<(), EditError> {
    change(db, actor, async |tx| {
        let before = lock(tx, actor.account, key).await?.ok_or(EditError::NotFound)?;
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
            let role_name = roles::name(tx, actor.account, role).await?.ok_or(EditError::UnknownRole)?;
            let old = json!({"id": before.role.to_string(), "name": before.role_name});
            let new = json!({"id": role.to_string(), "name": role_name});
            changes.push(Change { field: "role", old, new });
        }
        let note = match &edit.note {
            Some(note) => note.as_ref().map(Note::as_str),
            None => before.note.as_deref(),
        };
        if note != before.note.as_deref() {
            changes.push(Change { field: "note", old: json!(before.note), new: json!(note) });
        }
        if changes.is_empty() {
            return Ok(Ended::Unchanged(()));
        }
        sqlx::query!(
            r#"
            update api_key set name = $3, role_id = $4, note = $5, updated_at = now()
            where account_id = $1 and id = $2
            "#,
            actor.account.uuid(),
            key.uuid(),
            name,
            role.uuid(),
            note,
        )
        .execute(&mut *tx)
        .await
        .map_err(|error| match broken_constraint(&error) {
            Some("api_key_role_id_fkey") => EditError::UnknownRole,
            _ => EditError::Store(error.into()),
        })?;
        Ok(Ended::Changed((), before.event(Operation::Edit, mode, None, changes)))
    })
    .await
}
