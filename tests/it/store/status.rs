//! Status is derived in one place; what the database filters and counts by must agree with it.

use augno_api_keys::domain::key::KeyStatus;
use augno_api_keys::store::keys::{KeyQuery, Statuses};
use augno_api_keys::store::{accounts, keys};
use serde_json::json;
use sqlx::PgPool;

use crate::app::TestApp;

const TIMES: [&str; 4] =
    ["null", "now() - interval '1 year'", "now() - interval '1 microsecond'", "now() + interval '1 minute'"];

/// One key for each pair of times.
async fn make(app: &TestApp, expiries: &[&str], revocations: &[&str]) {
    let admin = app.sign_up().await;
    for expires_at in expiries {
        for revoked_at in revocations {
            admin.create_key_with(json!({"name": "new"})).await;
            app.sql(format!("update api_key set expires_at = {expires_at}, revoked_at = {revoked_at}, name = 'done' where name = 'new'")).await;
        }
    }
}

/// Lists by each status and compares with what each listed key says of itself.
async fn check(app: &TestApp, total: usize) {
    let account = accounts::only(&app.state.db).await.unwrap().unwrap();
    let list = async |statuses| {
        let query = KeyQuery { statuses, limit: 1000, ..KeyQuery::default() };
        keys::list(&app.state.db, account, &query).await.unwrap()
    };
    let mut listed = 0;
    for status in KeyStatus::ALL {
        let page = list(Statuses::default().with(status)).await;
        for key in &page.page.items {
            assert_eq!(key.status(page.now), status, "{:?} {:?}", key.expires_at, key.revoked_at);
        }
        listed += page.page.items.len();
    }
    assert_eq!((listed, list(Statuses::default()).await.page.items.len()), (total, total));
    let counts = keys::counts(&app.state.db, account).await.unwrap();
    let of =
        async |status| i64::try_from(list(Statuses::default().with(status)).await.page.items.len()).unwrap();
    assert_eq!(counts.active(), of(KeyStatus::Active).await);
    assert_eq!(counts.expired, of(KeyStatus::Expired).await);
    assert_eq!(counts.revoked, of(KeyStatus::Revoked).await);
}

#[sqlx::test]
async fn lists_and_counts_agree_with_the_one_rule(db: PgPool) {
    let app = TestApp::new(&db);
    make(&app, &TIMES[..4], &TIMES[..3]).await;
    check(&app, 12).await;
}

#[sqlx::test]
async fn the_wire_and_the_door_agree_too(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for (times, status, code) in [
        ("expires_at = now() + interval '1 minute'", "active", "ok"),
        ("expires_at = now()", "expired", "api_key_expired"),
        ("expires_at = now(), revoked_at = now()", "revoked", "api_key_revoked"),
        ("revoked_at = now() - interval '1 year'", "revoked", "api_key_revoked"),
    ] {
        let key = admin.create_key_with(json!({"name": "new"})).await;
        app.sql(format!("update api_key set {times}, name = 'done' where name = 'new'")).await;
        assert_eq!(admin.key_page(&key).await.told("data-status"), status, "{times}");
        assert_eq!(app.whoami(&key.secret).await.1, code, "{times}");
    }
}
