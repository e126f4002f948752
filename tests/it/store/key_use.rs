//! When a key was last used: noted at once, written in batches.

use std::net::IpAddr;

use augno_api_keys::domain::id::KeyId;
use augno_api_keys::domain::secret::PresentedSecret;
use augno_api_keys::store::key_use::{SecretUse, record};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::app::{CLIENT, TestApp};

#[sqlx::test]
async fn a_use_is_noted_without_a_write_and_written_later(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    assert_eq!(admin.key_page(&key).await.fact("Last used").unwrap(), "Never");
    app.whoami(&key.secret).await;
    assert_eq!(app.count("api_key_use").await, 0);
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    assert_eq!(
        app.count(&format!(
            "api_key_use where last_ip = '{CLIENT}' and last_used_at > now() - interval '1 minute'"
        ))
        .await,
        1
    );
    assert_eq!(admin.key_page(&key).await.fact("Last used").unwrap(), format!("just now from {CLIENT}"));
}

#[sqlx::test]
async fn many_uses_of_many_keys_are_one_statement(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.sql("create table written (rows bigint)").await;
    app.sql(
        "create function note_written() returns trigger language plpgsql as
         $$ begin insert into written select count(*) from fresh; return null; end $$",
    )
    .await;
    app.sql(
        "create trigger note_written after insert on api_key_use referencing new table as fresh
         for each statement execute function note_written()",
    )
    .await;
    let (one, two) = (admin.create_key().await, admin.create_key().await);
    for _ in 0..3 {
        app.whoami(&one.secret).await;
        app.whoami(&two.secret).await;
    }
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    assert_eq!(app.ask("select count(*), max(rows) from written").await, "(1,2)");
}

#[sqlx::test]
async fn a_refused_request_is_no_use(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    assert_eq!(app.api_get("/v1/auth/api-keys", &key.secret).await.status, 403);
    admin.revoke(&key, "").await;
    app.whoami(&key.secret).await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    assert_eq!(app.count("api_key_use").await, 0);
}

#[sqlx::test]
async fn a_use_never_touches_the_keys_own_row(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let before = app.ask("select xmin, * from api_key").await;
    app.whoami(&key.secret).await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    assert_eq!(app.ask("select xmin, * from api_key").await, before);
}

#[sqlx::test]
async fn time_never_runs_backwards_and_unknown_keys_are_left_out(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let made = admin.create_key().await;
    let key: KeyId = made.id.parse().unwrap();
    let secret = PresentedSecret::parse(&made.secret).unwrap().id;
    let now = OffsetDateTime::now_utc();
    let at = |key, at, ip: &str| SecretUse { secret, key, at, ip: Some(ip.parse::<IpAddr>().unwrap()) };
    let unknown = KeyId::from_uuid(Uuid::now_v7());
    let unknown = SecretUse { secret: Uuid::now_v7(), ..at(unknown, now, "192.0.2.1") };
    record(&app.state.db, &[at(key, now, "2001:db8::1"), unknown]).await.unwrap();
    record(&app.state.db, &[at(key, now - Duration::HOUR, "192.0.2.2")]).await.unwrap();
    assert_eq!(app.ask("select last_ip from api_key_use").await, "(2001:db8::1)");
    record(&app.state.db, &[SecretUse { secret, key, at: now + Duration::SECOND, ip: None }]).await.unwrap();
    assert_eq!(app.count("api_key_use where last_ip is null").await, 1);
}

#[sqlx::test]
async fn uses_that_cannot_be_written_are_kept_for_the_next_time(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.whoami(&key.secret).await;
    app.sql("alter table api_key_use rename to hidden").await;
    app.state.key_uses.flush(&app.state.db).await.unwrap_err();
    app.sql("alter table hidden rename to api_key_use").await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    assert_eq!(app.count("api_key_use").await, 1);
}

#[sqlx::test]
async fn each_secret_of_a_key_has_its_own_last_use(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.create_key().await;
    let second = admin.rotate(&first, "7d", "keep").await.key();
    app.whoami(&second.secret).await;
    app.whoami(&first.secret).await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    assert_eq!((app.count("api_key_use").await, app.count("api_key_secret_use").await), (1, 2));
    let third = admin.rotate(&first, "1h", "keep").await.key();
    let page = admin.key_page(&first).await.secrets();
    assert_eq!(
        page.iter().map(|secret| secret.last_used.as_str()).collect::<Vec<_>>(),
        ["Never", "just now", "just now"]
    );
    assert_eq!(app.whoami(&third.secret).await.0, 200);
    admin.delete(&first, "ERP Sync").await;
    assert_eq!(app.count("api_key_secret_use").await, 0);
}
