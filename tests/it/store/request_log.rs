//! Rows of the request log: what is written is what is read, once, whatever happens to the connection.

use augno_api_keys::domain::id::{AccountId, KeyId, RequestId, RoleId};
use augno_api_keys::store::request_log::{LogKey, LogRecord, Writer, get};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::app::{TestApp, pools};

fn row(account: AccountId) -> LogRecord {
    let now = OffsetDateTime::from_unix_timestamp(OffsetDateTime::now_utc().unix_timestamp()).unwrap();
    LogRecord {
        id: RequestId::from_uuid(Uuid::now_v7()),
        by: Some(LogKey {
            account,
            key: KeyId::from_uuid(Uuid::now_v7()),
            key_name: "Zoë's \"key\"\\".into(),
            redacted: "aug_sk_prod_****hjt4".into(),
            role: RoleId::from_uuid(Uuid::now_v7()),
            role_name: "Viewer\n".into(),
        }),
        method: "GET".into(),
        host: "keys.example".into(),
        path: "/v1/a".into(),
        route: Some("/v1/{a}".into()),
        query: Some(json!({"limit": ["1", "é\t"]})),
        status_code: 599,
        latency_us: i64::MAX,
        client_ip: "2001:db8::1".parse().ok(),
        user_agent: Some(String::new()),
        referrer: Some("https://example.com/".into()),
        error_code: Some("timeout".into()),
        error_message: Some("Too slow.".into()),
        idempotency_key: Some("once".into()),
        occurred_at: now,
        created_at: now,
    }
}

#[sqlx::test]
async fn every_field_is_read_as_it_was_written(db: PgPool) {
    TestApp::new(&db);
    let account = AccountId::from_uuid(Uuid::now_v7());
    let full = row(account);
    let bare = LogRecord {
        by: full.by.clone(),
        route: None,
        query: None,
        client_ip: "192.0.2.7".parse().ok(),
        user_agent: None,
        referrer: None,
        error_code: None,
        error_message: None,
        idempotency_key: None,
        ..row(account)
    };
    let nobodys = LogRecord { by: None, client_ip: None, ..row(account) };
    let mut writer = Writer::new(pools(&db).workers);
    writer.write(&[full.clone(), bare.clone(), nobodys]).await.unwrap();
    for written in [full, bare] {
        let read = get(&pools(&db).requests, account, written.id).await.unwrap().unwrap();
        // Told by the database.
        let read = LogRecord { created_at: written.created_at, ..read };
        assert_eq!(format!("{read:?}"), format!("{written:?}"));
    }
    let app = TestApp::new(&db);
    assert_eq!(app.count("request_log where account_id is null and client_ip is null").await, 1);
}

#[sqlx::test]
async fn a_row_that_is_there_already_is_no_error_and_never_there_twice(db: PgPool) {
    let account = AccountId::from_uuid(Uuid::now_v7());
    let (first, second) = (row(account), row(account));
    let mut writer = Writer::new(pools(&db).workers);
    writer.write(std::slice::from_ref(&first)).await.unwrap();
    let both = writer.write(&[first.clone(), second.clone()]).await;
    assert!(both.unwrap_err().is_about_values());
    writer.write(&[first]).await.unwrap();
    writer.write(&[second]).await.unwrap();
    assert_eq!(TestApp::new(&db).count("request_log").await, 2);
}

#[sqlx::test]
async fn a_connection_that_died_is_replaced(db: PgPool) {
    let app = TestApp::new(&db);
    let account = AccountId::from_uuid(Uuid::now_v7());
    let mut writer = Writer::new(pools(&db).workers);
    writer.write(&[row(account)]).await.unwrap();
    app.ask(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query like '%insert into request_log%'",
    )
    .await;
    writer.write(&[row(account)]).await.unwrap();
    assert_eq!(app.count("request_log").await, 2);
}
