//! Deciding what a presented secret opens. [`decide`] is pure; what it decides on comes from the database,
//! asked anew for each request.

mod decide;
mod key_use;

pub use decide::{Allowed, KnownSecret, Outcome, Refusal, decide};
pub use key_use::KeyUses;
