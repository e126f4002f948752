//! **Revoke {name}?**

use serde_json::json;
use sqlx::PgPool;

use crate::app::{LIST, TestApp, new_key};

#[sqlx::test]
async fn the_secret_stops_at_once_and_the_record_stays(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = admin.revoke(&key, "  laptop stolen ").await;
    assert_eq!((answer.status.as_u16(), answer.done().as_str()), (200, "ERP Sync was revoked."));
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".into()));
    let page = admin.key_page(&key).await;
    assert_eq!(page.told("data-status"), "revoked");
    assert_eq!(page.fact("Reason").unwrap(), "laptop stolen");
    assert!(page.fact("Revoked").unwrap().ends_with("by ada@acme.example"), "{:?}", page.fact("Revoked"));
}

#[sqlx::test]
async fn twice_is_no_error_and_changes_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.revoke(&key, "first").await;
    let before = app.ask("select revoked_at, revoked_reason, updated_at from api_key").await;
    let answer = admin.revoke(&key, "second").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.ask("select revoked_at, revoked_reason, updated_at from api_key").await, before);
    assert_eq!(app.count("audit_event where metadata->>'operation' = 'revoke'").await, 1);
}

#[sqlx::test]
async fn a_post_goes_back_to_the_list_which_tells_it_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    assert_eq!(admin.get(&key.form("revoke")).await.status, 200);
    assert_eq!(app.whoami(&key.secret).await.0, 200, "looking at the form changes nothing");
    let answer = admin.post_form(&key.form("revoke"), &[("reason", "")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, LIST));
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".into()));
    assert_eq!(admin.tab(&[]).await.told(), "ERP Sync was revoked.");
    assert_eq!(admin.tab(&[]).await.told(), "");
}

#[sqlx::test]
async fn an_expired_key_can_be_revoked(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now()").await;
    admin.revoke(&key, "").await;
    assert_eq!(admin.key_page(&key).await.told("data-status"), "revoked");
}

#[sqlx::test]
async fn a_reason_that_is_too_long_or_odd_is_told_beside_its_field(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let long = "x".repeat(501);
    for reason in [long.as_str(), "a\u{0}b", "a\u{1b}[31m", "\u{202e}a", "a\u{200b}b"] {
        let answer = admin.revoke(&key, reason).await;
        assert!(
            answer.status == 422 && answer.on_field("reason").is_some(),
            "{} {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    let odd = "<script>alert(1)</script> كلمة 🔑";
    admin.revoke(&key, odd).await;
    assert_eq!(admin.key_page(&key).await.fact("Reason").unwrap(), odd);
    assert!(!admin.get(&format!("{LIST}/{}", key.id)).await.body.contains("<script>alert"));
}

#[sqlx::test]
async fn two_admins_at_once_revoke_it_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let (one, two) = tokio::join!(admin.revoke(&key, "one"), admin.revoke(&key, "two"));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200));
    assert_eq!(app.count("audit_event where metadata->>'operation' = 'revoke'").await, 1);
}

#[sqlx::test]
async fn a_reason_or_a_name_never_holds_a_secret(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = admin.revoke(&key, &format!("leaked: {}", key.secret)).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    let name = &key.secret[..70];
    let answer = admin.call("create-key", new_key(json!({"name": name}))).await;
    assert!(answer.status == 422 && !answer.body.contains(&name[40..]), "{}", answer.body);
    let page = admin.post_form(&key.form("revoke"), &[("reason", &key.secret)]).await;
    assert!(page.status == 422 && !page.body.contains(key.random()), "{}", page.body);
    assert_eq!(app.whoami(&key.secret).await.0, 200);
}
