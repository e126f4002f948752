//! The request log: every request gets a row, and the row is committed before the answer is out.

mod body;
mod entry;
mod queue;

pub use entry::{Entry, Whole};
pub use queue::{RequestLog, Unwritten};
