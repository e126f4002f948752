//! The database as people run it: elsewhere, behind a pooler, encrypted, away for a while.

mod encryption;
mod hosts;
mod outages;
mod pooler;
pub mod proxy;
mod rights;
mod server;
mod sessions;
