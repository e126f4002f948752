//! Lists of keys: filtered, searched, in one of several orders, page by page.

use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Postgres, QueryBuilder, Row};
use time::OffsetDateTime;

use super::KeyRecord;
use super::order::{Place, Sort, push_beyond};
use super::search::{Search, push_search};
use crate::domain::id::{AccountId, Key, KeyId, RoleId};
use crate::domain::key::KeyStatus;
use crate::store::pages::{Cursor, Page};
use crate::store::roles::{self, Role};
use crate::store::{Db, Error};

/// Which keys, and which page of them.
#[derive(Clone, Debug, Default)]
pub struct KeyQuery {
    pub statuses: Statuses,
    pub search: Option<Search>,
    pub role: Option<RoleId>,
    pub only: Option<Only>,
    pub sort: Sort,
    pub cursor: Option<Cursor<Key>>,
    /// What sorted the cursor's key when it was listed; without it, what does so since.
    pub place: Option<Place>,
    /// Keys a page, at least 1.
    pub limit: i64,
}

impl KeyQuery {
    /// Whether it leaves out keys for another reason than their status.
    pub(super) fn narrows(&self) -> bool {
        self.search.is_some() || self.role.is_some() || self.only.is_some()
    }
}

/// The statuses to list; none chosen means all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses {
    pub active: bool,
    pub revoked: bool,
    pub expired: bool,
}

impl Statuses {
    pub fn with(mut self, status: KeyStatus) -> Self {
        match status {
            KeyStatus::Active => self.active = true,
            KeyStatus::Revoked => self.revoked = true,
            KeyStatus::Expired => self.expired = true,
        }
        self
    }

    fn all(self) -> bool {
        self.active == self.revoked && self.revoked == self.expired
    }
}

/// Keys that are worth a look for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    NeverUsed,
    /// At least 90 days old, and not used for as long.
    Unused,
    /// Within 7 days.
    Expiring,
    NoExpiration,
    /// Those whose role is the built-in Admin.
    Admin,
}

/// One page of keys.
#[derive(Clone, Debug)]
pub struct KeyRecords {
    pub page: Page<KeyRecord, Key>,
    /// The database's clock when they were read.
    pub now: OffsetDateTime,
}

/// One page of an account's keys.
pub async fn list(db: &Db, account: AccountId, query: &KeyQuery) -> Result<KeyRecords, Error> {
    let mut sql = QueryBuilder::new("with page as materialized (select m.id, m.sort from (");
    push_candidates(&mut sql, account, query);
    sql.push(") m where true");
    push_page(&mut sql, account, query);
    sql.push(format!(") {ROWS} from page {JOINS}", ROWS = rows(), JOINS = JOINS));
    push_order(&mut sql, query, "page");
    let rows = sql.build().fetch_all(db).await?;
    let now = match rows.first() {
        Some(row) => row.try_get("now")?,
        None => crate::store::now(db).await?,
    };
    let keys: Vec<KeyRecord> = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(KeyRecords { page: Page::new(keys, query.cursor, query.limit, |key| key.id), now })
}

/// One key and the database's clock when it was read.
pub async fn get(
    db: impl PgExecutor<'_>,
    account: AccountId,
    key: KeyId,
) -> Result<Option<(KeyRecord, OffsetDateTime)>, Error> {
    let mut sql =
        QueryBuilder::new("with page as materialized (select k.id from api_key k where k.account_id = ");
    sql.push_bind(account.uuid()).push(" and k.id = ").push_bind(key.uuid());
    sql.push(format!(") {} from page {JOINS}", rows()));
    let Some(row) = sql.build().fetch_optional(db).await? else { return Ok(None) };
    Ok(Some((read(&row)?, row.try_get("now")?)))
}

/// The keys that a page is chosen from, whatever their status: their ids, what sorts them, and their status.
pub(super) fn push_candidates(sql: &mut QueryBuilder<Postgres>, account: AccountId, query: &KeyQuery) {
    let (sort, join) = (query.sort.sql(), query.sort.join());
    // The same rules as `KeyStatus::at`, as conditions that indexes can serve; a test holds them together.
    sql.push(format!(
        "select k.id, {sort} as sort, k.revoked_at is not null as revoked,
            (k.revoked_at is null and k.expires_at is not null and k.expires_at <= now()) as expired
        from api_key k {join} where k.account_id = "
    ));
    sql.push_bind(account.uuid());
    push_search(sql, query.search.as_ref());
    if let Some(role) = query.role {
        sql.push(" and k.role_id = ").push_bind(role.uuid());
    }
    match query.only {
        None => {}
        Some(Only::NeverUsed) => {
            sql.push(" and not exists (select from api_key_use o where o.api_key_id = k.id)");
        }
        Some(Only::Unused) => {
            // The time is selected, to be worked out once and not for each key.
            sql.push(
                " and k.created_at <= (select now() - interval '90 days') and not exists (select from api_key_use o
                    where o.api_key_id = k.id and o.last_used_at > (select now() - interval '90 days'))",
            );
        }
        Some(Only::Expiring) => {
            sql.push(
                " and k.revoked_at is null and k.expires_at > now() and k.expires_at <= now() + interval '7 days'",
            );
        }
        Some(Only::NoExpiration) => {
            sql.push(" and k.expires_at is null");
        }
        Some(Only::Admin) => {
            sql.push(" and k.role_id = ").push_bind(roles::ADMIN.uuid());
        }
    }
}

/// Of the candidates `m`, those of the statuses and beyond the cursor, and one more than asked for.
pub(super) fn push_page(sql: &mut QueryBuilder<Postgres>, account: AccountId, query: &KeyQuery) {
    push_statuses(sql, query.statuses);
    if let Some(cursor) = query.cursor {
        push_beyond(sql, account, query.sort, cursor, query.place.as_ref());
    }
    push_order(sql, query, "m");
    // The number stands in the text, for the planner to see that it is small.
    sql.push(format!(" limit {}", query.limit + 1));
}

pub(super) fn push_statuses(sql: &mut QueryBuilder<Postgres>, statuses: Statuses) {
    if statuses.all() {
        return;
    }
    let conditions = [
        (statuses.revoked, "m.revoked"),
        (statuses.expired, "m.expired"),
        (statuses.active, "(not m.revoked and not m.expired)"),
    ];
    sql.push(" and (");
    let mut either = sql.separated(" or ");
    for (_, condition) in conditions.into_iter().filter(|(chosen, _)| *chosen) {
        either.push(condition);
    }
    sql.push(")");
}

pub(super) fn push_order(sql: &mut QueryBuilder<Postgres>, query: &KeyQuery, of: &str) {
    let direction = query.sort.direction(query.cursor);
    sql.push(format!(" order by {of}.sort {direction}, {of}.id {direction}"));
}

/// Selects what [`read`] takes. Keys are chosen first and the rest is looked up for those alone: a join of whole tables
/// reads them all, however few keys are shown.
pub(super) fn rows() -> String {
    format!(
        "select k.id, k.name, k.note, k.created_at, k.updated_at, k.expires_at, k.revoked_at, {},
            s.id as secret_id, s.last_four, u.last_used_at, now() as now,
            (select max(o.stops_at) from api_key_secret o
             where o.api_key_id = k.id and not o.stopped and o.stops_at > now()) as overlap_until",
        roles::COLUMNS
    )
}

/// Looks up what [`rows`] selects for each row of `page`.
pub(super) const JOINS: &str = "join api_key k on k.id = page.id
    join role r on r.id = k.role_id
    join lateral (select s.id, s.last_four from api_key_secret s
        where s.api_key_id = k.id and s.stops_at is null limit 1) s on true
    left join lateral (select u.last_used_at from api_key_use u where u.api_key_id = k.id limit 1) u on true";

pub(super) fn read(row: &PgRow) -> Result<KeyRecord, sqlx::Error> {
    Ok(KeyRecord {
        id: KeyId::from_uuid(row.try_get("id")?),
        name: row.try_get("name")?,
        note: row.try_get("note")?,
        role: Role::read(row)?,
        secret_id: row.try_get("secret_id")?,
        last_four: row.try_get("last_four")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
        last_used_at: row.try_get("last_used_at")?,
        overlap_until: row.try_get("overlap_until")?,
    })
}
