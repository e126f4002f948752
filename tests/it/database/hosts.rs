//! Several hosts: the first that can be written to is used.

use augno_api_keys::store::{self, Concern, DatabaseUrl, OpenError, PoolSizes};
use sqlx::PgPool;

use super::proxy::{Proxy, Way};

fn parse(url: &str) -> DatabaseUrl {
    DatabaseUrl::parse(url, |_| None).unwrap()
}

const SIZES: PoolSizes = PoolSizes { requests: 2, workers: 1 };

#[sqlx::test]
async fn the_next_host_is_tried_and_the_one_that_answers_is_kept(db: PgPool) {
    let (one, other) = (Proxy::before(&db).await, Proxy::before(&db).await);
    one.set(Way::Cut);
    let hosts = format!("127.0.0.1:9,{},{}", one.address(), other.address());
    let url = one.url().replace(&one.address().to_string(), &hosts);
    let pools = store::open(parse(&url), SIZES).await.unwrap();
    assert!(store::is_writable(&pools.requests).await.unwrap());
    // By the names of the hosts.
    let unencrypted = pools.concerns.iter().filter(|concern| matches!(concern, Concern::Unencrypted(_)));
    assert_eq!(unencrypted.count(), 3);
    one.set(Way::Open);
    other.set(Way::Cut);
    // The connection is lost; the next leads elsewhere.
    let mut tries = 0;
    while store::is_writable(&pools.requests).await.is_err() {
        tries += 1;
        assert!(tries < 5, "the other host is not tried");
    }
}

#[sqlx::test]
async fn a_database_that_can_be_read_only_is_not_worked_with(db: PgPool) {
    let proxy = Proxy::before(&db).await;
    let name = db.connect_options().get_database().unwrap().to_owned();
    let set = format!("alter database \"{name}\" set default_transaction_read_only = on");
    sqlx::query(sqlx::AssertSqlSafe(set)).execute(&db).await.unwrap();
    let refused = store::open(parse(&proxy.url()), SIZES).await.unwrap_err();
    assert!(refused.may_pass() && refused.to_string().contains("can be read only"), "{refused}");
    let reset = format!("alter database \"{name}\" reset default_transaction_read_only");
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("begin read write; {reset}; commit")))
        .execute(&db)
        .await
        .unwrap();
    assert!(store::open(parse(&proxy.url()), SIZES).await.is_ok());
}

#[sqlx::test]
async fn what_waiting_does_not_mend_is_told_apart(db: PgPool) {
    let proxy = Proxy::before(&db).await;
    let nobody = proxy.url().replace("postgres://", "postgres://nobody-of-this-name");
    let error = store::open(parse(&nobody.replacen("nobody-of-this-nameaugno", "nobody", 1)), SIZES)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Refused { .. }) && !error.may_pass(), "{error}");
    let error = store::open(parse("postgres://augno@127.0.0.1:9/x"), SIZES).await.unwrap_err();
    assert!(error.may_pass(), "{error}");
}
