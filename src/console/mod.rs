//! The console: pages, their forms, and the browser part that makes them quicker.

/// What pages ask of the browser itself.
pub mod browser;
pub mod docs;
pub mod error;
/// A form: a page of its own, and a dialog where the browser part runs.
pub mod form;
/// The browser part that all tabs share.
pub mod island;
/// The API Keys tab.
pub mod keys;
pub mod paths;
pub mod setup;
/// The document around every page, its frame, the member's menu.
pub mod shell;
pub mod sign_in;
/// Fields, dialogs, tables, notices.
pub mod ui;
/// Who is looking at a page.
pub mod viewer;

/// From the session cookie to who is asking.
#[cfg(feature = "ssr")]
pub mod authenticate;
/// Who makes a console call, and proof of what they may do.
#[cfg(feature = "ssr")]
pub mod caller;
/// What the last form post did, told once on the page that follows.
#[cfg(feature = "ssr")]
pub mod flash;
/// A list: filter, search, order and page, kept in the URL.
#[cfg(feature = "ssr")]
pub mod list;
/// Every route of the console, and the layers around them.
#[cfg(feature = "ssr")]
pub mod routes;
/// Beginning a member's session.
#[cfg(feature = "ssr")]
pub mod session;
