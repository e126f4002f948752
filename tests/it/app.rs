//! A server without a socket, and the people and programs who use it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use augno_api_keys::config::Config;
use augno_api_keys::domain::catalogue::Catalogue;
use augno_api_keys::domain::id::{AccountId, MemberId, RoleId};
use augno_api_keys::domain::member::{Email, Password};
use augno_api_keys::server::Front;
use augno_api_keys::sign_in::passwords::Passwords;
use augno_api_keys::sign_in::setup_token;
use augno_api_keys::state::AppState;
use augno_api_keys::store::{DatabaseUrl, PoolSizes, Pools, accounts, members, replicas, roles};
use augno_api_keys::upstream::Upstream;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::request::Builder;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};

use crate::database::proxy::Proxy;
use crate::html;

pub const EMAIL: &str = "ada@acme.example";
pub const PASSWORD: &str = "correct horse battery";
pub const LIST: &str = "/settings/api-keys";
pub const NEW: &str = "/settings/api-keys/new";
/// Where every test's requests come from.
pub const CLIENT: &str = "192.0.2.7";

/// One copy of the server on the test's own database.
#[derive(Clone)]
pub struct TestApp {
    pub db: PgPool,
    pub state: AppState,
    pub front: Front,
}

impl TestApp {
    pub fn new(db: &PgPool) -> Self {
        Self::at(db, "http://keys.example")
    }

    pub fn at(db: &PgPool, public_url: &str) -> Self {
        Self::of(db, config(public_url), None)
    }

    pub fn of(db: &PgPool, config: Config, upstream: Option<Upstream>) -> Self {
        Self::over(db, pools(db), config, upstream)
    }

    /// A server with these connections.
    pub fn over(db: &PgPool, pools: Pools, config: Config, upstream: Option<Upstream>) -> Self {
        let _ = any_spawner::Executor::init_tokio();
        let state = AppState::new(pools, config, upstream);
        Self { db: db.clone(), front: Front::new(state.clone()), state }
    }

    /// A server with its first account, and the admin who made it.
    pub async fn with_admin(db: &PgPool) -> (Self, Browser) {
        let app = Self::new(db);
        let admin = app.sign_up().await;
        (app, admin)
    }

    /// The same, over a way to the database that can be cut.
    pub async fn with_admin_behind(db: &PgPool) -> (Self, Browser, Proxy) {
        let proxy = Proxy::before(db).await;
        let app = Self::over(db, proxy.pools(), config("http://keys.example"), None);
        let admin = app.sign_up().await;
        (app, admin, proxy)
    }

    /// Somebody who is not signed in.
    pub fn browser(&self) -> Browser {
        Browser { app: self.clone(), cookies: Arc::default() }
    }

    /// The token in a fresh one-time link.
    pub async fn setup_token(&self) -> String {
        let link = setup_token::link(&self.state.db, &self.state.config.public_url).await.unwrap().unwrap();
        link.split_once("?token=").unwrap().1.to_owned()
    }

    /// Makes the first account by its one-time link.
    pub async fn sign_up(&self) -> Browser {
        let token = self.setup_token().await;
        let browser = self.browser();
        let fields =
            [("token", token.as_str()), ("account", "Acme"), ("email", EMAIL), ("password", PASSWORD)];
        let answer = browser.post_form("/setup", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// Adds a member to an account. Their password is [`PASSWORD`].
    pub async fn add_member(&self, account: AccountId, email: &str, role: RoleId) -> MemberId {
        let hash = Passwords::new().hash(Password::typed(PASSWORD.to_owned())).await.unwrap();
        members::add(&self.state.db, account, &Email::parse(email).unwrap(), &hash, (role, "role"))
            .await
            .unwrap()
    }

    /// A signed-in Viewer of the first account.
    pub async fn viewer(&self) -> Browser {
        let account = accounts::only(&self.state.db).await.unwrap().unwrap();
        self.add_member(account, "vic@acme.example", roles::VIEWER).await;
        let browser = self.browser();
        browser.sign_in("vic@acme.example").await;
        browser
    }

    /// A signed-in admin of another account.
    pub async fn stranger(&self) -> Browser {
        let account = AccountId::from_uuid(uuid::Uuid::now_v7());
        sqlx::query("insert into account (id, name, mode) values ($1, 'Globex', 'sandbox')")
            .bind(account.uuid())
            .execute(&self.db)
            .await
            .unwrap();
        self.add_member(account, "eve@globex.example", roles::ADMIN).await;
        let browser = self.browser();
        browser.sign_in("eve@globex.example").await;
        browser
    }

    /// A program's GET with a secret.
    pub async fn api_get(&self, path: &str, secret: &str) -> Answer {
        self.send(get(path).header(header::AUTHORIZATION, format!("Bearer {secret}"))).await
    }

    /// What `/v1/auth/whoami` says of a secret: its status, and the error's code where there is one.
    pub async fn whoami(&self, secret: &str) -> (u16, String) {
        let answer = self.api_get("/v1/auth/whoami", secret).await;
        let code = answer.json()["error"]["code"].as_str().unwrap_or("ok").to_owned();
        (answer.status.as_u16(), code)
    }

    pub async fn send(&self, request: Builder) -> Answer {
        self.send_body(request, Body::empty()).await
    }

    pub async fn send_body(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let mut request: Request<Body> = request.body(body.into()).unwrap();
        let client = SocketAddr::new(CLIENT.parse().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(client));
        // Boxed: a test that asks many things holds each of them on its stack.
        let response = Box::pin(self.front.answer(request)).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Runs a statement: moves time, breaks things. Then every copy of the server goes by it.
    pub async fn sql(&self, statement: impl Into<String>) -> u64 {
        let done = sqlx::query(AssertSqlSafe(statement.into())).execute(&self.db).await.unwrap();
        replicas::wait_for_replicas(&self.state.db).await;
        done.rows_affected()
    }

    /// What a query answers, as text.
    pub async fn ask(&self, query: impl Into<String>) -> String {
        let query = format!("select coalesce((select (q.*)::text from ({}) q), '')", query.into());
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.db).await.unwrap()
    }

    pub async fn count(&self, from: &str) -> i64 {
        let query = format!("select count(*) from {from}");
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.db).await.unwrap()
    }
}

/// The URL of the test's database.
pub fn database_url(db: &PgPool) -> String {
    let options = db.connect_options();
    let host = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let host = percent_encoding::utf8_percent_encode(&host, percent_encoding::NON_ALPHANUMERIC);
    let (user, port) = (options.get_username(), options.get_port());
    format!("postgres:///{}?host={host}&port={port}&user={user}", options.get_database().unwrap())
}

/// A server's own connections to the test's database.
pub fn pools(db: &PgPool) -> Pools {
    Pools::new(database(db), PoolSizes { requests: 10, workers: 4 })
}

/// Where the test's database is.
pub fn database(db: &PgPool) -> DatabaseUrl {
    DatabaseUrl::parse(&database_url(db), |_| None).unwrap()
}

/// No proxies, no upstream.
pub fn config(public_url: &str) -> Config {
    Config {
        public_url: public_url.parse().unwrap(),
        trusted_proxies: Vec::new(),
        catalogue: Catalogue::default(),
    }
}

pub fn get(path: &str) -> Builder {
    Request::builder().method(Method::GET).uri(path).header(header::HOST, "keys.example")
}

pub fn post(path: &str) -> Builder {
    Request::builder().method(Method::POST).uri(path).header(header::HOST, "keys.example")
}

/// Form fields as a browser encodes them.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A person's browser, which keeps cookies.
#[derive(Clone)]
pub struct Browser {
    pub app: TestApp,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// A key as a person sees it once.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: String,
    pub secret: String,
}

impl Key {
    /// The part that nobody else can know.
    pub fn random(&self) -> &str {
        random_part(&self.secret)
    }

    /// The path of one of its forms.
    pub fn form(&self, name: &str) -> String {
        format!("{LIST}/{}/{name}", self.id)
    }
}

/// A secret's 44 random characters.
pub fn random_part(secret: &str) -> &str {
    &secret["aug_sk_prod_".len() + 23..][..44]
}

impl Browser {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(get(path), Body::empty()).await
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form(fields);
        let request = post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len());
        self.send(request, body).await
    }

    /// Calls a server function.
    pub async fn call(&self, endpoint: &str, input: Value) -> Answer {
        let (path, body) = (format!("/console/{endpoint}"), input.to_string());
        let request = post(&path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_LENGTH, body.len());
        self.send(request, body).await
    }

    pub async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let cookies = self.cookie_line();
        let request = if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies) };
        let answer = self.app.send_body(request, body).await;
        self.keep_cookies(&answer.headers);
        answer
    }

    pub async fn sign_in(&self, email: &str) {
        let answer = self.try_sign_in(email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        self.post_form("/login", &[("email", email), ("password", password), ("next", "")]).await
    }

    /// A key named "ERP Sync" for the Viewer role that never expires.
    pub async fn create_key(&self) -> Key {
        self.create_key_with(json!({})).await
    }

    /// The same, but for these fields.
    pub async fn create_key_with(&self, fields: Value) -> Key {
        let answer = self.call("create-key", new_key(fields)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.key()
    }

    /// A key that may list keys.
    pub async fn create_admin_key(&self) -> Key {
        self.create_key_with(json!({"name": "Terraform", "role_id": roles::ADMIN.to_string()})).await
    }

    /// Rotates the key as it stands now.
    pub async fn rotate(&self, key: &Key, old_secret: &str, expiration: &str) -> Answer {
        self.rotate_seen(key, &self.secret_id(key).await, old_secret, expiration).await
    }

    /// Rotates the key as it stood when its current secret was `secret_id`.
    pub async fn rotate_seen(
        &self,
        key: &Key,
        secret_id: &str,
        old_secret: &str,
        expiration: &str,
    ) -> Answer {
        let input = json!({"id": key.id, "secret_id": secret_id, "old_secret": old_secret,
            "expiration": expiration, "expires_on": ""});
        self.call("rotate-key", json!({"input": input})).await
    }

    /// What the forms name the key's current secret by.
    pub async fn secret_id(&self, key: &Key) -> String {
        self.key_page(key).await.told("data-secret")
    }

    /// The page of one key.
    pub async fn key_page(&self, key: &Key) -> KeyPage {
        let answer = self.get(&format!("{LIST}/{}", key.id)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        KeyPage { body: answer.body }
    }

    pub async fn revoke(&self, key: &Key, reason: &str) -> Answer {
        self.call("revoke-key", json!({"input": {"id": key.id, "reason": reason}})).await
    }

    pub async fn delete(&self, key: &Key, confirm: &str) -> Answer {
        self.call("delete-key", json!({"input": {"id": key.id, "confirm": confirm}})).await
    }

    pub async fn edit(&self, key: &Key, name: &str, role: RoleId) -> Answer {
        self.call("edit-key", json!({"input": {"id": key.id, "name": name, "role_id": role.to_string()}}))
            .await
    }

    /// The API Keys tab with these parameters.
    pub async fn tab(&self, query: &[(&str, &str)]) -> Tab {
        let answer = self.get(&format!("{LIST}?{}", form(query))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Tab { body: answer.body }
    }

    /// The session's cookie as the browser holds it.
    pub fn session_cookie(&self) -> Option<String> {
        self.cookies.lock().unwrap().get("augno_session").cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    fn cookie_line(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if line.to_lowercase().contains("max-age=0") || value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The API Keys tab as it was shown.
#[derive(Debug)]
pub struct Tab {
    pub body: String,
}

impl Tab {
    /// The names in the table, from top to bottom.
    pub fn names(&self) -> Vec<String> {
        html::attributes(&self.body, "data-name")
    }

    pub fn statuses(&self) -> Vec<String> {
        html::attributes(&self.body, "data-status")
    }

    /// The links **Filter by status**: "All 3", "Active 1", …
    pub fn filters(&self) -> String {
        let links = html::between(&self.body, "aria-label=\"Filter by status\"", "</nav>").unwrap();
        let words = links.split("</a>").map(html::text).collect::<Vec<_>>().join(" ");
        words.split_once('>').map_or(words.clone(), |(_, words)| words.to_owned()).trim().to_owned()
    }

    /// What the page says was done.
    pub fn told(&self) -> String {
        html::between(&self.body, "<p class=\"toast\"><span>", "</span>").map(html::text).unwrap_or_default()
    }

    /// "51–100 of 135"
    pub fn summary(&self) -> String {
        let start = self.body.split_once("class=\"figures\"").unwrap().1;
        html::text(html::between(start, ">", "</p>").unwrap())
    }

    /// The note under the first status.
    pub fn note(&self) -> Option<String> {
        html::between(&self.body, "<small class=\"note\">", "</small>").map(html::text)
    }

    /// Where the link **Next page** or **Previous page** leads.
    pub fn link(&self, label: &str) -> Option<String> {
        let before = self.body.split_once(&format!(">{label}</a>"))?.0;
        html::attributes(&before[before.rfind('<')?..], "href").into_iter().next()
    }
}

/// The page of one key as it was shown.
#[derive(Debug)]
pub struct KeyPage {
    pub body: String,
}

impl KeyPage {
    /// What the page tells the browser part: `data-name`, `data-status`, `data-role`, `data-secret`.
    pub fn told(&self, name: &str) -> String {
        html::attributes(&self.body, name).into_iter().next().unwrap()
    }

    /// A fact: "Last used", "Revoked", "Reason".
    pub fn fact(&self, label: &str) -> Option<String> {
        let fact = html::between(&self.body, &format!("<dt>{label}</dt><dd"), "</dd>")?;
        fact.split_once('>').map(|(_, fact)| html::text(fact))
    }

    /// What was done to the key, latest first.
    pub fn events(&self) -> Vec<String> {
        let cells = self.body.split("data-label=\"What\" class=\"bare\">").skip(1);
        cells.map(|cell| html::text(cell.split_once("</td>").unwrap().0)).collect()
    }

    /// The secrets that the key has or had, newest first.
    pub fn secrets(&self) -> Vec<ShownSecret> {
        let rows = self.body.split("<tr role=\"row\" data-older").skip(1);
        let cell = |row: &str, label: &str| {
            html::text(html::between(row, &format!("data-label=\"{label}\">"), "</td>").unwrap())
        };
        rows.map(|row| {
            let secret = cell(row, "Secret");
            let state = secret[8..].trim().to_owned();
            ShownSecret { state, last_used: cell(row, "Last used"), stops: cell(row, "Stops") }
        })
        .collect()
    }
}

/// A secret as a key's page shows it.
#[derive(Debug)]
pub struct ShownSecret {
    pub state: String,
    pub last_used: String,
    pub stops: String,
}

/// The input of `create-key`: a Viewer's key that never expires, but for these fields.
pub fn new_key(fields: Value) -> Value {
    let mut input = json!({
        "name": "ERP Sync",
        "role_id": roles::VIEWER.to_string(),
        "expiration": "none",
        "expires_on": "",
        "token": uuid::Uuid::new_v4().to_string(),
    });
    merge(&mut input, fields);
    json!({"input": input})
}

fn merge(into: &mut Value, fields: Value) {
    for (name, value) in fields.as_object().unwrap() {
        into[name] = value.clone();
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The key in the answer to a create or rotate call.
    pub fn key(&self) -> Key {
        let json = self.json();
        let text =
            |name: &str| json[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_owned();
        Key { id: text("key_id"), secret: text("secret") }
    }

    /// The secret that a page shows.
    #[track_caller]
    pub fn shown_secret(&self) -> String {
        let at = self.body.find("aug_sk_").unwrap_or_else(|| panic!("no secret: {}", self.body));
        self.body[at..at + 85].to_owned()
    }

    /// What a call has done, in words.
    pub fn done(&self) -> String {
        let json = self.json();
        ["name", "what"].map(|part| json[part].as_str().unwrap_or_default()).concat()
    }

    /// The message beside a field, from a call's `{"Invalid": […]}`.
    pub fn on_field(&self, field: &str) -> Option<String> {
        let json = self.json();
        let errors = json["Invalid"].as_array()?;
        errors.iter().find(|error| error["field"] == field)?["message"].as_str().map(str::to_owned)
    }
}
