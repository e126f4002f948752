//! Roles, as programs use them.

use augno_api_keys::store::roles;
use http::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{blamed, said};
use crate::app::TestApp;

const ROLES: &str = "/v1/identity/roles";

#[sqlx::test]
async fn a_role_change_applies_to_the_very_next_request(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let created = app
        .api(
            Method::POST,
            &format!("{ROLES}?include[]=permissions&include[]=owner.account"),
            &secret,
            json!({"name": "Auditor", "permissions": ["roles:read", "audit_events:read", "roles:read"]}),
        )
        .await;
    assert_eq!(created.status, 201, "{}", created.body);
    let role = created.json();
    assert_eq!(role["permissions"], json!(["audit_events:read", "roles:read"]));
    assert_eq!(
        (&role["type"], &role["owner"]["type"], &role["owner"]["account"]["name"]),
        (&json!("user"), &json!("account"), &json!("Acme"))
    );
    let path = format!("{ROLES}/{}", role["id"].as_str().unwrap());
    let key = admin.create_key_with(json!({"role_id": role["id"]})).await;
    assert_eq!(app.api_get(ROLES, &key.secret).await.status, 200);
    assert_eq!(app.api_get("/v1/core/request-logs", &key.secret).await.status, 403);

    let edited = app.api(Method::PATCH, &path, &secret, json!({"permissions": ["request_logs:read"]})).await;
    assert_eq!(
        (edited.status.as_u16(), &edited.json()["name"], &edited.json()["permissions"]),
        (200, &json!("Auditor"), &Value::Null)
    );
    assert_eq!(app.api_get(ROLES, &key.secret).await.status, 403);
    assert_eq!(app.api_get("/v1/core/request-logs", &key.secret).await.status, 200);

    let used = app.api(Method::DELETE, &path, &secret, Value::Null).await;
    assert_eq!(said(&used), (409, "resource_conflict".into()));
    assert!(
        used.json()["error"]["message"].as_str().unwrap().contains("1 key and 0 members"),
        "{}",
        used.body
    );
    admin.delete(&key, "ERP Sync").await;
    assert_eq!(app.api(Method::DELETE, &path, &secret, Value::Null).await.body, "{}");
    assert_eq!(said(&app.api_get(&path, &secret).await), (404, "resource_not_found".into()));
    assert_eq!(app.count("audit_event where resource_type = 'role'").await, 3);
}

#[sqlx::test]
async fn only_permissions_that_some_call_needs_can_be_given(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    for permission in
        ["customers:read", "roles:write", "*:read", "", "api_keys:read", "roles:create", "ROLES:read"]
    {
        let body = json!({"name": "x", "permissions": ["roles:read", permission]});
        let answer = app.api(Method::POST, ROLES, &secret, body).await;
        assert_eq!(
            (said(&answer), blamed(&answer).as_str()),
            ((400, "parameter_invalid".into()), "permissions"),
            "{permission}"
        );
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains(permission));
    }
    for (body, code, param) in [
        (json!({"permissions": []}), "missing_field", "name"),
        (json!({"name": "x"}), "missing_field", "permissions"),
        (json!({"name": "x", "permissions": "roles:read"}), "invalid_format", "permissions"),
        (json!({"name": "x", "permissions": [1]}), "invalid_format", "permissions"),
        (json!({"name": "", "permissions": []}), "parameter_invalid", "name"),
        (json!({"name": "x", "permissions": [], "type": "admin"}), "parameter_unknown", "type"),
    ] {
        let answer = app.api(Method::POST, ROLES, &secret, body.clone()).await;
        assert_eq!((said(&answer), blamed(&answer).as_str()), ((400, code.into()), param), "{body}");
    }
}

#[sqlx::test]
async fn built_in_roles_cannot_change_and_names_are_not_taken_twice(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    for role in [roles::ADMIN, roles::VIEWER] {
        let path = format!("{ROLES}/{role}");
        assert_eq!(
            said(&app.api(Method::PATCH, &path, &secret, json!({"name": "Mine"})).await),
            (409, "resource_conflict".into())
        );
        assert_eq!(
            said(&app.api(Method::DELETE, &path, &secret, Value::Null).await),
            (409, "resource_conflict".into())
        );
    }
    let create = async |name: &str| {
        app.api(Method::POST, ROLES, &secret, json!({"name": name, "permissions": []})).await
    };
    assert_eq!(create("Packer").await.status, 201);
    for taken in ["packer", "ADMIN", "viewer"] {
        let answer = create(taken).await;
        assert_eq!((said(&answer), blamed(&answer).as_str()), ((409, "resource_exists".into()), "name"));
    }
}

#[sqlx::test]
async fn lists_are_filtered_and_paged(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    for name in ["Packer", "Picker", "Shipper"] {
        app.api(Method::POST, ROLES, &secret, json!({"name": name, "permissions": []})).await;
    }
    let names = async |query: &str| {
        let answer = app.api_get(&format!("{ROLES}{query}"), &secret).await.json();
        answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| role["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["Shipper", "Picker", "Packer", "Viewer", "Admin"]);
    assert_eq!(names("?q=ck").await, ["Picker", "Packer"]);
    assert_eq!(names("?role_types[]=admin").await, ["Admin"]);
    let first = app.api_get(&format!("{ROLES}?limit=2"), &secret).await.json();
    let next = first["page_info"]["next_cursor"].as_str().unwrap();
    assert_eq!(names(&format!("?limit=2&cursor={next}")).await, ["Packer", "Viewer"]);
}

#[sqlx::test]
async fn another_accounts_role_looks_like_none_and_viewers_only_read(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let stranger = app.stranger().await;
    let theirs = stranger.create_key_with(json!({"role_id": roles::ADMIN.to_string()})).await;
    let role = app
        .api(Method::POST, ROLES, &theirs.secret, json!({"name": "Theirs", "permissions": []}))
        .await
        .json();
    let role = role["id"].as_str().unwrap();
    for (method, body) in
        [(Method::GET, Value::Null), (Method::PATCH, json!({"name": "Mine"})), (Method::DELETE, Value::Null)]
    {
        let ask = async |id: &str| {
            app.api(method.clone(), &format!("{ROLES}/{id}"), &secret, body.clone()).await.body
        };
        assert_eq!(ask(role).await, ask("rl_01h2xcejqtf2nbrexx3vqjhp41").await);
    }
    let answer =
        app.api(Method::POST, "/v1/auth/api-keys", &secret, json!({"name": "x", "role_id": role})).await;
    assert_eq!(blamed(&answer), "role_id");
    let viewer = admin.create_key().await;
    assert_eq!(app.api_get(ROLES, &viewer.secret).await.status, 200);
    let answer = app.api(Method::POST, ROLES, &viewer.secret, json!({"name": "x", "permissions": []})).await;
    assert_eq!(said(&answer), (403, "insufficient_permissions".into()));
}
