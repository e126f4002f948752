//! When the upstream, the database or the caller goes away.

use std::time::Duration;

use http::{Method, Request, Version};
use http_body_util::BodyExt;
use sqlx::PgPool;

use super::{app_before, gateway, key_with, own_description};
use crate::app::{Answer, Key, TestApp};
use crate::database::proxy::{Proxy, Way};

#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    let error = &answer.json()["error"];
    assert_eq!((answer.status.as_u16(), error["code"].as_str()), (status, Some(code)), "{}", answer.body);
    assert_eq!(error["is_transient"], true);
    assert!(!answer.header("retry-after").is_empty());
}

#[sqlx::test]
async fn an_upstream_that_is_away_or_slow_is_told_apart(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    check(&app.api_get("/v1/sales/customers/slow", &key.secret).await, 504, "timeout");

    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let app = app_before(&db, own_description().path(), &format!("http://{nobody}"));
    check(&app.api_get("/v1/sales/customers", &key.secret).await, 502, "external_service_error");
    let codes = app.ask("select string_agg(error_code, ' ' order by id) from request_log").await;
    assert_eq!(codes, "(\"timeout external_service_error\")");
}

#[sqlx::test]
async fn an_answer_that_breaks_off_is_not_taken_for_whole(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let response = app.front.answer(get_with(&key, "/v1/sales/customers/broken")).await;
    assert!(response.into_body().collect().await.is_err());
    app.state.log.settled().await;
    assert_eq!(
        app.ask("select status_code, error_code from request_log").await,
        "(200,external_service_error)"
    );
}

#[sqlx::test]
async fn no_answer_is_whole_before_its_row_is_committed(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    app.api_get("/v1/auth/whoami", &key.secret).await;
    for (how, version, length) in [
        ("long", Version::HTTP_11, 200_000),
        ("chunked", Version::HTTP_11, 3_000),
        ("chunked", Version::HTTP_10, 3_000),
    ] {
        let mut lock = db.begin().await.unwrap();
        sqlx::query("lock table request_log in access exclusive mode").execute(&mut *lock).await.unwrap();
        let mut request = get_with(&key, &format!("/v1/sales/customers/{how}"));
        *request.version_mut() = version;
        let mut body = app.front.answer(request).await.into_body();
        let mut come = 0;
        let ended = loop {
            match tokio::time::timeout(Duration::from_millis(300), body.frame()).await {
                Ok(Some(frame)) => come += frame.unwrap().into_data().unwrap().len(),
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        // Where the length is known, or the end cannot be seen, bytes are missing; else the end is.
        let all_but_the_end = how == "chunked" && version == Version::HTTP_11;
        assert_eq!((ended, come == length), (false, all_but_the_end), "{how} {version:?}: {come}");
        lock.rollback().await.unwrap();
        come += body.collect().await.unwrap().to_bytes().len();
        assert_eq!(come, length);
    }
}

#[sqlx::test]
async fn one_row_that_the_database_refuses_harms_no_other(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    app.sql("alter table request_log add constraint odd check (host <> 'odd')").await;
    let odd =
        async || app.send(Request::builder().uri("/v1/nothing").header("host", "odd")).await.status.as_u16();
    let good = async || app.api_get("/v1/sales/customers", &key.secret).await.status.as_u16();
    let statuses = tokio::join!(good(), odd(), good(), odd(), good());
    assert_eq!(statuses, (200, 503, 200, 503, 200));
}

#[sqlx::test]
async fn long_and_foreign_texts_are_logged_in_part(db: PgPool) {
    let (app, _, _) = gateway(&db).await;
    let long = "\u{20000}".repeat(2_000);
    let request = Request::builder()
        .uri("/v1/nothing")
        .header("host", long.as_bytes())
        .header("user-agent", long.as_bytes());
    assert_eq!(app.send(request).await.status, 404);
    let path = format!("/v1/{}", "%F0%A0%80%80".repeat(1_000));
    assert_eq!(app.send(Request::builder().uri(path)).await.status, 404);
    assert_eq!(app.count("request_log").await, 2);
}

#[sqlx::test]
async fn a_client_that_leaves_is_logged_all_the_same(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let before_the_answer = app.front.answer(get_with(&key, "/v1/sales/customers/slow"));
    let left = tokio::time::timeout(Duration::from_millis(200), before_the_answer).await;
    assert!(left.is_err());
    let in_its_middle = app.front.answer(get_with(&key, "/v1/sales/customers/long")).await;
    drop(in_its_middle);
    app.state.log.settled().await;
    let rows = app
        .ask("select string_agg(status_code || ' ' || error_code, ', ' order by id) from request_log")
        .await;
    assert_eq!(rows, "(\"499 client_closed_request, 200 client_closed_request\")");
}

#[sqlx::test]
async fn nothing_is_let_through_that_cannot_be_logged(db: PgPool) {
    let (app, admin, upstream) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    app.sql("alter table request_log rename to elsewhere").await;
    check(&app.api_get("/v1/auth/whoami", &key.secret).await, 503, "service_unavailable");
    for _ in 0..3 {
        check(&app.api_get("/v1/sales/customers", &key.secret).await, 503, "service_unavailable");
    }
    assert_eq!(upstream.asked(), 0);
    app.sql("alter table elsewhere rename to request_log").await;
    // As soon as the next try has succeeded all is well.
    let mut refused = 4;
    while app.api_get("/v1/sales/customers", &key.secret).await.status != 200 {
        refused += 1;
        assert!(refused < 1_000, "the log is not tried again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // And what was refused meanwhile has its row once the log is back.
    app.state.log.settled().await;
    assert_eq!(
        app.count("request_log where error_code = 'service_unavailable' and status_code = 503").await,
        refused
    );
}

#[sqlx::test]
async fn a_database_that_is_away_lets_nobody_through(db: PgPool) {
    let (app, admin, upstream) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    let proxy = Proxy::before(&db).await;
    let (config, before) = (app.state.config.clone(), app.state.upstream.clone());
    let app = TestApp::over(&db, proxy.pools(), config, before);
    proxy.set(Way::Cut);
    check(&app.api_get("/v1/sales/customers", &key.secret).await, 503, "service_unavailable");
    assert_eq!(upstream.asked(), 0);
}

fn get_with(key: &Key, path: &str) -> Request<axum::body::Body> {
    let request = Request::builder().method(Method::GET).uri(path);
    request.header("authorization", format!("Bearer {}", key.secret)).body(axum::body::Body::empty()).unwrap()
}
