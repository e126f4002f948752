//! The error table of the API, row by row.

use augno_api_keys::domain::mode::Mode;
use augno_api_keys::domain::secret::{PresentedSecret, Secret};
use http::header::AUTHORIZATION;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::PgPool;
use uuid::Uuid;

use crate::app::{Answer, TestApp, get};
use crate::database::proxy::Way;

const BARE: &str = r#"Bearer realm="augno""#;
const INVALID_TOKEN: &str = r#"Bearer realm="augno", error="invalid_token""#;
const INVALID_REQUEST: &str = r#"Bearer realm="augno", error="invalid_request""#;
const WHOAMI: &str = "/v1/auth/whoami";
const KEYS: &str = "/v1/auth/api-keys";

/// Status, code, challenge and the whole envelope.
#[track_caller]
fn check(answer: &Answer, status: u16, code: &str, challenge: &str) {
    let error = &answer.json()["error"];
    assert_eq!((answer.status.as_u16(), error["code"].as_str()), (status, Some(code)), "{}", answer.body);
    assert_eq!(answer.header("www-authenticate"), challenge);
    let mut fields: Vec<_> = error.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let envelope =
        ["code", "doc_url", "is_transient", "message", "param", "quota", "request_log_url", "type"];
    assert_eq!(fields, envelope);
    let anchor = code.replace('_', "-");
    assert_eq!(error["doc_url"], format!("http://keys.example/docs/errors#{anchor}"));
    assert!(error["message"].as_str().is_some_and(|message| message.len() > 10), "{error}");
    assert!(error["type"].is_string() && error["is_transient"].is_boolean(), "{error}");
    assert_eq!(error["is_transient"] == true, !answer.header("retry-after").is_empty());
    check_traced(answer);
}

#[track_caller]
fn check_traced(answer: &Answer) {
    assert!(answer.header("x-request-id").starts_with("rq_"), "{:?}", answer.headers);
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// A secret of the right shape that nobody was given.
fn invented(id: Uuid) -> String {
    Secret::generate(Mode::Production, id, &mut StdRng::seed_from_u64(7)).expose().to_owned()
}

#[sqlx::test]
async fn no_credentials_get_a_challenge_without_an_error(db: PgPool) {
    let app = TestApp::new(&db);
    check(&app.send(get(WHOAMI)).await, 401, "invalid_credentials", BARE);
    check(&app.send(get(KEYS)).await, 401, "invalid_credentials", BARE);
    for other in ["Basic YWRhOnB3", "Digest x", "Bearer", "Token x"] {
        let answer = app.send(get(WHOAMI).header(AUTHORIZATION, other)).await;
        assert_eq!(answer.status, 401, "{other}");
    }
    check(
        &app.send(get(WHOAMI).header(AUTHORIZATION, "Basic YWRhOnB3")).await,
        401,
        "invalid_credentials",
        BARE,
    );
}

#[sqlx::test]
async fn a_malformed_secret_is_told_the_expected_prefix_without_asking_the_database(db: PgPool) {
    let app = TestApp::new(&db);
    let good = invented(Uuid::now_v7());
    // A look-up would fail.
    app.sql("alter table api_key_secret rename to somewhere_else").await;
    let cut = &good[..84];
    let long = format!("{good}0");
    let other_checksum = format!("{}{}", cut, if good.ends_with('0') { "1" } else { "0" });
    let stripe = good.replace("aug_sk_prod_", "sk_live_");
    for secret in ["x", "aug_sk_prod_", "ключ", cut, &long, &other_checksum, &stripe, &good.to_uppercase()]
    {
        let answer = app.send(get(WHOAMI).header(AUTHORIZATION, format!("Bearer {secret}"))).await;
        check(&answer, 401, "invalid_credentials", INVALID_TOKEN);
        let message = answer.json()["error"]["message"].to_string();
        assert!(message.contains("aug_sk_prod_") && message.contains("aug_sk_test_"), "{message}");
        assert!(secret.len() < 20 || !answer.body.contains(&secret[12..]), "{}", answer.body);
    }
}

#[sqlx::test]
async fn unknown_deleted_and_rotated_out_secrets_look_the_same(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let unknown = app.api_get(WHOAMI, &invented(Uuid::now_v7())).await;
    check(&unknown, 401, "invalid_credentials", INVALID_TOKEN);

    let rotated = admin.create_key().await;
    admin.rotate(&rotated, "now", "keep").await;
    let deleted = admin.create_key().await;
    admin.delete(&deleted, "ERP Sync").await;
    for secret in [rotated.secret, deleted.secret] {
        let answer = app.api_get(WHOAMI, &secret).await;
        check(&answer, 401, "invalid_credentials", INVALID_TOKEN);
        assert_eq!(answer.body, unknown.body);
    }
}

#[sqlx::test]
async fn the_right_id_with_another_random_part_learns_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let id = PresentedSecret::parse(&key.secret).unwrap().id;
    let unknown = app.api_get(WHOAMI, &invented(Uuid::now_v7())).await;
    let guess = app.api_get(WHOAMI, &invented(id)).await;
    assert_eq!((guess.status, &guess.body), (unknown.status, &unknown.body));
    admin.revoke(&key, "").await;
    assert_eq!(app.api_get(WHOAMI, &invented(id)).await.body, unknown.body);
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".into()));
}

#[sqlx::test]
async fn revoked_and_expired_keys_are_told_apart_and_revoked_wins(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now() + interval '1 minute'").await;
    assert_eq!(app.api_get(WHOAMI, &key.secret).await.status, 200);
    app.sql("update api_key set expires_at = now()").await;
    check(&app.api_get(WHOAMI, &key.secret).await, 401, "api_key_expired", INVALID_TOKEN);
    check(&app.api_get(KEYS, &key.secret).await, 401, "api_key_expired", INVALID_TOKEN);
    admin.revoke(&key, "").await;
    check(&app.api_get(WHOAMI, &key.secret).await, 401, "api_key_revoked", INVALID_TOKEN);
}

#[sqlx::test]
async fn two_authorization_headers_are_refused_even_when_one_is_good(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let line = format!("Bearer {}", admin.create_key().await.secret);
    for other in [line.as_str(), "Basic YWRhOnB3", ""] {
        let twice = get(WHOAMI).header(AUTHORIZATION, &line).header(AUTHORIZATION, other);
        check(&app.send(twice).await, 400, "validation_failed", INVALID_REQUEST);
    }
}

#[sqlx::test]
async fn the_scheme_may_be_in_any_case(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let answer = app.send(get(WHOAMI).header(AUTHORIZATION, format!("{scheme} {}", key.secret))).await;
        assert_eq!(answer.status, 200, "{scheme}");
    }
}

#[sqlx::test]
async fn a_secret_in_a_url_is_refused_wherever_it_hides(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let secret = &key.secret;
    let encoded: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for path in [
        format!("{KEYS}?q={secret}"),
        format!("{KEYS}?api_key={secret}&limit=1"),
        format!("{KEYS}?{secret}"),
        format!("{KEYS}?{secret}=1"),
        format!("{KEYS}?q=x{secret}"),
        format!("{KEYS}?q={encoded}"),
        format!("{KEYS}?q={}", secret.replace("aug_", "%61ug%5f")),
        format!("/v1/{secret}"),
        format!("/v1/auth/api-keys/{encoded}"),
        format!("{WHOAMI}?a=1;{secret}"),
    ] {
        let answer = app.api_get(&path, secret).await;
        check(&answer, 400, "validation_failed", INVALID_REQUEST);
        assert!(!answer.body.contains(key.random()), "{}", answer.body);
    }
}

#[sqlx::test]
async fn a_key_without_the_permission_is_told_which_one(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = app.api_get(KEYS, &key.secret).await;
    let challenge = r#"Bearer realm="augno", error="insufficient_scope", scope="api_keys:read""#;
    check(&answer, 403, "insufficient_permissions", challenge);
    assert!(answer.json()["error"]["message"].to_string().contains("api_keys:read"));
}

#[sqlx::test]
async fn unknown_paths_are_not_found_in_the_envelope(db: PgPool) {
    let app = TestApp::new(&db);
    for path in ["/v1/nothing", "/v1", "/v1/", "/v1//", "/v1/auth/whoami/", "/v1/auth", "/v1/AUTH/whoami"] {
        check(&app.send(get(path)).await, 404, "resource_not_found", "");
    }
}

#[sqlx::test]
async fn other_methods_are_not_allowed_and_told_which_are(db: PgPool) {
    let app = TestApp::new(&db);
    for (method, path) in [("POST", WHOAMI), ("DELETE", WHOAMI), ("PATCH", KEYS), ("PUT", KEYS)] {
        let answer = app.send(get(path).method(method)).await;
        check(&answer, 405, "method_not_allowed", "");
        assert!(
            answer.header("allow").split(',').any(|allowed| allowed.trim() == "GET"),
            "{:?}",
            answer.headers
        );
    }
}

#[sqlx::test]
async fn a_database_that_is_away_lets_nobody_in(db: PgPool) {
    let (app, admin, proxy) = TestApp::with_admin_behind(&db).await;
    let key = admin.create_admin_key().await;
    proxy.set(Way::Cut);
    for path in [WHOAMI, KEYS] {
        check(&app.api_get(path, &key.secret).await, 503, "service_unavailable", "");
    }
    assert_eq!(app.send(get("/healthz")).await.status, 200);
    assert_eq!(app.send(get("/readyz")).await.status, 503);
}

#[sqlx::test]
async fn answers_that_are_good_are_traced_and_never_kept_either(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    let answers = [app.api_get(WHOAMI, &key.secret).await, app.api_get(KEYS, &key.secret).await];
    for answer in &answers {
        assert_eq!(answer.status, 200);
        check_traced(answer);
    }
    assert_ne!(answers[0].header("x-request-id"), answers[1].header("x-request-id"));
    let sent = get(WHOAMI).header("x-request-id", "rq_mine");
    assert_ne!(app.send(sent).await.header("x-request-id"), "rq_mine");
}

#[sqlx::test]
async fn a_session_cookie_does_not_open_the_api(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    check(&admin.get(KEYS).await, 401, "invalid_credentials", BARE);
    let page = app.api_get("/settings/api-keys", &key.secret).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/login?next=%2Fsettings%2Fapi-keys"));
}
