//! What the tab shows of an account's keys: one page, how many there are of each status, and which they are of all.

use sqlx::{QueryBuilder, Row};

use super::list::{self, JOINS, KeyQuery, KeyRecords, push_candidates, push_page, push_statuses};
use super::order::{Sort, push_beyond};
use super::{KeyCounts, counts};
use crate::domain::id::{AccountId, KeyId};
use crate::store::pages::{Cursor, Page};
use crate::store::{Db, Error};

/// One page of keys among those that fit.
#[derive(Clone, Debug)]
pub struct Overview {
    pub records: KeyRecords,
    /// Of those that fit all but the chosen status.
    pub counts: KeyCounts,
    /// How many come before the page.
    pub before: i64,
}

pub async fn overview(db: &Db, account: AccountId, query: &KeyQuery) -> Result<Overview, Error> {
    let (records, counts) = if query.narrows() {
        page_and_counts(db, account, query).await?
    } else {
        (list::list(db, account, query).await?, counts(db, account).await?)
    };
    let first = records.page.items.first().filter(|_| records.page.previous.is_some()).map(|key| key.id);
    let before = match first {
        Some(first) => count_before(db, account, query, first).await?,
        None => 0,
    };
    Ok(Overview { records, counts, before })
}

/// Looks at every key that fits, for the numbers, and at those of the page.
async fn page_and_counts(
    db: &Db,
    account: AccountId,
    query: &KeyQuery,
) -> Result<(KeyRecords, KeyCounts), Error> {
    // A search and the order of last use look at every key, so both parts share one look. Otherwise an index has the
    // order, and the page is read from its first keys.
    let once = query.search.is_some() || query.sort == Sort::LastUsed;
    let mut sql = QueryBuilder::new("with m as ");
    sql.push(if once { "materialized (" } else { "not materialized (" });
    push_candidates(&mut sql, account, query);
    sql.push("), page as materialized (select m.id, m.sort from m where true");
    push_page(&mut sql, account, query);
    sql.push(format!(
        "), c as materialized (select count(*) as total, count(*) filter (where revoked) as revoked_keys,
            count(*) filter (where expired) as expired_keys from m)
        select c.*, now() as at, shown.* from c left join ({}, page.sort from page {JOINS}) shown on true",
        list::rows()
    ));
    list::push_order(&mut sql, query, "shown");
    let rows = sql.build().fetch_all(db).await?;
    // The row of the numbers is always there, if alone.
    let numbers = rows.first().ok_or_else(|| Error::from(sqlx::Error::RowNotFound))?;
    let counts = KeyCounts {
        total: numbers.try_get("total")?,
        revoked: numbers.try_get("revoked_keys")?,
        expired: numbers.try_get("expired_keys")?,
    };
    let now = numbers.try_get("at")?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.try_get::<Option<uuid::Uuid>, _>("id")?.is_some() {
            keys.push(list::read(row)?);
        }
    }
    let page = Page::new(keys, query.cursor, query.limit, |key| key.id);
    Ok((KeyRecords { page, now }, counts))
}

async fn count_before(db: &Db, account: AccountId, query: &KeyQuery, first: KeyId) -> Result<i64, Error> {
    let mut sql = QueryBuilder::new("select count(*) from (");
    push_candidates(&mut sql, account, query);
    sql.push(") m where true");
    push_statuses(&mut sql, query.statuses);
    push_beyond(&mut sql, account, query.sort, Cursor::Before(first), None);
    Ok(sql.build_query_scalar().fetch_one(db).await?)
}
