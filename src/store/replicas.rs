//! Copies of the server that go by their memory: their leases, and the wait for them to hear of a change.
//!
//! The database notes each change by itself (`migrations/0009_change.sql`).

use std::time::Duration;

use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use uuid::Uuid;

use super::Error;

/// Where the database tells of changes: `{revision} {id of the key, role or account}`.
pub const CHANNEL: &str = "change";

/// How long a lease runs.
pub const LEASE: Duration = Duration::from_secs(2);

/// Pauses between two looks at whether all copies have heard.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// What the database answers to a copy that asks for a lease.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// How many changes there were.
    pub revision: i64,
    /// The database's clock.
    pub at: OffsetDateTime,
}

/// Gives a copy, which has taken the changes up to `applied` into account, a lease from now on.
pub async fn renew(db: impl PgExecutor<'_>, copy: Uuid, applied: i64) -> Result<Grant, Error> {
    let grant = sqlx::query_as!(
        Grant,
        r#"
        -- The lock sets this apart from every change: one that is being committed is waited for and then seen, and
        -- one that begins later finds this lease.
        with changes as (select revision from change_count for share)
        insert into lease (copy_id, revision, until)
        select $1, $2, clock_timestamp() + make_interval(secs => $3) from changes
        on conflict (copy_id) do update set revision = excluded.revision, until = excluded.until
        returning (select revision from changes) as "revision!", clock_timestamp() as "at!"
        "#,
        copy,
        applied,
        LEASE.as_secs_f64(),
    )
    .fetch_one(db)
    .await?;
    Ok(grant)
}

/// Notes that a copy has taken the changes up to `applied` into account.
pub async fn acknowledge(db: impl PgExecutor<'_>, copy: Uuid, applied: i64) -> Result<(), Error> {
    sqlx::query!("update lease set revision = $2 where copy_id = $1", copy, applied).execute(db).await?;
    Ok(())
}

/// Takes back the lease of a copy that no longer goes by its memory.
pub async fn end(db: impl PgExecutor<'_>, copy: Uuid) -> Result<(), Error> {
    sqlx::query!("delete from lease where copy_id = $1", copy).execute(db).await?;
    Ok(())
}

/// Removes the leases of copies that are long gone.
pub async fn forget_old(db: &PgPool) -> Result<(), Error> {
    sqlx::query!("delete from lease where until < now() - interval '1 hour'").execute(db).await?;
    Ok(())
}

/// Resolves when no copy of the server goes by what was before the changes that are committed: they have taken the
/// changes into account, or have no lease any more.
pub async fn wait_for_replicas(db: &PgPool) {
    // No lease from before runs longer, and whoever gets one later is told of the changes.
    let latest = Instant::now() + LEASE;
    match timeout_at(latest, all_have_heard(db)).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "waiting as long as a lease runs, instead of asking who has heard of a change");
            sleep_until(latest).await;
        }
    }
}

async fn all_have_heard(db: &PgPool) -> Result<(), Error> {
    let revision = sqlx::query_scalar!("select revision from change_count").fetch_one(db).await?;
    let mut pause = SHORTEST_PAUSE;
    while is_somebody_behind(db, revision).await? {
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
    Ok(())
}

async fn is_somebody_behind(db: &PgPool, revision: i64) -> Result<bool, Error> {
    let behind = sqlx::query_scalar!(
        r#"select exists (select from lease where revision < $1 and until > clock_timestamp()) as "behind!""#,
        revision,
    )
    .fetch_one(db)
    .await?;
    Ok(behind)
}
