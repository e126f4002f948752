//! `/setup`: the first account, once.

use augno_api_keys::sign_in::setup_token;
use sqlx::PgPool;

use crate::app::{EMAIL, LIST, PASSWORD, TestApp};

fn fields<'a>(token: &'a str, email: &'a str, password: &'a str) -> [(&'static str, &'a str); 4] {
    [("token", token), ("account", "Acme"), ("email", email), ("password", password)]
}

#[sqlx::test]
async fn the_link_makes_the_account_and_signs_its_admin_in(db: PgPool) {
    let app = TestApp::new(&db);
    let (token, browser) = (app.setup_token().await, app.browser());
    assert_eq!(browser.get(&format!("/setup?token={token}")).await.status, 200);
    let answer = browser.post_form("/setup", &fields(&token, "  Ada@ACME.example ", PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, LIST));
    assert_eq!(browser.get(LIST).await.status, 200);
    assert_eq!(app.ask("select email from member").await, "(ada@acme.example)");
    assert_eq!(app.ask("select name, mode from account").await, "(Acme,production)");
    app.browser().sign_in("ADA@acme.example").await;
}

#[sqlx::test]
async fn the_link_works_once(db: PgPool) {
    let app = TestApp::new(&db);
    let token = app.setup_token().await;
    app.browser().post_form("/setup", &fields(&token, EMAIL, PASSWORD)).await;
    assert_eq!(app.browser().get(&format!("/setup?token={token}")).await.status, 410);
    let again = app.browser().post_form("/setup", &fields(&token, "eve@evil.example", PASSWORD)).await;
    assert_eq!((again.status.as_u16(), again.header("set-cookie")), (410, ""));
    assert_eq!((app.count("account").await, app.count("member").await), (1, 1));
    assert_eq!(setup_token::link(&app.state.db, &app.state.config.public_url).await.unwrap(), None);
}

#[sqlx::test]
async fn a_wrong_or_old_or_replaced_link_opens_nothing(db: PgPool) {
    let app = TestApp::new(&db);
    let replaced = app.setup_token().await;
    let token = app.setup_token().await;
    for wrong in ["", "x", &replaced, &token[..63], &format!("{token}0"), &token.to_uppercase()] {
        assert_eq!(app.browser().get(&format!("/setup?token={wrong}")).await.status, 410, "{wrong}");
        assert_eq!(
            app.browser().post_form("/setup", &fields(wrong, EMAIL, PASSWORD)).await.status,
            410,
            "{wrong}"
        );
    }
    assert_eq!(app.browser().get("/setup").await.status, 410);
    app.sql("update setup_link set expires_at = now()").await;
    assert_eq!(app.browser().get(&format!("/setup?token={token}")).await.status, 410);
    assert_eq!(app.browser().post_form("/setup", &fields(&token, EMAIL, PASSWORD)).await.status, 410);
    assert_eq!(app.count("account").await, 0);
}

#[sqlx::test]
async fn the_link_lasts_an_hour_and_only_its_hash_is_kept(db: PgPool) {
    let app = TestApp::new(&db);
    let token = app.setup_token().await;
    let kept = format!(
        "setup_link where token_hash = sha256('{token}') and expires_at between now() + interval '59 minutes' and now() + interval '1 hour'"
    );
    assert_eq!((app.count(&kept).await, app.count("setup_link").await), (1, 1));
}

#[sqlx::test]
async fn two_posts_at_once_make_one_account(db: PgPool) {
    let app = TestApp::new(&db);
    let token = app.setup_token().await;
    let (one, two) = (app.browser(), app.browser());
    let (ada, bob) = (fields(&token, EMAIL, PASSWORD), fields(&token, "bob@acme.example", PASSWORD));
    let (one, two) = tokio::join!(one.post_form("/setup", &ada), two.post_form("/setup", &bob));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    assert_eq!((app.count("account").await, app.count("member").await), (1, 1));
}

/// A server that starts beside the first post may leave a link behind: it asks before the account is there.
#[sqlx::test]
async fn a_link_left_behind_makes_no_second_account(db: PgPool) {
    let app = TestApp::new(&db);
    app.sign_up().await;
    let hash = setup_token::hash("left-behind").map(|byte| format!("{byte:02x}")).concat();
    app.sql(format!("insert into setup_link values (true, '\\x{hash}', now() + interval '1 hour')")).await;
    let answer =
        app.browser().post_form("/setup", &fields("left-behind", "eve@evil.example", PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), app.count("account").await), (410, 1));
}

#[sqlx::test]
async fn weak_passwords_and_bad_fields_are_told_and_keep_what_was_typed_but_the_password(db: PgPool) {
    let app = TestApp::new(&db);
    let token = app.setup_token().await;
    let long = "p".repeat(1025);
    for password in ["", "elevenchars", "aaaaaaaaaaaaaaaa", &long] {
        let answer = app.browser().post_form("/setup", &fields(&token, EMAIL, password)).await;
        assert_eq!(answer.status, 422, "{password:.20}");
        assert!(
            answer.body.contains("value=\"Acme\"") && answer.body.contains(&format!("value=\"{EMAIL}\""))
        );
        assert!(answer.body.contains(&token) && answer.body.contains("aria-invalid=\"true\""));
        assert!(password.is_empty() || !answer.body.contains(password), "{password:.20}");
    }
    for email in ["", "ada", "@acme.example", "a b@c.example", "a@b@c", "a\u{0}@b.example"] {
        let answer = app.browser().post_form("/setup", &fields(&token, email, PASSWORD)).await;
        assert_eq!(answer.status, 422, "{email}");
        assert!(!answer.body.contains(PASSWORD));
    }
    assert_eq!((app.count("account").await, app.count("setup_link").await), (0, 1));
}

#[sqlx::test]
async fn an_account_is_made_whole_or_not_at_all(db: PgPool) {
    let app = TestApp::new(&db);
    let token = app.setup_token().await;
    app.sql("alter table member add constraint refused check (false)").await;
    let answer = app.browser().post_form("/setup", &fields(&token, EMAIL, PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (500, ""));
    assert!(answer.body.contains(answer.header("x-request-id")) && !answer.body.contains("constraint"));
    assert_eq!((app.count("account").await, app.count("setup_link").await), (0, 1));
}
