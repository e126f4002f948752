//! Requests that take effect once, however often they are sent.

use sqlx::PgConnection;

use super::Error;
use crate::domain::id::AccountId;

/// Names a request that is to take effect once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Chosen by whoever sends the request; the same for each repetition, within the account.
    pub key: String,
    /// SHA-256 of what was asked for, so that the key cannot be used for something else.
    pub request: [u8; 32],
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
/// A key is kept for 24 hours.
pub async fn claim(
    tx: &mut PgConnection,
    account: AccountId,
    once: &Once,
) -> Result<Result<(), Repeated>, Error> {
    let claimed = sqlx::query!(
        r#"
        insert into idempotency_key as i (account_id, key, request_hash) values ($1, $2, $3)
        on conflict (account_id, key) do update
        set request_hash = excluded.request_hash, created_at = excluded.created_at
        where i.created_at <= now() - interval '24 hours'
        "#,
        account.uuid(),
        once.key,
        once.request.as_slice(),
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
pub async fn forget_old(db: &sqlx::PgPool) -> Result<(), Error> {
    sqlx::query!("delete from idempotency_key where created_at <= now() - interval '24 hours'")
        .execute(db)
        .await?;
    Ok(())
}
