//! Members: who signs in, and as whom.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::audit::{Actor, Change, Event, Operation, Resource};
use super::change::{Ended, Refusal, change};
use super::{Db, Error, broken_constraint};
use crate::domain::id::{AccountId, MemberId, RoleId};
use crate::domain::member::Email;
use crate::domain::mode::Mode;
use crate::domain::permission::Grants;

/// A member whose session is good.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub member: MemberId,
    pub email: String,
    pub account: AccountId,
    pub account_name: String,
    pub mode: Mode,
    pub grants: Grants,
    /// Whether single letters are shortcuts.
    pub shortcuts: bool,
}

/// The member, unless disabled or gone.
pub async fn signed_in(db: &Db, member: MemberId) -> Result<Option<SignedIn>, Error> {
    let row = sqlx::query!(
        r#"
        select m.id, m.email, m.shortcuts, m.account_id, a.name as account_name, a.mode, r.type as role_type, r.permissions
        from member m
        join account a on a.id = m.account_id
        join role r on r.id = m.role_id
        where m.id = $1 and m.disabled_at is null
        "#,
        member.uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| SignedIn {
        member: MemberId::from_uuid(row.id),
        email: row.email,
        shortcuts: row.shortcuts,
        account: AccountId::from_uuid(row.account_id),
        account_name: row.account_name,
        mode: Mode::from_slug(&row.mode).unwrap_or(Mode::Production),
        grants: Grants::from_row(&row.role_type, &row.permissions),
    }))
}

/// Keeps whether single letters are shortcuts for this member.
pub async fn set_shortcuts(db: &Db, account: AccountId, member: MemberId, on: bool) -> Result<(), Error> {
    sqlx::query!(
        "update member set shortcuts = $3 where account_id = $1 and id = $2",
        account.uuid(),
        member.uuid(),
        on,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What signing in needs to know of an email address.
#[derive(Debug)]
pub struct Credentials {
    pub member: MemberId,
    /// PHC string.
    pub password_hash: String,
}

/// The credentials of a member who may sign in.
pub async fn credentials(db: &Db, email: &Email) -> Result<Option<Credentials>, Error> {
    let row = sqlx::query!(
        "select id, password_hash from member where email = $1 and disabled_at is null",
        email.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Credentials { member: MemberId::from_uuid(row.id), password_hash: row.password_hash }))
}

/// Keeps a better hash of the same password, unless the password has changed meanwhile.
pub async fn rehash(db: &Db, member: MemberId, old: &str, new: &str) -> Result<(), Error> {
    sqlx::query!(
        "update member set password_hash = $3 where id = $1 and password_hash = $2",
        member.uuid(),
        old,
        new
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Why a member was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("a member with this email address exists already")]
    EmailTaken,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Refusal for AddError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

/// Adds a member, as the operator asks on the command line.
pub async fn add(
    db: &Db,
    account: AccountId,
    email: &Email,
    password_hash: &str,
    (role, role_name): (RoleId, &str),
) -> Result<MemberId, AddError> {
    let actor = Actor::operator(account, "command line");
    change(db, &actor, async |tx| {
        insert(tx, account, NewMember { email, password_hash, role, role_name }).await
    })
    .await
}

/// A member to be added.
#[derive(Debug)]
pub(super) struct NewMember<'a> {
    pub email: &'a Email,
    /// PHC string.
    pub password_hash: &'a str,
    pub role: RoleId,
    pub role_name: &'a str,
}

/// Adds a member.
pub(super) async fn insert(
    tx: &mut PgConnection,
    account: AccountId,
    new: NewMember<'_>,
) -> Result<Ended<MemberId>, AddError> {
    let member = MemberId::from_uuid(Uuid::now_v7());
    sqlx::query!(
        "insert into member (id, account_id, email, password_hash, role_id) values ($1, $2, $3, $4, $5)",
        member.uuid(),
        account.uuid(),
        new.email.as_str(),
        new.password_hash,
        new.role.uuid(),
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match broken_constraint(&error) {
        Some("member_email_unique") => AddError::EmailTaken,
        _ => AddError::Store(error.into()),
    })?;
    let event = Event {
        operation: Operation::Create,
        resource: Resource::Member(member),
        metadata: json!({}),
        changes: vec![
            Change { field: "email", old: json!(null), new: json!(new.email.as_str()) },
            Change { field: "role", old: json!(null), new: json!({"name": new.role_name}) },
        ],
    };
    Ok(Ended::Changed(member, event))
}
