//! Accounts, and the first member of one.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::audit::{self, Operator};
use super::{Error, commit, roles};
use crate::domain::id::{AccountId, MemberId};
use crate::domain::member::Email;
use crate::domain::secret::Mode;

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

impl From<sqlx::Error> for SetupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The only account, when there is exactly one.
pub async fn only(db: &PgPool) -> Result<Option<AccountId>, Error> {
    let ids = sqlx::query_scalar!("select id from account limit 2").fetch_all(db).await?;
    Ok(match ids.as_slice() {
        [id] => Some(AccountId::from_uuid(*id)),
        _ => None,
    })
}

/// Makes the account and its Admin, and uses the link up, all or nothing.
pub async fn set_up(
    db: &PgPool,
    token_hash: &[u8; 32],
    account: FirstAccount<'_>,
) -> Result<MemberId, SetupError> {
    let mut tx = db.begin().await?;
    one_at_a_time(&mut tx).await?;
    let used = sqlx::query!(
        "delete from setup_link where token_hash = $1 and expires_at > now() and not exists (select from account)",
        token_hash.as_slice()
    )
    .execute(&mut *tx)
    .await?;
    if used.rows_affected() == 0 {
        return Err(SetupError::LinkGone);
    }
    let account_id = Uuid::now_v7();
    sqlx::query!(
        "insert into account (id, name, mode) values ($1, $2, $3)",
        account_id,
        account.name,
        account.mode.slug(),
    )
    .execute(&mut *tx)
    .await?;
    let member_id = Uuid::now_v7();
    sqlx::query!(
        "insert into member (id, account_id, email, password_hash, role_id) values ($1, $2, $3, $4, $5)",
        member_id,
        account_id,
        account.email.as_str(),
        account.password_hash,
        roles::ADMIN.uuid(),
    )
    .execute(&mut *tx)
    .await?;
    let by = Operator { account: AccountId::from_uuid(account_id), name: account.email.as_str() };
    audit::record_member(&mut tx, by, MemberId::from_uuid(member_id), account.email.as_str(), "Admin")
        .await?;
    commit(tx).await?;
    Ok(MemberId::from_uuid(member_id))
}

/// Links and first accounts are made one after the other, so that no link outlives the account it was for.
pub(super) async fn one_at_a_time(tx: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('augno set-up'))").execute(tx).await?;
    Ok(())
}
