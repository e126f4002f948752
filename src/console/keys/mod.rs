//! The API Keys tab.

/// The server functions behind the dialogs.
pub mod calls;
pub mod create;
pub mod delete;
pub mod dialogs;
pub mod edit;
/// The island that makes the tab quicker: dialogs, menus, links without a page load.
pub mod key_console;
pub mod modal;
pub mod page;
pub mod reveal;
pub mod revoke;
pub mod rotate;
pub mod row_menu;

#[cfg(feature = "ssr")]
pub mod commands;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod key_page;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod queries;
#[cfg(feature = "ssr")]
pub mod table;

/// Where the tab is.
pub const PATH: &str = "/settings/api-keys";

/// Longest search text: a secret's prefix and id. The browser cuts a pasted secret to this, so the
/// part that is secret reaches no URL and no server, without JavaScript too.
pub const LONGEST_SEARCH: usize = 34;
