//! Deciding what a presented secret opens. [`decide`] is pure; what it decides on comes from the database,
//! asked after each request came.

mod decide;
mod key_use;
mod secrets;

pub use decide::{KnownSecret, Refusal, decide};
pub use key_use::KeyUses;
pub use secrets::Secrets;
