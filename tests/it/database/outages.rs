//! An outage ends when it ends.

use std::time::{Duration, Instant};

use sqlx::PgPool;

use super::proxy::Way;
use crate::app::{TestApp, get};

/// Within which everything answers once the database can be reached again.
const RECOVERY: Duration = Duration::from_secs(3);

/// Resolves when the probe says so.
async fn ready(app: &TestApp, ready: bool, within: Duration) {
    let begun = Instant::now();
    loop {
        let answer = app.send(get("/readyz")).await;
        if (answer.status == 200) == ready {
            return;
        }
        assert!(begun.elapsed() < within, "{} {}", answer.status, answer.body);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn check_outage(db: &PgPool, way: Way) {
    let (app, admin, proxy) = TestApp::with_admin_behind(db).await;
    let key = admin.create_key().await;
    assert_eq!(app.whoami(&key.secret).await.0, 200);
    ready(&app, true, RECOVERY).await;
    proxy.set(way);
    ready(&app, false, Duration::from_secs(10)).await;
    // Long enough for what is in memory to be of no use, and for every connection to have been tried.
    let mut refused = 0;
    while refused < 60 {
        let asked: Vec<_> = (0..20).map(|_| app.whoami(&key.secret)).collect();
        let answers = futures_util::future::join_all(asked).await;
        refused += answers.iter().filter(|answer| answer.1 == "service_unavailable").count();
    }
    proxy.set(Way::Open);
    let back = Instant::now();
    while app.whoami(&key.secret).await.0 != 200 {
        assert!(back.elapsed() < RECOVERY, "{:?}", back.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // From then on everybody is answered, and changes are made.
    let asked: Vec<_> = (0..50).map(|_| app.whoami(&key.secret)).collect();
    assert!(futures_util::future::join_all(asked).await.iter().all(|(status, _)| *status == 200));
    ready(&app, true, RECOVERY).await;
    assert_eq!(admin.revoke(&key, "").await.status, 200);
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".to_owned()));
    // What was refused has its rows, once.
    app.state.log.settled().await;
    let rows = app.count("request_log where error_code = 'service_unavailable'").await;
    assert_eq!(
        rows,
        app.count("(select distinct id from request_log where error_code = 'service_unavailable') once")
            .await
    );
    assert!(rows >= i64::try_from(refused).unwrap(), "{rows} of {refused}");
}

#[sqlx::test]
async fn a_network_that_swallows_everything_is_over_when_it_is_over(db: PgPool) {
    check_outage(&db, Way::Stalled).await;
}

#[sqlx::test]
async fn a_database_that_ends_every_connection_is_over_when_it_is_over(db: PgPool) {
    check_outage(&db, Way::Cut).await;
}

#[sqlx::test]
async fn connections_that_died_unseen_cost_no_change(db: PgPool) {
    let (app, admin, proxy) = TestApp::with_admin_behind(&db).await;
    let key = admin.create_key().await;
    proxy.set(Way::Cut);
    proxy.set(Way::Open);
    // Whatever asks first finds the connection dead, and begins anew.
    let mut edits = 0;
    while admin.edit(&key, &format!("Name {edits}"), augno_api_keys::store::roles::VIEWER).await.status != 200
    {
        edits += 1;
        assert!(edits < 3, "every connection is found dead one by one");
    }
    assert_eq!(app.whoami(&key.secret).await.0, 200);
}
