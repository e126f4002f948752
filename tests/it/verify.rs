//! Memory that is never stale: no copy of the server goes by what was before a change that has been answered.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use augno_api_keys::store::{replicas, roles};
use serde_json::json;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::app::{Answer, Browser, Key, TestApp};

/// Asks for nothing that is in a table.
const WHOAMI: &str = "/v1/auth/whoami";

/// Resolves when so many copies of the server may go by their memory.
async fn leases(app: &TestApp, copies: i64) {
    let begun = Instant::now();
    while app.count("lease where until > now() and revision >= 0").await < copies {
        assert!(begun.elapsed() < Duration::from_secs(10), "no lease was had");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether the copy answers for this secret without a look at the table of secrets.
async fn remembers(app: &TestApp, secret: &str) -> bool {
    let mut lock = PgConnection::connect_with(&app.db.connect_options()).await.unwrap();
    let mut lock = lock.begin().await.unwrap();
    sqlx::query("lock table api_key_secret in access exclusive mode").execute(&mut *lock).await.unwrap();
    let asked = tokio::time::timeout(Duration::from_millis(300), app.whoami(secret)).await;
    asked.is_ok_and(|(status, _)| status == 200)
}

#[sqlx::test]
async fn what_was_looked_up_is_remembered_while_changes_are_heard(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    let (known, other) = (admin.create_key().await, admin.create_key().await);
    assert!(!remembers(&app, &known.secret).await);
    assert_eq!(app.whoami(&known.secret).await.0, 200);
    assert!(remembers(&app, &known.secret).await);
    assert!(!remembers(&app, &other.secret).await);
    app.state.secrets.forget().await;
    assert_eq!(app.count("lease").await, 0);
    assert!(!remembers(&app, &known.secret).await);
    assert_eq!(app.whoami(&known.secret).await.0, 200);
}

#[sqlx::test]
async fn a_change_is_forgotten_alone(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    let (one, other) = (admin.create_key().await, admin.create_key().await);
    assert_eq!(app.whoami(&one.secret).await.0, 200);
    assert_eq!(app.whoami(&other.secret).await.0, 200);
    admin.edit(&one, "Renamed", roles::VIEWER).await;
    assert!(!remembers(&app, &one.secret).await);
    assert!(remembers(&app, &other.secret).await);
}

/// Asks one copy again and again, and notes when each request began and how it was answered.
struct Asking {
    asked: Arc<Mutex<Vec<(Instant, u16)>>>,
    task: JoinHandle<()>,
}

impl Asking {
    fn begin(app: &TestApp, path: &'static str, secret: &str) -> Self {
        let asked = Arc::<Mutex<Vec<_>>>::default();
        let (app, secret, noted) = (app.clone(), secret.to_owned(), asked.clone());
        let task = tokio::spawn(async move {
            loop {
                let began = Instant::now();
                let status = app.api_get(path, &secret).await.status.as_u16();
                noted.lock().unwrap().push((began, status));
            }
        });
        Self { asked, task }
    }

    /// Whether some were let in before the moment, and none that began after it.
    #[track_caller]
    fn check(&self, moment: Instant) {
        self.task.abort();
        let asked = self.asked.lock().unwrap();
        assert!(asked.iter().any(|(began, status)| *began < moment && *status == 200), "{asked:?}");
        let after: Vec<_> = asked.iter().filter(|(began, _)| *began >= moment).collect();
        assert!(!after.is_empty() && after.iter().all(|(_, status)| *status != 200), "{after:?}");
    }
}

/// Three copies answer the key under load; then the change is made by the first.
async fn check_change<F>(db: &PgPool, path: &'static str, change: impl FnOnce(Browser, Key) -> F)
where
    F: Future<Output = ()>,
{
    let (app, admin) = TestApp::with_admin(db).await;
    let copies = [app, TestApp::new(db), TestApp::new(db)];
    leases(&copies[0], 3).await;
    let key = admin.create_key().await;
    let asking: Vec<_> = copies.iter().map(|copy| Asking::begin(copy, path, &key.secret)).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    change(admin, key).await;
    let answered = Instant::now();
    // All copies live: nobody's lease had to run out.
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    tokio::time::sleep(Duration::from_millis(100)).await;
    asking.iter().for_each(|asking| asking.check(answered));
}

#[sqlx::test]
async fn no_copy_accepts_a_key_after_its_revocation(db: PgPool) {
    check_change(&db, WHOAMI, async |admin, key| {
        assert_eq!(admin.revoke(&key, "").await.status, 200);
    })
    .await;
}

#[sqlx::test]
async fn no_copy_accepts_a_secret_after_its_rotation(db: PgPool) {
    check_change(&db, WHOAMI, async |admin, key| {
        assert_eq!(admin.rotate(&key, "now", "keep").await.status, 200);
    })
    .await;
}

#[sqlx::test]
async fn no_copy_accepts_a_key_after_its_deletion(db: PgPool) {
    check_change(&db, WHOAMI, async |admin, key| {
        assert_eq!(admin.delete(&key, "ERP Sync").await.status, 200);
    })
    .await;
}

#[sqlx::test]
async fn no_copy_goes_by_a_role_that_was_taken_away(db: PgPool) {
    check_change(&db, "/v1/identity/roles", async |admin, key| {
        let blind = "insert into role (id, account_id, name, type, permissions)
            select gen_random_uuid(), id, 'Blind', 'user', '{}' from account";
        admin.app.sql(blind).await;
        let role: uuid::Uuid = sqlx::query_scalar("select id from role where name = 'Blind'")
            .fetch_one(&admin.app.db)
            .await
            .unwrap();
        let edited = admin.edit(&key, "ERP Sync", augno_api_keys::domain::id::RoleId::from_uuid(role)).await;
        assert_eq!(edited.status, 200, "{}", edited.body);
    })
    .await;
}

#[sqlx::test]
async fn no_copy_goes_by_permissions_that_were_taken_away(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let copies = [app.clone(), TestApp::new(&db)];
    leases(&app, 2).await;
    let boss = admin.create_admin_key().await.secret;
    let made =
        post(&app, "/v1/identity/roles", &boss, json!({"name": "R", "permissions": ["roles:read"]})).await;
    let role = made["id"].as_str().unwrap().to_owned();
    let key = admin.create_key_with(json!({"role_id": role})).await;
    for copy in &copies {
        assert_eq!(copy.api_get("/v1/identity/roles", &key.secret).await.status, 200);
    }
    let request = http::Request::builder()
        .method("PATCH")
        .uri(format!("/v1/identity/roles/{role}"))
        .header("authorization", format!("Bearer {boss}"));
    let edited = app.send_body(request, json!({"permissions": []}).to_string()).await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    for copy in &copies {
        assert_eq!(copy.api_get("/v1/identity/roles", &key.secret).await.status, 403);
    }
}

async fn post(app: &TestApp, path: &str, secret: &str, body: serde_json::Value) -> serde_json::Value {
    let request = crate::app::post(path).header("authorization", format!("Bearer {secret}"));
    let answer = app.send_body(request, body.to_string()).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    answer.json()
}

#[sqlx::test]
async fn a_change_made_in_the_database_itself_is_heard_too(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    let key = admin.create_key().await;
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    app.sql("update api_key set revoked_at = now()").await;
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".to_owned()));
}

#[sqlx::test]
async fn time_goes_on_in_memory(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    let key = admin.create_key().await;
    app.sql("update api_key set expires_at = now() + interval '700 milliseconds'").await;
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    assert!(remembers(&app, &key.secret).await);
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_expired".to_owned()));
}

#[sqlx::test]
async fn a_copy_that_missed_a_notice_forgets_all(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let other = TestApp::new(&db);
    leases(&app, 2).await;
    for _ in 0..3 {
        let key = admin.create_key().await;
        assert_eq!(other.whoami(&key.secret).await.0, 200);
        app.ask(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and query ~ '(insert into|update) lease'",
        )
        .await;
        assert_eq!(admin.revoke(&key, "").await.status, 200);
        assert_eq!(other.whoami(&key.secret).await, (401, "api_key_revoked".to_owned()));
    }
    leases(&app, 2).await;
    let key = admin.create_key().await;
    assert_eq!(other.whoami(&key.secret).await.0, 200);
    assert!(remembers(&other, &key.secret).await);
}

#[sqlx::test]
async fn a_copy_that_cannot_say_that_it_heard_loses_its_lease(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let other = TestApp::new(&db);
    leases(&app, 2).await;
    let key = admin.create_key().await;
    assert_eq!(other.whoami(&key.secret).await.0, 200);
    let mut lock = PgConnection::connect_with(&db.connect_options()).await.unwrap();
    let mut lock = lock.begin().await.unwrap();
    sqlx::query("lock table lease in exclusive mode").execute(&mut *lock).await.unwrap();
    let begun = Instant::now();
    assert_eq!(admin.revoke(&key, "").await.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    for copy in [&app, &other] {
        assert_eq!(copy.whoami(&key.secret).await, (401, "api_key_revoked".to_owned()));
    }
    // Without a lease each request is looked up.
    let unlocked = admin.create_key().await;
    assert_eq!(other.whoami(&unlocked.secret).await.0, 200);
    assert!(!remembers(&other, &unlocked.secret).await);
}

#[sqlx::test]
async fn a_change_waits_for_a_copy_that_died_as_long_as_its_lease_runs(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    // The second time nothing is left to change; but somebody else's change may be as new as that.
    for _ in 0..2 {
        let edited = beside_a_dead_copy(&app, admin.edit(&key, "Renamed", roles::VIEWER)).await;
        assert_eq!(edited.status, 200, "{}", edited.body);
    }
    let boss = admin.create_admin_key().await.secret;
    for status in [201, 409] {
        let rotate = crate::app::post(&format!("/v1/auth/api-keys/{}/actions/rotate", key.id))
            .header("authorization", format!("Bearer {boss}"))
            .header("idempotency-key", "once");
        let rotated = beside_a_dead_copy(&app, app.send_body(rotate, "{}")).await;
        assert_eq!(rotated.status, status, "{}", rotated.body);
    }
    for _ in 0..2 {
        assert_eq!(beside_a_dead_copy(&app, admin.revoke(&key, "")).await.status, 200);
    }
    for status in [200, 404] {
        assert_eq!(beside_a_dead_copy(&app, admin.delete(&key, "")).await.status, status);
    }
}

/// Somebody else's change may be as new as the refusal that it leads to.
#[sqlx::test]
async fn a_refusal_waits_for_every_copy_as_a_change_does(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let revoked = admin.create_key().await;
    let seen = admin.secret_id(&revoked).await;
    admin.revoke(&revoked, "").await;
    let edit = admin.edit(&revoked, "Renamed", roles::VIEWER);
    assert_eq!(beside_a_dead_copy(&app, edit).await.status, 409);
    let rotate = admin.rotate_seen(&revoked, &seen, "now", "keep");
    assert_eq!(beside_a_dead_copy(&app, rotate).await.status, 409);
    let expired = admin.create_key().await;
    let seen = admin.secret_id(&expired).await;
    app.sql("update api_key set expires_at = now() where revoked_at is null").await;
    let rotate = admin.rotate_seen(&expired, &seen, "now", "keep");
    assert_eq!(beside_a_dead_copy(&app, rotate).await.status, 422);
    let rotated = admin.create_key().await;
    let seen = admin.secret_id(&rotated).await;
    admin.rotate_seen(&rotated, &seen, "now", "keep").await.key();
    let raced = admin.rotate_seen(&rotated, &seen, "now", "keep");
    assert_eq!(beside_a_dead_copy(&app, raced).await.status, 409);
    let unconfirmed = admin.delete(&rotated, "wrong");
    assert_eq!(beside_a_dead_copy(&app, unconfirmed).await.status, 422);
    let old = augno_api_keys::domain::secret::PresentedSecret::parse(&rotated.secret).unwrap().id;
    let stop = admin.call("stop-secret", json!({"input": {"id": rotated.id, "secret": old}}));
    assert_eq!(beside_a_dead_copy(&app, stop).await.status, 200);
    let boss = admin.create_admin_key().await.secret;
    let gone = admin.create_key().await;
    admin.delete(&gone, "ERP Sync").await;
    let revoke = admin.revoke(&gone, "");
    assert_eq!(beside_a_dead_copy(&app, revoke).await.status, 404);
    let edit = admin.edit(&gone, "Renamed", roles::VIEWER);
    assert_eq!(beside_a_dead_copy(&app, edit).await.status, 404);
    let path = gone.form("revoke");
    let form = admin.post_form(&path, &[("reason", "\u{7}")]);
    assert_eq!(beside_a_dead_copy(&app, form).await.status, 404, "also where the input is refused first");
    let bearer = format!("Bearer {boss}");
    for (method, path) in [("DELETE", ""), ("POST", "/actions/rotate"), ("POST", "/actions/delete")] {
        let request =
            http::Request::builder().method(method).uri(format!("/v1/auth/api-keys/{}{path}", gone.id));
        let call = app.send(request.header("authorization", &bearer));
        assert_eq!(beside_a_dead_copy(&app, call).await.status, 404, "{method} {path}");
    }
    for (method, path, body) in [
        ("DELETE", format!("/v1/identity/roles/{}", roles::VIEWER), ""),
        ("PATCH", "/v1/identity/roles/rl_01h2xcejqtf2nbrexx3vqjhp41".to_owned(), r#"{"name": "x"}"#),
    ] {
        let request = http::Request::builder().method(method).uri(path).header("authorization", &bearer);
        let call = app.send_body(request, body);
        assert!(beside_a_dead_copy(&app, call).await.status.is_client_error(), "{method}");
    }
}

/// Makes a change while a copy has a lease and does not say that it hears, and sees that the change waits for it.
async fn beside_a_dead_copy(app: &TestApp, change: impl Future<Output = Answer>) -> Answer {
    let copy = Uuid::now_v7();
    let grant = "insert into lease values ($1, 0, clock_timestamp() - interval '1 hour')";
    sqlx::query(grant).bind(copy).execute(&app.db).await.unwrap();
    let mut change = std::pin::pin!(change);
    let early = tokio::time::timeout(Duration::from_millis(200), change.as_mut()).await;
    assert!(early.is_err(), "it did not wait: {early:?}");
    // It turns out to be alive.
    let heard = "update lease set revision = (select revision from change_count) where copy_id = $1";
    assert_eq!(sqlx::query(heard).bind(copy).execute(&app.db).await.unwrap().rows_affected(), 1);
    let answer = change.await;
    sqlx::query("delete from lease where copy_id = $1").bind(copy).execute(&app.db).await.unwrap();
    answer
}

#[sqlx::test]
async fn no_clock_of_the_database_ends_the_wait_for_a_copy_and_none_waits_for_it_twice(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    // By the database's clock these ended long ago, and end in a year.
    for until in ["-1 hour", "1 year"] {
        sqlx::query(
            "insert into lease values (gen_random_uuid(), 0, clock_timestamp() + $1::text::interval)",
        )
        .bind(until)
        .execute(&db)
        .await
        .unwrap();
    }
    let begun = Instant::now();
    assert_eq!(admin.edit(&key, "Renamed", roles::VIEWER).await.status, 200);
    let waited = begun.elapsed();
    assert!(waited >= replicas::LEASE && waited < replicas::LEASE * 2, "{waited:?}");
    // Whoever has not moved for so long is gone.
    until_none(&app, "lease where revision = 0").await;
    let begun = Instant::now();
    assert_eq!(admin.edit(&key, "Again", roles::VIEWER).await.status, 200);
    assert!(begun.elapsed() < replicas::LEASE / 2, "{:?}", begun.elapsed());
}

async fn until_none(app: &TestApp, from: &str) {
    let begun = Instant::now();
    while app.count(from).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{from}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[sqlx::test]
async fn the_first_change_in_another_life_of_the_database_waits_a_whole_lease(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    // Leases that the database granted before it was restarted, or a standby took over, may not be in the table.
    sqlx::query("update change_count set incarnation = 'another'").execute(&db).await.unwrap();
    let other = TestApp::new(&db);
    let begun = Instant::now();
    replicas::wait_for_replicas(&other.state.db).await;
    assert!(begun.elapsed() >= replicas::LEASE, "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(admin.edit(&key, "Renamed", roles::VIEWER).await.status, 200);
    assert!(begun.elapsed() < replicas::LEASE / 2, "{:?}", begun.elapsed());
    assert_eq!(app.ask("select incarnation = incarnation() from change_count").await, "(t)");
}

#[sqlx::test]
async fn a_clock_that_steps_back_revives_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (revoked, rotated, stopped) =
        (admin.create_key().await, admin.create_key().await, admin.create_key().await);
    admin.revoke(&revoked, "").await;
    admin.rotate(&rotated, "now", "keep").await.key();
    admin.rotate(&stopped, "24h", "keep").await.key();
    let old = augno_api_keys::domain::secret::PresentedSecret::parse(&stopped.secret).unwrap().id;
    let answer = admin.call("stop-secret", json!({"input": {"id": stopped.id, "secret": old}})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // As the rows look from an hour earlier.
    app.sql("update api_key set revoked_at = revoked_at + interval '1 hour' where revoked_at is not null")
        .await;
    app.sql("update api_key_secret set stops_at = now() + interval '1 hour' where stops_at is not null")
        .await;
    assert_eq!(app.whoami(&revoked.secret).await, (401, "api_key_revoked".to_owned()));
    for secret in [&rotated.secret, &stopped.secret] {
        assert_eq!(app.whoami(secret).await, (401, "invalid_credentials".to_owned()));
    }
    assert_eq!(admin.tab(&[("status", "revoked")]).await.names().len(), 1);
}

#[sqlx::test]
async fn what_a_stranger_tells_silences_nothing(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    let key = admin.create_key().await;
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    for payload in ["", "?", "1000000 00000000-0000-0000-0000-000000000000"] {
        app.ask(format!("select pg_notify('change', '{payload}')")).await;
    }
    let next = "select pg_notify('change', revision + n || ' ' || gen_random_uuid()) from change_count, generate_series(1, 9) n";
    sqlx::query(next).execute(&db).await.unwrap();
    assert_eq!(admin.revoke(&key, "").await.status, 200);
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".to_owned()));
}

#[sqlx::test]
async fn a_change_is_heard_however_it_was_made(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    for how in [
        "set session_replication_role = replica; update api_key set revoked_at = now()",
        "create temporary table change_count (revision bigint); create temporary table change (revision bigint);
            update api_key set revoked_at = now()",
        "set search_path = pg_catalog; update public.api_key set revoked_at = now()",
        // What would tell of it is gone before anybody can read it.
        "begin; update api_key set revoked_at = now(); set constraints all immediate; delete from change; commit",
        "truncate api_key cascade",
    ] {
        let key = admin.create_key().await;
        assert_eq!(app.whoami(&key.secret).await.0, 200);
        let mut somebody = PgConnection::connect_with(&db.connect_options()).await.unwrap();
        sqlx::raw_sql(how).execute(&mut somebody).await.unwrap();
        replicas::wait_for_replicas(&app.state.db).await;
        assert_eq!(app.whoami(&key.secret).await.0, 401, "{how}");
    }
    assert_eq!(admin.tab(&[]).await.filters(), "All 0 Active 0 Revoked 0 Expired 0");
}

#[sqlx::test]
async fn a_copy_that_hangs_in_the_middle_of_a_change_keeps_nobody_from_another(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let (one, other) = (admin.create_key().await, admin.create_key().await);
    let mut hangs = PgConnection::connect_with(&db.connect_options()).await.unwrap();
    let mut hangs = hangs.begin().await.unwrap();
    let key: augno_api_keys::domain::id::KeyId = one.id.parse().unwrap();
    let revoke = "update api_key set revoked_at = now() where id = $1";
    sqlx::query(revoke).bind(key.uuid()).execute(&mut *hangs).await.unwrap();
    sqlx::query("insert into api_key (id, account_id, name, role_id) select gen_random_uuid(), account_id, 'x', role_id from api_key limit 1")
        .execute(&mut *hangs)
        .await
        .unwrap();
    let begun = Instant::now();
    admin.create_key().await;
    assert_eq!(admin.revoke(&other, "").await.status, 200);
    assert_eq!(admin.delete(&other, "").await.status, 200);
    assert!(begun.elapsed() < replicas::LEASE, "{:?}", begun.elapsed());
    hangs.commit().await.unwrap();
    assert_eq!(admin.tab(&[]).await.filters(), "All 3 Active 2 Revoked 1 Expired 0");
}

/// The first that either caller can know of is the secret when its request came.
#[sqlx::test]
async fn of_two_rotations_under_way_one_is_told_of_the_other(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    leases(&app, 1).await;
    let boss = admin.create_admin_key().await.secret;
    for _ in 0..20 {
        let key = admin.create_key().await;
        let rotate = || {
            let path = format!("/v1/auth/api-keys/{}/actions/rotate", key.id);
            let request = crate::app::post(&path).header("authorization", format!("Bearer {boss}"));
            app.send_body(request, "{}")
        };
        let (one, other) = tokio::join!(rotate(), rotate());
        let answers = [one, other];
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        for answer in &answers {
            match answer.status.as_u16() {
                201 => {
                    let secret = answer.json()["api_key_secret"].as_str().unwrap().to_owned();
                    assert_eq!(app.whoami(&secret).await.0, 200);
                }
                _ => assert_eq!(answer.header("x-should-retry"), "false"),
            }
        }
        // Whoever has been answered knows of it.
        assert_eq!(rotate().await.status, 201);
    }
}
