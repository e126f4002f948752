//! Request logs: one row for each request to the API, in partitions by day.

mod days;
mod first;
mod list;
mod names;
mod write;

pub use days::{add_days, drop_old};
pub use first::first_of_secret;
pub use list::{LogQuery, LogRecords, get, list};
pub use write::Writer;

use std::net::IpAddr;

use serde_json::Value;
use time::OffsetDateTime;

use crate::domain::id::{AccountId, KeyId, RequestId, RoleId};

/// One request, as it is kept.
#[derive(Clone, Debug)]
pub struct LogRecord {
    pub id: RequestId,
    /// Who asked, when that could be told.
    pub by: Option<LogKey>,
    pub method: String,
    pub host: String,
    pub path: String,
    /// The operation's path with parameters in braces.
    pub route: Option<String>,
    /// A JSON object, without secrets.
    pub query: Option<Value>,
    pub status_code: i16,
    pub latency_us: i64,
    pub client_ip: Option<IpAddr>,
    pub user_agent: Option<String>,
    pub referrer: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub idempotency_key: Option<String>,
    pub occurred_at: OffsetDateTime,
    pub created_at: OffsetDateTime,
}

impl LogRecord {
    /// Roughly how many bytes it takes on its way.
    fn size(&self) -> usize {
        let texts = [&self.route, &self.user_agent, &self.referrer, &self.error_code, &self.error_message];
        let texts: usize = texts.iter().filter_map(|text| text.as_ref()).map(String::len).sum();
        let query = self.query.as_ref().map_or(0, |query| query.to_string().len());
        // Ids, numbers, times, the key's and the role's name, and the length of each.
        256 + self.method.len() + self.host.len() + self.path.len() + texts + query
    }
}

/// The key that made a request, as it was at that time.
#[derive(Clone, Debug)]
pub struct LogKey {
    pub account: AccountId,
    pub key: KeyId,
    pub key_name: String,
    pub redacted: String,
    pub role: RoleId,
    pub role_name: String,
}
