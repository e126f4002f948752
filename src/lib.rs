//! Augno API keys: one library for the browser (feature `hydrate`) and the server (feature `ssr`).
#![recursion_limit = "256"]

/// Pages, components and their server functions.
pub mod console;

/// The HTTP API that keys open.
#[cfg(feature = "ssr")]
pub mod api;
/// The browser part, embedded.
#[cfg(feature = "ssr")]
pub mod assets;
/// Work that is cheaper done together.
#[cfg(feature = "ssr")]
pub mod batches;
/// What the operator decides.
#[cfg(feature = "ssr")]
pub mod config;
/// What the product is about: keys, secrets, roles, permissions. Pure.
#[cfg(feature = "ssr")]
pub mod domain;
/// Headers and addresses, whoever answers.
#[cfg(feature = "ssr")]
pub mod http;
/// Lines of the process's log that would come by the hundred.
#[cfg(feature = "ssr")]
pub mod paced;
/// A request on its way to its row.
#[cfg(feature = "ssr")]
pub mod request_log;
/// Everything that runs: command line, start-up, connections, dispatch.
#[cfg(feature = "ssr")]
pub mod server;
/// Passwords, session cookie, one-time links.
#[cfg(feature = "ssr")]
pub mod sign_in;
/// What every request may need.
#[cfg(feature = "ssr")]
pub mod state;
/// Every SQL query, one file for each aggregate.
#[cfg(feature = "ssr")]
pub mod store;
/// The API behind this server.
#[cfg(feature = "ssr")]
pub mod upstream;
/// Deciding on a presented secret.
#[cfg(feature = "ssr")]
pub mod verify;

/// Gets ready for the islands of the page that the server sent.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
