//! The key operations, as programs use them.

use augno_api_keys::store::roles;
use http::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{blamed, said};
use crate::app::{Answer, TestApp};

const KEYS: &str = "/v1/auth/api-keys";

fn path(id: &str) -> String {
    format!("{KEYS}/{id}")
}

fn new(name: &str) -> Value {
    json!({"name": name, "role_id": roles::VIEWER.to_string()})
}

/// Id and secret of a created or rotated key.
fn issued(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 201, "{}", answer.body);
    let json = answer.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&json["api_key_info"]["id"]), text(&json["api_key_secret"]))
}

#[sqlx::test]
async fn the_whole_life_of_a_key(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let call = async |method, path: &str, body| app.api(method, path, &secret, body).await;

    let created = call(Method::POST, &format!("{KEYS}?include[]=role"), new(" ERP Sync ")).await;
    let (id, first) = issued(&created);
    assert_eq!(created.json()["api_key_info"]["name"], "ERP Sync");
    assert_eq!(created.json()["api_key_info"]["role"]["name"], "Viewer");
    assert_eq!(app.whoami(&first).await.0, 200);

    let edited =
        call(Method::PATCH, &path(&id), json!({"name": "Shop", "role_id": roles::ADMIN.to_string()})).await;
    assert_eq!((edited.status.as_u16(), &edited.json()["name"]), (200, &json!("Shop")));
    assert_eq!(app.api_get(KEYS, &first).await.status, 200);

    let rotated = call(Method::POST, &format!("{}/actions/rotate", path(&id)), Value::Null).await;
    let (same, second) = issued(&rotated);
    assert_eq!(same, id);
    assert_eq!(app.whoami(&first).await, (401, "invalid_credentials".into()));
    assert_eq!(app.whoami(&second).await.0, 200);

    let got = call(Method::GET, &path(&id), Value::Null).await;
    assert_eq!(got.json()["role"], json!(null));
    assert!(!got.body.contains(&second[40..]));

    for _ in 0..2 {
        let revoked = call(Method::DELETE, &path(&id), Value::Null).await;
        assert_eq!((revoked.status.as_u16(), revoked.body.as_str()), (200, "{}"));
    }
    assert_eq!(app.whoami(&second).await, (401, "api_key_revoked".into()));
    let again = call(Method::POST, &format!("{}/actions/rotate", path(&id)), json!({})).await;
    assert_eq!(said(&again), (409, "resource_conflict".into()));
    assert_eq!(
        said(&call(Method::PATCH, &path(&id), json!({"name": "x"})).await),
        (409, "resource_conflict".into())
    );

    let deleted = call(Method::POST, &format!("{}/actions/delete", path(&id)), Value::Null).await;
    assert_eq!((deleted.status.as_u16(), deleted.body.as_str()), (200, "{}"));
    assert_eq!(said(&call(Method::GET, &path(&id), Value::Null).await), (404, "resource_not_found".into()));
    assert_eq!(app.whoami(&second).await, (401, "invalid_credentials".into()));

    // The key is named as the one who did all that.
    let actors = app.count("audit_event where actor_type = 'api_key' and actor_name = 'Terraform' and actor_handle like 'aug_sk_prod_****%'").await;
    assert_eq!(actors, 5);
}

#[sqlx::test]
async fn bad_bodies_are_blamed_on_their_field(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let viewer = roles::VIEWER.to_string();
    for (body, code, param) in [
        (json!({"role_id": viewer}), "missing_field", "name"),
        (json!({"name": "x"}), "missing_field", "role_id"),
        (json!({"name": null, "role_id": viewer}), "missing_field", "name"),
        (json!({"name": 1, "role_id": viewer}), "invalid_format", "name"),
        (json!({"name": " ", "role_id": viewer}), "parameter_invalid", "name"),
        (json!({"name": "é".repeat(81), "role_id": viewer}), "parameter_invalid", "name"),
        (json!({"name": "a\u{0}b", "role_id": viewer}), "parameter_invalid", "name"),
        (json!({"name": "x", "role_id": "rl_nonsense"}), "parameter_invalid", "role_id"),
        (json!({"name": "x", "role_id": "rl_01h2xcejqtf2nbrexx3vqjhp41"}), "parameter_invalid", "role_id"),
        (json!({"name": "x", "role_id": viewer, "expires_at": "tomorrow"}), "invalid_format", "expires_at"),
        (
            json!({"name": "x", "role_id": viewer, "expires_at": "2020-01-01T00:00:00Z"}),
            "parameter_invalid",
            "expires_at",
        ),
        (
            json!({"name": "x", "role_id": viewer, "expires_at": "9999-12-31T00:00:00Z"}),
            "parameter_invalid",
            "expires_at",
        ),
        (json!({"name": "x", "role_id": viewer, "color": "red"}), "parameter_unknown", "color"),
        (json!([]), "validation_failed", ""),
        (json!("x"), "validation_failed", ""),
    ] {
        let answer = app.api(Method::POST, KEYS, &secret, body.clone()).await;
        assert_eq!(
            (said(&answer), blamed(&answer).as_str()),
            ((400, code.into()), param),
            "{body}: {}",
            answer.body
        );
    }
    let broken = app
        .send_body(crate::app::post(KEYS).header("authorization", format!("Bearer {secret}")), "{\"name\":")
        .await;
    assert_eq!(said(&broken), (400, "validation_failed".into()));
    let large = app.api(Method::POST, KEYS, &secret, json!({"name": "x".repeat(70_000)})).await;
    assert_eq!(said(&large), (413, "validation_failed".into()));
    assert_eq!(app.count("api_key").await, 1);
}

#[sqlx::test]
async fn a_rotation_may_let_the_old_secret_go_on_for_at_most_30_days(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let key = admin.create_key().await;
    let rotate = format!("{}/actions/rotate", path(&key.id));
    let at = |days: i64| {
        let at = time::OffsetDateTime::now_utc() + time::Duration::days(days);
        at.format(&time::format_description::well_known::Rfc3339).unwrap()
    };
    for days in [-1, 31] {
        let answer = app.api(Method::POST, &rotate, &secret, json!({"revoke_at": at(days)})).await;
        assert_eq!(
            (said(&answer), blamed(&answer).as_str()),
            ((400, "parameter_invalid".into()), "revoke_at")
        );
    }
    let rotated =
        app.api(Method::POST, &rotate, &secret, json!({"revoke_at": at(29), "expires_at": at(10)})).await;
    let (_, other) = issued(&rotated);
    assert_eq!((app.whoami(&key.secret).await.0, app.whoami(&other).await.0), (200, 200));
    // Never past the key's own expiry.
    assert_eq!(
        app.count("api_key_secret s join api_key k on k.id = s.api_key_id where s.stops_at = k.expires_at")
            .await,
        1
    );
}

#[sqlx::test]
async fn an_expired_key_is_rotated_with_a_new_expiry_only(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now() where name = 'ERP Sync'").await;
    let rotate = format!("{}/actions/rotate", path(&key.id));
    let refused = app.api(Method::POST, &rotate, &secret, json!({})).await;
    assert_eq!(
        (said(&refused), blamed(&refused).as_str()),
        ((400, "parameter_invalid".into()), "expires_at")
    );
    let rotated =
        app.api(Method::POST, &rotate, &secret, json!({"expires_at": "2030-01-01T00:00:00Z"})).await;
    assert_eq!(app.whoami(&issued(&rotated).1).await.0, 200);
    assert_eq!(app.whoami(&key.secret).await.0, 401);
}

#[sqlx::test]
async fn the_same_idempotency_key_makes_one_key_and_rotates_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let once = [("idempotency-key", "6f1c")];
    let create = async |body| app.api_with(Method::POST, KEYS, &secret, &once, body).await;
    let (one, two) = tokio::join!(create(new("Once")), create(new("Once")));
    let (first, second) = if one.status == 201 { (one, two) } else { (two, one) };
    let (id, created) = issued(&first);
    let error = &second.json()["error"];
    assert_eq!(
        (second.status.as_u16(), &error["type"]),
        (409, &json!("idempotency_error")),
        "{}",
        second.body
    );
    assert!(
        error["message"].as_str().unwrap().contains("cannot be shown again")
            && !second.body.contains(&created[40..])
    );
    let different = create(new("Different")).await;
    assert_eq!(
        (different.status.as_u16(), &different.json()["error"]["type"]),
        (409, &json!("idempotency_error"))
    );
    assert_eq!(app.count("api_key where name in ('Once', 'Different')").await, 1);

    let rotate = format!("{}/actions/rotate", path(&id));
    let again = [("idempotency-key", "7a2d")];
    let rotated = app.api_with(Method::POST, &rotate, &secret, &again, json!({})).await;
    let (_, current) = issued(&rotated);
    assert_eq!(app.api_with(Method::POST, &rotate, &secret, &again, json!({})).await.status, 409);
    assert_eq!(app.whoami(&current).await.0, 200);
    // A day later the key is as good as new.
    app.sql("update idempotency_key set kept_until = now()").await;
    assert_eq!(create(new("Once")).await.status, 201);
    for bad in ["", " ", &"x".repeat(256), &created] {
        let answer = app.api_with(Method::POST, KEYS, &secret, &[("idempotency-key", bad)], new("x")).await;
        assert_eq!(
            (said(&answer), blamed(&answer).as_str()),
            ((400, "parameter_invalid".into()), "Idempotency-Key"),
            "{bad}"
        );
    }
}

#[sqlx::test]
async fn a_refused_request_leaves_its_idempotency_key_free(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let once = [("idempotency-key", "6f1c")];
    let unknown = json!({"name": "x", "role_id": "rl_01h2xcejqtf2nbrexx3vqjhp41"});
    assert_eq!(app.api_with(Method::POST, KEYS, &secret, &once, unknown).await.status, 400);
    assert_eq!(app.api_with(Method::POST, KEYS, &secret, &once, new("x")).await.status, 201);
}

#[sqlx::test]
async fn another_accounts_key_looks_like_none(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let theirs = app.stranger().await.create_key().await;
    for (method, suffix, body) in [
        (Method::GET, "", Value::Null),
        (Method::PATCH, "", json!({"name": "mine"})),
        (Method::DELETE, "", Value::Null),
        (Method::POST, "/actions/rotate", json!({})),
        (Method::POST, "/actions/delete", Value::Null),
    ] {
        let ask = async |id: &str| {
            let answer =
                app.api(method.clone(), &format!("{}{suffix}", path(id)), &secret, body.clone()).await;
            (answer.status.as_u16(), answer.body)
        };
        let unknown = ask("apke_01h2xcejqtf2nbrexx3vqjhp41").await;
        assert_eq!(unknown.0, 404);
        assert_eq!(ask(&theirs.id).await, unknown);
        assert_eq!(ask("apke_nonsense").await, unknown);
        assert_eq!(ask("x").await, unknown);
    }
    assert_eq!(app.whoami(&theirs.secret).await.0, 200);
}

#[sqlx::test]
async fn two_rotations_at_once_never_kill_a_secret_that_was_shown(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let key = admin.create_key().await;
    let rotate = format!("{}/actions/rotate", path(&key.id));
    let call = async || app.api(Method::POST, &rotate, &secret, json!({})).await;
    let (one, two, three) = tokio::join!(call(), call(), call());
    for answer in [one, two, three] {
        match answer.status.as_u16() {
            201 => assert!(answer.json()["api_key_secret"].is_string()),
            409 => assert_eq!(said(&answer).1, "resource_conflict"),
            other => panic!("{other}: {}", answer.body),
        }
    }
    assert_eq!(app.count("api_key_secret s where s.stops_at is null").await, 2);
}

#[sqlx::test]
async fn an_error_never_repeats_a_secret(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_admin_key().await;
    for (path, body) in [
        (KEYS, json!({"name": key.secret, "role_id": roles::VIEWER.to_string()})),
        (KEYS, json!({"name": "x", "role_id": key.secret})),
        (KEYS, json!({"name": "x", "role_id": roles::VIEWER.to_string(), key.secret.as_str(): 1})),
        ("/v1/identity/roles", json!({"name": "x", "permissions": [key.secret]})),
    ] {
        let answer = app.api(Method::POST, path, &key.secret, body).await;
        assert!(answer.status == 400 && !answer.body.contains(key.random()), "{}", answer.body);
    }
    assert_eq!(app.count(&format!("request_log r where r::text like '%{}%'", key.random())).await, 0);
}

#[sqlx::test]
async fn a_note_is_kept_changed_and_taken_away(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let call = async |method, path: &str, body| app.api(method, path, &secret, body).await;
    let mut noted = new("ERP Sync");
    noted["note"] = json!(" Runs on sync-02.\nAsk Ines. ");
    let created = call(Method::POST, KEYS, noted).await;
    assert_eq!(created.json()["api_key_info"]["note"], "Runs on sync-02.\nAsk Ines.");
    let (id, _) = issued(&created);
    assert_eq!(call(Method::POST, KEYS, new("Bare")).await.json()["api_key_info"]["note"], json!(null));
    let edit = async |body| call(Method::PATCH, &path(&id), body).await;
    assert_eq!(edit(json!({"name": "Shop"})).await.json()["note"], "Runs on sync-02.\nAsk Ines.");
    assert_eq!(edit(json!({"note": "Other"})).await.json()["note"], "Other");
    assert_eq!(edit(json!({"note": null})).await.json()["note"], json!(null));
    for bad in [json!("x".repeat(501)), json!("a\u{202e}b"), json!("a\u{0}"), json!(7)] {
        let answer = edit(json!({"note": bad})).await;
        assert_eq!((answer.status.as_u16(), blamed(&answer).as_str()), (400, "note"), "{bad}");
    }
    let got = call(Method::GET, &path(&id), Value::Null).await.json();
    assert!(got.get("note").is_none(), "elsewhere keys are as Augno has them: {got}");
    assert_eq!(app.count("audit_event where changes @> '[{\"field\": \"note\"}]'").await, 3);
}

#[sqlx::test]
async fn names_that_deceive_are_refused(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    for name in ["Ad\u{200b}min", "\u{202e}nimdA", "a\u{2066}b", "a\u{ad}b"] {
        for path in [KEYS, "/v1/identity/roles"] {
            let mut body = new(name);
            if path != KEYS {
                body = json!({"name": name, "permissions": []});
            }
            let answer = app.api(Method::POST, path, &secret, body).await;
            assert_eq!((answer.status.as_u16(), blamed(&answer).as_str()), (400, "name"), "{path} {name:?}");
        }
    }
    let role = json!({"name": "\u{410}dmin", "permissions": []});
    let answer = app.api(Method::POST, "/v1/identity/roles", &secret, role).await;
    assert_eq!((answer.status.as_u16(), blamed(&answer).as_str()), (400, "name"), "a Cyrillic A");
}
