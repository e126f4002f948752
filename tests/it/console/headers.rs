//! What browsers are told that pages may do.

use sqlx::PgPool;

use crate::app::{LIST, NEW, TestApp, get};

#[sqlx::test]
async fn every_page_is_framed_by_nobody_and_runs_nothing_of_others(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for path in
        [LIST, NEW, "/login", "/setup?token=x", "/docs/errors", "/nothing", "/settings/api-keys/x/edit", "/"]
    {
        let answer = admin.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(["same-origin", "no-referrer"].contains(&answer.header("referrer-policy")), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(answer.header("x-request-id").starts_with("rq_"), "{path}");
    }
    let api = app.send(get("/v1/auth/whoami")).await;
    assert_eq!(api.header("x-content-type-options"), "nosniff");
}

#[sqlx::test]
async fn each_answer_has_a_nonce_of_its_own_and_every_script_carries_it(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = admin.get(LIST).await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned();
        assert!(nonce.len() >= 22 && !seen.contains(&nonce), "{policy}");
        // Without a browser part built in there is no script; with one, each carries the nonce.
        let scripts = page.body.matches("<script").count();
        let allowed = page.body.split("<script").skip(1).filter(|script| {
            script.split_once('>').is_some_and(|(tag, _)| tag.contains(&format!("nonce=\"{nonce}\"")))
        });
        assert_eq!(allowed.count(), scripts);
        assert!(!page.body.contains(" style=\"") && !page.body.contains(" onclick="));
        seen.push(nonce);
    }
}

#[sqlx::test]
async fn plain_pages_run_no_script_at_all(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for path in [NEW.to_owned(), key.form("rotate"), "/docs/errors".to_owned()] {
        let page = admin.get(&path).await;
        assert!(!page.header("content-security-policy").contains("script-src"), "{path}");
        assert!(!page.body.contains("<script") && !page.body.contains(" style=\""), "{path}");
    }
}

#[sqlx::test]
async fn https_is_insisted_on_only_where_it_is_used(db: PgPool) {
    let plain = TestApp::new(&db);
    let secure = TestApp::at(&db, "https://keys.example");
    for path in ["/login", "/v1/auth/whoami", "/nothing"] {
        assert_eq!(plain.send(get(path)).await.header("strict-transport-security"), "", "{path}");
        let hsts = secure.send(get(path)).await;
        let hsts = hsts.header("strict-transport-security");
        let seconds: u64 = hsts.strip_prefix("max-age=").unwrap().split(';').next().unwrap().parse().unwrap();
        assert!(seconds >= 31_536_000, "{path}: {hsts}");
    }
}

#[sqlx::test]
async fn each_error_code_has_its_section_in_the_docs(db: PgPool) {
    let page = TestApp::new(&db).browser().get("/docs/errors").await;
    assert_eq!(page.status, 200);
    for code in augno_api_keys::domain::error_code::ErrorCode::ALL {
        let anchor = format!("id=\"{}\"", code.slug().replace('_', "-"));
        assert!(page.body.contains(&anchor), "{anchor}");
    }
}
