//! The API behind this server: what it is described by, and how it is asked.

mod client;
mod description;
mod progress;

pub use client::{Failure, Upstream, UpstreamUrl};
pub use description::{DescriptionError, read as read_description};
