//! What the product is about. No I/O, no clock, no SQL: time and randomness are arguments.

pub mod catalogue;
pub mod error_code;
pub mod id;
pub mod key;
pub mod known_secret;
pub mod log;
pub mod member;
pub mod mode;
pub mod name;
pub mod operation;
pub mod permission;
pub mod request_path;
pub mod secret;
pub mod text;
