//! The one-time link to /setup.

use super::pool::in_time;
use super::{Db, Error};

/// Makes this the one link there is, for an hour. `false` when an account exists already.
pub async fn replace(db: &Db, token_hash: &[u8; 32]) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    in_time(super::accounts::one_at_a_time(&mut tx)).await?;
    let insert = sqlx::query!(
        r#"
        insert into setup_link (token_hash, expires_at)
        select $1, now() + interval '1 hour' where not exists (select from account)
        on conflict (only_one) do update
        set token_hash = excluded.token_hash, expires_at = excluded.expires_at
        "#,
        token_hash.as_slice(),
    );
    let done = in_time(insert.execute(&mut *tx)).await?;
    tx.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the link opens /setup.
pub async fn is_good(db: &Db, token_hash: &[u8; 32]) -> Result<bool, Error> {
    let good = sqlx::query_scalar!(
        r#"select exists (select from setup_link where token_hash = $1 and expires_at > now()) as "good!""#,
        token_hash.as_slice(),
    )
    .fetch_one(db)
    .await?;
    Ok(good)
}
