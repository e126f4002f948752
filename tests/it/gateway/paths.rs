//! Only an exact path is passed on.

use sqlx::PgPool;

use super::{gateway, key_with};
use crate::app::get;

#[sqlx::test]
async fn there_is_no_way_around_by_writing_a_path_differently(db: PgPool) {
    let (app, admin, upstream) = gateway(&db).await;
    // May read files, but no customers and no keys.
    let key = key_with(&app, &admin, &["files:read"]).await;
    for path in [
        "/v1//sales/customers",
        "/v1/sales//customers",
        "/v1/./sales/customers",
        "/v1/x/../sales/customers",
        "/v1/files/../sales/customers",
        "/v1/files/..%2Fsales%2Fcustomers",
        "/v1/files/%2e%2e/sales/customers",
        "/v1/files/%2e%2e",
        "/v1/files/a%5c..%5cb",
        "/v1/files/..;/sales/customers",
        "/v1/sales/customers/",
        "/v1/sales/customers%2F",
        "/v1/sales%2Fcustomers",
        "/v1/SALES/customers",
        "/v1/sales/Customers",
        "/v1/sales/customers;a=b",
        "/v1/sales/customers%00",
        "/v1/sales/customers%0a",
        "/v1/sales/customers%ff",
        "/v1/sales/customers%",
        "/v1/sales",
    ] {
        let answer = app.api_get(path, &key.secret).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert_eq!(answer.json()["error"]["code"], "resource_not_found", "{path}");
    }
    assert_eq!(upstream.asked(), 0);
}

#[sqlx::test]
async fn an_escaped_path_is_the_path_it_means(db: PgPool) {
    let (app, admin, upstream) = gateway(&db).await;
    let key = key_with(&app, &admin, &["files:read"]).await;
    // The same operation, so the same permission is missing.
    let answer = app.api_get("/v1/s%61les/customers", &key.secret).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    // Our own operations cannot be reached around ours.
    let answer = app.api_get("/v1/auth/api%2Dkeys", &key.secret).await;
    assert_eq!((answer.status.as_u16(), upstream.asked()), (403, 0));
    let answer = app.send(get("/v1/auth/api-keys/x").method("PUT")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "DELETE, GET, HEAD, PATCH"));
}

#[sqlx::test]
async fn a_parameter_is_decoded_once_and_sent_on_as_it_was_meant(db: PgPool) {
    let (app, admin, _) = gateway(&db).await;
    let key = key_with(&app, &admin, &["customers:read"]).await;
    for (asked, sent) in [
        ("/v1/sales/customers/a%20b", "/v1/sales/customers/a%20b"),
        ("/v1/sales/customers/%2561", "/v1/sales/customers/%2561"),
        ("/v1/sales/customers/%61", "/v1/sales/customers/a"),
        ("/v1/sales/customers/%C3%A9:x@y", "/v1/sales/customers/%C3%A9:x@y"),
        ("/v1/sales/customers/a;b", "/v1/sales/customers/a%3Bb"),
        ("/v1/sales/customers/\"quoted\\", ""),
    ] {
        let Ok(_) = asked.parse::<http::Uri>() else { continue };
        let answer = app.api_get(asked, &key.secret).await;
        if sent.is_empty() {
            assert_eq!(answer.status, 404, "{asked}");
        } else {
            assert_eq!(answer.json()["path"], sent, "{asked}: {}", answer.body);
        }
    }
}
