//! One immutable event for each change, in the transaction of the change.

use augno_api_keys::domain::id::RequestId;
use augno_api_keys::store::roles;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::app::{CLIENT, EMAIL, TestApp};

/// The latest event's operation, changes and metadata.
async fn latest(db: &PgPool) -> (String, Value, Value) {
    let (changes, metadata): (Value, Value) =
        sqlx::query_as("select changes, metadata from audit_event order by id desc limit 1")
            .fetch_one(db)
            .await
            .unwrap();
    (metadata["operation"].as_str().unwrap().to_owned(), changes, metadata)
}

fn change<'a>(changes: &'a Value, field: &str) -> (&'a Value, &'a Value) {
    let change = changes.as_array().unwrap().iter().find(|change| change["field"] == field);
    let change = change.unwrap_or_else(|| panic!("no {field} in {changes}"));
    (&change["old_value"], &change["new_value"])
}

#[sqlx::test]
async fn an_event_names_who_from_where_and_which_request(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = admin.revoke(&key, "leaked").await;
    let request: RequestId = answer.header("x-request-id").parse().unwrap();
    let event = format!(
        "audit_event e join member m on m.id = e.actor_id where e.actor_type = 'user' and e.actor_name = '{EMAIL}'
         and e.account_id = m.account_id and e.source_ip = '{CLIENT}' and e.request_id = '{}'
         and e.resource_type = 'api_key' and e.action = 'update'",
        request.uuid()
    );
    assert_eq!(app.count(&event).await, 1);
}

#[sqlx::test]
async fn each_change_makes_one_event_with_old_and_new_values(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let (operation, changes, _) = latest(&db).await;
    assert_eq!(
        (operation.as_str(), change(&changes, "name")),
        ("create", (&json!(null), &json!("ERP Sync")))
    );
    assert_eq!(change(&changes, "role").1["name"], "Viewer");

    admin.edit(&key, "Shopify", roles::ADMIN).await;
    let (operation, changes, metadata) = latest(&db).await;
    assert_eq!(
        (operation.as_str(), change(&changes, "name")),
        ("edit", (&json!("ERP Sync"), &json!("Shopify")))
    );
    let (old, new) = change(&changes, "role");
    assert_eq!(
        (&old["name"], &new["name"], &metadata["name"]),
        (&json!("Viewer"), &json!("Admin"), &json!("ERP Sync"))
    );

    let new_key = admin.rotate(&key, "1h", "30d").await.key();
    let (operation, changes, _) = latest(&db).await;
    let redacted = |secret: &str| json!(format!("aug_sk_prod_****{}", &secret[81..]));
    assert_eq!(operation, "rotate");
    assert_eq!(change(&changes, "redacted_value"), (&redacted(&key.secret), &redacted(&new_key.secret)));
    assert!(change(&changes, "expires_at").0.is_null() && change(&changes, "expires_at").1.is_string());

    admin.revoke(&key, "leaked").await;
    let (operation, changes, metadata) = latest(&db).await;
    assert_eq!((operation.as_str(), &metadata["reason"]), ("revoke", &json!("leaked")));
    assert!(change(&changes, "revoked_at").1.is_string());

    admin.delete(&key, "").await;
    let (operation, _, metadata) = latest(&db).await;
    assert_eq!((operation.as_str(), &metadata["name"]), ("delete", &json!("Shopify")));
    assert_eq!(metadata["redacted_value"], redacted(&new_key.secret));
    assert_eq!(app.count("audit_event where resource_type = 'api_key'").await, 5);
}

#[sqlx::test]
async fn what_changes_nothing_makes_no_event(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.edit(&key, "", roles::VIEWER).await;
    admin.delete(&key, "wrong").await;
    admin.rotate_seen(&key, &Uuid::nil().to_string(), "now", "keep").await;
    admin.tab(&[]).await;
    admin.key_page(&key).await;
    assert_eq!(app.count("audit_event where resource_type = 'api_key'").await, 1);
}

#[sqlx::test]
async fn the_database_refuses_to_change_or_remove_events(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    admin.create_key().await;
    let before = app.ask("select * from audit_event where resource_type = 'api_key'").await;
    for statement in [
        "update audit_event set actor_name = 'nobody'",
        "update audit_event set id = id",
        "delete from audit_event",
        "truncate audit_event",
        "truncate account cascade",
        "insert into audit_event select * from audit_event on conflict (id) do update set actor_name = 'nobody'",
    ] {
        let error = sqlx::query(statement).execute(&db).await.expect_err(statement).to_string();
        assert!(error.contains("never changed or removed"), "{statement}: {error}");
    }
    assert_eq!(app.ask("select * from audit_event where resource_type = 'api_key'").await, before);
}

#[sqlx::test]
async fn a_change_that_cannot_be_audited_is_not_made(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let seen = admin.secret_id(&key).await;
    app.sql("alter table audit_event add constraint refused check (false) not valid").await;
    let before = (app.ask("select * from api_key").await, app.ask("select * from api_key_secret").await);
    for answer in [
        admin.call("create-key", crate::app::new_key(json!({}))).await,
        admin.edit(&key, "Shopify", roles::ADMIN).await,
        admin.rotate_seen(&key, &seen, "now", "1y").await,
        admin.revoke(&key, "").await,
        admin.delete(&key, "ERP Sync").await,
    ] {
        assert_eq!(answer.status, 500, "{}", answer.body);
        assert_eq!(answer.json()["Internal"]["request_id"], answer.header("x-request-id"));
        assert!(!answer.body.contains("refused"), "{}", answer.body);
    }
    assert_eq!(
        (app.ask("select * from api_key").await, app.ask("select * from api_key_secret").await),
        before
    );
    assert_eq!(
        (app.count("api_key").await, app.count("audit_event where resource_type = 'api_key'").await),
        (1, 1)
    );
    assert_eq!(app.whoami(&key.secret).await.0, 200);
}

/// What is told of a key as the tests make it.
const CREATED: &str = "Created with role Viewer, never expires";

#[sqlx::test]
async fn a_key_tells_its_own_events_only(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (one, two) = (admin.create_key().await, admin.create_key_with(json!({"name": "Two"})).await);
    admin.revoke(&two, "").await;
    assert_eq!(admin.key_page(&one).await.events(), [CREATED]);
    assert_eq!(admin.key_page(&two).await.events(), ["Revoked", CREATED]);
    assert_eq!(app.count("audit_event where resource_type = 'api_key'").await, 3);
}

#[sqlx::test]
async fn events_tell_overlaps_expiries_reasons_and_addresses(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let second = admin.rotate(&key, "24h", "30d").await.key();
    admin.rotate(&key, "now", "keep").await.key();
    admin.edit(&key, "Shopify", roles::ADMIN).await;
    admin.revoke(&key, "laptop stolen").await;
    let page = admin.key_page(&key).await;
    let events = page.events();
    let [revoked, edited, at_once, overlap, created] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(revoked, "Revoked: laptop stolen");
    assert_eq!(edited, "Name changed from ERP Sync to Shopify, role changed from Viewer to Admin");
    let old = &second.secret[81..];
    assert_eq!(*at_once, format!("Rotated; ****{old} stopped at once, and every older secret with it"));
    assert!(overlap.starts_with(&format!("Rotated; ****{} works until ", &key.secret[81..])), "{overlap}");
    assert!(overlap.contains(" UTC; expires ") && overlap.ends_with(" UTC"), "{overlap}");
    assert_eq!(created, CREATED);
    assert!(page.body.contains(crate::app::CLIENT), "where each was made from");
    drop(app);
}
