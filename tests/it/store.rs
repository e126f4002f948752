//! What the database keeps.

mod audit;
mod counts;
mod key_use;
mod request_log;
mod status;
