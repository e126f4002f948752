//! The one way to end a change: committed with its event, or rolled back; answered when every replica goes by it.

use sqlx::PgConnection;
use tokio::time::timeout;

use super::audit::{self, Actor, Event};
use super::pool::QUERY_TIMEOUT;
use super::replicas::wait_for_replicas;
use super::{Db, Error};

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
    db: &Db,
    actor: &Actor,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<Ended<T>, E>,
) -> Result<T, E> {
    let mut tx = db.begin().await?;
    let mut committed_in = None;
    // All that can hang in its middle; the ends have limits of their own.
    let worked = timeout(QUERY_TIMEOUT, async {
        let ended = work(&mut tx).await?;
        match ended {
            Ended::Changed(value, event) => {
                audit::record(&mut tx, actor, event).await?;
                Ok::<_, E>((value, true))
            }
            Ended::Unchanged(value) => Ok((value, false)),
        }
    });
    let ended = match worked.await.unwrap_or_else(|_| Err(Error::too_slow().into())) {
        Ok((value, true)) => {
            committed_in = Some(tx.incarnation.clone());
            tx.commit().await?;
            Ok(value)
        }
        Ok((value, false)) => {
            tx.rollback().await?;
            Ok(value)
        }
        // Dropped, the transaction is rolled back.
        Err(refusal) if refusal.is_failure() => return Err(refusal),
        Err(refusal) => {
            tx.rollback().await?;
            Err(refusal)
        }
    };
    let asked = wait_for_replicas(db).await;
    match committed_in.zip(asked) {
        // A standby has taken over, or a backup was put in place: they may lack what was just committed.
        Some((committed_in, asked)) if committed_in != asked => {
            Err(Error::Unsure(sqlx::Error::WorkerCrashed).into())
        }
        _ => ended,
    }
}
