//! What verifying presented secrets needs, in one indexed query.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{Db, Error};
use crate::domain::id::{AccountId, KeyId, RoleId};
use crate::domain::known_secret::KnownSecret;
use crate::domain::mode::Mode;
use crate::domain::permission::Grants;
use crate::domain::secret::SecretHash;

/// Everything known of the secrets with these ids, each with the database's clock when it was read. It is from them
/// that we learn which account is asking.
pub async fn find(db: &Db, secrets: &[Uuid]) -> Result<Vec<(KnownSecret, OffsetDateTime)>, Error> {
    let rows = sqlx::query!(
        r#"
        select s.id as secret_id, s.hash, s.last_four, s.stopped, s.stops_at,
            k.id as key_id, k.name as key_name, k.expires_at, k.revoked_at,
            a.id as account_id, a.name as account_name, a.mode,
            a.created_at as account_created_at, a.updated_at as account_updated_at,
            r.id as role_id, r.name as role_name, r.type as role_type, r.permissions, now() as "now!"
        from api_key_secret s
        join api_key k on k.id = s.api_key_id
        join account a on a.id = k.account_id
        join role r on r.id = k.role_id
        where s.id = any($1)
        "#,
        secrets,
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().map(|row| {
        // The table holds hashes of 32 bytes only.
        let hash: [u8; 32] = row.hash.try_into().unwrap_or_default();
        let known = KnownSecret {
            secret: row.secret_id,
            hash: SecretHash::from_bytes(hash),
            last_four: row.last_four,
            stopped: row.stopped,
            stops_at: row.stops_at,
            key: KeyId::from_uuid(row.key_id),
            key_name: row.key_name,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            account: AccountId::from_uuid(row.account_id),
            account_name: row.account_name,
            account_created_at: row.account_created_at,
            account_updated_at: row.account_updated_at,
            mode: Mode::from_slug(&row.mode).unwrap_or(Mode::Production),
            role: RoleId::from_uuid(row.role_id),
            role_name: row.role_name,
            grants: Grants::from_row(&row.role_type, &row.permissions),
            role_type: row.role_type,
        };
        (known, row.now)
    });
    Ok(known.collect())
}
