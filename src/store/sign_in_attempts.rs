//! How often somebody has failed to sign in, for each email address and each client address.

use std::time::Duration;

use super::{Db, Error};

/// How failures of one kind of subject are slowed down.
#[derive(Clone, Copy, Debug)]
pub struct Slowdown {
    /// Failures that cost nothing.
    pub free: i32,
    /// The delay doubles with each further failure, up to this many seconds.
    pub longest_s: i32,
}

/// Counts an attempt as failed before it is made, so that many at once are slowed down too.
/// Answers how long the caller must wait when it may not be made; then it is not counted.
pub async fn begin(db: &Db, subject: &[u8; 32], slowdown: Slowdown) -> Result<Option<Duration>, Error> {
    // The row's lock puts attempts at once in an order, so the clock is read when it is had: now() is older.
    let begun = sqlx::query!(
        r#"
        insert into sign_in_attempt as a (subject, failures, last_failed_at, blocked_until)
        values ($1, 1, clock_timestamp(), '-infinity')
        on conflict (subject) do update set
            failures = failures_after(a),
            last_failed_at = clock_timestamp(),
            blocked_until = case
                when failures_after(a) <= $2 then '-infinity'
                else clock_timestamp()
                    + make_interval(secs => least($3::int, power(2, least(20, failures_after(a) - $2)))) end
        where a.blocked_until <= clock_timestamp()
        "#,
        subject.as_slice(),
        slowdown.free,
        slowdown.longest_s,
    )
    .execute(db)
    .await?;
    if begun.rows_affected() == 1 {
        return Ok(None);
    }
    let wait = sqlx::query_scalar!(
        r#"
        select greatest(0, extract(epoch from blocked_until - clock_timestamp()))::float8 as "wait!"
        from sign_in_attempt
        where subject = $1
        "#,
        subject.as_slice(),
    )
    .fetch_optional(db)
    .await?;
    Ok(Some(Duration::from_secs_f64(wait.unwrap_or_default())))
}

/// Forgives the failures of a subject that has proved itself.
pub async fn forgive(db: &Db, subject: &[u8; 32]) -> Result<(), Error> {
    sqlx::query!("delete from sign_in_attempt where subject = $1", subject.as_slice()).execute(db).await?;
    Ok(())
}

/// Takes one attempt back, because it succeeded: it blocks nobody, and the ones that failed still count.
pub async fn take_back(db: &Db, subject: &[u8; 32]) -> Result<(), Error> {
    sqlx::query!(
        r#"
        update sign_in_attempt set failures = greatest(failures - 1, 0), blocked_until = '-infinity'
        where subject = $1
        "#,
        subject.as_slice()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Drops what has long been forgiven.
pub async fn forget_old(db: &Db) -> Result<(), Error> {
    sqlx::query!("delete from sign_in_attempt where last_failed_at < now() - interval '1 day'")
        .execute(db)
        .await?;
    Ok(())
}
