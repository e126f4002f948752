//! What the product is about. No I/O, no clock, no SQL: time and randomness are arguments.

pub mod catalogue;
pub mod id;
pub mod key;
pub mod member;
pub mod mode;
pub mod permission;
pub mod secret;
