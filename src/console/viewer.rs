//! Who is looking at the console, for the layout around every page.

/// A member, as pages show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub account: String,
    /// "Production" or "Sandbox".
    pub mode: String,
    pub email: String,
    /// Whether the member's role is Admin. Decides which links are shown, never what is allowed.
    pub admin: bool,
    /// The server's clock, RFC 3339, UTC: words about times go by it, whatever the browser's clock says.
    pub now: String,
    /// Whether single letters are shortcuts.
    pub shortcuts: bool,
}
