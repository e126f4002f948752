//! Keys that do not exist, and keys of others: nobody can tell them apart.

use sqlx::PgPool;

use crate::app::{Answer, Browser, Key, LIST, TestApp};

const FORMS: [&str; 4] = ["edit", "rotate", "revoke", "delete"];

/// An answer without what differs from request to request: the id asked for and the nonce.
fn bytes(answer: &Answer, id: &str) -> (u16, String) {
    let mut body = answer.body.replace(id, "ID");
    while let Some((before, rest)) = body.split_once("nonce=\"") {
        let after = rest.split_once('"').unwrap().1;
        body = format!("{before}{after}");
    }
    (answer.status.as_u16(), body)
}

/// A key of another account, one that never was, and one that is malformed.
async fn ids(app: &TestApp) -> (Key, [String; 4]) {
    let theirs = app.stranger().await.create_key().await;
    let ids = ["apke_01h2xcejqtf2nbrexx3vqjhp41", "apke_nonsense", "apke_%ff"].map(str::to_owned);
    let [unknown, malformed, unreadable] = ids;
    let ids = [theirs.id.clone(), unknown, malformed, unreadable];
    (theirs, ids)
}

async fn pages(admin: &Browser, id: &str) -> Vec<(u16, String)> {
    let mut answers = vec![bytes(&admin.get(&format!("{LIST}/{id}")).await, id)];
    for form in FORMS {
        let path = format!("{LIST}/{id}/{form}");
        answers.push(bytes(&admin.get(&path).await, id));
        let fields = [
            ("id", id),
            ("name", "Mine"),
            ("confirm", "ERP Sync"),
            ("old_secret", "now"),
            ("expiration", "none"),
        ];
        answers.push(bytes(&admin.post_form(&path, &fields).await, id));
    }
    answers
}

#[sqlx::test]
async fn another_accounts_key_has_the_same_pages_as_an_unknown_one(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (theirs, [other, unknown, malformed, unreadable]) = ids(&app).await;
    let expected = pages(&admin, &unknown).await;
    assert_eq!(pages(&admin, &other).await, expected);
    assert_eq!(pages(&admin, &malformed).await, expected);
    assert_eq!(pages(&admin, &unreadable).await, expected);
    assert_eq!(app.whoami(&theirs.secret).await.0, 200);
}

#[sqlx::test]
async fn the_forms_of_a_key_that_is_not_there_are_not_found(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (_, [other, ..]) = ids(&app).await;
    for (status, body) in &pages(&admin, &other).await[1..] {
        assert_eq!(*status, 404, "{body}");
    }
}

#[sqlx::test]
async fn the_page_of_a_key_that_is_not_there_is_not_found(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (_, ids) = ids(&app).await;
    for id in ids {
        let page = admin.get(&format!("{LIST}/{id}")).await;
        assert!(page.body.contains("This key does not exist any more."));
        assert_eq!(page.status, 404, "{id}");
    }
}

#[sqlx::test]
async fn calls_about_a_key_that_is_not_there_are_not_found(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (theirs, ids) = ids(&app).await;
    let viewer = augno_api_keys::store::roles::VIEWER;
    for id in ids {
        let key = Key { id: id.clone(), secret: String::new() };
        for answer in [
            admin.rotate_seen(&key, "00000000-0000-0000-0000-000000000000", "now", "keep").await,
            admin.revoke(&key, "").await,
            admin.delete(&key, "ERP Sync").await,
            admin.edit(&key, "Mine", viewer).await,
        ] {
            assert_eq!(
                (answer.status.as_u16(), answer.body.as_str()),
                (404, "{\"NotFound\":\"Key\"}"),
                "{id}"
            );
        }
    }
    assert_eq!(app.whoami(&theirs.secret).await.0, 200);
}

#[sqlx::test]
async fn the_id_in_the_path_counts_not_the_one_in_the_form(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (asked, smuggled) = (admin.create_key().await, admin.create_key().await);
    admin.post_form(&asked.form("revoke"), &[("id", &smuggled.id), ("reason", "")]).await;
    assert_eq!(app.whoami(&asked.secret).await, (401, "api_key_revoked".into()));
    assert_eq!(app.whoami(&smuggled.secret).await.0, 200);
}

#[sqlx::test]
async fn strangers_share_no_lists_and_no_counts(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let stranger = app.stranger().await;
    let theirs = stranger.create_key().await;
    let mine = admin.tab(&[]).await;
    assert_eq!((mine.names().len(), mine.filters().as_str()), (0, "All 0 Active 0 Revoked 0 Expired 0"));
    for q in [&theirs.secret[..34], &theirs.secret[81..], "ERP Sync"] {
        assert_eq!(admin.tab(&[("q", q)]).await.names(), [""; 0]);
    }
    assert_eq!(stranger.tab(&[]).await.filters(), "All 1 Active 1 Revoked 0 Expired 0");
}
