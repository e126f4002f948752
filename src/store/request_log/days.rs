//! The partitions of the request log, one for each day (UTC): made ahead, dropped by age.

use sqlx::{AssertSqlSafe, PgConnection};
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

/// Drops the days that ended at least so many days before `today`. Detached first, concurrently: that waits for
/// those who read the day, and lets nobody wait. One copy of the server at a time does it.
pub async fn drop_old(db: &Db, today: Date, keep_days: u16) -> Result<(), Error> {
    let mut connection = db.lend().await?;
    let ours =
        sqlx::query_scalar!(r#"select pg_try_advisory_lock(hashtext('request_log retention')) as "ours!""#)
            .fetch_one(&mut *connection)
            .await?;
    if !ours {
        connection.give_back();
        return Ok(());
    }
    // The lock goes with the connection where something fails.
    drop_each(&mut connection, today - Duration::days(keep_days.into())).await?;
    sqlx::query_scalar!(r#"select pg_advisory_unlock(hashtext('request_log retention')) as "unlocked!""#)
        .fetch_one(&mut *connection)
        .await?;
    connection.give_back();
    Ok(())
}

async fn drop_each(db: &mut PgConnection, oldest_kept: Date) -> Result<(), Error> {
    // Also those that were detached when a server was killed.
    let days = sqlx::query!(
        r#"
        select c.relname::text as "name!", i.inhrelid is not null as "attached!",
            coalesce(i.inhdetachpending, false) as "pending!"
        from pg_class c
        left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = 'request_log'::regclass
        where c.relkind = 'r' and c.relname ~ '^request_log_\d{8}$'
            and c.relnamespace = (select relnamespace from pg_class where oid = 'request_log'::regclass)
        order by 1
        "#
    )
    .fetch_all(&mut *db)
    .await?;
    for day in days {
        if day_of(&day.name).is_none_or(|date| date >= oldest_kept) {
            continue;
        }
        // The name is ours, letters and digits: see above.
        let name = &day.name;
        if day.attached {
            let how = if day.pending { "finalize" } else { "concurrently" };
            let detach = format!("alter table request_log detach partition {name} {how}");
            sqlx::query(AssertSqlSafe(detach)).execute(&mut *db).await?;
        }
        sqlx::query(AssertSqlSafe(format!("drop table {name}"))).execute(&mut *db).await?;
    }
    Ok(())
}

fn day_of(name: &str) -> Option<Date> {
    Date::parse(name.strip_prefix("request_log_")?, format_description!("[year][month][day]")).ok()
}
