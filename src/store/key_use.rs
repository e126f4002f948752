//! When keys were last used, written in batches.

use std::net::IpAddr;

use sqlx::PgPool;
use time::OffsetDateTime;

use super::Error;
use crate::domain::id::KeyId;

/// The latest use of one key.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse {
    pub key: KeyId,
    pub at: OffsetDateTime,
    pub ip: Option<IpAddr>,
}

/// Records the latest uses, each key at most once. A key that was deleted meanwhile is left out, and an
/// older use never replaces a later one.
pub async fn record(db: &PgPool, uses: &[KeyUse]) -> Result<(), Error> {
    let keys: Vec<_> = uses.iter().map(|used| used.key.uuid()).collect();
    let times: Vec<_> = uses.iter().map(|used| used.at).collect();
    let ips: Vec<_> = uses.iter().map(|used| used.ip.map(|ip| ip.to_string())).collect();
    sqlx::query!(
        r#"
        insert into api_key_use as u (api_key_id, last_used_at, last_ip)
        select k.id, used.at, used.ip::inet
        from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as used (key, at, ip)
        join api_key k on k.id = used.key
        -- In one order everywhere, so that two servers never wait for each other.
        order by k.id
        on conflict (api_key_id) do update
        set last_used_at = excluded.last_used_at, last_ip = excluded.last_ip
        where u.last_used_at < excluded.last_used_at
        "#,
        &keys,
        &times,
        &ips as &[Option<String>],
    )
    .execute(db)
    .await?;
    Ok(())
}
