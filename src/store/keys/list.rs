//! Lists of keys: newest first, filtered, searched, page by page.

use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, PgPool, Postgres, QueryBuilder, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use super::KeyRecord;
use crate::domain::id::{AccountId, Key, KeyId};
use crate::domain::key::KeyStatus;
use crate::domain::secret;
use crate::store::pages::{Cursor, Page, order, push_page};
use crate::store::roles::{self, Role};
use crate::store::{Error, like_literal};

/// Which keys, and which page of them.
#[derive(Clone, Debug)]
pub struct KeyQuery {
    pub statuses: Statuses,
    pub search: Option<Search>,
    pub cursor: Option<Cursor<Key>>,
    /// Keys a page, at least 1.
    pub limit: i64,
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

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// The keys that secrets with ids from the first to the last belong to.
    Secrets(Uuid, Uuid),
    /// A part of the name in any case, or the last four characters of the current secret.
    Text(String),
}

impl Search {
    /// Reads what a person typed or pasted. Of a secret, only the id is looked at.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Some((first, last)) = secret::id_part(text) {
            return Some(Self::Secrets(first, last));
        }
        // A redacted value stands for its last four characters.
        let text = text.rsplit_once("****").map_or(text, |(_, last_four)| last_four);
        // PostgreSQL's text holds no NUL, so nothing is found by it.
        Some(Self::Text(text.replace('\0', "\u{fffd}")))
    }
}

/// One page of keys, newest first.
#[derive(Clone, Debug)]
pub struct KeyRecords {
    pub page: Page<KeyRecord, Key>,
    /// The database's clock when they were read.
    pub now: OffsetDateTime,
}

/// One page of an account's keys.
pub async fn list(db: &PgPool, account: AccountId, query: &KeyQuery) -> Result<KeyRecords, Error> {
    let mut sql = begin(account);
    push_statuses(&mut sql, query.statuses);
    push_search(&mut sql, query.search.as_ref());
    push_page(&mut sql, "k.id", query.cursor, query.limit);
    finish(&mut sql);
    sql.push(format!(" order by k.id {}", order(query.cursor)));
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
    let mut sql = begin(account);
    sql.push(" and k.id = ").push_bind(key.uuid());
    finish(&mut sql);
    let Some(row) = sql.build().fetch_optional(db).await? else { return Ok(None) };
    Ok(Some((read(&row)?, row.try_get("now")?)))
}

/// Chooses keys first and looks up the rest for those alone: a join of whole tables reads them all, however
/// few keys the account has.
fn begin(account: AccountId) -> QueryBuilder<Postgres> {
    let mut sql =
        QueryBuilder::new("with k as materialized (select k.* from api_key k where k.account_id = ");
    sql.push_bind(account.uuid());
    sql
}

fn finish(sql: &mut QueryBuilder<Postgres>) {
    sql.push(format!(
        r#")
        select k.id, k.name, k.created_at, k.updated_at, k.expires_at, k.revoked_at, {},
            s.id as secret_id, s.last_four, u.last_used_at, now() as now,
            (select max(o.stops_at) from api_key_secret o
             where o.api_key_id = k.id and o.stops_at > now()) as overlap_until
        from k
        join role r on r.id = k.role_id
        join lateral (select s.id, s.last_four from api_key_secret s
            where s.api_key_id = k.id and s.stops_at is null limit 1) s on true
        left join lateral (select u.last_used_at from api_key_use u where u.api_key_id = k.id limit 1) u on true
        "#,
        roles::COLUMNS
    ));
}

/// The same rules as [`KeyStatus::at`], as conditions that indexes can serve; a test holds them together.
fn push_statuses(sql: &mut QueryBuilder<Postgres>, statuses: Statuses) {
    if statuses.all() {
        return;
    }
    let conditions = [
        (statuses.revoked, "k.revoked_at is not null"),
        (statuses.expired, "(k.revoked_at is null and k.expires_at is not null and k.expires_at <= now())"),
        (statuses.active, "(k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))"),
    ];
    sql.push(" and (");
    let mut either = sql.separated(" or ");
    for (_, condition) in conditions.into_iter().filter(|(chosen, _)| *chosen) {
        either.push(condition);
    }
    sql.push(")");
}

fn push_search(sql: &mut QueryBuilder<Postgres>, search: Option<&Search>) {
    match search {
        None => {}
        Some(Search::Secrets(first, last)) => {
            sql.push(" and k.id in (select o.api_key_id from api_key_secret o where o.id between ");
            sql.push_bind(*first).push(" and ").push_bind(*last).push(")");
        }
        Some(Search::Text(text)) => {
            let pattern = format!("%{}%", like_literal(text));
            sql.push(" and (k.name ilike ").push_bind(pattern);
            sql.push(
                " or exists (select from api_key_secret s
                    where s.api_key_id = k.id and s.stops_at is null and s.last_four = ",
            );
            sql.push_bind(text.clone()).push("))");
        }
    }
}

fn read(row: &PgRow) -> Result<KeyRecord, sqlx::Error> {
    Ok(KeyRecord {
        id: KeyId::from_uuid(row.try_get("id")?),
        name: row.try_get("name")?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_reads_names_redacted_values_and_secrets() {
        assert_eq!(Search::parse("  "), None);
        assert_eq!(Search::parse(" erp "), Some(Search::Text("erp".into())));
        assert_eq!(Search::parse("aug_sk_prod_****hjt4"), Some(Search::Text("hjt4".into())));
        assert_eq!(
            Search::parse("aug_sk_prod_0000000000000000000005"),
            Some(Search::Secrets(Uuid::from_u128(5), Uuid::from_u128(5)))
        );
    }
}
