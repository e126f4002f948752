//! The one way to end a change: committed with its event, or rolled back; answered when every replica goes by it.

use sqlx::{PgConnection, PgPool};

use super::audit::{self, Actor, Event};
use super::replicas::wait_for_replicas;
use super::{Error, commit};

/// How the work of a change ended.
pub(super) enum Ended<T> {
    /// Something was written, of which the event tells.
    Changed(T, Event),
    /// There was nothing to write.
    Unchanged(T),
}

/// Why a change was not made.
pub(super) trait Refusal: From<Error> {
    /// Whether the database failed, so that nothing was found out that others may not know of yet.
    fn is_failure(&self) -> bool;
}

impl Refusal for Error {
    fn is_failure(&self) -> bool {
        true
    }
}

/// Runs `work` in a transaction and commits it with its event, or rolls it back where nothing was written.
///
/// Resolves when every replica goes by what was found, whichever way the work ended: what made it refuse may be so
/// new that whoever made that change is not answered yet, and a replica does not go by it.
pub(super) async fn change<T, E: Refusal>(
    db: &PgPool,
    actor: &Actor,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<Ended<T>, E>,
) -> Result<T, E> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let ended = match work(&mut tx).await {
        Ok(Ended::Changed(value, event)) => {
            audit::record(&mut tx, actor, event).await?;
            commit(tx).await?;
            Ok(value)
        }
        Ok(Ended::Unchanged(value)) => {
            tx.rollback().await.map_err(Error::from)?;
            Ok(value)
        }
        // The transaction's end rolls it back.
        Err(refusal) if refusal.is_failure() => return Err(refusal),
        Err(refusal) => {
            tx.rollback().await.map_err(Error::from)?;
            Err(refusal)
        }
    };
    wait_for_replicas(db).await;
    ended
}
