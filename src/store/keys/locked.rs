//! A key's row, locked until the transaction ends, so that two admins at once come one after the other.

use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::id::{AccountId, KeyId, RoleId};
use crate::domain::key::KeyStatus;
use crate::domain::mode::Mode;
use crate::store::Error;
use crate::store::audit::{Change, Event, Operation, Resource};

/// The key as the change finds it.
pub(super) struct Locked {
    pub id: KeyId,
    pub name: String,
    pub role: RoleId,
    pub role_name: String,
    pub note: Option<String>,
    pub secret_id: Uuid,
    pub last_four: String,
    /// When the last of its older secrets stops, while one still works.
    pub promised_until: Option<OffsetDateTime>,
    pub expires_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    /// The database's clock when the lock was had.
    pub now: OffsetDateTime,
}

impl Locked {
    pub fn status(&self) -> KeyStatus {
        KeyStatus::at(self.now, self.expires_at, self.revoked_at)
    }

    /// An event about this key, with its name and redacted value as they were.
    pub fn event(
        &self,
        operation: Operation,
        mode: Mode,
        reason: Option<&str>,
        changes: Vec<Change>,
    ) -> Event {
        let mut metadata = json!({"name": self.name, "redacted_value": mode.redacted(&self.last_four)});
        if let Some(reason) = reason {
            metadata["reason"] = json!(reason);
        }
        Event { operation, resource: Resource::Key(self.id), metadata, changes }
    }
}

/// Locks the key, if the account has it.
pub(super) async fn lock(
    tx: &mut PgConnection,
    account: AccountId,
    key: KeyId,
) -> Result<Option<Locked>, Error> {
    // The lock comes first, by itself: what is read beside it is then as the last change left it.
    let locked = sqlx::query!(
        "select from api_key where account_id = $1 and id = $2 for update",
        account.uuid(),
        key.uuid()
    )
    .fetch_optional(&mut *tx)
    .await?;
    if locked.is_none() {
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"
        select k.name, k.note, k.role_id, r.name as role_name, s.id as secret_id, s.last_four, k.expires_at, k.revoked_at,
            -- now() is older than the wait for the lock.
            clock_timestamp() as "now!",
            (select max(o.stops_at) from api_key_secret o
             where o.api_key_id = k.id and not o.stopped and o.stops_at > clock_timestamp()) as promised_until
        from api_key k
        join role r on r.id = k.role_id
        join api_key_secret s on s.api_key_id = k.id and s.stops_at is null
        where k.account_id = $1 and k.id = $2
        "#,
        account.uuid(),
        key.uuid(),
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Locked {
        id: key,
        name: row.name,
        role: RoleId::from_uuid(row.role_id),
        role_name: row.role_name,
        note: row.note,
        secret_id: row.secret_id,
        last_four: row.last_four,
        promised_until: row.promised_until,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        now: row.now,
    }))
}
