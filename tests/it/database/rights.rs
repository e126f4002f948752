//! A role that owns the tables, and one for the server that may only work with them.

use augno_api_keys::store::{self, DatabaseUrl, OpenError, PoolSizes};
use sqlx::{AssertSqlSafe, PgPool};
use time::macros::date;

use crate::app::{TestApp, config, database_url};

const SIZES: PoolSizes = PoolSizes { requests: 4, workers: 2 };

/// Runs statements, as the README has them, for the role of this test's server.
async fn sql(db: &PgPool, role: &str, statements: &str) {
    let statements = statements.replace("augno_server", role);
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(db).await.unwrap();
}

fn url(db: &PgPool, role: &str) -> DatabaseUrl {
    let url = format!("{}&user={role}", database_url(db));
    DatabaseUrl::parse(&url, |_| None).unwrap()
}

#[sqlx::test]
async fn the_servers_role_needs_to_own_nothing(db: PgPool) {
    let role = format!("server_{}", uuid::Uuid::now_v7().simple());
    sql(
        &db,
        &role,
        "create role augno_server login;
        grant usage on schema public to augno_server;
        grant select, insert, update, delete on all tables in schema public to augno_server;
        grant execute on all functions in schema public to augno_server",
    )
    .await;
    let pools = store::open(url(&db, &role), SIZES).await.unwrap();
    let app = TestApp::over(&db, pools, config("http://keys.example"), None);
    let admin = app.sign_up().await;
    let key = admin.create_key().await;
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    let secret = admin.rotate(&key, "now", "keep").await.key().secret;
    assert_eq!(app.whoami(&secret).await.0, 200);
    assert_eq!(admin.revoke(&key, "").await.status, 200);
    assert_eq!(app.whoami(&secret).await, (401, "api_key_revoked".to_owned()));
    assert_eq!(admin.delete(&key, "").await.status, 200);
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    store::request_log::add_days(&app.state.db, &[date!(2026 - 01 - 01)]).await.unwrap();
    store::request_log::drop_old(&app.state.db, date!(2026 - 02 - 01), 1).await.unwrap();
    assert_eq!(app.count("pg_class where relname = 'request_log_20260101'").await, 0);
    for forbidden in ["drop table role", "alter table api_key disable trigger all", "truncate audit_event"] {
        let error = sqlx::query(forbidden).execute(&app.state.db).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{forbidden}");
    }
    app.state.secrets.forget().await;
    sql(&db, &role, "drop owned by augno_server; drop role augno_server").await;
}

#[sqlx::test(migrations = false)]
async fn a_role_that_may_not_make_the_tables_is_told_who_may(db: PgPool) {
    let role = format!("server_{}", uuid::Uuid::now_v7().simple());
    sql(&db, &role, "create role augno_server login").await;
    let error = store::open(url(&db, &role), SIZES).await.unwrap_err();
    assert!(
        matches!(error, OpenError::MayNotMigrate) && error.to_string().contains("augno-api-keys migrate")
    );
    assert!(!error.may_pass());
    sql(&db, &role, "drop role augno_server").await;
}

#[sqlx::test(migrations = false)]
async fn an_encoding_that_cannot_hold_every_name_is_told(db: PgPool) {
    let name = format!("latin_{}", uuid::Uuid::now_v7().simple());
    let make = format!("create database {name} encoding 'SQL_ASCII' locale 'C' template template0");
    sqlx::query(AssertSqlSafe(make)).execute(&db).await.unwrap();
    let of = db.connect_options().get_database().unwrap().to_owned();
    let url = DatabaseUrl::parse(&database_url(&db).replace(&of, &name), |_| None).unwrap();
    let error = store::open(url, SIZES).await.unwrap_err();
    assert!(matches!(&error, OpenError::Encoding(encoding) if encoding == "SQL_ASCII"), "{error}");
    sqlx::query(AssertSqlSafe(format!("drop database {name} with (force)"))).execute(&db).await.unwrap();
}
