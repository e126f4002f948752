//! Our description of ourselves: it agrees with what answers, and with Augno's own.

use std::collections::BTreeSet;

use augno_api_keys::domain::operation::Own;
use augno_api_keys::store::roles;
use http::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::app::{Answer, TestApp, get};
use crate::fixtures::augnos_description;

async fn described(app: &TestApp) -> Value {
    app.send(get("/v1/openapi.json")).await.json()
}

fn operations(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        item.as_object()
            .unwrap()
            .keys()
            .map(|method| format!("{} {path}", method.to_uppercase()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[sqlx::test]
async fn it_describes_every_operation_that_we_answer_and_no_other(db: PgPool) {
    let app = TestApp::new(&db);
    let answered = Own::ALL.iter().map(|own| {
        let operation = own.operation();
        format!("{} {}", operation.method, operation.path)
    });
    let document = described(&app).await;
    assert_eq!(operations(&document), answered.collect());
    assert_eq!(document["servers"][0]["url"], "http://keys.example");
    let mut broken = Vec::new();
    references(&document, &mut |reference| {
        if document.pointer(reference.trim_start_matches('#')).is_none() {
            broken.push(reference.to_owned());
        }
    });
    assert_eq!(broken, [""; 0]);
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                found(reference);
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// What product.md adds to a shared operation.
const OURS: [&str; 3] = ["header Idempotency-Key", "body revoke_at", "body note"];

#[sqlx::test]
async fn shared_operations_take_and_give_what_augnos_do(db: PgPool) {
    let theirs = augnos_description();
    let ours = described(&TestApp::new(&db)).await;
    let shared: Vec<String> = operations(&ours).intersection(&operations(&theirs)).cloned().collect();
    assert_eq!(shared.len(), 15);
    for operation in shared {
        let (method, path) = operation.split_once(' ').unwrap();
        let of = |document: &Value| document["paths"][path][method.to_lowercase()].clone();
        let (our, their) = (of(&ours), of(&theirs));
        assert_eq!(our["operationId"], their["operationId"], "{operation}");
        let mut taken = inputs(&ours, &our);
        taken.retain(|name| !OURS.contains(&name.as_str()));
        assert_eq!(taken, inputs(&theirs, &their), "{operation}");
        let status = if our["responses"]["201"].is_null() { "200" } else { "201" };
        let schema = |operation: &Value| {
            operation["responses"][status]["content"]["application/json"]["schema"].clone()
        };
        let given = |document: &Value, operation: &Value| {
            let mut fields = BTreeSet::new();
            shape(document, &schema(operation), "", &mut fields);
            fields
        };
        assert_eq!(given(&ours, &our), given(&theirs, &their), "{operation}");
    }
}

/// Parameters by place and name, and the fields of the body.
fn inputs(document: &Value, operation: &Value) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters =
        parameters.map(|it| format!("{} {}", it["in"].as_str().unwrap(), it["name"].as_str().unwrap()));
    let mut inputs: BTreeSet<String> = parameters.collect();
    let body = resolve(document, &operation["requestBody"]["content"]["application/json"]["schema"]);
    let fields = body["properties"].as_object().into_iter().flatten();
    inputs.extend(fields.map(|(name, _)| format!("body {name}")));
    inputs
}

/// Every field with its path, and whether it may be null. Account's parts that are not kept here are left out.
fn shape(document: &Value, schema: &Value, at: &str, fields: &mut BTreeSet<String>) {
    let schema = resolve(document, schema);
    if let Some(items) = schema.get("items") {
        shape(document, items, &format!("{at}[]"), fields);
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{at}.{name}");
        let null = if may_be_null(document, field) { " or null" } else { "" };
        let required = if required.contains(&name.as_str()) { "" } else { " optional" };
        fields.insert(format!("{path}{null}{required}"));
        if !["default_billing_address", "default_shipping_address", "branding", "portal", "quota"]
            .contains(&name.as_str())
        {
            shape(document, field, &path, fields);
        }
    }
}

fn may_be_null(document: &Value, schema: &Value) -> bool {
    let either = ["oneOf", "anyOf"].iter().flat_map(|kind| schema[*kind].as_array().into_iter().flatten());
    schema["nullable"] == true
        || schema["type"].as_array().is_some_and(|types| types.contains(&json!("null")))
        || either.into_iter().any(|schema| resolve(document, schema)["type"] == "null")
        // Any value at all.
        || (schema["type"].is_null() && schema["$ref"].is_null() && schema["allOf"].is_null() && schema["oneOf"].is_null())
}

/// The schema itself, of which others are a wrapping.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolve(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    for kind in ["allOf", "oneOf", "anyOf"] {
        let one = schema[kind].as_array().into_iter().flatten().find(|schema| schema["type"] != "null");
        if let Some(one) = one {
            return resolve(document, one);
        }
    }
    schema
}

/// Each kind of answer of a shared operation, held against Augno's schema for it.
#[sqlx::test]
async fn answers_are_as_augnos_schemas_have_them(db: PgPool) {
    let theirs = augnos_description();
    let (app, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_admin_key().await.secret;
    let check = async |method: Method, template: &str, path: &str, body: Value| -> Answer {
        let answer = app.api(method.clone(), path, &secret, body).await;
        let responses = &theirs["paths"][template][method.as_str().to_lowercase()]["responses"];
        let status = if answer.status.is_client_error() { "4XX" } else { answer.status.as_str() };
        let schema = &responses[status]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {path}: {} {}", answer.status, answer.body);
        let mut said = answer.json();
        if let Some(info) = said.get_mut("api_key_info").and_then(Value::as_object_mut) {
            info.remove("note");
        }
        fits(&theirs, schema, &said, &format!("{method} {path}"));
        answer
    };
    let keys = "/v1/auth/api-keys";
    let all = "include[]=role&include[]=role.permissions";
    let new = json!({"name": "ERP Sync", "role_id": roles::VIEWER.to_string(), "expires_at": "2030-01-01T00:00:00Z"});
    let created = check(Method::POST, keys, &format!("{keys}?{all}"), new).await.json();
    let id = created["api_key_info"]["id"].as_str().unwrap().to_owned();
    let (one, rotate) = (format!("{keys}/{id}"), format!("{keys}/{id}/actions/rotate"));
    check(Method::GET, keys, &format!("{keys}?{all}&limit=1"), Value::Null).await;
    check(Method::GET, "/v1/auth/api-keys/{id}", &one, Value::Null).await;
    check(Method::POST, "/v1/auth/api-keys/{id}/actions/rotate", &rotate, json!({})).await;
    check(Method::DELETE, "/v1/auth/api-keys/{id}", &one, Value::Null).await;
    check(Method::GET, "/v1/auth/api-keys/{id}", "/v1/auth/api-keys/x", Value::Null).await;
    check(Method::POST, keys, keys, json!({})).await;

    let roles = "/v1/identity/roles";
    let everything = "include[]=owner.account&include[]=permissions";
    let role = check(
        Method::POST,
        roles,
        &format!("{roles}?{everything}"),
        json!({"name": "x", "permissions": ["roles:read"]}),
    )
    .await;
    let one = format!("{roles}/{}", role.json()["id"].as_str().unwrap());
    check(Method::GET, roles, &format!("{roles}?{everything}"), Value::Null).await;
    check(Method::PATCH, "/v1/identity/roles/{id}", &one, json!({"name": "y", "permissions": []})).await;
    check(Method::GET, "/v1/identity/roles/{id}", &one, Value::Null).await;
    check(Method::DELETE, "/v1/identity/roles/{id}", &one, Value::Null).await;

    let logs = "/v1/core/request-logs";
    let list =
        check(Method::GET, logs, &format!("{logs}?include[]=account&include[]=actor.role"), Value::Null)
            .await;
    let one = format!(
        "{logs}/{}?include[]=actor.role.permissions&include[]=query_json",
        list.json()["data"][0]["id"].as_str().unwrap()
    );
    check(Method::GET, "/v1/core/request-logs/{id}", &one, Value::Null).await;
    let events = "/v1/core/audit-events";
    let list =
        check(Method::GET, events, &format!("{events}?include[]=actor&include[]=metadata"), Value::Null)
            .await;
    let one = format!("{events}/{}?include[]=actor", list.json()["data"][0]["id"].as_str().unwrap());
    check(Method::GET, "/v1/core/audit-events/{id}", &one, Value::Null).await;
    check(
        Method::GET,
        "/v1/core/audit-events/resource-types",
        "/v1/core/audit-events/resource-types",
        Value::Null,
    )
    .await;
}

/// Holds a value against a schema of OpenAPI 3.0, as far as Augno's schemas go.
#[track_caller]
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if value.is_null() {
        assert!(schema["nullable"] == true, "{at} is null: {schema}");
        return;
    }
    let schema = resolve(document, schema);
    if let Some(known) = schema["enum"].as_array() {
        assert!(known.contains(value), "{at}: {value} is none of {known:?}");
    }
    match schema["type"].as_str() {
        Some("object") => fits_object(document, schema, value, at),
        Some("array") => {
            for (place, item) in
                value.as_array().unwrap_or_else(|| panic!("{at}: {value}")).iter().enumerate()
            {
                fits(document, &schema["items"], item, &format!("{at}[{place}]"));
            }
        }
        Some("string") => {
            let text = value.as_str().unwrap_or_else(|| panic!("{at}: {value}"));
            let is_time =
                || time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).is_ok();
            assert!(schema["format"] != "date-time" || is_time(), "{at}: {text}");
        }
        Some("integer") => assert!(value.is_i64(), "{at}: {value}"),
        Some("boolean") => assert!(value.is_boolean(), "{at}: {value}"),
        other => panic!("{at}: a schema of type {other:?}"),
    }
}

#[track_caller]
fn fits_object(document: &Value, schema: &Value, value: &Value, at: &str) {
    let fields = value.as_object().unwrap_or_else(|| panic!("{at}: {value}"));
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(fields.contains_key(required), "{at} lacks {required}");
    }
    let Some(known) = schema["properties"].as_object() else { return };
    for (name, field) in fields {
        let schema = known.get(name).unwrap_or_else(|| panic!("{at} has {name}, which is not described"));
        fits(document, schema, field, &format!("{at}.{name}"));
    }
}
