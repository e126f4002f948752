//! The console: pages, components and their thin server functions.

pub mod browser;
pub mod docs;
pub mod error;
pub mod form;
pub mod icons;
pub mod keys;
pub mod layout;
/// Following links and showing changes without a page load.
pub mod live;
pub mod member_menu;
pub mod message;
pub mod model;
pub mod notice;
pub mod phrase;
pub mod setup;
pub mod sign_in;
pub mod status;
pub mod theme;

/// Who makes a console call, and proof of what they may do.
#[cfg(feature = "ssr")]
pub mod caller;
/// Times in words.
#[cfg(feature = "ssr")]
pub mod words;
