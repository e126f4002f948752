//! The partitions of the request log, one for each day (UTC): made ahead, dropped by age.

use time::macros::format_description;
use time::{Date, Duration};

use crate::store::{Db, Error};

/// Makes the partitions of these days, where they are missing.
pub async fn add_days(db: &Db, days: &[Date]) -> Result<(), Error> {
    // One transaction for each: a lock on the table is held as short as can be.
    for day in days {
        sqlx::query!("select request_log_add_day($1)", day).execute(db).await?;
    }
    Ok(())
}

/// Drops the days that ended at least so many days before `today`. A day that is in use is left for the next time.
pub async fn drop_old(db: &Db, today: Date, keep_days: u16) -> Result<(), Error> {
    let oldest_kept = today - Duration::days(keep_days.into());
    // Also those that were detached when a server was killed.
    let names = sqlx::query_scalar!(
        r#"
        select relname::text as "name!" from pg_class
        where relkind = 'r' and relname ~ '^request_log_\d{8}$'
            and relnamespace = (select relnamespace from pg_class where oid = 'request_log'::regclass)
        order by 1
        "#
    )
    .fetch_all(db)
    .await?;
    for day in names.iter().filter_map(|name| day_of(name)).filter(|day| *day < oldest_kept) {
        sqlx::query!("select request_log_drop_day($1)", day).execute(db).await?;
    }
    Ok(())
}

fn day_of(name: &str) -> Option<Date> {
    Date::parse(name.strip_prefix("request_log_")?, format_description!("[year][month][day]")).ok()
}
