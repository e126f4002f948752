//! Changes to keys. Each locks the key's row first, so that two admins at once come one after the other.

use rand::CryptoRng;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::domain::id::{KeyId, RoleId};
use crate::domain::key::{BadExpiration, Expiration, KeyName, KeyStatus, Overlap};
use crate::domain::secret::{Mode, Secret};
use crate::store::audit::{self, Actor, Change, KeyEvent, KeyOperation};
use crate::store::{Error, broken_constraint, commit};

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: KeyName,
    pub role: RoleId,
    pub expiration: Expiration,
    /// The same token twice makes one key.
    pub token: Option<Uuid>,
}

/// A key that was made or rotated, with the one sight of its secret.
#[derive(Debug)]
pub struct Created {
    pub key: KeyId,
    pub name: String,
    pub secret: Secret,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("the account has no such role")]
    UnknownRole,
    #[error("the same request has made a key already")]
    Repeated,
    #[error(transparent)]
    Expiration(#[from] BadExpiration),
    #[error(transparent)]
    Store(#[from] Error),
}

/// Makes a key with its first secret.
pub async fn create(
    db: &PgPool,
    actor: &Actor,
    mode: Mode,
    new: NewKey,
    random: &mut (impl CryptoRng + Send),
) -> Result<Created, CreateError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let role = role_name(&mut tx, actor, new.role).await?.ok_or(CreateError::UnknownRole)?;
    let key = KeyId::from_uuid(Uuid::now_v7());
    let expires_at = new.expiration.resolve(now(&mut tx).await?)?;
    sqlx::query!(
        r#"
        insert into api_key (id, account_id, name, role_id, expires_at, created_by, creation_token)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        key.uuid(),
        actor.account.uuid(),
        new.name.as_str(),
        new.role.uuid(),
        expires_at,
        actor.member.uuid(),
        new.token,
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match broken_constraint(&error) {
        Some("api_key_creation_token_unique") => CreateError::Repeated,
        Some("api_key_role_id_fkey") => CreateError::UnknownRole,
        _ => CreateError::Store(error.into()),
    })?;
    let secret = insert_secret(&mut tx, key, mode, random).await?;
    let event = KeyEvent {
        operation: KeyOperation::Create,
        key,
        name: new.name.as_str(),
        redacted: &mode.redacted(secret.last_four()),
        reason: None,
        changes: vec![
            Change { field: "name", old: json!(null), new: json!(new.name.as_str()) },
            Change {
                field: "role",
                old: json!(null),
                new: json!({"id": new.role.to_string(), "name": role}),
            },
            Change { field: "expires_at", old: json!(null), new: timestamp(expires_at) },
        ],
    };
    audit::record(&mut tx, actor, event).await?;
    commit(tx).await?;
    Ok(Created { key, name: new.name.as_str().to_owned(), secret })
}

/// A name and a role for a key.
#[derive(Clone, Debug)]
pub struct Edit {
    pub name: KeyName,
    pub role: RoleId,
}

/// Why a key was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("the account has no such key")]
    NotFound,
    #[error("the key is revoked")]
    Revoked,
    #[error("the account has no such role")]
    UnknownRole,
    #[error(transparent)]
    Store(#[from] Error),
}

/// Changes a key's name and role. Nothing is written where nothing differs.
pub async fn edit(db: &PgPool, actor: &Actor, mode: Mode, key: KeyId, edit: Edit) -> Result<(), EditError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let before = lock(&mut tx, actor, key).await?.ok_or(EditError::NotFound)?;
    if before.status() == KeyStatus::Revoked {
        return Err(EditError::Revoked);
    }
    let role = role_name(&mut tx, actor, edit.role).await?.ok_or(EditError::UnknownRole)?;
    let mut changes = Vec::new();
    if edit.name.as_str() != before.name {
        changes.push(Change { field: "name", old: json!(before.name), new: json!(edit.name.as_str()) });
    }
    if edit.role != before.role {
        let old = json!({"id": before.role.to_string(), "name": before.role_name});
        changes.push(Change { field: "role", old, new: json!({"id": edit.role.to_string(), "name": role}) });
    }
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update api_key set name = $3, role_id = $4, updated_at = now() where account_id = $1 and id = $2",
        actor.account.uuid(),
        key.uuid(),
        edit.name.as_str(),
        edit.role.uuid(),
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match broken_constraint(&error) {
        Some("api_key_role_id_fkey") => EditError::UnknownRole,
        _ => EditError::Store(error.into()),
    })?;
    audit::record(
        &mut tx,
        actor,
        before.event(KeyOperation::Edit, &mode.redacted(&before.last_four), None, changes),
    )
    .await?;
    commit(tx).await?;
    Ok(())
}

/// How to rotate a key.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// The current secret as the admin saw it.
    pub seen_secret: Uuid,
    pub overlap: Overlap,
    /// `None` keeps the expiry.
    pub expiration: Option<Expiration>,
}

/// Why a key was not rotated.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    #[error("the account has no such key")]
    NotFound,
    #[error("the key is revoked")]
    Revoked,
    #[error("an expired key needs a new expiry")]
    NeedsExpiration,
    #[error("another rotation came first")]
    Raced,
    #[error(transparent)]
    Expiration(#[from] BadExpiration),
    #[error(transparent)]
    Store(#[from] Error),
}

/// Gives a key a new secret. Every older secret stops when the overlap ends, or earlier.
pub async fn rotate(
    db: &PgPool,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    rotation: Rotation,
    random: &mut (impl CryptoRng + Send),
) -> Result<Created, RotateError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let before = lock(&mut tx, actor, key).await?.ok_or(RotateError::NotFound)?;
    match before.status() {
        KeyStatus::Revoked => return Err(RotateError::Revoked),
        KeyStatus::Expired if rotation.expiration.is_none() => return Err(RotateError::NeedsExpiration),
        _ => {}
    }
    if before.secret_id != rotation.seen_secret {
        return Err(RotateError::Raced);
    }
    let expires_at = match rotation.expiration {
        Some(expiration) => expiration.resolve(before.now)?,
        None => before.expires_at,
    };
    // An expired key's old secret has stopped for good; a later expiry does not bring it back.
    let overlap = if before.status() == KeyStatus::Expired { Overlap::NONE } else { rotation.overlap };
    let stops_at = overlap.stops_at(before.now, expires_at);
    sqlx::query!(
        r#"
        update api_key_secret set stops_at = $2
        where api_key_id = $1 and (stops_at is null or stops_at > $2)
        "#,
        key.uuid(),
        stops_at,
    )
    .execute(&mut *tx)
    .await
    .map_err(Error::from)?;
    sqlx::query!(
        "update api_key set expires_at = $3, updated_at = now() where account_id = $1 and id = $2",
        actor.account.uuid(),
        key.uuid(),
        expires_at,
    )
    .execute(&mut *tx)
    .await
    .map_err(Error::from)?;
    let secret = insert_secret(&mut tx, key, mode, random).await?;
    let redacted = mode.redacted(&before.last_four);
    let mut changes = vec![
        Change {
            field: "redacted_value",
            old: json!(redacted),
            new: json!(mode.redacted(secret.last_four())),
        },
        Change { field: "old_secret_stops_at", old: json!(null), new: timestamp(Some(stops_at)) },
    ];
    if expires_at != before.expires_at {
        changes.push(Change {
            field: "expires_at",
            old: timestamp(before.expires_at),
            new: timestamp(expires_at),
        });
    }
    audit::record(&mut tx, actor, before.event(KeyOperation::Rotate, &redacted, None, changes)).await?;
    commit(tx).await?;
    Ok(Created { key, name: before.name, secret })
}

/// What a revocation found. Revoking a revoked key changes nothing and is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevokeOutcome {
    Revoked { name: String },
    AlreadyRevoked { name: String },
    NotFound,
}

/// Stops a key for good. The record stays.
pub async fn revoke(
    db: &PgPool,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    reason: Option<&str>,
) -> Result<RevokeOutcome, Error> {
    let mut tx = db.begin().await?;
    let Some(before) = lock(&mut tx, actor, key).await? else { return Ok(RevokeOutcome::NotFound) };
    if before.status() == KeyStatus::Revoked {
        return Ok(RevokeOutcome::AlreadyRevoked { name: before.name });
    }
    sqlx::query!(
        r#"
        update api_key set revoked_at = $5, revoked_by = $3, revoked_reason = $4, updated_at = $5
        where account_id = $1 and id = $2
        "#,
        actor.account.uuid(),
        key.uuid(),
        actor.member.uuid(),
        reason,
        before.now,
    )
    .execute(&mut *tx)
    .await?;
    let changes = vec![Change { field: "revoked_at", old: json!(null), new: timestamp(Some(before.now)) }];
    let redacted = mode.redacted(&before.last_four);
    let event = before.event(KeyOperation::Revoke, &redacted, reason, changes);
    audit::record(&mut tx, actor, event).await?;
    commit(tx).await?;
    Ok(RevokeOutcome::Revoked { name: before.name })
}

/// Why a key was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    #[error("the account has no such key")]
    NotFound,
    #[error("the name typed is not the key's")]
    Unconfirmed,
    #[error(transparent)]
    Store(#[from] Error),
}

/// Removes a key's record entirely and answers its name. Its audit events stay.
/// While the key is active, `confirm` must be its name.
pub async fn delete(
    db: &PgPool,
    actor: &Actor,
    mode: Mode,
    key: KeyId,
    confirm: &str,
) -> Result<String, DeleteError> {
    let mut tx = db.begin().await.map_err(Error::from)?;
    let before = lock(&mut tx, actor, key).await?.ok_or(DeleteError::NotFound)?;
    if before.status() == KeyStatus::Active && confirm.trim() != before.name {
        return Err(DeleteError::Unconfirmed);
    }
    sqlx::query!("delete from api_key where account_id = $1 and id = $2", actor.account.uuid(), key.uuid())
        .execute(&mut *tx)
        .await
        .map_err(Error::from)?;
    let redacted = mode.redacted(&before.last_four);
    let event = before.event(KeyOperation::Delete, &redacted, None, Vec::new());
    audit::record(&mut tx, actor, event).await?;
    commit(tx).await?;
    Ok(before.name)
}

/// A key's row, locked until the transaction ends.
struct Locked {
    id: KeyId,
    name: String,
    role: RoleId,
    role_name: String,
    secret_id: Uuid,
    last_four: String,
    expires_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
}

impl Locked {
    fn status(&self) -> KeyStatus {
        KeyStatus::at(self.now, self.expires_at, self.revoked_at)
    }

    fn event<'a>(
        &'a self,
        operation: KeyOperation,
        redacted: &'a str,
        reason: Option<&'a str>,
        changes: Vec<Change>,
    ) -> KeyEvent<'a> {
        KeyEvent { operation, key: self.id, name: &self.name, redacted, reason, changes }
    }
}

async fn lock(tx: &mut PgConnection, actor: &Actor, key: KeyId) -> Result<Option<Locked>, Error> {
    // The lock comes first, by itself: what is read beside it is then as the last change left it.
    let locked = sqlx::query!(
        "select from api_key where account_id = $1 and id = $2 for update",
        actor.account.uuid(),
        key.uuid()
    )
    .fetch_optional(&mut *tx)
    .await?;
    if locked.is_none() {
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"
        select k.name, k.role_id, r.name as role_name, s.id as secret_id, s.last_four, k.expires_at, k.revoked_at,
            -- now() is older than the wait for the lock.
            clock_timestamp() as "now!"
        from api_key k
        join role r on r.id = k.role_id
        join api_key_secret s on s.api_key_id = k.id and s.stops_at is null
        where k.account_id = $1 and k.id = $2
        "#,
        actor.account.uuid(),
        key.uuid(),
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Locked {
        id: key,
        name: row.name,
        role: RoleId::from_uuid(row.role_id),
        role_name: row.role_name,
        secret_id: row.secret_id,
        last_four: row.last_four,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        now: row.now,
    }))
}

/// The name of a role that the account may give.
async fn role_name(tx: &mut PgConnection, actor: &Actor, role: RoleId) -> Result<Option<String>, Error> {
    let name = sqlx::query_scalar!(
        "select name from role where id = $1 and (account_id is null or account_id = $2)",
        role.uuid(),
        actor.account.uuid(),
    )
    .fetch_optional(tx)
    .await?;
    Ok(name)
}

async fn now(tx: &mut PgConnection) -> Result<OffsetDateTime, Error> {
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(tx).await?)
}

async fn insert_secret(
    tx: &mut PgConnection,
    key: KeyId,
    mode: Mode,
    random: &mut (impl CryptoRng + Send),
) -> Result<Secret, Error> {
    let secret = Secret::generate(mode, Uuid::now_v7(), random);
    let hash = secret.hash();
    sqlx::query!(
        // The clock's time, not the transaction's: rotations in a row keep their order.
        "insert into api_key_secret (id, api_key_id, hash, last_four, created_at) values ($1, $2, $3, $4, clock_timestamp())",
        secret.id(),
        key.uuid(),
        hash.bytes().as_slice(),
        secret.last_four(),
    )
    .execute(tx)
    .await?;
    Ok(secret)
}

fn timestamp(at: Option<OffsetDateTime>) -> serde_json::Value {
    json!(at.and_then(|at| at.format(&Rfc3339).ok()))
}
