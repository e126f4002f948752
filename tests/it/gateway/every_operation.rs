//! For every operation of a description: its permission opens it, and nothing else does.

use std::path::Path;

use augno_api_keys::domain::operation::{AnsweredBy, Needs, Operation};
use http::{Method, Request};
use sqlx::PgPool;

use super::{gateway_for, give, own_description};
use crate::app::{Answer, Browser, Key, TestApp};
use crate::fixtures;

#[sqlx::test]
async fn of_the_tests_own_description(db: PgPool) {
    check_all(&db, own_description().path()).await;
}

#[sqlx::test]
async fn of_augnos_description(db: PgPool) {
    check_all(&db, Path::new(fixtures::AUGNOS_DESCRIPTION)).await;
}

async fn check_all(db: &PgPool, description: &Path) {
    let (app, admin, upstream) = gateway_for(db, description).await;
    let key = admin.create_key().await;
    let admin_key = admin.create_admin_key().await;
    let operations: Vec<Operation> = app.state.config.catalogue.operations().cloned().collect();
    let all: Vec<String> = app.state.config.catalogue.permissions().iter().map(ToString::to_string).collect();
    for operation in &operations {
        let asked = upstream.asked();
        check_one(&app, &key, &admin_key, operation, &all).await;
        if operation.answered_by == AnsweredBy::Upstream {
            assert!(upstream.asked() > asked, "{} {}", operation.method, operation.path);
        } else {
            assert_eq!(upstream.asked(), asked, "{} {}", operation.method, operation.path);
        }
    }
    assert!(operations.len() > 20);
    drop::<Browser>(admin);
}

async fn check_one(app: &TestApp, key: &Key, admin_key: &Key, operation: &Operation, all: &[String]) {
    let what = format!("{} {}", operation.method, operation.path);
    match &operation.needs {
        Needs::Nothing => assert_eq!(call(app, operation, "").await.status, 200, "{what}"),
        Needs::AnyKey => {
            give(app, key, &[]).await;
            check_through(&call(app, operation, &key.secret).await, &what);
        }
        Needs::Permissions(needed) => {
            let needed: Vec<String> = needed.iter().map(ToString::to_string).collect();
            let names: Vec<&str> = needed.iter().map(String::as_str).collect();
            give(app, key, &names).await;
            check_through(&call(app, operation, &key.secret).await, &what);
            for lacking in &needed {
                let others: Vec<&str> =
                    all.iter().filter(|name| *name != lacking).map(String::as_str).collect();
                give(app, key, &others).await;
                check_lacks(&call(app, operation, &key.secret).await, lacking, &what);
            }
        }
        Needs::Admin(permission) => {
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            give(app, key, &all).await;
            check_lacks(&call(app, operation, &key.secret).await, &permission.to_string(), &what);
            check_through(&call(app, operation, &admin_key.secret).await, &what);
        }
    }
}

/// A request to the operation, with something for each parameter.
async fn call(app: &TestApp, operation: &Operation, secret: &str) -> Answer {
    let segments =
        operation.path.split('/').map(|segment| if segment.starts_with('{') { "x1" } else { segment });
    let path = segments.collect::<Vec<_>>().join("/");
    let request = Request::builder().method(operation.method.clone()).uri(path);
    let request =
        if secret.is_empty() { request } else { request.header("authorization", format!("Bearer {secret}")) };
    let body = if operation.method == Method::GET { "" } else { "{}" };
    app.send_body(request, body).await
}

/// Whatever it says, it says so as somebody who was let in.
#[track_caller]
fn check_through(answer: &Answer, what: &str) {
    assert!(
        ![401, 403, 404, 405, 502, 503].contains(&answer.status.as_u16()) || is_object_missing(answer),
        "{what}: {}",
        answer.body
    );
}

/// The object is missing, not the path.
fn is_object_missing(answer: &Answer) -> bool {
    answer.json()["error"]["message"]
        .as_str()
        .is_some_and(|message| message.starts_with("There is nothing with this id"))
}

#[track_caller]
fn check_lacks(answer: &Answer, permission: &str, what: &str) {
    assert_eq!(answer.status, 403, "{what}: {}", answer.body);
    let challenge = format!(r#"Bearer realm="augno", error="insufficient_scope", scope="{permission}""#);
    assert_eq!(answer.header("www-authenticate"), challenge, "{what}");
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(permission), "{what}: {message}");
}
