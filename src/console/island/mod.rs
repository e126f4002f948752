//! What the browser part adds to every page of the settings. Pages work without it, by links and forms; it listens to the
//! whole page, opens dialogs in place of pages, and follows links without a page load.

/// Words about times that go on by themselves.
pub mod clock;
/// Search, selects and links that choose what a list shows.
pub mod filter;
/// Following links and showing changes without a page load.
pub mod live;
/// Menus in popovers.
pub mod menu;
/// Clicks that repeat the one before.
pub mod repeat;
/// What the parts of a page share: the open dialog, what is told, what was lost.
pub mod screen;
/// Single letters that do something.
pub mod shortcut;
