//! The orders of a list of keys, and where a page goes on in one.

use std::fmt;

use sqlx::{Postgres, QueryBuilder};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::KeyRecord;
use crate::domain::id::{AccountId, Key};
use crate::store::pages::Cursor;

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
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Newest => "k.id",
            Self::Name => "k.search_name",
            Self::LastUsed => "coalesce(u.last_used_at, '-infinity')",
            Self::Expires => "coalesce(k.expires_at, 'infinity')",
        }
    }

    pub(super) fn join(self) -> &'static str {
        if self == Self::LastUsed { "left join api_key_use u on u.api_key_id = k.id" } else { "" }
    }

    pub(super) fn is_ascending(self) -> bool {
        matches!(self, Self::Name | Self::Expires)
    }

    /// `asc` or `desc`, as a page from this cursor is read.
    pub(super) fn direction(self, cursor: Option<Cursor<Key>>) -> &'static str {
        let backwards = matches!(cursor, Some(Cursor::Before(_)));
        if self.is_ascending() == backwards { "desc" } else { "asc" }
    }
}

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
