//! Removing a key's record entirely. Its audit events stay.

use sqlx::PgPool;

use super::locked::lock;
use crate::domain::id::KeyId;
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::store::audit::{self, Actor, Operation};
use crate::store::{Error, commit, leave};

/// Whether whoever deletes an active key has shown that this one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation<'a> {
    /// The key's name as a person typed it.
    Typed(&'a str),
    /// A program names the key by its id alone.
    ById,
}

/// Why a key was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    #[error("the account has no such key")]
    NotFound,
    #[error("the name typed is not the key's")]
    Unconfirmed,
    #[error(transparent)]
    Store(#[from] Error),
}

/// Answers the name that the key had.
pub async fn delete(
    db: &PgPool,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    confirmation: Confirmation<'_>,
) -> Result<String, DeleteError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let Some(before) = lock(&mut tx, actor.account, key).await? else {
        leave(db, tx).await?;
        return Err(DeleteError::NotFound);
    };
    if let (KeyStatus::Active, Confirmation::Typed(name)) = (before.status(), confirmation)
        && name.trim() != before.name
    {
        return Err(DeleteError::Unconfirmed);
    }
    sqlx::query!("delete from api_key where account_id = $1 and id = $2", actor.account.uuid(), key.uuid())
        .execute(&mut *tx)
        .await
        .map_err(Error::from)?;
    audit::record(&mut tx, actor, before.event(Operation::Delete, mode, None, Vec::new())).await?;
    commit(db, tx).await?;
    Ok(before.name)
}
