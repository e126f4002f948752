//! Poolers that hand the server's sessions round between transactions: there `listen` is heard by somebody else, and
//! what a session is set to holds for the next one.

use sqlx::{Connection, PgConnection};

/// How often it is looked for another session behind the same connection.
const LOOKS: usize = 5;

/// Whether the sessions behind two connections change hands: a session serves both, or one connection gets another
/// session while the other is in a transaction.
pub(in crate::store) async fn shares_sessions(
    one: &mut PgConnection,
    other: &mut PgConnection,
) -> Result<bool, sqlx::Error> {
    let first = process(one).await?;
    let mut held = match other.begin().await {
        Ok(held) => held,
        // Where each statement may go elsewhere, poolers let no transaction through.
        Err(sqlx::Error::Database(_)) => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut shared = process(&mut held).await? == first;
    for _ in 0..LOOKS {
        // Where it is the only session, the other connection waits for it.
        shared = shared || process(one).await? != first;
    }
    held.rollback().await?;
    Ok(shared)
}

/// The server's process behind a connection.
async fn process(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    // Without a prepared statement, which such a pooler may lose.
    let row = sqlx::raw_sql("select pg_backend_pid()").fetch_one(connection).await?;
    sqlx::Row::try_get(&row, 0)
}
