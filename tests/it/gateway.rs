//! Requests that go on to the upstream.

mod every_operation;
mod passing_on;
mod paths;
mod trouble;

use std::time::Duration;

use augno_api_keys::config::Config;
use augno_api_keys::upstream::{Upstream, read_description};
use sqlx::PgPool;

use crate::app::{Browser, Key, TestApp, config};
use crate::upstream::{DESCRIPTION, TestUpstream};

/// How long the gateway waits for the upstream in these tests.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// A server with this OpenAPI file before an upstream, and its first admin.
async fn gateway_for(db: &PgPool, description: &std::path::Path) -> (TestApp, Browser, TestUpstream) {
    let upstream = TestUpstream::start().await;
    let app = app_before(db, description, &upstream.url());
    let admin = app.sign_up().await;
    (app, admin, upstream)
}

fn app_before(db: &PgPool, description: &std::path::Path, url: &str) -> TestApp {
    let config =
        Config { catalogue: read_description(description).unwrap(), ..config("http://keys.example") };
    let upstream = Upstream::new(url.parse().unwrap(), LONGEST_WAIT).unwrap();
    TestApp::of(db, config, Some(upstream))
}

/// The same with the tests' own description.
async fn gateway(db: &PgPool) -> (TestApp, Browser, TestUpstream) {
    gateway_for(db, own_description().path()).await
}

fn own_description() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), DESCRIPTION).unwrap();
    file
}

/// A key whose role has these permissions and no others.
async fn key_with(app: &TestApp, admin: &Browser, permissions: &[&str]) -> Key {
    let key = admin.create_key().await;
    give(app, &key, permissions).await;
    key
}

/// Gives the key a role of its own with these permissions.
async fn give(app: &TestApp, key: &Key, permissions: &[&str]) {
    let key = key.id.parse::<augno_api_keys::domain::id::KeyId>().unwrap().uuid();
    let permissions: Vec<String> = permissions.iter().map(ToString::to_string).collect();
    sqlx::query(
        "with gone as (update api_key set role_id = $3 where id = $1),
        made as (insert into role (id, account_id, name, type, permissions)
            select $3, account_id, 'role ' || $3, 'user', $2 from api_key where id = $1)
        select 1",
    )
    .bind(key)
    .bind(permissions)
    .bind(uuid::Uuid::now_v7())
    .execute(&app.db)
    .await
    .unwrap();
    augno_api_keys::store::replicas::wait_for_replicas(&app.state.db).await;
}
