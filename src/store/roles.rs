//! Roles: the built-in ones, which everybody has and nobody can change, and an account's own.

use serde_json::json;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use super::audit::{Actor, Change, Event, Operation, Resource};
use super::change::{Ended, Refusal, change};
use super::pages::{Cursor, Page, push_page};
use super::{Db, Error, broken_constraint, like_literal};
use crate::domain::id::{self, AccountId, RoleId};
use crate::domain::name::Name;
use crate::domain::permission::{Grants, Permission};

/// The built-in Admin role.
pub const ADMIN: RoleId = RoleId::from_uuid(Uuid::from_u128(0x01890a5d_ac96_774b_bcce_b302099a8057));
/// The built-in Viewer role.
pub const VIEWER: RoleId = RoleId::from_uuid(Uuid::from_u128(0x01890a5d_ac96_774b_bcce_b302099a8058));

/// A role that an account may give.
#[derive(Clone, Debug)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    /// `admin`, `user`, …
    pub kind: String,
    pub grants: Grants,
    /// Whether it belongs to every account.
    pub built_in: bool,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

impl Role {
    /// Reads the columns that [`COLUMNS`] names.
    pub(super) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let kind: String = row.try_get("role_type")?;
        let permissions: Vec<String> = row.try_get("permissions")?;
        Ok(Self {
            id: RoleId::from_uuid(row.try_get("role_id")?),
            name: row.try_get("role_name")?,
            grants: Grants::from_row(&kind, &permissions),
            kind,
            built_in: row.try_get("built_in")?,
            created_at: row.try_get("role_created_at")?,
            updated_at: row.try_get("role_updated_at")?,
        })
    }
}

/// The columns of a role `r`, as [`Role::read`] takes them.
pub(super) const COLUMNS: &str = "r.id as role_id, r.name as role_name, r.type as role_type, r.permissions,
    r.created_at as role_created_at, r.updated_at as role_updated_at, r.account_id is null as built_in";

/// The roles an account may give, built-in ones first, then by name.
pub async fn all(db: &Db, account: AccountId) -> Result<Vec<Role>, Error> {
    let mut sql = begin(account);
    sql.push(" order by r.account_id nulls first, lower(r.name), r.id");
    let rows = sql.build().fetch_all(db).await?;
    Ok(rows.iter().map(Role::read).collect::<Result<_, _>>()?)
}

/// Which roles, and which page of them. An empty list filters nothing.
#[derive(Clone, Debug, Default)]
pub struct RoleQuery {
    /// A part of the name, in any case.
    pub search: Option<String>,
    pub kinds: Vec<String>,
    pub cursor: Option<Cursor<id::Role>>,
    /// Roles a page, at least 1.
    pub limit: i64,
}

/// One page of the roles that an account may give, newest first.
pub async fn list(db: &Db, account: AccountId, query: RoleQuery) -> Result<Page<Role, id::Role>, Error> {
    let mut sql = begin(account);
    if let Some(search) = &query.search {
        sql.push(" and r.name ilike ").push_bind(format!("%{}%", like_literal(search)));
    }
    if !query.kinds.is_empty() {
        sql.push(" and r.type = any(").push_bind(query.kinds.clone()).push(")");
    }
    push_page(&mut sql, "r.id", query.cursor, query.limit);
    let rows = sql.build().fetch_all(db).await?;
    let roles = rows.iter().map(Role::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::new(roles, query.cursor, query.limit, |role| role.id))
}

/// Those of these roles that there still are.
pub async fn some(db: &Db, account: AccountId, ids: &[RoleId]) -> Result<Vec<Role>, Error> {
    let mut sql = begin(account);
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    sql.push(" and r.id = any(").push_bind(ids).push(")");
    let rows = sql.build().fetch_all(db).await?;
    Ok(rows.iter().map(Role::read).collect::<Result<_, _>>()?)
}

pub async fn get(db: &Db, account: AccountId, role: RoleId) -> Result<Option<Role>, Error> {
    Ok(some(db, account, &[role]).await?.into_iter().next())
}

fn begin(account: AccountId) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(format!(
        "select {COLUMNS} from role r where (r.account_id is null or r.account_id = "
    ));
    sql.push_bind(account.uuid()).push(")");
    sql
}

/// The role of this name, in any case, that the account may give.
pub async fn by_name(db: &Db, account: AccountId, name: &str) -> Result<Option<RoleId>, Error> {
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

/// Why a role was not made, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("the account has no such role")]
    NotFound,
    #[error("the role is built in")]
    BuiltIn,
    #[error("the account has a role of this name already")]
    NameTaken,
    #[error("{keys} keys and {members} members have the role")]
    InUse { keys: i64, members: i64 },
    #[error(transparent)]
    Store(#[from] Error),
}

impl Refusal for ChangeError {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_))
    }
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        match broken_constraint(&error) {
            Some("role_name_unique" | "role_name_not_built_in") => Self::NameTaken,
            _ => Self::Store(error.into()),
        }
    }
}

/// Makes a role of the account's own.
pub async fn create(
    db: &Db,
    actor: &Actor,
    name: &Name,
    permissions: &[Permission],
) -> Result<RoleId, ChangeError> {
    change(db, actor, async |tx| {
        let role = RoleId::from_uuid(Uuid::now_v7());
        let permissions = texts(permissions);
        sqlx::query!(
            "insert into role (id, account_id, name, type, permissions) values ($1, $2, $3, 'user', $4)",
            role.uuid(),
            actor.account.uuid(),
            name.as_str(),
            &permissions,
        )
        .execute(&mut *tx)
        .await?;
        let event = Event {
            operation: Operation::Create,
            resource: Resource::Role(role),
            metadata: json!({"name": name.as_str()}),
            changes: vec![
                Change { field: "name", old: json!(null), new: json!(name.as_str()) },
                Change { field: "permissions", old: json!(null), new: json!(permissions) },
            ],
        };
        Ok(Ended::Changed(role, event))
    })
    .await
}

/// Changes a role; `None` stays as it is. Nothing is written where nothing differs.
pub async fn edit(
    db: &Db,
    actor: &Actor,
    role: RoleId,
    name: Option<&Name>,
    permissions: Option<&[Permission]>,
) -> Result<(), ChangeError> {
    change(db, actor, async |tx| {
        let before = lock(tx, actor.account, role).await?;
        let name = name.map_or(before.name.as_str(), Name::as_str);
        let permissions = permissions.map_or(before.permissions.clone(), texts);
        let mut changes = Vec::new();
        if name != before.name {
            changes.push(Change { field: "name", old: json!(before.name), new: json!(name) });
        }
        if permissions != before.permissions {
            let (old, new) = (json!(before.permissions), json!(permissions));
            changes.push(Change { field: "permissions", old, new });
        }
        if changes.is_empty() {
            return Ok(Ended::Unchanged(()));
        }
        sqlx::query!(
        "update role set name = $3, permissions = $4, updated_at = now() where account_id = $1 and id = $2",
        actor.account.uuid(),
        role.uuid(),
        name,
        &permissions,
    )
    .execute(&mut *tx)
    .await?;
        Ok(Ended::Changed((), before.event(Operation::Edit, role, changes)))
    })
    .await
}

/// Removes a role that nobody has.
pub async fn delete(db: &Db, actor: &Actor, role: RoleId) -> Result<(), ChangeError> {
    change(db, actor, async |tx| {
        // Whoever gives the role at the same time waits for this lock, and then finds no role.
        let before = lock(tx, actor.account, role).await?;
        let used = sqlx::query!(
            r#"
        select (select count(*) from api_key where account_id = $1 and role_id = $2) as "keys!",
            (select count(*) from member where account_id = $1 and role_id = $2) as "members!"
        "#,
            actor.account.uuid(),
            role.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if used.keys > 0 || used.members > 0 {
            return Err(ChangeError::InUse { keys: used.keys, members: used.members });
        }
        sqlx::query!("delete from role where account_id = $1 and id = $2", actor.account.uuid(), role.uuid())
            .execute(&mut *tx)
            .await?;
        Ok(Ended::Changed((), before.event(Operation::Delete, role, Vec::new())))
    })
    .await
}

/// A role's row, locked until the transaction ends.
struct Locked {
    name: String,
    permissions: Vec<String>,
}

impl Locked {
    fn event(&self, operation: Operation, role: RoleId, changes: Vec<Change>) -> Event {
        Event { operation, resource: Resource::Role(role), metadata: json!({"name": self.name}), changes }
    }
}

async fn lock(tx: &mut PgConnection, account: AccountId, role: RoleId) -> Result<Locked, ChangeError> {
    // A built-in role is never locked: other accounts' keys hang on it.
    let own = sqlx::query!(
        "select name, permissions from role where account_id = $1 and id = $2 for update",
        account.uuid(),
        role.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    match own {
        Some(row) => Ok(Locked { name: row.name, permissions: row.permissions }),
        None if name(tx, account, role).await?.is_some() => Err(ChangeError::BuiltIn),
        None => Err(ChangeError::NotFound),
    }
}

fn texts(permissions: &[Permission]) -> Vec<String> {
    let mut texts: Vec<String> = permissions.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.dedup();
    texts
}
