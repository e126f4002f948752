//! API keys and their secrets. Every change, its audit event and its effect are one transaction.

mod create;
mod delete;
mod edit;
mod issue;
mod list;
mod locked;
mod order;
mod overview;
mod revoke;
mod rotate;
mod search;
mod stop;

pub use create::{CreateError, NewKey, create};
pub use delete::{Confirmation, DeleteError, delete};
pub use edit::{Edit, EditError, edit};
pub use issue::Issued;
pub use list::{KeyQuery, KeyRecords, Only, Statuses, get, list};
pub use order::{Place, Sort};
pub use overview::{Overview, overview};
pub use revoke::{RevokeOutcome, revoke};
pub use rotate::{RotateError, Rotation, Seen, rotate};
pub use search::Search;
pub use stop::{StopError, stop};

use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

use super::roles::Role;
use super::{Db, Error};
use crate::domain::id::{AccountId, KeyId};
use crate::domain::key::KeyStatus;

/// A key as it stands.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    pub id: KeyId,
    pub name: String,
    pub role: Role,
    /// The UUID of the current secret.
    pub secret_id: Uuid,
    pub last_four: String,
    pub note: Option<String>,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    pub expires_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    pub last_used_at: Option<OffsetDateTime>,
    /// When the last of its old secrets stops, while one still works.
    pub overlap_until: Option<OffsetDateTime>,
}

impl KeyRecord {
    pub fn status(&self, now: OffsetDateTime) -> KeyStatus {
        KeyStatus::at(now, self.expires_at, self.revoked_at)
    }
}

/// How many keys an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyCounts {
    pub total: i64,
    pub revoked: i64,
    pub expired: i64,
}

impl KeyCounts {
    pub fn active(self) -> i64 {
        self.total - self.revoked - self.expired
    }
}

/// Counts without reading the account's keys, but for the expired ones in an index of those that expire.
pub async fn counts(db: &Db, account: AccountId) -> Result<KeyCounts, Error> {
    let row = sqlx::query!(
        r#"
        select
            coalesce((select total from api_key_count where account_id = $1), 0) as "total!",
            coalesce((select revoked from api_key_count where account_id = $1), 0) as "revoked!",
            (select count(*) from api_key
             where account_id = $1 and revoked_at is null and expires_at is not null and expires_at <= now()) as "expired!"
        "#,
        account.uuid(),
    )
    .fetch_one(db)
    .await?;
    Ok(KeyCounts { total: row.total, revoked: row.revoked, expired: row.expired })
}

/// What is shown on a key's own page beyond its record.
#[derive(Clone, Debug)]
pub struct KeyFacts {
    pub created_by: Option<String>,
    pub revoked_by: Option<String>,
    pub revoked_reason: Option<String>,
    pub last_ip: Option<String>,
}

/// Who made and revoked a key, and where it was last used from.
pub async fn facts(db: &Db, account: AccountId, key: KeyId) -> Result<Option<KeyFacts>, Error> {
    let facts = sqlx::query_as!(
        KeyFacts,
        r#"
        select c.email as "created_by?", r.email as "revoked_by?", k.revoked_reason, host(u.last_ip) as last_ip
        from api_key k
        left join member c on c.id = k.created_by
        left join member r on r.id = k.revoked_by
        left join api_key_use u on u.api_key_id = k.id
        where k.account_id = $1 and k.id = $2
        "#,
        account.uuid(),
        key.uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(facts)
}

/// A secret that a key has or had.
#[derive(Clone, Debug)]
pub struct SecretRecord {
    pub id: Uuid,
    pub last_four: String,
    pub created_at: OffsetDateTime,
    /// Whether it was stopped at once.
    pub stopped: bool,
    /// `None` while it is the current one.
    pub stops_at: Option<OffsetDateTime>,
    pub last_used_at: Option<OffsetDateTime>,
}

impl SecretRecord {
    /// Whether it works, as long as its key does.
    pub fn works(&self, now: OffsetDateTime) -> bool {
        !self.stopped && self.stops_at.is_none_or(|at| at > now)
    }
}

/// The latest 50 secrets of a key, newest first.
pub async fn secrets(
    db: impl PgExecutor<'_>,
    account: AccountId,
    key: KeyId,
) -> Result<Vec<SecretRecord>, Error> {
    let secrets = sqlx::query_as!(
        SecretRecord,
        r#"
        select s.id, s.last_four, s.created_at, s.stopped, s.stops_at, u.last_used_at as "last_used_at?"
        from api_key_secret s
        join api_key k on k.id = s.api_key_id
        left join api_key_secret_use u on u.secret_id = s.id
        where k.account_id = $1 and k.id = $2
        order by s.created_at desc, s.id desc
        limit 50
        "#,
        account.uuid(),
        key.uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(secrets)
}
