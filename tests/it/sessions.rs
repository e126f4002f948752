//! Sessions: who is in, for how long, and never again after.

use http::header::SET_COOKIE;
use sqlx::PgPool;

use crate::app::{Browser, EMAIL, LIST, PASSWORD, TestApp};

async fn is_in(browser: &Browser) -> bool {
    let page = browser.get(LIST).await;
    assert!(page.status == 200 || page.status == 303, "{}", page.status);
    page.status == 200
}

/// The Set-Cookie lines of a fresh sign-in.
async fn cookie_of(app: &TestApp) -> String {
    let answer = app.browser().try_sign_in(EMAIL, PASSWORD).await;
    let mut lines = answer.headers.get_all(SET_COOKIE).iter();
    let line = lines.next().unwrap().to_str().unwrap().to_owned();
    assert!(lines.next().is_none());
    line
}

#[sqlx::test]
async fn the_cookie_is_hidden_from_scripts_and_other_sites(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let plain = cookie_of(&app).await;
    assert!(plain.starts_with("augno_session=") && !plain.contains("Secure"), "{plain}");
    let secure = cookie_of(&TestApp::at(&db, "https://keys.example")).await;
    assert!(secure.starts_with("__Host-augno_session=") && secure.contains("; Secure"), "{secure}");
    for line in [&plain, &secure] {
        assert!(
            line.contains("; HttpOnly") && line.contains("; SameSite=Lax") && line.contains("; Path=/"),
            "{line}"
        );
        assert!(!line.contains("Domain"), "{line}");
    }
    assert!(!plain.replace("Path=/;", "").contains("Path=") || plain.ends_with("Path=/"), "{plain}");
}

#[sqlx::test]
async fn a_plain_cookie_does_not_open_an_https_server(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let secure = TestApp::at(&db, "https://keys.example").browser();
    secure.set_cookie("augno_session", &admin.session_cookie().unwrap());
    assert!(is_in(&admin).await && !is_in(&secure).await);
    assert_eq!(app.count("session").await, 1);
}

#[sqlx::test]
async fn only_the_hash_of_the_id_is_in_the_table(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let cookie = admin.session_cookie().unwrap();
    assert!(cookie.len() >= 22, "128 bits in base64");
    assert_eq!(app.count(&format!("session s where s::text like '%{cookie}%'")).await, 0);
    assert_eq!(app.count("session where octet_length(id_hash) = 32 and member_id is not null").await, 1);
    // Nobody gets in with what the table holds.
    let hash = app.ask("select encode(id_hash, 'base64') from session").await;
    let thief = app.browser();
    thief.set_cookie("augno_session", hash.trim_matches(['(', ')', '"']));
    assert!(!is_in(&thief).await);
}

#[sqlx::test]
async fn signing_in_makes_a_new_id(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.session_cookie().unwrap();
    admin.sign_in(EMAIL).await;
    assert_ne!(admin.session_cookie().unwrap(), first);
    let old = app.browser();
    old.set_cookie("augno_session", &first);
    assert!(is_in(&admin).await && !is_in(&old).await);
}

#[sqlx::test]
async fn an_id_that_somebody_planted_is_never_taken_over(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let victim = app.browser();
    victim.set_cookie("augno_session", planted);
    victim.sign_in(EMAIL).await;
    assert_ne!(victim.session_cookie().unwrap(), planted);
    let thief = app.browser();
    thief.set_cookie("augno_session", planted);
    assert!(is_in(&victim).await && !is_in(&thief).await);
}

#[sqlx::test]
async fn signing_out_ends_the_session_on_the_server(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let copy = app.browser();
    copy.set_cookie("augno_session", &admin.session_cookie().unwrap());
    assert!(is_in(&copy).await);
    let answer = admin.post_form("/logout", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/login"));
    assert_eq!((admin.session_cookie(), app.count("session").await), (None, 0));
    assert!(!is_in(&copy).await);
}

#[sqlx::test]
async fn a_cookie_that_was_signed_out_never_revives(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let cookie = admin.session_cookie().unwrap();
    let (stale, late) = (app.browser(), app.browser());
    stale.set_cookie("augno_session", &cookie);
    late.set_cookie("augno_session", &cookie);
    let (path, fields) = (key.form("revoke"), [("reason", "")]);
    // The post leaves a status message in the session that ends meanwhile.
    let (out, _) = tokio::join!(admin.post_form("/logout", &[]), stale.post_form(&path, &fields));
    assert_eq!((out.status.as_u16(), app.count("session").await), (303, 0));
    assert!(!is_in(&late).await && !is_in(&stale).await);
    assert_eq!(app.count("session").await, 0);
}

#[sqlx::test]
async fn twelve_hours_of_idleness_end_it(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.sql("update session set last_seen_at = now() - interval '11 hours 59 minutes'").await;
    assert!(is_in(&admin).await);
    assert_eq!(
        app.count("session where last_seen_at > now() - interval '1 minute'").await,
        1,
        "being seen counts"
    );
    app.sql("update session set last_seen_at = now() - interval '12 hours'").await;
    assert!(!is_in(&admin).await);
}

#[sqlx::test]
async fn seven_days_end_it_however_busy(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let end = "session where expires_at between now() + interval '7 days' - interval '1 minute' and now() + interval '7 days'";
    assert_eq!(app.count(end).await, 1);
    let before = app.ask("select expires_at from session").await;
    app.sql("update session set last_seen_at = now() - interval '1 hour'").await;
    assert!(is_in(&admin).await);
    admin.post_form("/theme", &[("theme", "dark")]).await;
    assert_eq!(app.ask("select expires_at from session").await, before, "use does not move the end");
    app.sql("update session set expires_at = now(), last_seen_at = now()").await;
    assert!(!is_in(&admin).await);
}

#[sqlx::test]
async fn ended_sessions_are_swept_and_live_ones_stay(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.browser().sign_in(EMAIL).await;
    let newest = "where created_at = (select max(created_at) from session)";
    app.sql(format!("update session set last_seen_at = now() - interval '13 hours' {newest}")).await;
    app.browser().sign_in(EMAIL).await;
    app.sql(format!("update session set expires_at = now() {newest}")).await;
    assert_eq!(app.count("session").await, 3);
    augno_api_keys::store::sessions::PgSessions::new(app.state.db.clone()).remove_ended().await.unwrap();
    assert_eq!(app.count("session").await, 1);
    assert!(is_in(&admin).await);
}

#[sqlx::test]
async fn looking_around_signed_out_makes_no_session(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let browser = app.browser();
    for path in ["/login", LIST, "/", "/docs/errors", "/nothing", "/setup?token=x"] {
        assert_eq!(browser.get(path).await.header("set-cookie"), "", "{path}");
    }
    browser.try_sign_in(EMAIL, "not the password").await;
    assert_eq!((browser.session_cookie(), app.count("session").await), (None, 1));
}

#[sqlx::test]
async fn a_cookie_of_nonsense_is_nobody(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let huge = "A".repeat(5000);
    for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "%00", "../../etc/passwd", &huge] {
        let browser = app.browser();
        browser.set_cookie("augno_session", value);
        assert!(!is_in(&browser).await, "{value:.30}");
    }
}

#[sqlx::test]
async fn a_member_who_is_gone_is_out_with_all_sessions(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let viewer = app.viewer().await;
    app.sql("delete from member where email = 'vic@acme.example'").await;
    assert!(!is_in(&viewer).await);
    assert_eq!(app.count("session").await, 1);
}
