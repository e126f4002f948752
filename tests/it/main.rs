//! The server as its users meet it: requests in, answers and rows out. One binary, laid out like the URLs and
//! the promises; each test has a database of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod api;
mod app;
mod command_line;
mod console;
mod database;
mod fixtures;
mod gateway;
mod html;

mod secrecy;
mod sessions;
mod store;
mod upstream;
mod verify;
