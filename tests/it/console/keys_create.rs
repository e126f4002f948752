//! **Create API key**, by call and by post.

use augno_api_keys::store::roles;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::app::{LIST, NEW, TestApp, new_key, post};

/// The form's fields for a Viewer's key.
fn fields<'a>(name: &'a str, role: &'a str, token: &'a str) -> [(&'static str, &'a str); 5] {
    [("name", name), ("role_id", role), ("expiration", "none"), ("expires_on", ""), ("token", token)]
}

#[sqlx::test]
async fn a_new_secret_opens_the_api_and_is_kept_as_a_hash(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    assert_eq!(app.whoami(&key.secret).await, (200, "ok".into()));
    let kept =
        format!("api_key_secret where hash = sha256('{}') and right('{0}', 4) = last_four", key.secret);
    assert_eq!(app.count(&kept).await, 1);
    let parts: Vec<&str> = key.secret.split('_').collect();
    assert_eq!((parts[0], parts[1], parts[2], parts[3].len(), parts[4].len()), ("aug", "sk", "prod", 22, 50));
}

#[sqlx::test]
async fn a_post_shows_the_secret_in_its_own_answer_and_nowhere_later(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (role, token) = (roles::VIEWER.to_string(), Uuid::new_v4().to_string());
    let answer = admin.post_form(NEW, &fields("ERP Sync", &role, &token)).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (201, ""));
    assert_eq!(answer.header("cache-control"), "no-store");
    let secret = answer.shown_secret();
    assert_eq!(answer.body.matches(&secret).count(), 5, "in its field, and in each snippet");
    assert_eq!(app.whoami(&secret).await, (200, "ok".into()));
    assert!(!admin.get(NEW).await.body.contains(&secret) && !admin.get(LIST).await.body.contains(&secret));
}

#[sqlx::test]
async fn bad_names_are_told_beside_the_field_and_make_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let long = "é".repeat(81);
    for name in ["", "   ", "\t\n", "a\u{0}b", "a\u{7}b", "a\nb", "a\u{85}b", &long] {
        let answer = admin.call("create-key", new_key(json!({"name": name}))).await;
        assert_eq!(answer.status, 422, "{name:?} {}", answer.body);
        assert!(answer.on_field("name").is_some(), "{name:?} {}", answer.body);
    }
    assert_eq!(app.count("api_key").await, 0);
    assert_eq!(app.count("audit_event where resource_type = 'api_key'").await, 0);
}

#[sqlx::test]
async fn a_refused_post_keeps_what_was_typed(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let name = format!("\"><b>{}", "n".repeat(80));
    let role = roles::VIEWER.to_string();
    let answer = admin.post_form(NEW, &fields(&name, &role, "0b7c7d8e-0000-4000-8000-000000000001")).await;
    assert_eq!(answer.status, 422);
    let shown = name.replace('"', "&quot;");
    assert!(
        answer.body.contains(&shown)
            || answer.body.contains(&shown.replace('<', "&lt;").replace('>', "&gt;"))
    );
    assert!(!answer.body.contains("\"><b>"), "{}", answer.body);
    assert!(answer.body.contains("aria-invalid=\"true\"") && answer.body.contains("at most 80 characters"));
    assert!(
        answer.body.contains("0b7c7d8e-0000-4000-8000-000000000001"),
        "the token stays, so one form makes one key"
    );
    assert!(answer.body.contains(&format!("value=\"{role}\" selected")), "{}", answer.body);
}

#[sqlx::test]
async fn odd_names_are_kept_and_shown_as_text(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let long = "é".repeat(80);
    let names = [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "🔑 мой ключ",
        "مفتاح",
        &long,
        "{\"a\":1}\\\"';--",
    ];
    for name in names {
        let key = admin.create_key_with(json!({"name": format!("  {name} ")})).await;
        let said = app.api_get("/v1/auth/whoami", &key.secret).await.json();
        assert_eq!(said["api_key"]["name"], name);
        for path in [LIST.to_owned(), format!("{LIST}/{}", key.id), key.form("revoke"), key.form("delete")] {
            let page = admin.get(&path).await;
            let at = page.body.find("<script>alert");
            assert!(at.is_none(), "{path}: {:?}", at.map(|at| &page.body[at.saturating_sub(60)..at + 20]));
        }
        assert_eq!(admin.key_page(&key).await.told("data-name"), name);
    }
}

#[sqlx::test]
async fn an_expiry_is_kept_or_told_beside_its_field(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for (expiration, day, field) in [
        ("custom", "2020-01-01", "expires_on"),
        ("custom", "9999-12-31", "expires_on"),
        ("custom", "", "expires_on"),
        ("custom", "31.12.2027", "expires_on"),
        ("custom", "2027-02-30", "expires_on"),
        ("custom", "+12027-01-01", "expires_on"),
        ("8d", "", "expiration"),
        ("", "", "expiration"),
        ("keep", "", "expiration"),
    ] {
        let answer =
            admin.call("create-key", new_key(json!({"expiration": expiration, "expires_on": day}))).await;
        assert_eq!(answer.status, 422, "{expiration} {day}: {}", answer.body);
        assert!(answer.on_field(field).is_some(), "{expiration} {day}: {}", answer.body);
    }
    assert_eq!(app.count("api_key").await, 0);
    for (preset, days) in [("7d", 7), ("30d", 30), ("60d", 60), ("90d", 90), ("1y", 365)] {
        admin.create_key_with(json!({"name": preset, "expiration": preset})).await;
        let kept =
            format!("api_key where name = '{preset}' and expires_at - created_at = interval '{days} days'");
        assert_eq!(app.count(&kept).await, 1, "{preset}");
    }
}

#[sqlx::test]
async fn a_role_must_be_one_the_account_may_give(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.stranger().await;
    let theirs = "01890a5d-ac96-774b-bcce-b302099a8099";
    app.sql(format!(
        "insert into role (id, account_id, name, type, permissions)
         select '{theirs}', id, 'Theirs', 'user', '{{}}' from account where name = 'Globex'"
    ))
    .await;
    let theirs = augno_api_keys::domain::id::RoleId::from_uuid(theirs.parse().unwrap()).to_string();
    for role in [
        "",
        "rl_",
        "nonsense",
        "rl_01h2xcejqtf2nbrexx3vqjhp41",
        &theirs,
        "01890a5d-ac96-774b-bcce-b302099a8057",
    ] {
        let answer = admin.call("create-key", new_key(json!({"role_id": role}))).await;
        assert_eq!(answer.status, 422, "{role}: {}", answer.body);
        assert!(answer.on_field("role_id").is_some(), "{role}: {}", answer.body);
    }
    assert_eq!(app.count("api_key").await, 0);
    assert!(!admin.get(NEW).await.body.contains("Theirs"));
}

/// What another admin has issued since is nobody's to replace by a click on the same button again.
#[sqlx::test]
async fn a_form_sent_twice_offers_to_replace_its_own_secret_alone(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (role, token) = (roles::VIEWER.to_string(), Uuid::new_v4().to_string());
    let first = admin.call("create-key", new_key(json!({"token": token}))).await.key();
    let theirs = admin.rotate(&first, "now", "keep").await.key();
    let again = admin.post_form(NEW, &fields("ERP Sync", &role, &token)).await;
    assert_eq!(again.status, 409);
    assert!(!again.body.contains("Show a new secret"), "{}", again.body);
    let call = admin.call("create-key", new_key(json!({"token": token}))).await;
    assert_eq!(call.status, 409, "{}", call.body);
    assert!(call.json()["Conflict"].as_str().unwrap().contains("sent twice"), "{}", call.body);
    assert_eq!(app.whoami(&theirs.secret).await, (200, "ok".into()));
}

#[sqlx::test]
async fn the_same_post_twice_makes_one_key_and_shows_its_secret_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (role, token) = (roles::VIEWER.to_string(), Uuid::new_v4().to_string());
    let first = admin.post_form(NEW, &fields("ERP Sync", &role, &token)).await;
    let again = admin.post_form(NEW, &fields("ERP Sync", &role, &token)).await;
    assert_eq!(again.status, 409);
    assert!(!again.body.contains("aug_sk_prod_0"), "{}", again.body);
    let call = admin.call("create-key", new_key(json!({"token": token}))).await;
    assert_eq!(call.status, 409, "{}", call.body);
    assert!(call.json()["SentTwice"]["text"].as_str().unwrap().contains("sent twice"), "{}", call.body);
    assert_eq!(
        (app.count("api_key").await, app.count("audit_event where resource_type = 'api_key'").await),
        (1, 1)
    );
    assert_eq!(app.whoami(&first.shown_secret()).await, (200, "ok".into()));
}

#[sqlx::test]
async fn a_double_click_makes_one_key(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let input: Value = new_key(json!({}));
    let (one, two, three) = tokio::join!(
        admin.call("create-key", input.clone()),
        admin.call("create-key", input.clone()),
        admin.call("create-key", input.clone()),
    );
    let made = [&one, &two, &three].into_iter().filter(|answer| answer.status == 200).count();
    assert_eq!((made, app.count("api_key").await, app.count("api_key_secret").await), (1, 1, 1));
    assert_eq!(app.count("audit_event where resource_type = 'api_key'").await, 1);
}

#[sqlx::test]
async fn a_post_repeated_after_the_key_was_deleted_makes_no_other(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let input = new_key(json!({}));
    let key = admin.call("create-key", input.clone()).await.key();
    assert_eq!(admin.delete(&key, "ERP Sync").await.status, 200);
    assert_eq!(admin.call("create-key", input).await.status, 409);
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn another_accounts_token_is_no_obstacle(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let stranger = app.stranger().await;
    let input = new_key(json!({}));
    assert_eq!(admin.call("create-key", input.clone()).await.status, 200);
    assert_eq!(stranger.call("create-key", input).await.status, 200);
}

#[sqlx::test]
async fn a_body_over_64_kb_is_too_large_by_post(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (role, rubbish) = (roles::VIEWER.to_string(), "x".repeat(70_000));
    let mut fields = fields("ERP Sync", &role, "").to_vec();
    fields.push(("rubbish", &rubbish));
    assert_eq!(admin.post_form(NEW, &fields).await.status, 413);
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn a_body_over_64_kb_is_too_large_by_call(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let mut input = new_key(json!({}));
    input["rubbish"] = json!("x".repeat(70_000));
    let answer = admin.call("create-key", input).await;
    assert_eq!(answer.status, 413, "{}", answer.body);
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn what_is_no_form_and_no_call_makes_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let json = post(NEW).header("content-type", "application/json");
    assert_eq!(admin.send(json, new_key(json!({})).to_string()).await.status, 415);
    for body in ["", "{", "null", "[]", "{\"input\":[]}", "{\"input\":{\"name\":1}}", "\u{0}"] {
        let call = post("/console/create-key").header("content-type", "application/json");
        let answer = admin.send(call, body).await;
        assert!(answer.status.is_client_error(), "{body}: {} {}", answer.status, answer.body);
    }
    assert_eq!(app.count("api_key").await, 0);
}

#[sqlx::test]
async fn every_showing_of_the_form_has_its_own_token(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let token = async || {
        let page = admin.get(NEW).await.body;
        page.split_once("name=\"token\" value=\"").unwrap().1[..36].parse::<Uuid>().unwrap()
    };
    assert_ne!(token().await, token().await);
}

#[sqlx::test]
async fn the_first_and_the_last_day_offered_are_taken(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let choices = admin.call("key-choices", json!({})).await.json();
    for day in [0, 1] {
        let expires_on = &choices["expirations"]["days"][day];
        let input = new_key(json!({"expiration": "custom", "expires_on": expires_on}));
        let answer = admin.call("create-key", input).await;
        assert_eq!(answer.status, 200, "{day}: {}", answer.body);
    }
}
