//! Requests that take effect once, however often they are sent.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Db, Error};
use crate::domain::id::{AccountId, KeyId};

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

/// What a request issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    pub key: KeyId,
    pub secret: Uuid,
}

/// A request with this key has taken effect already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Repeated {
    /// It issued this, unless that was not noted.
    #[error("the same request has taken effect already")]
    Same(Option<Made>),
    #[error("another request with the same idempotency key has taken effect already")]
    Different,
}

/// Claims the key for the secret that this transaction issues. A repetition at the same time waits for
/// its end.
pub async fn claim(
    tx: &mut PgConnection,
    account: AccountId,
    once: &Once,
    made: Made,
) -> Result<Result<(), Repeated>, Error> {
    let claimed = sqlx::query!(
        r#"
        insert into idempotency_key as i (account_id, key, request_hash, kept_until, api_key_id, secret_id)
        values ($1, $2, $3, now() + make_interval(secs => $4), $5, $6)
        on conflict (account_id, key) do update
        set request_hash = excluded.request_hash, kept_until = excluded.kept_until, api_key_id = excluded.api_key_id,
            secret_id = excluded.secret_id
        where i.kept_until <= now()
        "#,
        account.uuid(),
        once.key,
        once.request.as_slice(),
        once.keep.as_secs_f64(),
        made.key.uuid(),
        made.secret,
    )
    .execute(&mut *tx)
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let claimed = sqlx::query!(
        "select request_hash, api_key_id, secret_id from idempotency_key where account_id = $1 and key = $2",
        account.uuid(),
        once.key,
    )
    .fetch_optional(tx)
    .await?;
    Ok(Err(match claimed {
        Some(claimed) if claimed.request_hash == once.request => {
            let made = claimed.api_key_id.zip(claimed.secret_id);
            Repeated::Same(made.map(|(key, secret)| Made { key: KeyId::from_uuid(key), secret }))
        }
        _ => Repeated::Different,
    }))
}

/// Forgets the keys that no longer count.
pub async fn forget_old(db: &Db) -> Result<(), Error> {
    sqlx::query!("delete from idempotency_key where kept_until <= now()").execute(db).await?;
    Ok(())
}
