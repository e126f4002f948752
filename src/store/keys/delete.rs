//! Removing a key's record entirely. Its audit events stay.

use super::locked::lock;
use crate::domain::id::KeyId;
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::domain::name::collapsed;
use crate::store::audit::{Actor, Operation};
use crate::store::change::{Ended, Refusal, change};
use crate::store::{Db, Error};

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

impl Refusal for DeleteError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

/// Answers the name that the key had.
pub async fn delete(
    db: &Db,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    confirmation: Confirmation<'_>,
) -> Result<String, DeleteError> {
    change(db, actor, async |tx| {
        let before = lock(tx, actor.account, key).await?.ok_or(DeleteError::NotFound)?;
        if let (KeyStatus::Active, Confirmation::Typed(name)) = (before.status(), confirmation)
            && collapsed(name) != collapsed(&before.name)
        {
            return Err(DeleteError::Unconfirmed);
        }
        sqlx::query!(
            "delete from api_key where account_id = $1 and id = $2",
            actor.account.uuid(),
            key.uuid()
        )
        .execute(&mut *tx)
        .await
        .map_err(Error::from)?;
        let event = before.event(Operation::Delete, mode, None, Vec::new());
        Ok(Ended::Changed(before.name, event))
    })
    .await
}
