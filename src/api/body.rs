//! The fields of a JSON body, each read once; what nobody reads is refused by name.

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::error::ApiError;
use super::query::parse_time;

/// Largest body of our own operations, in bytes.
const MAX: usize = 64 * 1024;

pub async fn read(body: Body) -> Result<Bytes, ApiError> {
    match Limited::new(body, MAX).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::body_too_large()),
        Err(_) => Err(ApiError::body_broken()),
    }
}

/// The fields of a JSON object.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// An empty body has no fields.
    pub fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(ApiError::no_json_object(None)),
            Err(error) => Err(ApiError::no_json_object(Some((error.line(), error.column())))),
        }
    }

    pub fn text(&mut self, name: &str) -> Result<String, ApiError> {
        self.optional_text(name)?.ok_or_else(|| ApiError::missing_field(name))
    }

    /// `None` where the field is not there, or null.
    pub fn optional_text(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::invalid_format(name, "Send a string.")),
        }
    }

    /// `None` where the field is not there, `Some(None)` where it is null.
    pub fn nullable_text(&mut self, name: &str) -> Result<Option<Option<String>>, ApiError> {
        let is_there = self.0.contains_key(name);
        let text = self.optional_text(name)?;
        self.0.remove(name);
        Ok(is_there.then_some(text))
    }

    pub fn optional_time(&mut self, name: &str) -> Result<Option<OffsetDateTime>, ApiError> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        let message = "Send a time as RFC 3339 has it, such as 2027-03-31T12:00:00Z.";
        parse_time(&text).map(Some).ok_or_else(|| ApiError::invalid_format(name, message))
    }

    pub fn optional_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let wrong = || ApiError::invalid_format(name, "Send a list of strings.");
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(items)) => {
                let text = |item| if let Value::String(text) = item { Ok(text) } else { Err(wrong()) };
                items.into_iter().map(text).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Nothing else may be there.
    pub fn end(self) -> Result<(), ApiError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(ApiError::unknown_parameter(name)),
        }
    }
}
