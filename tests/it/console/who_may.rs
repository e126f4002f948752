//! Who gets where: signed out, Viewers, members who were disabled or lost their role, and a database that is away.

use augno_api_keys::store::roles;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::app::{Browser, Key, LIST, NEW, TestApp, new_key};
use crate::database::proxy::Way;

const SENTENCE: &str = "Only admins can create and manage API keys.";

/// Every call about keys, with input that an admin's would work with.
fn calls(key: &Key) -> [(&'static str, Value); 6] {
    let id = &key.id;
    let role = roles::ADMIN.to_string();
    let zero = "00000000-0000-0000-0000-000000000000";
    [
        ("key-choices", json!({})),
        ("create-key", new_key(json!({}))),
        ("edit-key", json!({"input": {"id": id, "name": "Mine", "role_id": role}})),
        (
            "rotate-key",
            json!({"input": {"id": id, "secret_id": zero, "old_secret": "now", "expiration": "keep", "expires_on": ""}}),
        ),
        ("revoke-key", json!({"input": {"id": id, "reason": ""}})),
        ("delete-key", json!({"input": {"id": id, "confirm": "ERP Sync"}})),
    ]
}

fn pages(key: &Key) -> Vec<String> {
    let own = format!("{LIST}/{}", key.id);
    let forms = ["edit", "rotate", "revoke", "delete"].map(|form| key.form(form));
    [LIST.to_owned(), NEW.to_owned(), own].into_iter().chain(forms).collect()
}

async fn check_calls(who: &Browser, key: &Key, status: u16, says: &Value) {
    for (endpoint, input) in calls(key) {
        let answer = who.call(endpoint, input).await;
        assert_eq!((answer.status.as_u16(), &answer.json()), (status, says), "{endpoint}: {}", answer.body);
        assert!(answer.header("content-type").starts_with("application/json"), "{endpoint}");
    }
    assert_eq!(who.app.whoami(&key.secret).await.0, 200);
    assert_eq!(who.app.count("api_key").await, 1);
}

#[sqlx::test]
async fn pages_send_the_signed_out_to_sign_in_and_back_again(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for path in pages(&key) {
        let answer = app.browser().get(&path).await;
        let expected = format!("/login?next={}", path.replace('/', "%2F"));
        assert_eq!((answer.status.as_u16(), answer.location()), (303, expected.as_str()), "{path}");
        let posted = app.browser().post_form(&path, &[("confirm", "ERP Sync")]).await;
        assert!(posted.status == 303 || posted.status == 405, "{path} {}", posted.status);
    }
    let filtered = app.browser().get("/settings/api-keys?status=active&q=erp").await;
    assert_eq!(filtered.location(), "/login?next=%2Fsettings%2Fapi-keys%3Fstatus%3Dactive%26q%3Derp");
    let switched =
        app.browser().post_form("/shortcuts", &[("on", "false"), ("next", "/settings/api-keys")]).await;
    assert_eq!(switched.location(), "/login?next=%2F", "there is no page to come back to");
    assert_eq!(app.whoami(&key.secret).await.0, 200);
}

#[sqlx::test]
async fn signing_in_leads_back_to_where_one_was(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let browser = app.browser();
    let page = browser.get("/login?next=%2Fsettings%2Fapi-keys%3Fstatus%3Dactive").await.body;
    assert!(page.contains("name=\"next\" value=\"/settings/api-keys?status=active\""), "{page}");
    let fields = [
        ("email", crate::app::EMAIL),
        ("password", crate::app::PASSWORD),
        ("next", "/settings/api-keys?status=active"),
    ];
    assert_eq!(browser.post_form("/login", &fields).await.location(), "/settings/api-keys?status=active");
}

#[sqlx::test]
async fn calls_refuse_the_signed_out_in_json(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    check_calls(&app.browser(), &key, 401, &json!("SignedOut")).await;
}

#[sqlx::test]
async fn calls_refuse_viewers_in_json(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let viewer = app.viewer().await;
    check_calls(&viewer, &key, 403, &json!("Forbidden")).await;
}

#[sqlx::test]
async fn viewers_are_told_why_not(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let viewer = app.viewer().await;
    for path in pages(&key) {
        let answer = viewer.get(&path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains(SENTENCE), "{path}");
        assert!(!answer.body.contains("ERP Sync") && !answer.body.contains(">API Keys</a>"), "{path}");
        let posted = viewer.post_form(&path, &[("confirm", "ERP Sync"), ("name", "x")]).await;
        assert!(posted.status == 403 || posted.status == 405, "{path} {}", posted.status);
    }
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    assert_eq!(app.count("api_key").await, 1);
}

#[sqlx::test]
async fn a_member_who_loses_the_admin_role_loses_the_keys_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql(format!("update member set role_id = '{}'", roles::VIEWER.uuid())).await;
    assert_eq!(admin.get(LIST).await.status, 403);
    check_calls(&admin, &key, 403, &json!("Forbidden")).await;
}

#[sqlx::test]
async fn a_disabled_member_is_out_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("update member set disabled_at = now()").await;
    assert_eq!(admin.get(LIST).await.location(), "/login?next=%2Fsettings%2Fapi-keys");
    check_calls(&admin, &key, 401, &json!("SignedOut")).await;
    assert_eq!(app.browser().try_sign_in(crate::app::EMAIL, crate::app::PASSWORD).await.status, 401);
}

#[sqlx::test]
async fn a_database_that_is_away_lets_nobody_in_and_says_so(db: PgPool) {
    let (_, admin, proxy) = TestApp::with_admin_behind(&db).await;
    let key = admin.create_key().await;
    proxy.set(Way::Cut);
    for path in pages(&key) {
        let answer = admin.get(&path).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(
            !answer.header("retry-after").is_empty() && answer.body.contains("can't be reached"),
            "{path}"
        );
    }
    for (endpoint, input) in calls(&key) {
        let answer = admin.call(endpoint, input).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (503, json!("Unavailable")), "{endpoint}");
        assert!(!answer.header("retry-after").is_empty(), "{endpoint}");
    }
    let sign_in = admin.app.browser().try_sign_in(crate::app::EMAIL, crate::app::PASSWORD).await;
    assert_eq!((sign_in.status.as_u16(), sign_in.header("set-cookie")), (503, ""));
    assert!(admin.session_cookie().is_some(), "the session survives");
}

#[sqlx::test]
async fn the_root_leads_to_the_keys(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    assert_eq!(admin.get("/").await.location(), LIST);
    assert_eq!(app.browser().get("/nothing").await.status, 404);
    assert_eq!(admin.get("/settings/nothing").await.status, 404);
}
