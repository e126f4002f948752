//! What pages are made of: fields, dialogs, tables, notices. Nothing here knows what it is about.

pub mod choice;
pub mod dialog;
pub mod field;
pub mod icon;
pub mod notice;
pub mod phrase;
pub mod table;
pub mod time;
pub mod toast;

/// Moments in words, from the database's clock.
#[cfg(feature = "ssr")]
pub mod time_text;
