//! Every request has its row, and the rows can be read.

use augno_api_keys::store::roles;
use http::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{blamed, said};
use crate::app::{CLIENT, Key, TestApp, get};

const LOGS: &str = "/v1/core/request-logs";

#[sqlx::test]
async fn a_row_tells_the_request_and_the_key_as_it_was(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let request = get("/v1/identity/roles?limit=1&access_token=abc")
        .header("authorization", format!("Bearer {}", key.secret))
        .header("user-agent", "erp/1.0")
        .header("referer", "https://erp.example/run?token=abc");
    let asked = app.send(request).await;
    admin.edit(&key, "Renamed", augno_api_keys::store::roles::ADMIN).await;
    let reader = admin.create_admin_key().await.secret;
    let id = asked.header("x-request-id").to_owned();
    let row = app
        .api_get(&format!("{LOGS}/{id}?include[]=actor.role&include[]=query_json&include[]=account"), &reader)
        .await
        .json();
    assert_eq!(
        (&row["id"], &row["method"], &row["path"]),
        (&json!(id), &json!("GET"), &json!("/v1/identity/roles"))
    );
    assert_eq!(
        (&row["host"], &row["normalized_route"]),
        (&json!("keys.example"), &json!("/v1/identity/roles"))
    );
    assert_eq!((&row["status_code"], &row["error_code"]), (&json!(400), &json!("parameter_unknown")));
    assert_eq!(
        (&row["client_ip"], &row["user_agent"], &row["referrer"]),
        (&json!(CLIENT), &json!("erp/1.0"), &json!("https://erp.example/run"))
    );
    assert_eq!(row["query_json"].as_str().unwrap(), r#"{"access_token":"[removed]","limit":"1"}"#);
    assert_eq!((&row["identity_type"], &row["account"]["name"]), (&json!("api_key"), &json!("Acme")));
    assert_eq!(
        (&row["actor"]["id"], &row["actor"]["name"], &row["actor"]["role"]["name"]),
        (&json!(key.id), &json!("ERP Sync"), &json!("Viewer"))
    );
    assert!(row["latency_us"].as_i64().unwrap() > 0);
}

#[sqlx::test]
async fn refused_requests_have_rows_too_and_no_row_holds_a_secret(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.send(get("/v1/auth/whoami")).await;
    app.send(get("/v1/nothing")).await;
    app.api_get("/v1/nothing", &key.secret).await;
    app.api_get(&format!("/v1/auth/whoami?key={}", key.secret), &key.secret).await;
    app.api_get("/v1/auth/api-keys", &key.secret).await;
    admin.revoke(&key, "").await;
    app.api_get("/v1/auth/whoami", &key.secret).await;
    let rows = app.ask("select string_agg(status_code || ' ' || error_code || ' ' || coalesce(api_key_name, '-'), ', ' order by id) from request_log").await;
    assert_eq!(
        rows,
        "(\"401 invalid_credentials -, 404 resource_not_found -, 404 resource_not_found ERP Sync, 400 validation_failed -, 403 insufficient_permissions ERP Sync, 401 api_key_revoked ERP Sync\")"
    );
    assert_eq!(app.count(&format!("request_log r where r::text like '%{}%'", key.random())).await, 0);
    // The console's own traffic has none.
    admin.get("/settings/api-keys").await;
    app.send(get("/healthz")).await;
    assert_eq!(app.count("request_log").await, 6);
}

#[sqlx::test]
async fn a_rotated_out_secret_says_so_in_the_log_alone(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.rotate(&key, "now", "keep").await;
    let answer = app.api_get("/v1/auth/whoami", &key.secret).await;
    assert!(!answer.body.contains("replaced by a rotation"));
    assert_eq!(
        app.count(
            "request_log where error_message like '%replaced by a rotation%' and api_key_name = 'ERP Sync'"
        )
        .await,
        1
    );
}

/// Seven rows: whoami three times, roles twice, a key list that is refused, and a wrong method.
async fn some_traffic(app: &TestApp, key: &Key) {
    for path in [
        "/v1/auth/whoami",
        "/v1/auth/whoami",
        "/v1/auth/whoami",
        "/v1/identity/roles",
        "/v1/identity/roles?q=a",
        "/v1/auth/api-keys",
    ] {
        app.api_get(path, &key.secret).await;
    }
    app.api(Method::POST, "/v1/auth/whoami", &key.secret, Value::Null).await;
}

#[sqlx::test]
async fn every_filter_does_what_it_says(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let reader = admin.create_admin_key().await;
    some_traffic(&app, &key).await;
    let count = async |query: &str| {
        let answer = app.api_get(&format!("{LOGS}?{query}"), &reader.secret).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.json()["data"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 7);
    for (query, rows) in [
        (format!("actor_ids[]={}", key.id), 7),
        (format!("actor_ids[]={}&actor_ids[]={}", key.id, reader.id), 9),
        ("actor_ids[]=us_01h2xcejqtf2nbrexx3vqjhp41".into(), 0),
        ("status_codes[]=403".into(), 1),
        ("status_codes[]=403&status_codes[]=404".into(), 1),
        ("error_codes[]=insufficient_permissions".into(), 1),
        ("methods[]=POST".into(), 1),
        ("normalized_routes[]=/v1/auth/whoami".into(), 3),
        ("hosts[]=keys.example".into(), 15),
        ("hosts[]=elsewhere.example".into(), 0),
        ("min_latency_us=60000000".into(), 0),
        ("q=/v1/identity".into(), 2),
        ("q=erp".into(), 7),
        ("q=nobody".into(), 0),
        ("actor_types[]=user".into(), 0),
        ("account_ids[]=ac_01h2xcejqtf2nbrexx3vqjhp41".into(), 0),
        ("end_date=2020-01-01T00:00:00Z".into(), 0),
        ("start_date=2020-01-01T00:00:00Z&actor_ids[]=".to_owned() + &key.id, 7),
        ("start_date=9999-12-31T23:59:59Z".into(), 0),
        (format!("status_codes[]=200&normalized_routes[]=/v1/identity/roles&actor_ids[]={}", key.id), 2),
    ] {
        assert_eq!(count(&query).await, rows, "{query}");
    }
    for (query, param) in [
        ("methods[]=FETCH", "methods[]"),
        ("status_codes[]=42", "status_codes[]"),
        ("actor_ids[]=x", "actor_ids[]"),
        ("start_date=yesterday", "start_date"),
        ("end_date=9999-12-31T23:59:59-01:00", "end_date"),
        ("min_latency_us=-x", "min_latency_us"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("include[]=secrets", "include[]"),
        ("q=a%00", "q"),
        ("colour=red", "colour"),
    ] {
        let answer = app.api_get(&format!("{LOGS}?{query}"), &reader.secret).await;
        assert_eq!((answer.status.as_u16(), blamed(&answer).as_str()), (400, param), "{query}");
    }
}

#[sqlx::test]
async fn pages_go_forwards_and_back_without_a_gap(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    some_traffic(&app, &key).await;
    let reader = admin.create_admin_key().await.secret;
    let page = async |query: &str| {
        app.api_get(&format!("{LOGS}?actor_ids[]={}&limit=2&{query}", key.id), &reader).await.json()
    };
    let ids = |page: &Value| {
        page["data"].as_array().unwrap().iter().map(|row| row["id"].to_string()).collect::<Vec<_>>()
    };
    let first = page("").await;
    let second = page(&format!("cursor={}", first["page_info"]["next_cursor"].as_str().unwrap())).await;
    let third = page(&format!("cursor={}", second["page_info"]["next_cursor"].as_str().unwrap())).await;
    let last = page(&format!("cursor={}", third["page_info"]["next_cursor"].as_str().unwrap())).await;
    assert_eq!(
        (&last["page_info"]["has_next_page"], &third["page_info"]["has_prev_page"]),
        (&json!(false), &json!(true))
    );
    let all: Vec<String> = [&first, &second, &third, &last].iter().flat_map(|page| ids(page)).collect();
    let mut sorted = all.clone();
    sorted.sort();
    sorted.dedup();
    sorted.reverse();
    assert_eq!((all.len(), &all), (7, &sorted));
    let back = page(&format!("cursor={}", third["page_info"]["prev_cursor"].as_str().unwrap())).await;
    assert_eq!(ids(&back), ids(&second));
}

#[sqlx::test]
async fn another_accounts_rows_are_not_there(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let theirs = app.stranger().await.create_key().await;
    let asked = app.api_get("/v1/auth/whoami", &theirs.secret).await;
    let reader = admin.create_key().await.secret;
    assert_eq!(app.api_get(LOGS, &reader).await.json()["data"], json!([]));
    let row = app.api_get(&format!("{LOGS}/{}", asked.header("x-request-id")), &reader).await;
    let unknown = app.api_get("/v1/core/request-logs/rq_01h2xcejqtf2nbrexx3vqjhp41", &reader).await;
    assert_eq!((said(&row), row.body), (said(&unknown), unknown.body));
}

#[sqlx::test]
async fn rows_are_found_by_the_name_that_their_key_had(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let reader = admin.create_admin_key().await.secret;
    let found = async |name: &str| {
        let rows = app.api_get(&format!("{LOGS}?q={name}"), &reader).await.json();
        rows["data"].as_array().unwrap().len()
    };
    for name in ["First", "Second", "100%25_sure"] {
        let plain = name.replace("%25", "%");
        assert_eq!(admin.edit(&key, &plain, roles::VIEWER).await.status, 200);
        assert_eq!(app.whoami(&key.secret).await.0, 200);
        assert_eq!(found(name).await, 1, "{name}");
    }
    admin.delete(&key, "100%_sure").await;
    for name in ["fir", "SECOND", "100%25_", "first", "second"] {
        assert_eq!(found(name).await, 1, "{name}");
    }
    for name in ["erp", "100__sure", "third"] {
        assert_eq!(found(name).await, 0, "{name}");
    }
}

#[sqlx::test]
async fn days_are_made_ahead_and_dropped_by_age(db: PgPool) {
    use augno_api_keys::store::request_log;
    use time::macros::date;
    let days = [date!(2026 - 01 - 01), date!(2026 - 01 - 02), date!(2026 - 01 - 03)];
    let app = TestApp::new(&db);
    for _ in 0..2 {
        request_log::add_days(&app.state.db, &days).await.unwrap();
    }
    // A day that was detached when a server was killed goes too.
    app.sql("alter table request_log detach partition request_log_20260101").await;
    request_log::drop_old(&app.state.db, date!(2026 - 01 - 04), 1).await.unwrap();
    assert_eq!(
        app.ask(
            "select string_agg(relname, ',') from pg_class where relkind = 'r' and relname ~ '^request_log_2'"
        )
        .await,
        "(request_log_20260103)"
    );
}
