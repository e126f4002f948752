//! Augno API keys: one library for the browser (feature `hydrate`) and the server (feature `ssr`).
#![recursion_limit = "256"]

/// Pages, components and their server functions.
pub mod console;

/// The HTTP API that keys open.
#[cfg(feature = "ssr")]
pub mod api;
/// Work that is cheaper done together.
#[cfg(feature = "ssr")]
pub mod batches;
/// What the product is about: keys, secrets, roles, permissions. Pure.
#[cfg(feature = "ssr")]
pub mod domain;
/// Everything that runs: configuration, start-up, sessions, headers.
#[cfg(feature = "ssr")]
pub mod server;
/// Every SQL query, one file for each aggregate.
#[cfg(feature = "ssr")]
pub mod store;
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
