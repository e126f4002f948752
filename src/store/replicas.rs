//! Copies of the server that go by their memory: their leases, and the wait for them to hear of a change.
//!
//! The database notes each change by itself (`migrations/0009_change.sql`, `0015_facts_and_epochs.sql`).

use std::time::Duration;

use sqlx::PgExecutor;
use sqlx::postgres::PgListener;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use uuid::Uuid;

use super::{Db, Error};

/// Where the database tells that there were changes. What they were is read from it: anybody can tell anything here.
const CHANNEL: &str = "change";

/// How long a lease runs.
pub const LEASE: Duration = Duration::from_secs(2);

/// Pauses between two looks at whether all copies have heard.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Changes that are kept for copies that have not heard of them yet.
const KEPT_CHANGES: i64 = 10_000;

/// What the database answers to a copy that asks for a lease.
#[derive(Clone, Debug)]
pub struct Grant {
    /// How many changes there were.
    pub revision: i64,
    /// The database's clock.
    pub at: OffsetDateTime,
    /// Names this life of the database: numbers of changes in another mean something else.
    pub incarnation: String,
}

/// A connection that hears of changes, over which leases are asked for as well.
pub async fn listen(db: &Db) -> Result<PgListener, Error> {
    let mut listener = db.listen(CHANNEL).await?;
    note_incarnation(&mut listener).await?;
    Ok(listener)
}

/// Gives a copy, which has taken the changes up to `applied` into account, a lease from now on.
pub async fn renew(db: impl PgExecutor<'_>, copy: Uuid, applied: i64) -> Result<Grant, Error> {
    let grant = sqlx::query_as!(
        Grant,
        r#"
        -- The lock sets this apart from every change: one that is being committed is waited for and then seen, and
        -- one that begins later finds this lease.
        with changes as (select revision from change_count for share)
        -- When it ends is for copies of the release before, which go by the database's clock.
        insert into lease (copy_id, revision, until)
        select $1, $2, clock_timestamp() + make_interval(secs => $3) from changes
        on conflict (copy_id) do update set revision = excluded.revision, until = excluded.until
        returning (select revision from changes) as "revision!", clock_timestamp() as "at!", incarnation() as "incarnation!"
        "#,
        copy,
        applied,
        LEASE.as_secs_f64(),
    )
    .fetch_one(db)
    .await?;
    Ok(grant)
}

/// What was changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Every change up to this one is told of.
    pub revision: i64,
    /// The keys, roles and accounts that were changed; `None` when they cannot be told.
    pub changed: Option<Vec<Uuid>>,
}

/// The changes after `applied`, in their order.
pub async fn changes_since(db: impl PgExecutor<'_>, applied: i64) -> Result<Changes, Error> {
    let rows =
        sqlx::query!("select revision, changed from change where revision > $1 order by revision", applied)
            .fetch_all(db)
            .await?;
    let revision = rows.last().map_or(applied, |row| row.revision);
    // None is missing where their numbers follow each other.
    let is_whole = i64::try_from(rows.len()).is_ok_and(|count| revision - applied == count);
    let changed = rows.into_iter().map(|row| row.changed).collect::<Option<Vec<_>>>();
    Ok(Changes { revision, changed: changed.filter(|_| is_whole) })
}

/// Notes that a copy has taken the changes up to `applied` into account. `false` when its lease has been taken away.
pub async fn acknowledge(db: impl PgExecutor<'_>, copy: Uuid, applied: i64) -> Result<bool, Error> {
    let done =
        sqlx::query!("update lease set revision = $2 where copy_id = $1", copy, applied).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back the lease of a copy that no longer goes by its memory.
pub async fn end(db: impl PgExecutor<'_>, copy: Uuid) -> Result<(), Error> {
    sqlx::query!("delete from lease where copy_id = $1", copy).execute(db).await?;
    Ok(())
}

/// How many changes there were.
pub async fn revision(db: &Db) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!("select revision from change_count").fetch_one(db).await?)
}

/// Removes the changes that every copy has heard of or forgets all for.
pub async fn forget_old(db: &Db) -> Result<(), Error> {
    sqlx::query!(
        "delete from change where revision <= (select revision from change_count) - $1",
        KEPT_CHANGES
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Resolves when no copy of the server goes by what was before the changes that are committed: they have taken the
/// changes into account, or have no lease any more. By this machine's clock alone, and the order in the database.
///
/// Answers which life of the database was asked, `None` when it could not be.
pub async fn wait_for_replicas(db: &Db) -> Option<String> {
    // No lease from before runs longer, and whoever gets one later is told of the changes.
    let latest = Instant::now() + LEASE;
    let mut wait = Wait::default();
    match timeout_at(latest, wait.until_all_have_heard(db)).await {
        Ok(Ok(true)) => return wait.incarnation,
        Ok(Ok(false)) | Err(_) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "waiting as long as a lease runs, instead of asking who has heard of a change");
        }
    }
    sleep_until(latest).await;
    if let Some(look) = wait.first_look {
        let db = db.clone();
        tokio::spawn(async move {
            // No lease of theirs from before that runs any longer.
            sleep_until(look.at + LEASE).await;
            if let Err(error) = forget_dead(&db, &look).await {
                tracing::debug!(%error, "leases of copies that do not answer stay in the table");
            }
        });
    }
    wait.incarnation
}

/// What a wait has seen.
#[derive(Default)]
struct Wait {
    incarnation: Option<String>,
    /// Where some were behind.
    first_look: Option<Look>,
}

/// The leases that had not taken a change into account.
struct Look {
    at: Instant,
    /// The life of the database that told of them.
    incarnation: String,
    behind: Vec<Behind>,
}

impl Wait {
    /// `false` when the leases in the table may not be all that run.
    async fn until_all_have_heard(&mut self, db: &Db) -> Result<bool, Error> {
        let changes = sqlx::query!(
            r#"
            select revision, incarnation() as "incarnation!", incarnation = incarnation() as "noted!",
                since = '-infinity' as "first!"
            from change_count
            "#,
        )
        .fetch_one(db)
        .await?;
        let known_for = db.known_for(&changes.incarnation);
        self.incarnation = Some(changes.incarnation);
        if !changes.noted {
            note_incarnation(db).await?;
        }
        // In the first life that the table knows no lease can be missing from it.
        if known_for < LEASE && !(changes.noted && changes.first) {
            return Ok(false);
        }
        let mut behind = self.look(db, changes.revision).await?;
        if !behind.is_empty() {
            let incarnation = self.incarnation.clone().unwrap_or_default();
            self.first_look = Some(Look { at: Instant::now(), incarnation, behind: behind.clone() });
        }
        let mut pause = SHORTEST_PAUSE;
        while !behind.is_empty() {
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
            behind = self.look(db, changes.revision).await?;
        }
        Ok(true)
    }

    /// The leases that have not taken a change into account, and which life of the database says so.
    async fn look(&mut self, db: &Db, revision: i64) -> Result<Vec<Behind>, Error> {
        let rows = sqlx::query!(
            r#"
            select life.incarnation as "incarnation!", l.copy_id as "copy?", l.xmin::text as moved_by
            from (select incarnation()) as life (incarnation)
            left join lease l on l.revision < $1
            "#,
            revision,
        )
        .fetch_all(db)
        .await?;
        let mut behind = Vec::with_capacity(rows.len());
        for row in rows {
            behind.extend(row.copy.zip(row.moved_by).map(|(copy, moved_by)| Behind { copy, moved_by }));
            self.incarnation = Some(row.incarnation);
        }
        Ok(behind)
    }
}

/// Notes that this is another life of the database than the one in which leases were granted.
async fn note_incarnation(db: impl PgExecutor<'_>) -> Result<(), Error> {
    sqlx::query!(
        "update change_count set incarnation = incarnation(), since = clock_timestamp() where incarnation <> incarnation()"
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A lease, and the transaction that last moved it.
#[derive(Clone, Debug)]
struct Behind {
    copy: Uuid,
    moved_by: String,
}

/// Removes those that have not moved since they were seen, a lease's length ago: no later change waits for them. A copy
/// that is alive after all asks for another.
async fn forget_dead(db: &Db, look: &Look) -> Result<(), Error> {
    let copies: Vec<_> = look.behind.iter().map(|dead| dead.copy).collect();
    let moved_by: Vec<_> = look.behind.iter().map(|dead| dead.moved_by.clone()).collect();
    sqlx::query!(
        r#"
        delete from lease l using unnest($1::uuid[], $2::text[]) as dead (copy_id, moved_by)
        where l.copy_id = dead.copy_id and l.xmin::text = dead.moved_by
            -- In another life transactions may have the same numbers.
            and incarnation() = $3
        "#,
        &copies,
        &moved_by,
        look.incarnation,
    )
    .execute(db)
    .await?;
    Ok(())
}
