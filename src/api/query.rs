//! The parameters of a URL's query, each read once; what nobody reads is refused by name.

use std::str::FromStr;

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::error::ApiError;
use crate::domain::id::Kind;
use crate::store::pages::Cursor;

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

/// A moment as RFC 3339 has it, in UTC. `None` too for one that UTC cannot express in four digits of a year.
pub fn parse_time(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)
}

/// Names and values, decoded, in their order.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        match pairs.iter().find(|(_, value)| value.contains('\0')) {
            None => Ok(Self(pairs)),
            // PostgreSQL's text holds none.
            Some((name, _)) => Err(ApiError::invalid_parameter(name, "Remove the NUL character.")),
        }
    }

    /// Every value of a list parameter, such as `statuses[]`.
    pub fn many(&mut self, name: &str) -> Vec<String> {
        self.0.extract_if(.., |(this, _)| this == name).map(|(_, value)| value).collect()
    }

    /// Every value of a list parameter, read by `read`; `message` says what it takes.
    pub fn many_as<T>(
        &mut self,
        name: &str,
        message: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, ApiError> {
        let wrong = || ApiError::invalid_parameter(name, message);
        self.many(name).iter().map(|value| read(value).ok_or_else(wrong)).collect()
    }

    pub fn one(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        let mut values = self.many(name).into_iter();
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(ApiError::invalid_parameter(name, format!("Send {name} once."))),
        }
    }

    /// One value, read by its type; `message` says what it takes.
    pub fn one_as<T: FromStr>(&mut self, name: &str, message: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.one(name)? else { return Ok(None) };
        value.parse().map(Some).map_err(|_| ApiError::invalid_parameter(name, message))
    }

    /// What to search for, trimmed; `None` when that is nothing.
    pub fn search(&mut self) -> Result<Option<String>, ApiError> {
        let search = self.one("q")?.map(|text| text.trim().to_owned());
        Ok(search.filter(|text| !text.is_empty()))
    }

    pub fn time(&mut self, name: &str) -> Result<Option<OffsetDateTime>, ApiError> {
        let Some(value) = self.one(name)? else { return Ok(None) };
        let message = "Use a time as RFC 3339 has it, such as 2027-03-31T12:00:00Z.";
        parse_time(&value).map(Some).ok_or_else(|| ApiError::invalid_parameter(name, message))
    }

    /// Where the page begins, and how many it has.
    pub fn page<K: Kind>(&mut self) -> Result<(Option<Cursor<K>>, i64), ApiError> {
        let cursor = self.one_as("cursor", "Use a cursor from an earlier response's page_info.")?;
        let message = "Use a whole number from 1 to 1000.";
        let limit = self.one_as("limit", message)?.unwrap_or(DEFAULT_LIMIT);
        if (1..=MAX_LIMIT).contains(&limit) {
            Ok((cursor, limit))
        } else {
            Err(ApiError::invalid_parameter("limit", message))
        }
    }

    /// Whether each of these is asked for by `include[]`; anything else there is refused. What is asked for of a
    /// sub-object brings the sub-object along.
    pub fn includes<const N: usize>(&mut self, known: [&str; N]) -> Result<[bool; N], ApiError> {
        let wanted = self.many("include[]");
        if wanted.iter().any(|wanted| !known.contains(&wanted.as_str())) {
            let message = format!("Use {}.", known.join(", "));
            return Err(ApiError::invalid_parameter("include[]", message));
        }
        let is_wanted = |name: &str| {
            wanted.iter().any(|wanted| {
                wanted == name || wanted.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
            })
        };
        Ok(known.map(is_wanted))
    }

    /// Nothing else may be there.
    pub fn end(self) -> Result<(), ApiError> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(ApiError::unknown_parameter(name)),
        }
    }
}
