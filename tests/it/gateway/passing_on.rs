//! What goes on, and what comes back.

use http::{Method, Request};
use sqlx::PgPool;

use super::{gateway, key_with};
use crate::app::{CLIENT, Key, TestApp, get};

fn request(method: Method, path: &str, key: &Key) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", key.secret))
}

#[sqlx::test]
async fn the_upstream_is_told_who_asks_and_never_the_secret(db: PgPool) {
    let (app, admin, upstream) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let answer = app.api_get("/v1/sales/customers?limit=2&x=%20", &key.secret).await;
    let told = answer.json();
    assert_eq!(
        (&told["method"], &told["path"], &told["query"]),
        (&"GET".into(), &"/v1/sales/customers".into(), &"limit=2&x=%20".into())
    );
    let headers = &told["headers"];
    let whoami = app.api_get("/v1/auth/whoami", &key.secret).await.json();
    assert_eq!(headers["augno-account-id"][0], whoami["account"]["id"]);
    assert_eq!(headers["augno-api-key-id"][0], key.id);
    assert_eq!(headers["augno-role-id"][0], whoami["role"]["id"]);
    assert_eq!(headers["x-request-id"][0], answer.header("x-request-id"));
    assert_eq!(headers["x-forwarded-for"][0], CLIENT);
    assert_eq!(headers["host"][0], upstream.address.to_string());
    assert!(headers["authorization"].is_null() && !answer.body.contains(key.random()), "{}", answer.body);
}

#[sqlx::test]
async fn forged_headers_go_no_further(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let forged = [
        ("augno-account-id", "ac_forged"),
        ("Augno-Api-Key-Id", "apke_forged"),
        ("augno_role_id", "rl_forged"),
        ("x-request-id", "rq_forged"),
        ("x-forwarded-for", "203.0.113.66"),
        ("forwarded", "for=203.0.113.66"),
        ("x-real-ip", "203.0.113.66"),
        ("x-http-method-override", "forged"),
        ("x-original-url", "/forged"),
        ("cookie", "augno_session=stolen"),
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("proxy-authorization", "Basic forged"),
        ("x-harmless", "kept"),
    ];
    let request =
        forged.iter().fold(request(Method::GET, "/v1/sales/customers", &key), |request, (name, value)| {
            request.header(*name, *value)
        });
    let answer = app.send(request).await;
    let headers = answer.json()["headers"].clone();
    assert_eq!(headers["x-harmless"][0], "kept");
    assert_eq!(headers["x-forwarded-for"], serde_json::json!([CLIENT]));
    let told = headers.to_string();
    for gone in ["forged", "203.0.113.66", "stolen", "x-hop"] {
        assert!(!told.contains(gone), "{gone}: {told}");
    }
    // Nor into the log.
    assert_eq!(app.ask("select host(client_ip) as ip from request_log").await, format!("({CLIENT})"));
}

#[sqlx::test]
async fn the_upstreams_headers_cannot_act_on_the_console(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let answer = app.api_get("/v1/sales/customers/hostile", &key.secret).await;
    assert_eq!(answer.header("x-harmless"), "kept");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(answer.header("clear-site-data"), "");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    assert!(answer.header("x-request-id").starts_with("rq_0"));
}

#[sqlx::test]
async fn bodies_and_statuses_come_through_as_they_are(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key =
        key_with(&app, &admin, &["customers:read", "customers:create", "customers:delete", "files:read"])
            .await;
    let posted = app.send_body(request(Method::POST, "/v1/sales/customers", &key), "{\"name\":\"é\"}").await;
    assert_eq!(posted.json()["body"], "{\"name\":\"é\"}");
    let get = async |how: &str| app.api_get(&format!("/v1/sales/customers/{how}"), &key.secret).await;
    assert_eq!(get("no-content").await.status, 204);
    assert_eq!(
        (get("not-modified").await.status.as_u16(), get("not-modified").await.header("etag")),
        (304, "\"1\"")
    );
    let teapot = get("teapot").await;
    assert_eq!((teapot.status.as_u16(), teapot.body.as_str()), (418, "short and stout"));
    assert_eq!(get("chunked").await.body.len(), 3000);
    assert_eq!(get("long").await.body.len(), 200_000);
    let head = app.send(request(Method::HEAD, "/v1/sales/customers/long", &key)).await;
    assert_eq!(
        (head.status.as_u16(), head.body.as_str(), head.header("content-length")),
        (200, "", "200000")
    );
    let head = app.send(request(Method::HEAD, "/v1/sales/customers/chunked", &key)).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, ""));
    let deleted = app.send(request(Method::DELETE, "/v1/sales/customers/no-content", &key)).await;
    assert_eq!(deleted.status, 204);
    // One row each, with the status that was sent.
    let statuses = app.ask("select string_agg(status_code::text, ',' order by id) from request_log").await;
    assert_eq!(
        statuses,
        "\"(200,204,304,304,418,200,200,200,200,204)\""
            .replace('"', "")
            .replace('(', "(\"")
            .replace(')', "\")")
    );
}

#[sqlx::test]
async fn an_upgrade_is_refused_in_words(db: PgPool) {
    let (app, admin, upstream) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let upgrade = request(Method::GET, "/v1/sales/customers", &key)
        .header("connection", "keep-alive, Upgrade")
        .header("upgrade", "websocket");
    let answer = app.send(upgrade).await;
    assert_eq!((answer.status.as_u16(), upstream.asked()), (400, 0));
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("WebSocket"));
}

#[sqlx::test]
async fn without_an_upstream_there_are_our_operations_alone(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    assert_eq!(app.api_get("/v1/sales/customers", &key.secret).await.status, 404);
    assert_eq!(app.send(get("/v1/openapi.json")).await.status, 200);
}
