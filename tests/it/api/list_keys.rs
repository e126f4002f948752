//! `GET /v1/auth/api-keys`

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::app::{Browser, Key, TestApp};
use crate::fixtures::augnos_description;

const KEYS: &str = "/v1/auth/api-keys";

/// An admin's key, made after keys of these names.
async fn with_keys(admin: &Browser, names: &[&str]) -> Key {
    for name in names {
        admin.create_key_with(json!({"name": name})).await;
    }
    admin.create_admin_key().await
}

async fn list(app: &TestApp, key: &Key, query: &str) -> Value {
    let answer = app.api_get(&format!("{KEYS}?{query}"), &key.secret).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn names(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect()
}

fn fields(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap_or_else(|| panic!("no object: {object}")).keys().cloned().collect()
}

fn set(fields: &[&str]) -> BTreeSet<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

#[sqlx::test]
async fn has_the_shape_that_clients_of_augno_read(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = with_keys(&admin, &["ERP Sync"]).await;
    let page = list(&app, &key, "").await;
    assert_eq!(fields(&page), set(&["object", "page_info", "data"]));
    assert_eq!(page["object"], "list");
    let info =
        json!({"next_cursor": null, "prev_cursor": null, "has_next_page": false, "has_prev_page": false});
    assert_eq!(page["page_info"], info);
    let erp = &page["data"][1];
    let expected = [
        "id",
        "object",
        "name",
        "redacted_value",
        "role",
        "created_at",
        "updated_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    ];
    assert_eq!(fields(erp), set(&expected));
    for absent in ["role", "last_used_at", "expires_at", "revoked_at"] {
        assert_eq!(erp[absent], Value::Null, "{absent}");
    }
    assert!(erp["redacted_value"].as_str().unwrap().starts_with("aug_sk_prod_****"));
    let created = erp["created_at"].as_str().unwrap();
    assert!(created.ends_with('Z') && created.contains('T'), "{created}");
}

#[sqlx::test]
async fn has_the_fields_of_the_published_description(db: PgPool) {
    let api = augnos_description();
    let published = |schema: &str| fields(&api["components"]["schemas"][schema]["properties"]);
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let page = list(&app, &key, "include[]=role&include[]=role.permissions").await;
    assert_eq!(fields(&page), published("List_APIKey"));
    assert_eq!(fields(&page["page_info"]), published("PageInfo"));
    assert_eq!(fields(&page["data"][0]), published("APIKey"));
    assert_eq!(fields(&page["data"][0]["role"]), published("Role"));
    assert_eq!(fields(&page["data"][0]["role"]["owner"]), published("Owner"));
}

#[sqlx::test]
async fn pages_lead_forwards_and_back_again(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = with_keys(&admin, &["A", "B", "C", "D"]).await;
    let cursor = |page: &Value, name: &str| page["page_info"][name].as_str().unwrap().to_owned();
    let first = list(&app, &key, "limit=2").await;
    assert_eq!(names(&first), ["Terraform", "D"]);
    assert_eq!(first["page_info"]["has_prev_page"], false);
    let second = list(&app, &key, &format!("limit=2&cursor={}", cursor(&first, "next_cursor"))).await;
    assert_eq!(names(&second), ["C", "B"]);
    let third = list(&app, &key, &format!("limit=2&cursor={}", cursor(&second, "next_cursor"))).await;
    assert_eq!(names(&third), ["A"]);
    assert_eq!(
        (&third["page_info"]["next_cursor"], &third["page_info"]["has_next_page"]),
        (&json!(null), &json!(false))
    );
    let back = list(&app, &key, &format!("limit=2&cursor={}", cursor(&third, "prev_cursor"))).await;
    assert_eq!(names(&back), ["C", "B"]);
    let start = list(&app, &key, &format!("limit=2&cursor={}", cursor(&back, "prev_cursor"))).await;
    assert_eq!((names(&start), &start["page_info"]), (names(&first), &first["page_info"]));
}

#[sqlx::test]
async fn statuses_choose_keys_and_may_be_joined(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = with_keys(&admin, &["Expired", "Revoked"]).await;
    app.sql("update api_key set expires_at = now() - interval '1 day' where name in ('Expired', 'Revoked')")
        .await;
    app.sql("update api_key set revoked_at = now() where name = 'Revoked'").await;
    for (query, expected) in [
        ("statuses[]=active", vec!["Terraform"]),
        ("statuses[]=expired", vec!["Expired"]),
        ("statuses[]=revoked", vec!["Revoked"]),
        ("statuses[]=revoked&statuses[]=expired", vec!["Revoked", "Expired"]),
        ("statuses%5B%5D=active&statuses%5B%5D=revoked", vec!["Terraform", "Revoked"]),
        ("statuses[]=active&statuses[]=revoked&statuses[]=expired", vec!["Terraform", "Revoked", "Expired"]),
    ] {
        assert_eq!(names(&list(&app, &key, query).await), expected, "{query}");
    }
}

#[sqlx::test]
async fn q_finds_parts_of_names_and_last_fours_and_takes_wildcards_as_text(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = with_keys(&admin, &["ERP Sync", "100%", "a_b", r"back\slash"]).await;
    let last_four = &key.secret[81..];
    for (q, expected) in [
        ("erp", vec!["ERP Sync"]),
        ("%25", vec!["100%"]),
        ("_", vec!["a_b"]),
        ("%5C", vec![r"back\slash"]),
        ("'%20or%20true--", vec![]),
        (last_four, vec!["Terraform"]),
        (&format!("aug_sk_prod_****{last_four}"), vec!["Terraform"]),
        ("nothing", vec![]),
    ] {
        assert_eq!(names(&list(&app, &key, &format!("q={q}")).await), expected, "{q}");
    }
}

#[sqlx::test]
async fn include_carries_roles_whole(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let role = &list(&app, &key, "include[]=role").await["data"][0]["role"];
    assert_eq!(
        (&role["name"], &role["type"], &role["permissions"]),
        (&json!("Admin"), &json!("admin"), &json!(null))
    );
    let role = &list(&app, &key, "include[]=role.permissions").await["data"][0]["role"];
    assert!(role["permissions"].as_array().unwrap().contains(&json!("api_keys:read")), "{role}");
}

#[sqlx::test]
async fn bad_parameters_are_named(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    for (query, code, param) in [
        ("limit=0", "parameter_invalid", "limit"),
        ("limit=-1", "parameter_invalid", "limit"),
        ("limit=1001", "parameter_invalid", "limit"),
        ("limit=ten", "parameter_invalid", "limit"),
        ("limit=99999999999999999999", "parameter_invalid", "limit"),
        ("limit=", "parameter_invalid", "limit"),
        ("limit=1&limit=2", "parameter_invalid", "limit"),
        ("cursor=nonsense", "parameter_invalid", "cursor"),
        ("cursor=rl_01h455vb4pex5vsknk084sn02q", "parameter_invalid", "cursor"),
        ("statuses[]=gone", "parameter_invalid", "statuses[]"),
        ("include[]=account", "parameter_invalid", "include[]"),
        ("q=%00", "parameter_invalid", "q"),
        ("page=2", "parameter_unknown", "page"),
        ("Limit=2", "parameter_unknown", "Limit"),
    ] {
        let answer = app.api_get(&format!("{KEYS}?{query}"), &key.secret).await;
        let error = &answer.json()["error"];
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        assert_eq!((error["code"].as_str(), error["param"].as_str()), (Some(code), Some(param)), "{query}");
    }
}

#[sqlx::test]
async fn another_accounts_keys_are_never_listed(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let stranger = app.stranger().await;
    let theirs = stranger.create_key_with(json!({"name": "Theirs"})).await;
    let key = admin.create_admin_key().await;
    for query in
        ["", "q=Theirs", &format!("q={}", &theirs.secret[81..]), &format!("q={}", &theirs.secret[..34])]
    {
        let page = list(&app, &key, query).await;
        assert!(!names(&page).contains(&"Theirs"), "{query}");
    }
    assert_eq!(names(&list(&app, &key, &format!("cursor={}", theirs.id)).await), [""; 0]);
}
