//! What a session is set to, whatever the database's own defaults are.

use sqlx::{PgExecutor, Row};

/// Said in one round trip, as statements and not as start-up parameters, which poolers refuse.
///
/// Nothing waits for another's lock for long, nothing keeps one, and no query goes on when nobody waits any more: what
/// hangs in the middle of a change holds up others no longer than a lease runs. Each statement sees what was committed
/// before it: `store` locks a row and then reads beside it. Compiling a plan takes a hundred times as long as our queries
/// do: the planner takes a list of ninety days for work. What is answered is on the disk.
///
/// Not every system that PostgreSQL runs on knows what is set last.
const SETTINGS: &str = "
    set lock_timeout = '5s';
    set idle_in_transaction_session_timeout = '2s';
    set statement_timeout = '15s';
    set default_transaction_isolation = 'read committed';
    set default_transaction_deferrable = off;
    set jit = off;
    select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') not in ('on', 'remote_apply');
    do $$ begin
        perform set_config('client_connection_check_interval', '1s', false);
        perform set_config('tcp_user_timeout', '10s', false);
        perform set_config('tcp_keepalives_idle', '5', false);
        perform set_config('tcp_keepalives_interval', '2', false);
        perform set_config('tcp_keepalives_count', '3', false);
    exception when others then null; end $$;
    select current_setting('transaction_read_only')";

/// Sets the session up. An error also where the database can be read only: a standby, or one that is being looked after.
pub(super) async fn set_up(connection: impl PgExecutor<'_>) -> Result<(), sqlx::Error> {
    let rows = connection.fetch_all(SETTINGS).await?;
    let read_only: String = rows.last().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
    if read_only == "off" {
        return Ok(());
    }
    Err(sqlx::Error::Protocol("it can be read only, as a standby can".to_owned()))
}
