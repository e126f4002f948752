//! What a session is set to is ours, not the database's default.

use augno_api_keys::store;
use sqlx::{AssertSqlSafe, PgPool};

use super::proxy::Proxy;
use crate::app::TestApp;

#[sqlx::test]
async fn the_databases_defaults_change_nothing(db: PgPool) {
    let name = db.connect_options().get_database().unwrap().to_owned();
    for set in [
        "default_transaction_isolation = 'serializable'",
        "synchronous_commit = off",
        "lock_timeout = '1ms'",
        "statement_timeout = '1ms'",
        "idle_in_transaction_session_timeout = 0",
        "default_transaction_deferrable = on",
    ] {
        let set = format!("alter database \"{name}\" set {set}");
        sqlx::query(AssertSqlSafe(set)).execute(&db).await.unwrap();
    }
    let proxy = Proxy::before(&db).await;
    let app = TestApp::over(&db, proxy.pools(), crate::app::config("http://keys.example"), None);
    let admin = app.sign_up().await;
    // Under serializable isolation four of ten changes at once would fail.
    let keys: Vec<_> = (0..10).map(|_| admin.create_key()).collect();
    let keys = futures_util::future::join_all(keys).await;
    let revoked: Vec<_> = keys.iter().map(|key| admin.revoke(key, "")).collect();
    for answer in futures_util::future::join_all(revoked).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let of = async |setting: &str| {
        let sql = format!("select current_setting('{setting}')");
        let value: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&app.state.db).await.unwrap();
        value
    };
    assert_eq!(of("synchronous_commit").await, "on");
    assert_eq!(of("transaction_isolation").await, "read committed");
    assert_eq!(of("idle_in_transaction_session_timeout").await, "2s");
    assert_eq!(of("tcp_user_timeout").await, "0", "over a socket of this machine there is none");
    assert!(store::is_writable(&app.state.db).await.unwrap());
}

#[sqlx::test]
async fn five_connections_are_enough_for_everything(db: PgPool) {
    use augno_api_keys::store::{PoolSizes, Pools};
    let sizes = PoolSizes::of(PoolSizes::MIN);
    let pools = Pools::new(crate::app::database(&db), sizes);
    let app = TestApp::over(&db, pools, crate::app::config("http://keys.example"), None);
    let admin = app.sign_up().await;
    let key = admin.create_key().await;
    let asked: Vec<_> = (0..100).map(|_| app.whoami(&key.secret)).collect();
    let pages: Vec<_> = (0..20).map(|_| admin.get(crate::app::LIST)).collect();
    let changes: Vec<_> = (0..10).map(|_| admin.create_key()).collect();
    let (asked, pages, _) = tokio::join!(
        futures_util::future::join_all(asked),
        futures_util::future::join_all(pages),
        futures_util::future::join_all(changes)
    );
    assert!(asked.iter().all(|(status, _)| *status == 200) && pages.iter().all(|page| page.status == 200));
}
