//! Making a key with its first secret.

use rand::CryptoRng;
use serde_json::json;
use uuid::Uuid;

use super::issue::{Issued, insert_secret};
use crate::domain::id::{KeyId, RoleId};
use crate::domain::key::{BadExpiration, Expiration};
use crate::domain::mode::Mode;
use crate::domain::name::{Name, Note};
use crate::store::audit::{self, Actor, Change, Event, Operation, Resource};
use crate::store::change::{Ended, Refusal, change};
use crate::store::idempotency::{self, Made, Once, Repeated};
use crate::store::{Db, Error, broken_constraint, roles};

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: Name,
    pub role: RoleId,
    pub expiration: Expiration,
    pub note: Option<Note>,
    /// The same request twice makes one key.
    pub once: Option<Once>,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("the account has no such role")]
    UnknownRole,
    #[error(transparent)]
    Repeated(#[from] Repeated),
    #[error(transparent)]
    Expiration(#[from] BadExpiration),
    #[error(transparent)]
    Store(#[from] Error),
}

impl Refusal for CreateError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

pub async fn create(
    db: &Db,
    actor: &Actor,
    mode: Mode,
    new: NewKey,
    random: &mut (impl CryptoRng + Send),
) -> Result<Issued, CreateError> {
    let key = KeyId::from_uuid(Uuid::now_v7());
    let made = Made { key, secret: Uuid::now_v7() };
    change(db, actor, async |tx| {
        if let Some(once) = &new.once {
            idempotency::claim(tx, actor.account, once, made).await??;
        }
        let role = roles::name(tx, actor.account, new.role).await?.ok_or(CreateError::UnknownRole)?;
        let expires_at = new.expiration.resolve(crate::store::now(&mut *tx).await?)?;
        sqlx::query!(
            r#"
            insert into api_key (id, account_id, name, role_id, expires_at, created_by, note)
            values ($1, $2, $3, $4, $5, $6, $7)
            "#,
            key.uuid(),
            actor.account.uuid(),
            new.name.as_str(),
            new.role.uuid(),
            expires_at,
            actor.member().map(|member| member.uuid()),
            new.note.as_ref().map(Note::as_str),
        )
        .execute(&mut *tx)
        .await
        .map_err(|error| match broken_constraint(&error) {
            Some("api_key_role_id_fkey") => CreateError::UnknownRole,
            _ => CreateError::Store(error.into()),
        })?;
        let secret = insert_secret(tx, made, mode, random).await?;
        let name = new.name.as_str();
        let role = json!({"id": new.role.to_string(), "name": role});
        let mut changes = vec![
            Change { field: "name", old: json!(null), new: json!(name) },
            Change { field: "role", old: json!(null), new: role },
            Change { field: "expires_at", old: json!(null), new: audit::timestamp(expires_at) },
        ];
        if let Some(note) = &new.note {
            changes.push(Change { field: "note", old: json!(null), new: json!(note.as_str()) });
        }
        let event = Event {
            operation: Operation::Create,
            resource: Resource::Key(key),
            metadata: json!({"name": name, "redacted_value": mode.redacted(secret.last_four())}),
            changes,
        };
        let issued = Issued::read(tx, actor.account, key, secret).await?;
        Ok(Ended::Changed(issued, event))
    })
    .await
}
