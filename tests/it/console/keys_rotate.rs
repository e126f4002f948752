//! **Rotate {name}?**

use augno_api_keys::domain::secret::PresentedSecret;
use serde_json::json;
use sqlx::PgPool;

use crate::app::TestApp;
use crate::html;

const OK: (u16, &str) = (200, "ok");
const GONE: (u16, &str) = (401, "invalid_credentials");

#[track_caller]
fn check(said: &(u16, String), expected: (u16, &str)) {
    assert_eq!((said.0, said.1.as_str()), expected);
}

#[sqlx::test]
async fn old_secret_stops_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = admin.rotate(&key, "now", "keep").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let new = answer.key();
    assert_eq!(new.id, key.id);
    check(&app.whoami(&key.secret).await, GONE);
    check(&app.whoami(&new.secret).await, OK);
    assert_eq!(app.count("api_key").await, 1);
}

#[sqlx::test]
async fn a_post_rotates_and_shows_the_new_secret_itself(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let secret_id = admin.secret_id(&key).await;
    assert!(admin.get(&key.form("rotate")).await.body.contains(&secret_id));
    let fields = [
        ("secret_id", secret_id.as_str()),
        ("old_secret", "now"),
        ("expiration", "keep"),
        ("expires_on", ""),
    ];
    let answer = admin.post_form(&key.form("rotate"), &fields).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
    check(&app.whoami(&answer.shown_secret()).await, OK);
    check(&app.whoami(&key.secret).await, GONE);
    let again = admin.post_form(&key.form("rotate"), &fields).await;
    assert_eq!(again.status, 409, "a reload of the answer rotates nothing");
    check(&app.whoami(&answer.shown_secret()).await, OK);
}

#[sqlx::test]
async fn an_overlap_lets_the_old_secret_go_on_until_its_end(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    for (overlap, length) in [("1h", "1 hour"), ("24h", "24 hours"), ("7d", "7 days")] {
        let key = admin.create_key().await;
        let new = admin.rotate(&key, overlap, "keep").await.key();
        let old = PresentedSecret::parse(&key.secret).unwrap().id;
        let ends = format!(
            "api_key_secret where id = '{old}' and stops_at - created_at between interval '{length}' and interval '{length}' + interval '1 minute'"
        );
        assert_eq!(app.count(&ends).await, 1, "{overlap}");
        check(&app.whoami(&key.secret).await, OK);
        check(&app.whoami(&new.secret).await, OK);
        app.sql(format!("update api_key_secret set stops_at = now() where id = '{old}'")).await;
        check(&app.whoami(&key.secret).await, GONE);
        check(&app.whoami(&new.secret).await, OK);
    }
}

#[sqlx::test]
async fn an_overlap_never_outlives_the_key(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now() + interval '2 days'").await;
    admin.rotate(&key, "7d", "keep").await.key();
    let both = "api_key_secret s join api_key k on k.id = s.api_key_id where s.stops_at";
    assert_eq!(app.count(&format!("{both} = k.expires_at")).await, 1);
    admin.rotate(&key, "7d", "7d").await.key();
    assert_eq!(app.count(&format!("{both} > k.expires_at")).await, 0);
}

#[sqlx::test]
async fn what_was_promised_holds_until_every_secret_is_to_stop_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.create_key().await;
    let second = admin.rotate(&first, "7d", "keep").await.key();
    let promised = app.ask("select stops_at from api_key_secret where stops_at is not null").await;
    let third = admin.rotate(&first, "1h", "keep").await.key();
    let still = format!("api_key_secret where stops_at::text = '{}'", promised.trim_matches(['(', ')', '"']));
    assert_eq!(app.count(&still).await, 1, "a shorter overlap of the next one takes nothing from the first");
    let later = admin.rotate(&first, "promised", "keep").await.key();
    assert_eq!(app.count(&still).await, 2, "the current one works as long as the last of the older ones");
    for working in [&first, &second, &third, &later] {
        check(&app.whoami(&working.secret).await, OK);
    }
    let fourth = admin.rotate(&first, "now", "keep").await.key();
    for old in [&first, &second, &third, &later] {
        check(&app.whoami(&old.secret).await, GONE);
    }
    check(&app.whoami(&fourth.secret).await, OK);
}

#[sqlx::test]
async fn a_later_rotation_never_wakes_a_stopped_secret(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.create_key().await;
    admin.rotate(&first, "now", "keep").await.key();
    admin.rotate(&first, "7d", "keep").await.key();
    check(&app.whoami(&first.secret).await, GONE);
}

#[sqlx::test]
async fn an_expired_key_needs_a_new_expiry(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now()").await;
    let answer = admin.rotate(&key, "now", "keep").await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.on_field("expiration").is_some(), "{}", answer.body);
    check(&app.whoami(&key.secret).await, (401, "api_key_expired"));
    let new = admin.rotate(&key, "now", "30d").await.key();
    check(&app.whoami(&new.secret).await, OK);
    check(&app.whoami(&key.secret).await, GONE);
    assert_eq!(
        app.count(
            "api_key where expires_at between now() + interval '29 days' and now() + interval '30 days'"
        )
        .await,
        1
    );
}

/// A select none of whose options is chosen shows its first one, which is "No expiration".
#[sqlx::test]
async fn the_page_for_an_expired_key_does_not_offer_to_live_for_ever(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now()").await;
    let page = admin.get(&key.form("rotate")).await.body;
    assert!(page.contains("value=\"90d\" selected"), "{page}");
}

#[sqlx::test]
async fn a_new_expiry_must_lie_ahead(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let seen = admin.secret_id(&key).await;
    for (old_secret, expiration, day, field) in [
        ("now", "custom", "2020-01-01", "expires_on"),
        ("now", "custom", "9999-12-31", "expires_on"),
        ("now", "custom", "soon", "expires_on"),
        ("now", "8d", "", "expiration"),
        ("now", "", "", "expiration"),
        ("31d", "keep", "", "old_secret"),
        ("", "keep", "", "old_secret"),
    ] {
        let input = json!({"id": key.id, "secret_id": seen, "old_secret": old_secret, "expiration": expiration, "expires_on": day});
        let answer = admin.call("rotate-key", json!({"input": input})).await;
        assert!(
            answer.status == 422 && answer.on_field(field).is_some(),
            "{input}: {} {}",
            answer.status,
            answer.body
        );
    }
    check(&app.whoami(&key.secret).await, OK);
    assert_eq!(app.count("api_key_secret").await, 1);
}

#[sqlx::test]
async fn a_revoked_key_cannot_be_rotated(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.revoke(&key, "").await;
    let answer = admin.rotate(&key, "7d", "1y").await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(answer.json()["Conflict"].as_str().unwrap().contains("revoked"));
    assert_eq!(app.count("api_key_secret").await, 1);
    check(&app.whoami(&key.secret).await, (401, "api_key_revoked"));
}

#[sqlx::test]
async fn a_rotation_that_lost_the_race_is_told_so_and_kills_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let seen = admin.secret_id(&key).await;
    let won = admin.rotate_seen(&key, &seen, "now", "keep").await.key();
    for stale in [seen.as_str(), "", "nonsense", "00000000-0000-0000-0000-000000000000"] {
        let lost = admin.rotate_seen(&key, stale, "now", "keep").await;
        assert_eq!(lost.status, 409, "{stale}: {}", lost.body);
        assert!(lost.json()["Conflict"].is_string() && !lost.body.contains("aug_sk_"));
    }
    check(&app.whoami(&won.secret).await, OK);
}

#[sqlx::test]
async fn of_two_rotations_at_once_one_wins(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let seen = admin.secret_id(&key).await;
    let (one, two) = tokio::join!(
        admin.rotate_seen(&key, &seen, "now", "keep"),
        admin.rotate_seen(&key, &seen, "now", "keep")
    );
    let won: Vec<_> = [&one, &two].into_iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1, "{} / {}", one.body, two.body);
    check(&app.whoami(&won[0].key().secret).await, OK);
    check(&app.whoami(&key.secret).await, GONE);
    assert_eq!(
        (app.count("api_key_secret").await, app.count("audit_event where resource_type = 'api_key'").await),
        (2, 2)
    );
}

#[sqlx::test]
async fn revoking_or_deleting_stops_an_overlap_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (revoked, deleted) = (admin.create_key().await, admin.create_key().await);
    admin.rotate(&revoked, "7d", "keep").await.key();
    admin.rotate(&deleted, "7d", "keep").await.key();
    admin.revoke(&revoked, "").await;
    admin.delete(&deleted, "ERP Sync").await;
    check(&app.whoami(&revoked.secret).await, (401, "api_key_revoked"));
    check(&app.whoami(&deleted.secret).await, GONE);
}

#[sqlx::test]
async fn nothing_promised_cannot_be_kept(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let answer = admin.rotate(&key, "promised", "keep").await;
    assert!(answer.status == 422 && answer.on_field("old_secret").is_some(), "{}", answer.body);
    check(&app.whoami(&key.secret).await, OK);
}

#[sqlx::test]
async fn the_form_tells_which_secrets_work_and_what_each_choice_means(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.create_key().await;
    let one = admin.get(&first.form("rotate")).await.body;
    assert!(one.contains("One secret works today") && !one.contains("value=\"promised\""), "{one}");
    assert!(one.contains("value=\"now\" checked"), "{one}");
    let second = admin.rotate(&first, "24h", "keep").await.key();
    app.whoami(&first.secret).await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    let two = html::text(&admin.get(&first.form("rotate")).await.body);
    let (old, current) = (&first.secret[81..], &second.secret[81..]);
    for said in [
        "Two secrets work today".to_owned(),
        format!("{old} and {current} stop "),
        "Both stop with the click".to_owned(),
        format!("{old} as promised"),
        "just now".to_owned(),
    ] {
        assert!(two.contains(&said), "{said}: {two}");
    }
    assert!(admin.get(&first.form("rotate")).await.body.contains("value=\"promised\" checked"));
}

/// The first answer is lost: a second click has taken its place.
#[sqlx::test]
async fn a_form_sent_twice_offers_a_new_secret_and_breaks_no_promise(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for overlap in ["7d", "now"] {
        let page = admin.get(&key.form("rotate")).await.body;
        let hidden =
            |name: &str| html::between(&page, &format!("name=\"{name}\" value=\""), "\"").unwrap().to_owned();
        let (secret_id, token) = (hidden("secret_id"), hidden("token"));
        let fields = [
            ("secret_id", secret_id.as_str()),
            ("token", &token),
            ("old_secret", overlap),
            ("expiration", "keep"),
        ];
        let lost = admin.post_form(&key.form("rotate"), &fields).await.shown_secret();
        let second = admin.post_form(&key.form("rotate"), &fields).await;
        assert_eq!(second.status, 409);
        let offered = |name: &str| {
            html::between(&second.body, &format!("name=\"{name}\" value=\""), "\"").unwrap().to_owned()
        };
        let (secret_id, token) = (offered("secret_id"), offered("token"));
        let fields = [
            ("secret_id", secret_id.as_str()),
            ("token", &token),
            ("old_secret", "unseen"),
            ("expiration", "keep"),
        ];
        let shown = admin.post_form(&key.form("rotate"), &fields).await.shown_secret();
        check(&app.whoami(&shown).await, OK);
        check(&app.whoami(&lost).await, GONE);
        check(&app.whoami(&key.secret).await, if overlap == "7d" { OK } else { GONE });
        let third = admin.post_form(&key.form("rotate"), &fields).await;
        assert_eq!(third.status, 409, "the way out can be sent twice too");
        assert!(third.body.contains("Show a new secret"), "{}", third.body);
        check(&app.whoami(&shown).await, OK);
    }
}

#[sqlx::test]
async fn an_older_secret_can_be_stopped_ahead_of_its_time(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let first = admin.create_key().await;
    let second = admin.rotate(&first, "7d", "keep").await.key();
    let old = PresentedSecret::parse(&first.secret).unwrap().id.to_string();
    let current = PresentedSecret::parse(&second.secret).unwrap().id.to_string();
    let stop = async |secret: &str| {
        admin.call("stop-secret", json!({"input": {"id": first.id, "secret": secret}})).await
    };
    assert_eq!(stop(&current).await.status, 409);
    assert_eq!(stop("nonsense").await.status, 404);
    assert_eq!(stop(&uuid::Uuid::nil().to_string()).await.status, 404);
    let form = first.form(&format!("secrets/{old}/stop"));
    assert_eq!(admin.get(&form).await.status, 200);
    assert_eq!(admin.post_form(&form, &[]).await.location(), format!("/settings/api-keys/{}", first.id));
    check(&app.whoami(&first.secret).await, GONE);
    check(&app.whoami(&second.secret).await, OK);
    assert_eq!(stop(&old).await.status, 200, "again changes nothing and is no error");
    assert_eq!(app.count("audit_event where metadata ->> 'operation' = 'stop'").await, 1);
    assert_eq!(admin.get(&form).await.status, 404);
    let stranger = app.stranger().await;
    let theirs = stranger.call("stop-secret", json!({"input": {"id": first.id, "secret": current}})).await;
    assert_eq!(theirs.status, 404);
}

#[sqlx::test]
async fn a_secret_that_stopped_with_its_key_tells_no_other_time(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.rotate(&key, "7d", "keep").await.key();
    let states = async || {
        let secrets = admin.key_page(&key).await.secrets();
        secrets.into_iter().map(|secret| format!("{} {}", secret.state, secret.stops)).collect::<Vec<_>>()
    };
    assert!(states().await[1].starts_with("Still works "), "{:?}", states().await);
    assert_eq!(states().await[0], "Current With the key");
    admin.revoke(&key, "").await;
    assert_eq!(states().await, ["Stopped with the key –", "Stopped with the key –"]);
    drop(app);
}
