//! What programs get.

mod audit_events;
mod errors;
mod keys;
mod list_keys;
mod openapi;
mod request_logs;
mod roles;
mod whoami;

use http::{Method, Request};
use serde_json::Value;

use crate::app::{Answer, TestApp};

impl TestApp {
    /// A program's request with a JSON body.
    pub async fn api(&self, method: Method, path: &str, secret: &str, body: Value) -> Answer {
        self.api_with(method, path, secret, &[], body).await
    }

    /// The same with more headers.
    pub async fn api_with(
        &self,
        method: Method,
        path: &str,
        secret: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {secret}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send_body(request, body).await
    }
}

/// Status and code of an error, `ok` where there is none.
fn said(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["error"]["code"].as_str().unwrap_or("ok").to_owned())
}

/// The parameter that an error blames.
fn blamed(answer: &Answer) -> String {
    answer.json()["error"]["param"].as_str().unwrap_or_default().to_owned()
}
