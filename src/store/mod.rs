//! Every SQL query, one file for each aggregate. Each query takes the account it is for, but for the few
//! that find out which account is asking.

pub mod accounts;
pub mod audit;
mod change;
mod connect;
mod error;
pub mod idempotency;
pub mod key_use;
pub mod keys;
pub mod members;
mod open;
pub mod pages;
mod pool;
pub mod replicas;
pub mod request_log;
pub mod roles;
pub mod sessions;
pub mod setup_link;
pub mod sign_in_attempts;
mod trouble;
pub mod verification;

pub use connect::{DatabaseUrl, UrlError};
pub use error::Error;
pub use open::{Concern, OpenError, PoolSizes, Pools, open};
pub use pool::Db;

use sqlx::PgExecutor;
use time::OffsetDateTime;

use error::broken_constraint;

/// A text as a pattern of `like` that matches just it.
fn like_literal(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

/// Whether the database takes changes. An error where it does not answer.
pub async fn is_writable(db: &Db) -> Result<bool, Error> {
    let writable =
        sqlx::query_scalar!(r#"select current_setting('transaction_read_only') = 'off' as "writable!""#);
    Ok(writable.fetch_one(db).await?)
}

/// The database's clock.
pub async fn now(db: impl PgExecutor<'_>) -> Result<OffsetDateTime, Error> {
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(db).await?)
}
