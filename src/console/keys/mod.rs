//! The API Keys tab: the list, the page of a key, and its forms.

/// What forms about keys let a person choose from.
pub mod choices;
/// The browser part of the tab.
pub mod console;
pub mod create;
pub mod delete;
pub mod edit;
/// When a key expires, as forms ask for it.
pub mod expiration;
/// An older secret that a form is about.
pub mod older;
pub mod reveal;
pub mod revoke;
pub mod rotate;
/// What a rotation finds, and what each choice means.
pub mod rotation;
/// Another secret, where a form was sent twice and its first answer is lost.
pub mod sent_twice;
pub mod stop;
/// A key that a form is about.
pub mod subject;

/// Audit events of a key in words.
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod filter;
/// What is typed into the tab's forms, read.
#[cfg(feature = "ssr")]
pub mod input;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod routes;
/// One key as a row shows it.
#[cfg(feature = "ssr")]
pub mod row;
/// The secrets that a key has or had.
#[cfg(feature = "ssr")]
pub mod secrets;
#[cfg(feature = "ssr")]
pub mod table;
