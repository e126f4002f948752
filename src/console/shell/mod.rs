//! What is around every page: the document, the frame, the member's menu.

pub mod document;
pub mod frame;
pub mod member_menu;
pub mod message;
pub mod shortcuts;
pub mod theme;

/// Answering with a page.
#[cfg(feature = "ssr")]
pub mod answer;
/// The member's choices that pages depend on, by post.
#[cfg(feature = "ssr")]
pub mod choose;
