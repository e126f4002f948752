//! Requests that take effect once, however often they are sent.

use std::time::Duration;

use sqlx::{PgConnection, PgPool};

use super::Error;
use crate::domain::id::AccountId;

/// Names a request that is to take effect once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Chosen by whoever sends the request; the same for each repetition, within the account.
    pub key: String,
    /// SHA-256 of what was asked for, so that the key cannot be used for something else.
    pub request: [u8; 32],
    /// How long a repetition is recognised.
    pub keep: Duration,
}

/// A request with this key has taken effect already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Repeated {
    #[error("the same request has taken effect already")]
    Same,
    #[error("another request with the same idempotency key has taken effect already")]
    Different,
}

/// Claims the key for the change of this transaction. A repetition at the same time waits for its end.
pub async fn claim(
    tx: &mut PgConnection,
    account: AccountId,
    once: &Once,
) -> Result<Result<(), Repeated>, Error> {
    let claimed = sqlx::query!(
        r#"
        insert into idempotency_key as i (account_id, key, request_hash, kept_until)
        values ($1, $2, $3, now() + make_interval(secs => $4))
        on conflict (account_id, key) do update
        set request_hash = excluded.request_hash, kept_until = excluded.kept_until
        where i.kept_until <= now()
        "#,
        account.uuid(),
        once.key,
        once.request.as_slice(),
        once.keep.as_secs_f64(),
    )
    .execute(&mut *tx)
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let request = sqlx::query_scalar!(
        "select request_hash from idempotency_key where account_id = $1 and key = $2",
        account.uuid(),
        once.key,
    )
    .fetch_optional(tx)
    .await?;
    let same = request.is_some_and(|request| request == once.request);
    Ok(Err(if same { Repeated::Same } else { Repeated::Different }))
}

/// Forgets the keys that no longer count.
pub async fn forget_old(db: &PgPool) -> Result<(), Error> {
    sqlx::query!("delete from idempotency_key where kept_until <= now()").execute(db).await?;
    Ok(())
}
