//! When keys and their secrets were last used, written in batches.

use std::net::IpAddr;

use time::OffsetDateTime;

use super::{Db, Error};
use crate::domain::id::KeyId;
use uuid::Uuid;

/// The latest use of one secret.
#[derive(Clone, Copy, Debug)]
pub struct SecretUse {
    pub secret: Uuid,
    pub key: KeyId,
    pub at: OffsetDateTime,
    pub ip: Option<IpAddr>,
}

/// Records the latest uses, each secret at most once. A key that was deleted meanwhile is left out, and an
/// older use never replaces a later one.
pub async fn record(db: &Db, uses: &[SecretUse]) -> Result<(), Error> {
    let secrets: Vec<_> = uses.iter().map(|used| used.secret).collect();
    let keys: Vec<_> = uses.iter().map(|used| used.key.uuid()).collect();
    let times: Vec<_> = uses.iter().map(|used| used.at).collect();
    let ips: Vec<_> = uses.iter().map(|used| used.ip.map(|ip| ip.to_string())).collect();
    sqlx::query!(
        r#"
        with used as (
            select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) as used (secret, key, at, ip)
        ), k as materialized (
            -- First and in one order, as a deletion does: it locks its key, then what goes with it.
            select id from api_key where id = any($2) order by id for key share
        ), of_secrets as (
            insert into api_key_secret_use as u (secret_id, last_used_at)
            select s.id, used.at
            from used
            join k on k.id = used.key
            join api_key_secret s on s.id = used.secret
            -- In one order everywhere, so that two servers never wait for each other.
            order by s.id
            on conflict (secret_id) do update
            set last_used_at = excluded.last_used_at
            where u.last_used_at < excluded.last_used_at
        )
        insert into api_key_use as u (api_key_id, last_used_at, last_ip)
        select distinct on (k.id) k.id, used.at, used.ip::inet
        from used
        join k on k.id = used.key
        order by k.id, used.at desc
        on conflict (api_key_id) do update
        set last_used_at = excluded.last_used_at, last_ip = excluded.last_ip
        where u.last_used_at < excluded.last_used_at
        "#,
        &secrets,
        &keys,
        &times,
        &ips as &[Option<String>],
    )
    .execute(db)
    .await?;
    Ok(())
}
