//! The API Keys tab.

use serde_json::json;
use sqlx::PgPool;

use crate::app::{LIST, Tab, TestApp};
use crate::html;

#[sqlx::test]
async fn shows_keys_newest_first_redacted(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.create_key_with(json!({"name": "Shopify"})).await;
    assert_eq!(admin.tab(&[]).await.names(), ["Shopify", "ERP Sync"]);
    let page = admin.get(LIST).await;
    assert_eq!(page.status, 200);
    let redacted = format!("aug_sk_prod_****{}", &key.secret[81..]);
    assert!(page.body.contains(&redacted) && !page.body.contains(key.random()));
    assert!(page.body.find("Shopify").unwrap() < page.body.find("ERP Sync").unwrap());
}

#[sqlx::test]
async fn no_keys_yet_is_an_invitation_and_no_match_says_so(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    assert!(admin.get(LIST).await.body.contains("No keys yet"));
    admin.create_key().await;
    let page = admin.get(&format!("{LIST}?q=nothing")).await;
    assert!(page.body.contains("No matching keys") && page.body.contains("Clear the filter"));
}

#[sqlx::test]
async fn each_status_has_its_count_and_its_keys(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for name in ["Active", "Expired", "Revoked", "Both"] {
        admin.create_key_with(json!({"name": name})).await;
    }
    app.sql("update api_key set expires_at = now() where name in ('Expired', 'Both')").await;
    app.sql("update api_key set revoked_at = now() where name in ('Revoked', 'Both')").await;
    assert_eq!(admin.tab(&[]).await.filters(), "All 4 Active 1 Revoked 2 Expired 1");
    for (status, expected) in
        [("active", vec!["Active"]), ("revoked", vec!["Both", "Revoked"]), ("expired", vec!["Expired"])]
    {
        let tab = admin.tab(&[("status", status)]).await;
        assert_eq!(tab.names(), expected);
        assert!(tab.statuses().iter().all(|listed| listed == status), "{:?}", tab.statuses());
        let chosen = tab
            .body
            .split("<a ")
            .filter(|link| link.contains("aria-current=\"page\"") && link.contains("data-visit"));
        let chosen: Vec<_> =
            chosen.map(|link| link.contains(&format!("href=\"{LIST}?status={status}\""))).collect();
        assert_eq!(chosen, [true], "{status}");
    }
    assert_eq!(admin.tab(&[("status", "nonsense")]).await.names().len(), 4);
}

#[sqlx::test]
async fn search_finds_names_last_fours_and_the_id_part_of_a_secret(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    admin.create_key_with(json!({"name": "100% off_sale"})).await;
    let key = admin.create_key().await;
    for q in ["erp", "  SYNC ", &key.secret[81..], &key.secret[..34]] {
        assert_eq!(admin.tab(&[("q", q)]).await.names(), ["ERP Sync"], "{q}");
    }
    assert_eq!(admin.tab(&[("q", "%")]).await.names(), ["100% off_sale"]);
    assert_eq!(admin.tab(&[("q", "_")]).await.names(), ["100% off_sale"]);
    assert_eq!(admin.tab(&[("q", "' or true --")]).await.names(), [""; 0]);
}

#[sqlx::test]
async fn an_old_secret_finds_its_key_too(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.create_key_with(json!({"name": "Shopify"})).await;
    admin.rotate(&key, "now", "keep").await.key();
    assert_eq!(admin.tab(&[("q", &key.secret[..34])]).await.names(), ["ERP Sync"]);
}

#[sqlx::test]
async fn a_search_that_no_text_can_match_is_no_mistake_of_the_server(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    admin.create_key().await;
    for q in ["%00", "%F0%9F%94%91", "%E2%80%AE", "%FF", &"x".repeat(5000)] {
        let page = admin.get(&format!("{LIST}?q={q}")).await;
        assert!(page.status == 200 && page.body.contains("No matching keys"), "{q:.20}: {}", page.status);
    }
}

#[sqlx::test]
async fn fifty_a_page_with_a_way_there_and_back(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    for number in 1..=101 {
        admin.create_key_with(json!({"name": format!("Key {number}")})).await;
    }
    let follow = async |path: Option<String>| {
        let answer = admin.get(&path.unwrap()).await;
        assert_eq!(answer.status, 200);
        Tab { body: answer.body }
    };
    let first = admin.tab(&[("status", "active"), ("q", "Key")]).await;
    assert_eq!((first.names().len(), first.names()[0].as_str()), (50, "Key 101"));
    assert_eq!(first.link("Previous page"), None);
    let second = follow(first.link("Next page")).await;
    assert_eq!((second.names().len(), second.names()[0].as_str()), (50, "Key 51"));
    let third = follow(second.link("Next page")).await;
    assert_eq!((third.names(), third.link("Next page")), (vec!["Key 1".to_owned()], None));
    let kept = third.link("Previous page").unwrap();
    assert!(kept.contains("status=active") && kept.contains("q=Key"), "{kept}");
    assert_eq!(follow(Some(kept)).await.names(), second.names());
}

#[sqlx::test]
async fn a_url_that_was_edited_by_hand_shows_everything(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    admin.create_key().await;
    for query in
        ["cursor=nonsense", "status=%3Cscript%3E", "cursor=", "q=", "status=active&status=revoked", "%"]
    {
        let page = admin.get(&format!("{LIST}?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(!page.body.contains("<script>") || !query.contains("script"), "{query}");
    }
}

#[sqlx::test]
async fn notes_tell_what_an_admin_should_know(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let note = async || admin.tab(&[]).await.note();
    assert_eq!(note().await, None);
    app.sql("update api_key set created_at = now() - interval '91 days'").await;
    assert!(note().await.unwrap().to_lowercase().contains("used"));
    app.sql("update api_key set expires_at = now() + interval '5 days 1 hour'").await;
    assert_eq!(note().await.unwrap(), "Expires in 5 days");
    admin.rotate(&key, "24h", "keep").await.key();
    assert!(note().await.unwrap().starts_with("Old secret works for"));
    admin.revoke(&key, "").await;
    assert_eq!(note().await, None);
}

#[sqlx::test]
async fn the_row_menu_offers_what_the_status_allows(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let offers = async || {
        let page = admin.get(LIST).await.body;
        ["edit", "rotate", "revoke", "delete"].map(|form| page.contains(&key.form(form)))
    };
    assert_eq!(offers().await, [true, true, true, true]);
    app.sql("update api_key set expires_at = now()").await;
    assert_eq!(offers().await, [true, true, true, true]);
    admin.revoke(&key, "").await;
    assert_eq!(offers().await, [false, false, false, true]);
}

#[sqlx::test]
async fn a_page_that_has_emptied_leads_to_the_first(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for _ in 0..51 {
        admin.create_key().await;
    }
    let last_page = admin.tab(&[]).await.link("Next page").unwrap();
    app.sql("delete from api_key where id = (select id from api_key order by id limit 1)").await;
    let page = admin.get(&html::unescape(&last_page)).await;
    assert_eq!(html::attributes(&page.body, "data-name").len(), 50);
}
