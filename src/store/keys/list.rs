//! Lists of keys: filtered, searched, in one of several orders, page by page.

use std::fmt;

use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, PgPool, Postgres, QueryBuilder, Row};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::KeyRecord;
use crate::domain::id::{AccountId, Key, KeyId, RoleId};
use crate::domain::key::KeyStatus;
use crate::domain::secret;
use crate::store::Error;
use crate::store::pages::{Cursor, Page};
use crate::store::roles::{self, Role};

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

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    Name,
    /// Latest first, never used last.
    LastUsed,
    /// Soonest first, never last.
    Expires,
}

impl Sort {
    /// What orders keys `k` with their uses `u`; ids decide between equals.
    fn sql(self) -> &'static str {
        match self {
            Self::Newest => "k.id",
            Self::Name => "k.search_name",
            Self::LastUsed => "coalesce(u.last_used_at, '-infinity')",
            Self::Expires => "coalesce(k.expires_at, 'infinity')",
        }
    }

    fn join(self) -> &'static str {
        if self == Self::LastUsed { "left join api_key_use u on u.api_key_id = k.id" } else { "" }
    }

    fn is_ascending(self) -> bool {
        matches!(self, Self::Name | Self::Expires)
    }

    /// `asc` or `desc`, as a page from this cursor is read.
    fn direction(self, cursor: Option<Cursor<Key>>) -> &'static str {
        let backwards = matches!(cursor, Some(Cursor::Before(_)));
        if self.is_ascending() == backwards { "desc" } else { "asc" }
    }
}

/// Longest word that is searched for, in characters: no name has a longer one.
const MAX_WORD: usize = 80;
/// How many words are searched for; each is looked for in every name.
const MAX_WORDS: usize = 10;

/// What sorts a key where that may change: a list goes on from where it was, also when its last key has moved or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Name(String),
    /// `None` for never.
    Time(Option<OffsetDateTime>),
}

impl Place {
    /// `None` in the order of ids, which tell their place themselves.
    pub fn of(sort: Sort, key: &KeyRecord) -> Option<Self> {
        match sort {
            Sort::Newest => None,
            Sort::Name => Some(Self::Name(key.name.clone())),
            Sort::LastUsed => Some(Self::Time(key.last_used_at)),
            Sort::Expires => Some(Self::Time(key.expires_at)),
        }
    }

    /// Reads what it says in an address.
    pub fn parse(sort: Sort, text: &str) -> Option<Self> {
        match sort {
            Sort::Newest => None,
            // PostgreSQL's text holds no NUL.
            Sort::Name => Some(Self::Name(text.replace('\0', ""))),
            Sort::LastUsed | Sort::Expires if text.is_empty() => Some(Self::Time(None)),
            Sort::LastUsed | Sort::Expires => {
                OffsetDateTime::parse(text, &Rfc3339).ok().map(|at| Self::Time(Some(at)))
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Time(None) => Ok(()),
            Self::Time(Some(at)) => f.write_str(&at.format(&Rfc3339).map_err(|_| fmt::Error)?),
        }
    }
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// The keys that secrets with ids from the first to the last belong to.
    Secrets(Uuid, Uuid),
    /// The key of this id.
    Key(KeyId),
    /// Words that all stand in the name, in any order, case and accents; or the last four characters of a secret that
    /// the key has or that still works.
    Words(Vec<String>),
}

impl Search {
    /// Reads what a person typed or pasted. Of a secret, only the id is looked at.
    pub fn parse(text: &str) -> Option<Self> {
        // PostgreSQL's text holds no NUL, so nothing is found by it.
        let text = text.trim().replace('\0', "\u{fffd}");
        if text.is_empty() {
            return None;
        }
        if let Some((first, last)) = secret::find_id_part(&text) {
            return Some(Self::Secrets(first, last));
        }
        if let Some(key) =
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find_map(|word| word.parse().ok())
        {
            return Some(Self::Key(key));
        }
        // A redacted value stands for its last four characters.
        let text = text.rsplit_once("****").map_or(text.as_str(), |(_, last_four)| last_four);
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace().map(|word| word.chars().take(MAX_WORD).collect()) {
            if words.len() < MAX_WORDS && !words.contains(&word) {
                words.push(word);
            }
        }
        Some(Self::Words(words))
    }
}

/// One page of keys.
#[derive(Clone, Debug)]
pub struct KeyRecords {
    pub page: Page<KeyRecord, Key>,
    /// The database's clock when they were read.
    pub now: OffsetDateTime,
}

/// One page of an account's keys.
pub async fn list(db: &PgPool, account: AccountId, query: &KeyQuery) -> Result<KeyRecords, Error> {
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

/// Of the candidates `m`, those that come after the cursor's key, or before it.
pub(super) fn push_beyond(
    sql: &mut QueryBuilder<Postgres>,
    account: AccountId,
    sort: Sort,
    cursor: Cursor<Key>,
    place: Option<&Place>,
) {
    let (key, after) = match cursor {
        Cursor::After(key) => (key, true),
        Cursor::Before(key) => (key, false),
    };
    let than = if sort.is_ascending() == after { ">" } else { "<" };
    if sort == Sort::Newest {
        // An id tells its place by itself, also when its key is gone.
        sql.push(format!(" and m.id {than} ")).push_bind(key.uuid());
        return;
    }
    if let Some(place) = place {
        sql.push(format!(" and (m.sort, m.id) {than} ("));
        match place {
            Place::Name(name) => sql.push("folded(").push_bind(name.clone()).push(")"),
            Place::Time(at) => {
                let never = if sort == Sort::LastUsed { "-infinity" } else { "infinity" };
                sql.push("coalesce(").push_bind(*at).push(format!("::timestamptz, '{never}')"))
            }
        };
        sql.push(", ").push_bind(key.uuid()).push(")");
        return;
    }
    sql.push(format!(
        " and (m.sort, m.id) {than} (select {}, k.id from api_key k {} where k.account_id = ",
        sort.sql(),
        sort.join()
    ));
    sql.push_bind(account.uuid()).push(" and k.id = ").push_bind(key.uuid()).push(")");
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
             where o.api_key_id = k.id and o.stops_at > now()) as overlap_until",
        roles::COLUMNS
    )
}

/// Looks up what [`rows`] selects for each row of `page`.
pub(super) const JOINS: &str = "join api_key k on k.id = page.id
    join role r on r.id = k.role_id
    join lateral (select s.id, s.last_four from api_key_secret s
        where s.api_key_id = k.id and s.stops_at is null limit 1) s on true
    left join lateral (select u.last_used_at from api_key_use u where u.api_key_id = k.id limit 1) u on true";

fn push_search(sql: &mut QueryBuilder<Postgres>, search: Option<&Search>) {
    match search {
        None => {}
        Some(Search::Secrets(first, last)) => {
            sql.push(" and k.id in (select o.api_key_id from api_key_secret o where o.id between ");
            sql.push_bind(*first).push(" and ").push_bind(*last).push(")");
        }
        Some(Search::Key(key)) => {
            sql.push(" and k.id = ").push_bind(key.uuid());
        }
        Some(Search::Words(words)) => {
            // Folded once, and as patterns that match just the words.
            sql.push(
                r" and (k.search_name like all ((select array_agg('%' || replace(replace(replace(
                    folded(word), '\', '\\'), '%', '\%'), '_', '\_') || '%') from unnest(",
            );
            sql.push_bind(words.clone()).push("::text[]) as word)::text[])");
            if let [word] = words.as_slice() {
                sql.push(
                    " or k.id in (select o.api_key_id from api_key_secret o
                        where (o.stops_at is null or o.stops_at > now()) and o.last_four = ",
                );
                sql.push_bind(word.clone()).push(")");
            }
            sql.push(")");
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_reads_whatever_is_pasted() {
        let words =
            |words: &[&str]| Some(Search::Words(words.iter().map(|word| (*word).to_owned()).collect()));
        let five = Some(Search::Secrets(Uuid::from_u128(5), Uuid::from_u128(5)));
        assert_eq!(Search::parse("  "), None);
        assert_eq!(Search::parse(" sync  erp "), words(&["sync", "erp"]));
        assert_eq!(Search::parse("a b a"), words(&["a", "b"]));
        let many = (0..1000).map(|n| format!("{n} ")).collect::<String>();
        assert!(matches!(Search::parse(&many), Some(Search::Words(words)) if words.len() == MAX_WORDS));
        assert_eq!(Search::parse("aug_sk_prod_****hjt4"), words(&["hjt4"]));
        for around in [
            ["", ""],
            ["Bearer ", ""],
            ["AUGNO_API_KEY='", "'"],
            ["curl -H \"Authorization: Bearer ", "_x\""],
        ] {
            let [before, after] = around;
            assert_eq!(Search::parse(&format!("{before}aug_sk_prod_0000000000000000000005{after}")), five);
        }
        let id = KeyId::from_uuid(Uuid::from_u128(7));
        assert_eq!(Search::parse(&id.to_string()), Some(Search::Key(id)));
        assert_eq!(Search::parse(&format!("key: {id},")), Some(Search::Key(id)));
    }
}
