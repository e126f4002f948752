//! Roles: the built-in ones and an account's own.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Error;
use crate::domain::id::{AccountId, RoleId};
use crate::domain::permission::Grants;

/// The built-in Admin role.
pub const ADMIN: RoleId = RoleId::from_uuid(Uuid::from_u128(0x01890a5d_ac96_774b_bcce_b302099a8057));
/// The built-in Viewer role.
pub const VIEWER: RoleId = RoleId::from_uuid(Uuid::from_u128(0x01890a5d_ac96_774b_bcce_b302099a8058));

/// A role that an account may give.
#[derive(Debug)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub grants: Grants,
}

/// The roles an account may give, built-in ones first, then by name.
pub async fn list(db: &PgPool, account: AccountId) -> Result<Vec<Role>, Error> {
    let rows = sqlx::query!(
        r#"
        select id, name, type as kind, permissions
        from role
        where account_id is null or account_id = $1
        order by account_id nulls first, lower(name), id
        "#,
        account.uuid(),
    )
    .fetch_all(db)
    .await?;
    let roles = rows.into_iter().map(|row| Role {
        id: RoleId::from_uuid(row.id),
        grants: Grants::from_row(&row.kind, &row.permissions),
        name: row.name,
    });
    Ok(roles.collect())
}

/// The role of this name, in any case, that the account may give.
pub async fn by_name(db: &PgPool, account: AccountId, name: &str) -> Result<Option<RoleId>, Error> {
    let id = sqlx::query_scalar!(
        r#"
        select id from role
        where (account_id is null or account_id = $1) and lower(name) = lower($2)
        order by account_id nulls first, id
        limit 1
        "#,
        account.uuid(),
        name,
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(RoleId::from_uuid))
}

/// The name of a role that the account may give.
pub async fn name(tx: &mut PgConnection, account: AccountId, role: RoleId) -> Result<Option<String>, Error> {
    let name = sqlx::query_scalar!(
        "select name from role where id = $1 and (account_id is null or account_id = $2)",
        role.uuid(),
        account.uuid(),
    )
    .fetch_optional(tx)
    .await?;
    Ok(name)
}
