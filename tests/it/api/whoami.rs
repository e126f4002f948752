//! `GET /v1/auth/whoami`

use augno_api_keys::store::roles;
use serde_json::json;
use sqlx::PgPool;

use crate::app::TestApp;

#[sqlx::test]
async fn tells_the_account_the_key_and_the_role(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let said = app.api_get("/v1/auth/whoami", &key.secret).await.json();
    assert_eq!(said["account"]["name"], "Acme");
    assert_eq!(said["account"]["mode"], "production");
    assert!(said["account"]["id"].as_str().unwrap().starts_with("ac_"));
    let last_four = &key.secret[81..];
    assert_eq!(
        said["api_key"],
        json!({"id": key.id, "object": "api_key", "name": "ERP Sync", "expires_at": null,
            "redacted_value": format!("aug_sk_prod_****{last_four}")})
    );
    assert_eq!((&said["role"]["name"], &said["role"]["type"]), (&json!("Viewer"), &json!("user")));
    assert_eq!(said["role"]["id"], roles::VIEWER.to_string());
    assert!(said["permissions"].is_array());
}

#[sqlx::test]
async fn an_admins_key_may_read_keys(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let said = app.api_get("/v1/auth/whoami", &key.secret).await.json();
    assert_eq!(said["role"]["type"], "admin");
    assert!(said["permissions"].as_array().unwrap().contains(&json!("api_keys:read")), "{said}");
}

#[sqlx::test]
async fn a_sandbox_account_has_test_secrets(db: PgPool) {
    let app = TestApp::new(&db);
    let key = app.stranger().await.create_key().await;
    assert!(key.secret.starts_with("aug_sk_test_"));
    let said = app.api_get("/v1/auth/whoami", &key.secret).await.json();
    assert_eq!(said["account"]["mode"], "sandbox");
    assert!(said["api_key"]["redacted_value"].as_str().unwrap().starts_with("aug_sk_test_****"));
    app.sql("update account set mode = 'production'").await;
    assert_eq!(app.whoami(&key.secret).await, (401, "invalid_credentials".into()));
}

#[sqlx::test]
async fn every_copy_of_the_server_refuses_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let other_copy = TestApp::new(&db);
    let (revoked, rotated, deleted) =
        (admin.create_key().await, admin.create_key().await, admin.create_key().await);
    for key in [&revoked, &rotated, &deleted] {
        assert_eq!(app.whoami(&key.secret).await.0, 200);
        assert_eq!(other_copy.whoami(&key.secret).await.0, 200);
    }
    admin.revoke(&revoked, "").await;
    assert_eq!(other_copy.whoami(&revoked.secret).await, (401, "api_key_revoked".into()));
    admin.rotate(&rotated, "now", "keep").await;
    assert_eq!(other_copy.whoami(&rotated.secret).await, (401, "invalid_credentials".into()));
    admin.delete(&deleted, "ERP Sync").await;
    assert_eq!(other_copy.whoami(&deleted.secret).await, (401, "invalid_credentials".into()));
}
