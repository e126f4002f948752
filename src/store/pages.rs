//! Lists by page: newest first, by id, forwards and backwards. Ids are UUIDv7, so their order is the order of creation.

use std::fmt;
use std::str::FromStr;

use sqlx::{Postgres, QueryBuilder};

use crate::domain::id::{BadId, Id, Kind};

/// Where a page begins: after or before a row, in the order newest first.
pub enum Cursor<K> {
    After(Id<K>),
    Before(Id<K>),
}

const BEFORE: &str = "before_";

impl<K> Clone for Cursor<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Cursor<K> {}
impl<K> PartialEq for Cursor<K> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::After(one), Self::After(other)) | (Self::Before(one), Self::Before(other)) => one == other,
            _ => false,
        }
    }
}

impl<K: Kind> fmt::Display for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(id) => write!(f, "{id}"),
            Self::Before(id) => write!(f, "{BEFORE}{id}"),
        }
    }
}

impl<K: Kind> fmt::Debug for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Cursor<K> {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match text.strip_prefix(BEFORE) {
            Some(id) => id.parse().map(Self::Before),
            None => text.parse().map(Self::After),
        }
    }
}

/// Adds which rows a page has: those beyond the cursor, in its direction, and one more than asked for, which tells
/// whether there is another page. `id` is the column of the ids.
pub(super) fn push_page<K: Kind>(
    sql: &mut QueryBuilder<Postgres>,
    id: &str,
    cursor: Option<Cursor<K>>,
    limit: i64,
) {
    match cursor {
        Some(Cursor::After(after)) => sql.push(format!(" and {id} < ")).push_bind(after.uuid()),
        Some(Cursor::Before(before)) => sql.push(format!(" and {id} > ")).push_bind(before.uuid()),
        None => &mut *sql,
    };
    // The number stands in the text, for the planner to see that it is small.
    sql.push(format!(" order by {id} {} limit {}", order(cursor), limit + 1));
}

/// The direction in which a page is read.
pub(super) fn order<K>(cursor: Option<Cursor<K>>) -> &'static str {
    if matches!(cursor, Some(Cursor::Before(_))) { "asc" } else { "desc" }
}

/// One page of a list, newest first.
#[derive(Clone, Debug)]
pub struct Page<T, K: Kind> {
    pub items: Vec<T>,
    pub previous: Option<Cursor<K>>,
    pub next: Option<Cursor<K>>,
}

impl<T, K: Kind> Page<T, K> {
    /// From the rows that a query with [`push_page`] gave, in its order.
    pub(super) fn new(
        mut items: Vec<T>,
        cursor: Option<Cursor<K>>,
        limit: i64,
        id_of: impl Fn(&T) -> Id<K>,
    ) -> Self {
        let backwards = matches!(cursor, Some(Cursor::Before(_)));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        if backwards {
            items.reverse();
        }
        let (has_previous, has_next) = if backwards { (more, true) } else { (cursor.is_some(), more) };
        Self {
            previous: items.first().filter(|_| has_previous).map(|item| Cursor::Before(id_of(item))),
            next: items.last().filter(|_| has_next).map(|item| Cursor::After(id_of(item))),
            items,
        }
    }

    /// The same page of other things.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U, K> {
        let items = self.items.into_iter().map(change).collect();
        Page { items, previous: self.previous, next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::{Key, KeyId};

    #[test]
    fn cursors_read_back() {
        let id = KeyId::from_uuid(Uuid::from_u128(77));
        for cursor in [Cursor::After(id), Cursor::Before(id)] {
            assert_eq!(cursor.to_string().parse::<Cursor<Key>>(), Ok(cursor));
        }
        assert!("before_".parse::<Cursor<Key>>().is_err());
    }
}
