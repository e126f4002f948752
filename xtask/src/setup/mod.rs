//! What the build, the server and the tests need of the machine: found, or installed when that can
//! be done without asking, or named with the command that installs it.

mod chromium;
pub(crate) mod debian;
mod npm;
mod pgbouncer;
mod postgres;
mod wasm_target;

pub(crate) use chromium::chromium;
pub(crate) use npm::{install_packages, wasm_opt};
pub(crate) use pgbouncer::pgbouncer;
pub(crate) use postgres::postgres;
pub(crate) use wasm_target::{WASM, wasm_target};
