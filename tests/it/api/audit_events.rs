//! Audit events, as programs read them.

use http::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::blamed;
use crate::app::{CLIENT, EMAIL, TestApp};

const EVENTS: &str = "/v1/core/audit-events";

#[sqlx::test]
async fn events_tell_who_did_what_from_where(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let edited = app
        .api(Method::PATCH, &format!("/v1/auth/api-keys/{}", key.id), &key.secret, json!({"name": "Renamed"}))
        .await;
    let list = app
        .api_get(&format!("{EVENTS}?include[]=actor&include[]=changes&include[]=metadata"), &key.secret)
        .await
        .json();
    let [edit, create, member] = list["data"].as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!(
        (&edit["action"], &edit["resource_type"], &edit["resource_id"]),
        (&json!("update"), &json!("api_key"), &json!(key.id))
    );
    assert_eq!(
        (&edit["actor"]["type"], &edit["actor"]["id"], &edit["actor"]["name"]),
        (&json!("api_key"), &json!(key.id), &json!("Terraform"))
    );
    assert!(edit["actor"]["handle"].as_str().unwrap().starts_with("aug_sk_prod_****"));
    assert_eq!(
        (&edit["request_id"], &edit["source_ip"]),
        (&json!(edited.header("x-request-id")), &json!(CLIENT))
    );
    assert_eq!(
        edit["changes"]["data"],
        json!([{"field": "name", "old_value": "Terraform", "new_value": "Renamed"}])
    );
    assert_eq!(edit["metadata"]["operation"], "edit");
    assert_eq!((&create["action"], &create["actor"]["handle"]), (&json!("create"), &json!(EMAIL)));
    assert_eq!((&member["resource_type"], &member["actor"]), (&json!("account_user"), &Value::Null));

    let id = edit["id"].as_str().unwrap();
    let one = app.api_get(&format!("{EVENTS}/{id}"), &key.secret).await.json();
    assert_eq!(
        (&one["id"], &one["actor"], &one["changes"], &one["metadata"]),
        (&json!(id), &Value::Null, &Value::Null, &json!({}))
    );
    let types = app.api_get(&format!("{EVENTS}/resource-types"), &key.secret).await.json();
    assert_eq!(types["data"], json!(["account_user", "api_key", "role"]));
}

#[sqlx::test]
async fn every_filter_does_what_it_says(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let other = admin.create_key().await;
    app.api(Method::DELETE, &format!("/v1/auth/api-keys/{}", other.id), &key.secret, Value::Null).await;
    let count = async |query: &str| {
        let answer = app.api_get(&format!("{EVENTS}?{query}"), &key.secret).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.json()["data"].as_array().unwrap().len()
    };
    for (query, events) in [
        (String::new(), 4),
        (format!("resource_ids[]={}", other.id), 2),
        (format!("actor_ids[]={}", key.id), 1),
        ("resource_types[]=api_key".into(), 3),
        ("resource_types[]=role".into(), 0),
        ("actions[]=update".into(), 1),
        ("actions[]=create&actions[]=update".into(), 4),
        ("q=terra".into(), 2),
        ("q=100%25".into(), 0),
        ("start_date=2099-01-01T00:00:00Z".into(), 0),
        ("end_date=2099-01-01T00:00:00Z&limit=3".into(), 3),
    ] {
        assert_eq!(count(&query).await, events, "{query}");
    }
    for (query, param) in
        [("actions[]=steal", "actions[]"), ("resource_ids[]=x", "resource_ids[]"), ("x=y", "x")]
    {
        assert_eq!(blamed(&app.api_get(&format!("{EVENTS}?{query}"), &key.secret).await), param);
    }
}

#[sqlx::test]
async fn another_accounts_events_are_not_there(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let theirs = app
        .stranger()
        .await
        .create_key_with(json!({"role_id": augno_api_keys::store::roles::ADMIN.to_string()}))
        .await;
    let event =
        app.api_get(EVENTS, &theirs.secret).await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let reader = admin.create_key().await.secret;
    let ask = async |id: &str| app.api_get(&format!("{EVENTS}/{id}"), &reader).await.body;
    assert_eq!(ask(&event).await, ask("ae_01h2xcejqtf2nbrexx3vqjhp41").await);
}
