//! Keys by the names that they have or had.

use uuid::Uuid;

use crate::domain::id::AccountId;
use crate::store::{Db, Error, like_literal};

/// Most keys that rows are looked up by. For more the list is walked, of which their rows are a good part.
const MOST: i64 = 1_000;

/// Keys by their name, and by the events of the changes that took a name from them. Each finds its rows by an index.
const HAVE: &str = "select id from api_key where account_id = $1 and lower(name) like lower($2) limit $3";
const HAD: &str = "select distinct resource_id from audit_event where account_id = $1
    and resource_type = 'api_key' and lower(metadata ->> 'name') like lower($2) limit $3";

/// The keys that have or had a name.
#[derive(Clone, Debug)]
pub enum Named {
    These(Vec<Uuid>),
    /// Too many to name them.
    Many,
}

/// The keys whose names begin so, or did, in any case.
pub async fn named(db: &Db, account: AccountId, begins: &str) -> Result<Named, Error> {
    let mut keys = Vec::new();
    for sql in [HAVE, HAD] {
        let found = sqlx::query_scalar::<_, Uuid>(sql)
            .bind(account.uuid())
            .bind(format!("{}%", like_literal(begins)))
            .bind(MOST + 1)
            // Planned for this very beginning each time: only then can an index find it.
            .persistent(false);
        keys.extend(found.fetch_all(db).await?);
        if keys.len() as i64 > MOST {
            return Ok(Named::Many);
        }
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(Named::These(keys))
}
