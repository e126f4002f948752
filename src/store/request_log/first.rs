//! The first request that a fresh secret made.

use uuid::Uuid;

use crate::domain::id::{AccountId, KeyId};
use crate::store::{Db, Error};

/// How far the clocks of two servers may differ, in milliseconds: ids of requests begin with their server's time, and so
/// does the id of the secret.
const MAX_SKEW_MS: u128 = 10_000;

/// Status and client address of the key's first request since its secret was made, among those of this redacted value and
/// its last thousand: an older secret may make hundreds a second.
pub async fn first_of_secret(
    db: &Db,
    account: AccountId,
    key: KeyId,
    secret: Uuid,
    redacted: &str,
) -> Result<Option<(i16, Option<String>)>, Error> {
    let earliest = (secret.as_u128() >> 80).saturating_sub(MAX_SKEW_MS) << 80;
    let row = sqlx::query!(
        r#"
        select status_code, host(client_ip) as ip
        from (
            select id, status_code, client_ip, redacted_value
            from request_log
            where account_id = $1 and api_key_id = $2 and id > $3
            order by id desc
            limit 1000
        ) latest
        where redacted_value = $4
        order by id
        limit 1
        "#,
        account.uuid(),
        key.uuid(),
        Uuid::from_u128(earliest),
        redacted,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.status_code, row.ip)))
}
