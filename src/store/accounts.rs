//! Accounts, and the first member of one.

use sqlx::PgConnection;
use uuid::Uuid;

use super::audit::Actor;
use super::change::{Refusal, change};
use super::members::{AddError, NewMember};
use super::{Db, Error, members, roles};
use crate::domain::id::{AccountId, MemberId};
use crate::domain::member::Email;
use crate::domain::mode::Mode;

/// The first account of a fresh database, with its first Admin.
#[derive(Debug)]
pub struct FirstAccount<'a> {
    pub name: &'a str,
    pub mode: Mode,
    pub email: &'a Email,
    pub password_hash: &'a str,
}

/// Why the account was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the link is used up, too old or wrong")]
    LinkGone,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Refusal for SetupError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

impl From<sqlx::Error> for SetupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The only account, when there is exactly one.
pub async fn only(db: &Db) -> Result<Option<AccountId>, Error> {
    let ids = sqlx::query_scalar!("select id from account limit 2").fetch_all(db).await?;
    Ok(match ids.as_slice() {
        [id] => Some(AccountId::from_uuid(*id)),
        _ => None,
    })
}

/// Makes the account and its Admin, and uses the link up, all or nothing.
pub async fn set_up(
    db: &Db,
    token_hash: &[u8; 32],
    account: FirstAccount<'_>,
) -> Result<MemberId, SetupError> {
    let account_id = AccountId::from_uuid(Uuid::now_v7());
    let actor = Actor::operator(account_id, account.email.as_str());
    change(db, &actor, async |tx| {
    one_at_a_time(tx).await?;
    let used = sqlx::query!(
        "delete from setup_link where token_hash = $1 and expires_at > now() and not exists (select from account)",
        token_hash.as_slice()
    )
    .execute(&mut *tx)
    .await?;
    if used.rows_affected() == 0 {
        return Err(SetupError::LinkGone);
    }
    sqlx::query!(
        "insert into account (id, name, mode) values ($1, $2, $3)",
        account_id.uuid(),
        account.name,
        account.mode.slug(),
    )
    .execute(&mut *tx)
    .await?;
    let new = NewMember {
        email: account.email,
        password_hash: account.password_hash,
        role: roles::ADMIN,
        role_name: "Admin",
    };
    members::insert(tx, account_id, new).await.map_err(|error| match error {
        // There is no other member yet whose email it could be.
        AddError::EmailTaken => SetupError::LinkGone,
        AddError::Store(error) => error.into(),
    })
    }).await
}

/// Links and first accounts are made one after the other, so that no link outlives the account it was for.
pub(super) async fn one_at_a_time(tx: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('augno set-up'))").execute(tx).await?;
    Ok(())
}
