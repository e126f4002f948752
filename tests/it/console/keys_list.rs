//! The API Keys tab.

use augno_api_keys::store::roles;
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

#[sqlx::test]
async fn words_come_in_any_order_case_and_accents(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    admin.create_key_with(json!({"name": "Größe Zürich Søren Łódź"})).await;
    admin.create_key_with(json!({"name": "Zurich alone"})).await;
    for q in ["zurich grosse", "ŁODZ", "soren größe", "GROSSE"] {
        assert_eq!(admin.tab(&[("q", q)]).await.names(), ["Größe Zürich Søren Łódź"], "{q}");
    }
    assert_eq!(admin.tab(&[("q", "ZÜRICH")]).await.names().len(), 2);
}

#[sqlx::test]
async fn whatever_is_pasted_finds_its_key(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    admin.create_key_with(json!({"name": "Other"})).await;
    let key = admin.create_key().await;
    let id = &key.secret[..34];
    for q in [
        format!("Bearer {id}"),
        format!("AUGNO_API_KEY=\"{id}\""),
        format!("AUGNO_API_KEY={}", &id[..24]),
        format!("curl -H 'Authorization: Bearer {id}' https://keys.example/v1"),
        key.id.clone(),
        format!(" {} ", key.id),
    ] {
        assert_eq!(admin.tab(&[("q", &q)]).await.names(), ["ERP Sync"], "{q}");
    }
}

#[sqlx::test]
async fn the_last_four_of_any_secret_that_works_find_its_key(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.create_key().await;
    let second = admin.rotate(&first, "7d", "keep").await.key();
    for secret in [&first.secret, &second.secret] {
        assert_eq!(admin.tab(&[("q", &secret[81..])]).await.names(), ["ERP Sync"]);
    }
    app.sql("update api_key_secret set stops_at = now() where stops_at is not null").await;
    assert_eq!(admin.tab(&[("q", &first.secret[81..])]).await.names(), [""; 0]);
}

#[sqlx::test]
async fn keys_are_chosen_by_role_and_by_what_is_worth_a_look(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for name in ["Fresh", "Old", "Idle", "Used", "Soon", "Late"] {
        admin.create_key_with(json!({"name": name})).await;
    }
    admin.create_admin_key().await;
    app.sql(
        "update api_key set created_at = now() - interval '91 days' where name in ('Old', 'Idle', 'Used')",
    )
    .await;
    app.sql("update api_key set expires_at = now() + interval '6 days' where name = 'Soon'").await;
    app.sql("update api_key set expires_at = now() + interval '8 days' where name = 'Late'").await;
    for (name, ago) in [("Idle", "91 days"), ("Used", "1 day")] {
        app.sql(format!(
            "insert into api_key_use select id, now() - interval '{ago}' from api_key where name = '{name}'"
        ))
        .await;
    }
    let admins = roles::ADMIN.to_string();
    for (filter, value, expected) in [
        ("only", "never-used", vec!["Terraform", "Late", "Soon", "Old", "Fresh"]),
        ("only", "unused", vec!["Idle", "Old"]),
        ("only", "expiring", vec!["Soon"]),
        ("only", "no-expiration", vec!["Terraform", "Used", "Idle", "Old", "Fresh"]),
        ("only", "admin", vec!["Terraform"]),
        ("role", admins.as_str(), vec!["Terraform"]),
    ] {
        let tab = admin.tab(&[(filter, value)]).await;
        assert_eq!(tab.names(), expected, "{filter}={value}");
        let all = format!("All {} Active", expected.len());
        assert!(tab.filters().starts_with(&all), "counts follow: {}", tab.filters());
    }
}

#[sqlx::test]
async fn the_order_is_chosen_and_pages_keep_it(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for number in 1..=103 {
        admin.create_key_with(json!({"name": format!("Key {:03}", (number * 37) % 103)})).await;
    }
    app.sql(
        "update api_key set expires_at = now() + make_interval(days => 1 + ascii(right(name, 1)))
        where name < 'Key 050'",
    )
    .await;
    app.sql(
        "insert into api_key_use select id, now() - make_interval(mins => right(name, 3)::int) from api_key
        where name >= 'Key 040'",
    )
    .await;
    for (sort, order) in [
        ("name", "name collate \"C\", id"),
        (
            "last-used",
            "(select last_used_at from api_key_use u where u.api_key_id = k.id) desc nulls last, id desc",
        ),
        ("expires", "expires_at nulls last, id"),
        ("nonsense", "id desc"),
    ] {
        let expected: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select name from api_key k order by {order}")))
                .fetch_all(&db)
                .await
                .unwrap();
        let mut names = Vec::new();
        let mut tab = admin.tab(&[("sort", sort)]).await;
        let mut summaries = Vec::new();
        loop {
            names.extend(tab.names());
            summaries.push(tab.summary());
            let Some(next) = tab.link("Next page") else { break };
            tab = Tab { body: admin.get(&next).await.body };
        }
        assert_eq!(names, expected, "{sort}");
        assert_eq!(summaries, ["1–50 of 103", "51–100 of 103", "101–103 of 103"], "{sort}");
        let back = Tab { body: admin.get(&tab.link("Previous page").unwrap()).await.body };
        assert_eq!(
            (back.names(), back.summary().as_str()),
            (expected[50..100].to_vec(), "51–100 of 103"),
            "{sort}"
        );
    }
}

/// The last key of a page moves or goes before the link to the next page is followed.
#[sqlx::test]
async fn the_next_page_begins_where_this_one_ended(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.sql(
        "insert into api_key (id, account_id, name, role_id)
        select gen_random_uuid(), a.id, 'Key ' || lpad(n::text, 3, '0'), r.id
        from account a, generate_series(1, 60) n, role r where r.name = 'Viewer'",
    )
    .await;
    app.sql(
        "insert into api_key_secret (id, api_key_id, hash, last_four)
        select id, id, sha256(id::text::bytea), right(id::text, 4) from api_key",
    )
    .await;
    let used = "insert into api_key_use
        select id, now() - make_interval(mins => right(name, 3)::int) from api_key where name <= 'Key 055'";
    let moves = [
        ("last-used", "update api_key_use set last_used_at = now() where api_key_id =", "Key 051"),
        ("name", "update api_key set name = 'Aaa' where id =", "Key 051"),
        ("name", "delete from api_key where id =", "Key 051"),
        ("expires", "delete from api_key where id =", ""),
    ];
    app.sql(used).await;
    for (sort, change, first) in moves {
        let tab = admin.tab(&[("sort", sort)]).await;
        let (next, last) = (tab.link("Next page").unwrap(), tab.names().last().unwrap().clone());
        let before = Tab { body: admin.get(&next).await.body }.names();
        app.sql(&format!("{change} (select id from api_key where name = '{last}')")).await;
        let after = Tab { body: admin.get(&next).await.body }.names();
        assert_eq!(after, before, "{sort}: {change}");
        assert!(after[0].starts_with(first), "{after:?}");
    }
    for cursor in
        ["apke_01h2xcejqtf2nbrexx3vqjhp41.", "apke_01h2xcejqtf2nbrexx3vqjhp41.x\0y", "before_.\u{202e}"]
    {
        for sort in ["name", "last-used", "expires", "newest"] {
            admin.tab(&[("sort", sort), ("cursor", cursor)]).await;
        }
    }
}

#[sqlx::test]
async fn the_counts_follow_the_search(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for name in ["Sync one", "Sync two", "Sync three", "Other"] {
        admin.create_key_with(json!({"name": name})).await;
    }
    app.sql("update api_key set revoked_at = now() where name in ('Sync two', 'Other')").await;
    app.sql("update api_key set expires_at = now() where name = 'Sync three'").await;
    for status in ["", "revoked", "expired"] {
        let tab = admin.tab(&[("q", "sync"), ("status", status)]).await;
        assert_eq!(tab.filters(), "All 3 Active 1 Revoked 1 Expired 1", "{status}");
    }
    assert_eq!(admin.tab(&[("q", "nothing")]).await.filters(), "All 0 Active 0 Revoked 0 Expired 0");
}
