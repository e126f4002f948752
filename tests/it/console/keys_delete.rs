//! **Delete {name}?**

use serde_json::json;
use sqlx::PgPool;

use crate::app::{LIST, TestApp};

#[sqlx::test]
async fn an_active_key_asks_for_its_name(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for confirm in ["", "erp sync", "ERP", "ERP Sync!", "%"] {
        let answer = admin.delete(&key, confirm).await;
        assert!(
            answer.status == 422 && answer.on_field("confirm").is_some(),
            "{confirm}: {} {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    let answer = admin.delete(&key, " ERP Sync ").await;
    assert_eq!((answer.status.as_u16(), answer.done().as_str()), (200, "ERP Sync was deleted."));
    let spaced = admin.create_key_with(json!({"name": "ERP  Sync"})).await;
    assert_eq!(admin.delete(&spaced, "ERPSync").await.status, 422);
    assert_eq!(admin.delete(&spaced, "ERP Sync").await.status, 200, "runs of spaces count as one");
}

#[sqlx::test]
async fn revoked_and_expired_keys_go_without_a_name(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (revoked, expired) = (admin.create_key().await, admin.create_key_with(json!({"name": "Old"})).await);
    admin.revoke(&revoked, "").await;
    app.sql("update api_key set expires_at = now() where name = 'Old'").await;
    for key in [&revoked, &expired] {
        assert!(!admin.get(&key.form("delete")).await.body.contains("name=\"confirm\""));
        assert_eq!(admin.delete(key, "").await.status, 200);
    }
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn nothing_of_the_record_stays_but_its_audit_events(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.whoami(&key.secret).await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    admin.rotate(&key, "7d", "keep").await.key();
    admin.delete(&key, "ERP Sync").await;
    for table in ["api_key", "api_key_secret", "api_key_use"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert_eq!(app.whoami(&key.secret).await, (401, "invalid_credentials".into()));
    let named = "audit_event where metadata->>'name' = 'ERP Sync' and metadata->>'redacted_value' like 'aug_sk_prod_****%'";
    assert_eq!(app.count(named).await, 3);
    let created = format!(
        "audit_event where metadata->>'operation' = 'create' and metadata->>'redacted_value' like '%{}'",
        &key.secret[81..]
    );
    assert_eq!(app.count(&created).await, 1, "as they were");
}

#[sqlx::test]
async fn a_post_goes_back_to_the_list_which_tells_it(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let refused = admin.post_form(&key.form("delete"), &[("confirm", "Shopify")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"Shopify\""), "what was typed stays");
    let answer = admin.post_form(&key.form("delete"), &[("confirm", "ERP Sync")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, LIST));
    assert_eq!(admin.tab(&[]).await.told(), "ERP Sync was deleted.");
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn a_stale_tab_is_told_that_the_key_is_gone(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let seen = admin.secret_id(&key).await;
    admin.delete(&key, "ERP Sync").await;
    for answer in [
        admin.rotate_seen(&key, &seen, "now", "keep").await,
        admin.revoke(&key, "").await,
        admin.delete(&key, "ERP Sync").await,
        admin.edit(&key, "New", augno_api_keys::store::roles::VIEWER).await,
    ] {
        assert_eq!((answer.status.as_u16(), answer.json()), (404, json!({"NotFound": "Key"})));
    }
    for form in ["edit", "rotate", "revoke", "delete"] {
        let answer = admin.post_form(&key.form(form), &[("name", "x")]).await;
        assert_eq!(answer.status, 404, "{form}");
        assert!(answer.body.contains("This key does not exist any more."), "{form}");
    }
}
