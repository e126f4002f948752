//! What was secret stays secret: in the database, in the logs, on every later page.

use std::io::Write;
use std::sync::{Arc, Mutex};

use augno_api_keys::console::keys::reveal::NewSecret;
use augno_api_keys::console::ui::toast::Done;
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::app::{Answer, Browser, EMAIL, Key, LIST, PASSWORD, TestApp, get, random_part};

/// Everything logged while it lives. Only trace is left out: there, tower-http tells whole URLs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Every row of every table, as text.
async fn dump(db: &PgPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
         where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let mut text = String::new();
    for table in tables {
        let query = format!("select coalesce(string_agg(t::text, e'\\n'), '') from {table} t");
        text += &format!(
            "{table}\n{}\n",
            sqlx::query_scalar::<_, String>(AssertSqlSafe(query)).fetch_one(db).await.unwrap()
        );
    }
    text
}

#[track_caller]
fn check_holds_none(place: &str, text: &str, secrets: &[&str]) {
    let lower = text.to_lowercase();
    for secret in secrets {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        let line = lower.lines().find(|line| line.contains(&secret.to_lowercase()));
        assert!(line.is_none(), "{place} holds {secret}: {line:.300?}");
        assert!(!lower.contains(&hex), "{place} holds {secret} in hex");
    }
}

/// Makes, uses, rotates, mistypes, edits and revokes: every way a secret or password travels.
async fn live(app: &TestApp, admin: &Browser) -> [Key; 3] {
    let key = admin.create_key().await;
    let kept = admin.create_admin_key().await;
    app.whoami(&key.secret).await;
    app.whoami(&key.secret[..84]).await;
    let new = admin.rotate(&key, "1h", "keep").await.key();
    app.api_get("/v1/auth/api-keys", &new.secret).await;
    app.api_get("/v1/auth/api-keys", &kept.secret).await;
    app.state.key_uses.flush(&app.state.db).await.unwrap();
    admin.edit(&key, "Shopify", augno_api_keys::store::roles::ADMIN).await;
    admin.revoke(&key, "leaked").await;
    app.whoami(&new.secret).await;
    app.browser().try_sign_in(EMAIL, "a wrong passphrase").await;
    app.browser().sign_in(EMAIL).await;
    [key, new, kept]
}

#[sqlx::test]
async fn no_row_and_no_log_line_holds_a_secret_or_a_password(db: PgPool) {
    let (log, _guard) = Log::start();
    let (app, admin) = TestApp::with_admin(&db).await;
    let keys = live(&app, &admin).await;
    admin.delete(&keys[2], "Terraform").await;
    let mut secrets = vec![PASSWORD, "a wrong passphrase"];
    secrets.extend(keys.iter().map(Key::random));
    let text = log.text();
    assert!(text.contains("answered"), "the log is heard");
    check_holds_none("the log", &text, &secrets);
    let rows = dump(&db).await;
    assert!(rows.contains("Shopify") && rows.contains("argon2id"), "the dump is whole");
    check_holds_none("the database", &rows, &secrets);
}

#[sqlx::test]
async fn a_secret_in_a_url_is_not_logged_either(db: PgPool) {
    let (log, _guard) = Log::start();
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let secret = &key.secret;
    for path in [
        format!("/v1/auth/whoami?key={secret}"),
        format!("/v1/{secret}"),
        format!("/v1/x/{secret}?a={secret}"),
    ] {
        assert_eq!(app.send(get(&path)).await.status, 400, "{path}");
    }
    for path in [
        format!("{LIST}?q={secret}"),
        format!("{LIST}/{secret}"),
        format!("{LIST}/{secret}/edit"),
        format!("/{secret}"),
    ] {
        admin.get(&path).await;
        app.browser().get(&path).await;
    }
    check_holds_none("the log", &log.text(), &[key.random()]);
}

#[sqlx::test]
async fn a_percent_encoded_secret_in_a_path_is_not_logged_either(db: PgPool) {
    let (log, _guard) = Log::start();
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    for hidden in [key.secret.replace("aug_", "%61ug_"), key.secret.replace('_', "%5F")] {
        app.send(get(&format!("/v1/{hidden}"))).await;
        admin.get(&format!("{LIST}/{hidden}")).await;
    }
    check_holds_none("the log", &log.text(), &[key.random()]);
}

#[sqlx::test]
async fn a_failing_database_does_not_make_the_log_talk(db: PgPool) {
    let (log, _guard) = Log::start();
    let (app, admin, proxy) = TestApp::with_admin_behind(&db).await;
    let key = admin.create_key().await;
    app.sql("alter table audit_event add constraint refused check (false) not valid").await;
    admin.call("create-key", crate::app::new_key(json!({}))).await;
    admin.rotate(&key, "now", "keep").await;
    proxy.set(crate::database::proxy::Way::Cut);
    app.whoami(&key.secret).await;
    app.browser().try_sign_in(EMAIL, PASSWORD).await;
    assert!(log.text().contains("ERROR"));
    check_holds_none("the log", &log.text(), &[key.random(), PASSWORD]);
}

#[sqlx::test]
async fn no_page_after_the_reveal_shows_the_secret(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let keys = live(&app, &admin).await;
    let mut pages: Vec<Answer> = vec![admin.get(LIST).await, admin.get("/settings/api-keys/new").await];
    for key in &keys {
        pages.push(admin.get(&format!("{LIST}/{}", key.id)).await);
        for form in ["edit", "rotate", "revoke", "delete"] {
            pages.push(admin.get(&key.form(form)).await);
        }
    }
    pages.push(admin.call("key-choices", json!({})).await);
    let randoms: Vec<&str> = keys.iter().map(Key::random).collect();
    for page in &pages {
        check_holds_none("a page", &format!("{:?}{}", page.headers, page.body), &randoms);
    }
}

#[sqlx::test]
async fn a_reveal_puts_nothing_into_headers_or_cookies(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let role = augno_api_keys::store::roles::VIEWER.to_string();
    let fields = [("name", "ERP Sync"), ("role_id", role.as_str()), ("expiration", "none"), ("token", "")];
    let answer = admin.post_form("/settings/api-keys/new", &fields).await;
    let secret = answer.shown_secret();
    assert_eq!(app.whoami(&secret).await.0, 200);
    check_holds_none("a header", &format!("{:?}", answer.headers), &[random_part(&secret)]);
    check_holds_none("the session", &app.ask("select * from session").await, &[random_part(&secret)]);
}

/// A browser cuts what is pasted; a link made by hand does not.
#[sqlx::test]
async fn a_whole_secret_in_the_search_url_is_found_but_not_echoed(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    admin.create_key_with(json!({"name": "Shopify"})).await;
    let encoded = key.secret.replace("aug_", "%61ug%5F");
    for q in [&key.secret, &encoded, &format!("+{}+", key.secret)] {
        let path = format!("{LIST}?status=active&q={q}");
        let mut page = admin.get(&path).await;
        if page.status == 303 {
            check_holds_none("the way on", &format!("{:?}", page.headers), &[key.random()]);
            page = admin.get(page.location()).await;
        }
        assert!(page.body.contains(&key.id) && !page.body.contains("Shopify"), "its key is found by {q}");
        check_holds_none("the page", &page.body, &[key.random()]);
        let signed_out = app.browser().get(&path).await;
        check_holds_none("the way to sign in", &format!("{:?}", signed_out.headers), &[key.random()]);
    }
}

#[sqlx::test]
async fn nothing_prints_a_secret_by_accident(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    let done = Done { name: String::new(), what: String::new(), href: None, list: String::new() };
    let new = NewSecret {
        key_id: key.id.clone(),
        name: "ERP Sync".into(),
        role: String::new(),
        expires: String::new(),
        older: Vec::new(),
        secret: key.secret.clone(),
        secret_id: String::new(),
        url: String::new(),
        done,
    };
    let presented = augno_api_keys::domain::secret::PresentedSecret::parse(&key.secret).unwrap();
    let known = augno_api_keys::store::verification::find(&app.state.db, &[presented.id]).await.unwrap();
    check_holds_none("Debug", &format!("{new:?} {presented:?} {known:?}"), &[key.random()]);
}
