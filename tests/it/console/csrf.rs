//! Posts from other sites change nothing.

use serde_json::json;
use sqlx::PgPool;

use crate::app::{LIST, TestApp, form, get, new_key, post};

const FORM: &str = "application/x-www-form-urlencoded";

/// What browsers add to a post from another site.
const FOREIGN: [(&str, &str); 5] = [
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "http://keys.example.evil.example"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
];

#[sqlx::test]
async fn forms_from_other_sites_are_refused(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for (name, value) in FOREIGN {
        for (path, fields) in
            [(key.form("revoke"), form(&[("reason", "")])), ("/logout".to_owned(), String::new())]
        {
            let request = post(&path).header("content-type", FORM).header(name, value);
            let answer = admin.send(request, fields).await;
            assert_eq!(answer.status, 403, "{path} {name}: {value}");
        }
    }
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    assert_eq!(admin.get(LIST).await.status, 200);
}

#[sqlx::test]
async fn calls_from_other_sites_are_refused(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for (name, value) in FOREIGN {
        for kind in ["application/json", "text/plain", FORM] {
            let request = post("/console/create-key").header("content-type", kind).header(name, value);
            let answer = admin.send(request, new_key(json!({})).to_string()).await;
            assert_eq!(answer.status, 403, "{name}: {value}");
        }
    }
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn signing_in_from_another_site_is_refused(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let fields = form(&[("email", crate::app::EMAIL), ("password", crate::app::PASSWORD)]);
    let request = post("/login").header("content-type", FORM).header("origin", "https://evil.example");
    let answer = app.browser().send(request, fields).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (403, ""));
}

#[sqlx::test]
async fn our_own_forms_and_calls_go_through(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for (name, value) in [("origin", "http://keys.example"), ("sec-fetch-site", "same-origin")] {
        let request =
            post("/console/create-key").header("content-type", "application/json").header(name, value);
        assert_eq!(admin.send(request, new_key(json!({})).to_string()).await.status, 200, "{name}: {value}");
    }
    assert_eq!(app.count("api_key").await, 2);
}

#[sqlx::test]
async fn behind_a_proxy_that_rewrites_host_the_public_url_is_our_own(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let request = http::Request::builder()
        .method("POST")
        .uri("/console/create-key")
        .header("host", "127.0.0.1:3000")
        .header("content-type", "application/json")
        .header("origin", "http://keys.example");
    assert_eq!(admin.send(request, new_key(json!({})).to_string()).await.status, 200);
}

#[sqlx::test]
async fn links_from_other_sites_may_be_followed_but_change_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for form in ["revoke", "delete", "rotate", "edit"] {
        let request = get(&key.form(form)).header("sec-fetch-site", "cross-site");
        assert_eq!(admin.send(request, "").await.status, 200, "{form}");
    }
    assert_eq!(admin.send(get("/logout"), "").await.status, 405);
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    assert!(admin.send(get("/console/revoke-key"), "").await.status.is_client_error());
}
