//! Deciding what a presented secret opens. [`decide`] is pure; what it decides on holds at a moment after the request
//! came: it is read from the database then, or kept in memory while every change is heard of.

mod decide;
mod key_use;
mod lease;
mod memory;
mod rotations;
mod secrets;

pub use decide::{Refusal, decide};
pub use key_use::KeyUses;
pub use memory::Found;
pub use rotations::{Rotations, UnderWay};
pub use secrets::Secrets;
