//! The numbers beside the filters, which a trigger keeps.

use sqlx::PgPool;

use crate::app::TestApp;

/// The kept numbers are those that counting gives.
async fn check(app: &TestApp, total: i64, revoked: i64) {
    assert_eq!(
        (app.count("api_key").await, app.count("api_key where revoked_at is not null").await),
        (total, revoked)
    );
    let drifted =
        "api_key_count c where c.total <> (select count(*) from api_key k where k.account_id = c.account_id)
        or c.revoked <> (select count(revoked_at) from api_key k where k.account_id = c.account_id)";
    assert_eq!(app.count(drifted).await, 0);
}

#[sqlx::test]
async fn stay_right_through_every_change(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (one, two, three) = (admin.create_key().await, admin.create_key().await, admin.create_key().await);
    check(&app, 3, 0).await;
    admin.revoke(&one, "").await;
    admin.revoke(&one, "").await;
    check(&app, 3, 1).await;
    admin.rotate(&two, "now", "keep").await;
    admin.edit(&two, "Two", augno_api_keys::store::roles::ADMIN).await;
    check(&app, 3, 1).await;
    admin.delete(&one, "").await;
    admin.delete(&three, "ERP Sync").await;
    check(&app, 1, 0).await;
    assert_eq!(admin.tab(&[]).await.filters(), "All 1 Active 1 Revoked 0 Expired 0");
}

#[sqlx::test]
async fn stay_right_when_a_change_is_rolled_back(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let key = admin.create_key().await;
    app.sql("alter table audit_event add constraint refused check (false) not valid").await;
    admin.call("create-key", crate::app::new_key(serde_json::json!({}))).await;
    admin.revoke(&key, "").await;
    admin.delete(&key, "ERP Sync").await;
    check(&app, 1, 0).await;
}

#[sqlx::test]
async fn stay_right_when_many_rows_change_at_once(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let stranger = app.stranger().await;
    for browser in [&admin, &stranger, &admin] {
        browser.create_key().await;
    }
    app.sql("update api_key set revoked_at = now()").await;
    check(&app, 3, 3).await;
    app.sql("update api_key set revoked_at = null").await;
    check(&app, 3, 0).await;
    app.sql("delete from api_key").await;
    check(&app, 0, 0).await;
}

#[sqlx::test]
async fn changes_at_once_are_all_counted(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    let (one, two) = (admin.create_key().await, admin.create_key().await);
    tokio::join!(
        admin.revoke(&one, ""),
        admin.create_key(),
        admin.delete(&two, "ERP Sync"),
        admin.create_key()
    );
    check(&app, 3, 1).await;
}
