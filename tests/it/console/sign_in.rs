//! `/login`: one sentence for every failure, and patience with guessers only.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use argon2::password_hash::{PasswordHasher, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use sqlx::PgPool;

use crate::app::{Answer, EMAIL, LIST, PASSWORD, TestApp, post};

/// What a guesser can compare: all but the address they typed themselves.
fn seen(answer: &Answer, email: &str) -> (u16, Vec<String>, String) {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id" && *name != "content-length")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort_unstable();
    (answer.status.as_u16(), headers, answer.body.replace(email, "EMAIL"))
}

/// Fails until the throttle answers. How many failures it took.
async fn fail_until_slowed(app: &TestApp, email: &str) -> usize {
    for failures in 1..=20 {
        let answer = app.browser().try_sign_in(email, "not the password").await;
        assert_eq!(answer.header("set-cookie"), "");
        if answer.status == 429 {
            return failures;
        }
        assert_eq!(answer.status, 401);
    }
    panic!("twenty failures were not slowed down")
}

async fn let_time_pass(app: &TestApp) {
    app.sql("update sign_in_attempt set blocked_until = now() - interval '1 second'").await;
}

#[sqlx::test]
async fn unknown_emails_wrong_passwords_and_disabled_members_look_the_same(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let wrong = app.browser().try_sign_in(EMAIL, "not the password").await;
    assert_eq!(wrong.status, 401);
    let unknown = app.browser().try_sign_in("nobody@acme.example", PASSWORD).await;
    assert_eq!(seen(&unknown, "nobody@acme.example"), seen(&wrong, EMAIL));
    let empty = app.browser().try_sign_in(EMAIL, "").await;
    assert_eq!(seen(&empty, EMAIL), seen(&wrong, EMAIL));
    let long = app.browser().try_sign_in(EMAIL, &"x".repeat(2000)).await;
    assert_eq!(seen(&long, EMAIL), seen(&wrong, EMAIL));
    app.sql("update member set disabled_at = now()").await;
    let disabled = app.browser().try_sign_in(EMAIL, PASSWORD).await;
    assert_eq!(seen(&disabled, EMAIL), seen(&wrong, EMAIL));
    let odd = app.browser().try_sign_in("not an address", PASSWORD).await;
    assert_eq!(seen(&odd, "not an address"), seen(&wrong, EMAIL));
}

#[sqlx::test]
async fn a_failure_keeps_the_email_but_never_the_password(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let answer = app.browser().try_sign_in("\"><script>alert(1)</script>@x", "my wrong secret").await;
    assert!(!answer.body.contains("<script>alert") && !answer.body.contains("my wrong secret"));
    let answer = app.browser().try_sign_in(EMAIL, "my wrong secret").await;
    assert!(answer.body.contains(&format!("value=\"{EMAIL}\"")) && answer.body.contains("role=\"alert\""));
}

#[sqlx::test]
async fn a_guesser_is_slowed_down_even_with_the_right_password_then_heard_again(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let failures = fail_until_slowed(&app, EMAIL).await;
    assert!((4..=11).contains(&failures), "{failures}");
    let right = app.browser().try_sign_in(EMAIL, PASSWORD).await;
    assert_eq!((right.status.as_u16(), right.header("set-cookie")), (429, ""));
    assert!(right.header("retry-after").parse::<u64>().unwrap() >= 1);
    let wrong = app.browser().try_sign_in(EMAIL, "not the password").await;
    assert_eq!(seen(&wrong, EMAIL).2, seen(&right, EMAIL).2);
    let_time_pass(&app).await;
    app.browser().sign_in(EMAIL).await;
}

#[sqlx::test]
async fn the_delay_rises_but_never_locks_for_good(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    fail_until_slowed(&app, EMAIL).await;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let_time_pass(&app).await;
        assert_eq!(app.browser().try_sign_in(EMAIL, "not the password").await.status, 401);
        let blocked = app.browser().try_sign_in(EMAIL, "not the password").await;
        waits.push(blocked.header("retry-after").parse::<u64>().unwrap());
    }
    assert!(waits.is_sorted() && waits[0] < waits[4] && waits[4] <= 61, "{waits:?}");
    let_time_pass(&app).await;
    app.browser().sign_in(EMAIL).await;
}

#[sqlx::test]
async fn an_unknown_email_is_slowed_down_like_a_known_one(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let known = fail_until_slowed(&app, EMAIL).await;
    app.sql("delete from sign_in_attempt").await;
    assert_eq!(fail_until_slowed(&app, "nobody@acme.example").await, known);
}

#[sqlx::test]
async fn success_forgives_the_failures_of_that_email(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let slowed = fail_until_slowed(&app, EMAIL).await;
    app.sql("delete from sign_in_attempt").await;
    for _ in 0..3 {
        for _ in 0..slowed - 3 {
            assert_eq!(app.browser().try_sign_in(EMAIL, "not the password").await.status, 401);
        }
        app.browser().sign_in(EMAIL).await;
    }
}

#[sqlx::test]
async fn many_emails_from_one_address_are_slowed_down_too(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let mut slowed = false;
    for number in 0..30 {
        let email = format!("guess{number}@acme.example");
        slowed |= app.browser().try_sign_in(&email, "spring2026spring").await.status == 429;
    }
    assert!(slowed);
}

/// An office behind one address, in which somebody mistyped often: who signs in well must not shut out the next.
#[sqlx::test]
async fn a_success_slows_nobody_else_at_the_address_down(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    app.browser().try_sign_in("typo@acme.example", PASSWORD).await;
    app.sql("update sign_in_attempt set failures = 25").await;
    let_time_pass(&app).await;
    app.browser().sign_in(EMAIL).await;
    assert_eq!(app.browser().try_sign_in(EMAIL, PASSWORD).await.status, 303);
}

#[sqlx::test]
async fn who_is_already_in_stays_in_while_a_guesser_is_slowed(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    fail_until_slowed(&app, EMAIL).await;
    assert_eq!(admin.get(LIST).await.status, 200);
}

#[sqlx::test]
async fn emails_tried_are_not_kept_in_clear(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    app.browser().try_sign_in("my-password-by-mistake", "x").await;
    assert_eq!(app.count("sign_in_attempt t where t::text like '%mistake%'").await, 0);
    assert_eq!(
        app.count("sign_in_attempt where octet_length(subject) = 32").await,
        app.count("sign_in_attempt").await
    );
}

#[sqlx::test]
async fn a_hash_of_older_parameters_is_renewed_at_sign_in(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    let hash: PasswordHash = weak.hash_password(PASSWORD.as_bytes()).unwrap();
    app.sql(format!("update member set password_hash = '{hash}'")).await;
    app.browser().try_sign_in(EMAIL, "not the password").await;
    assert_eq!(app.count("member where password_hash like '$argon2id$v=19$m=8192,t=1,p=1$%'").await, 1);
    app.browser().sign_in(EMAIL).await;
    assert_eq!(app.count("member where password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'").await, 1);
    app.browser().sign_in(EMAIL).await;
}

#[sqlx::test]
async fn next_never_leads_to_another_site(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for next in [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/settings\r\nset-cookie: a=b",
        "",
    ] {
        let fields = [("email", EMAIL), ("password", PASSWORD), ("next", next)];
        assert_eq!(app.browser().post_form("/login", &fields).await.location(), LIST, "{next:?}");
        let path = format!("/login?{}", crate::app::form(&[("next", next)]));
        assert_eq!(admin.get(&path).await.location(), LIST, "{next:?}");
        let page = app.browser().get(&path).await.body;
        assert!(!page.contains("evil.example") && !page.contains("javascript:"), "{next:?}");
    }
}

#[sqlx::test]
async fn odd_posts_are_no_mistake_of_the_server(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let browser = app.browser();
    assert_eq!(browser.post_form("/login", &[]).await.status, 401);
    assert_eq!(browser.try_sign_in("a\u{0}@b.example", "x\u{0}").await.status, 401);
    assert_eq!(
        browser.post_form("/login", &[("email", EMAIL), ("email", EMAIL)]).await.status.as_u16() / 100,
        4
    );
    assert_eq!(browser.try_sign_in(EMAIL, &"x".repeat(70_000)).await.status, 413);
}

/// A body of which nothing ever comes.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[sqlx::test]
async fn a_body_that_never_ends_is_given_up(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let request = post("/login").header("content-type", "application/x-www-form-urlencoded");
    tokio::time::pause();
    let answer = app.send_body(request, Body::new(Endless)).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("That took too long"), "{}", answer.body);
}
