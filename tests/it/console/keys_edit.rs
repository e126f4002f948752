//! **Edit {name}**

use augno_api_keys::domain::id::RoleId;
use augno_api_keys::store::roles;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::app::{LIST, TestApp};

#[sqlx::test]
async fn another_role_applies_to_the_very_next_request(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let list = async || app.api_get("/v1/auth/api-keys", &key.secret).await.status.as_u16();
    assert_eq!(list().await, 200);
    admin.edit(&key, "Terraform", roles::VIEWER).await;
    assert_eq!(list().await, 403);
    admin.edit(&key, "Terraform", roles::ADMIN).await;
    assert_eq!(list().await, 200);
}

#[sqlx::test]
async fn name_and_role_change_and_nothing_else(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = admin.edit(&key, "  Shopify ", roles::VIEWER).await;
    assert_eq!((answer.status.as_u16(), answer.done().as_str()), (200, "Shopify was saved."));
    let said = app.api_get("/v1/auth/whoami", &key.secret).await.json();
    assert_eq!((&said["api_key"]["name"], &said["api_key"]["id"]), (&json!("Shopify"), &json!(key.id)));
    assert_eq!(app.count("api_key where updated_at > created_at").await, 1);
}

#[sqlx::test]
async fn saving_what_stands_already_writes_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    assert_eq!(admin.edit(&key, "ERP Sync", roles::VIEWER).await.status, 200);
    assert_eq!(app.count("api_key where updated_at > created_at").await, 0);
    assert_eq!(app.count("audit_event where resource_type = 'api_key'").await, 1);
}

#[sqlx::test]
async fn bad_input_is_told_beside_its_field_and_changes_nothing(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let unknown = RoleId::from_uuid(Uuid::nil());
    let long = "x".repeat(81);
    for (name, role, field) in [
        ("", roles::VIEWER, "name"),
        ("a\u{0}", roles::VIEWER, "name"),
        (&long, roles::VIEWER, "name"),
        ("New", unknown, "role_id"),
    ] {
        let answer = admin.edit(&key, name, role).await;
        assert!(
            answer.status == 422 && answer.on_field(field).is_some(),
            "{} {}",
            answer.status,
            answer.body
        );
    }
    let refused = admin.post_form(&key.form("edit"), &[("name", &long), ("role_id", "nonsense")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains(&long), "what was typed stays");
    assert_eq!(admin.key_page(&key).await.told("data-name"), "ERP Sync");
}

#[sqlx::test]
async fn a_role_of_another_account_cannot_be_given(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.stranger().await;
    let key = admin.create_key().await;
    let role = Uuid::now_v7();
    app.sql(format!(
        "insert into role (id, account_id, name, type, permissions)
         select '{role}', id, 'Theirs', 'user', '{{}}' from account where name = 'Globex'"
    ))
    .await;
    let answer = admin.edit(&key, "ERP Sync", RoleId::from_uuid(role)).await;
    assert!(
        answer.status == 422 && answer.on_field("role_id").is_some(),
        "{} {}",
        answer.status,
        answer.body
    );
    assert_eq!(admin.key_page(&key).await.fact("Role").unwrap(), "Viewer");
}

#[sqlx::test]
async fn a_revoked_key_stays_as_it_was(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.revoke(&key, "").await;
    let answer = admin.edit(&key, "New", roles::ADMIN).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(admin.key_page(&key).await.told("data-name"), "ERP Sync");
}

#[sqlx::test]
async fn a_post_goes_back_to_the_list_which_tells_it(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    assert!(admin.get(&key.form("edit")).await.body.contains("value=\"ERP Sync\""));
    let fields = [("name", "Shopify"), ("role_id", &roles::ADMIN.to_string())];
    let answer = admin.post_form(&key.form("edit"), &fields).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, LIST));
    assert_eq!(admin.tab(&[]).await.told(), "Shopify was saved.");
    assert_eq!(admin.key_page(&key).await.fact("Role").unwrap(), "Admin");
}

#[sqlx::test]
async fn what_was_left_as_it_was_seen_is_not_changed_back(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let stale = admin.key_page(&key).await;
    admin.edit(&key, "Terraform", roles::VIEWER).await;
    let input = json!({"id": key.id, "name": "Renamed", "role_id": stale.told("data-role"),
        "seen_name": stale.told("data-name"), "seen_role_id": stale.told("data-role")});
    assert_eq!(admin.call("edit-key", json!({"input": input})).await.status, 200);
    assert_eq!(
        app.ask("select k.name, r.name as role from api_key k join role r on r.id = k.role_id").await,
        "(Renamed,Viewer)"
    );
}
