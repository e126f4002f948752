//! What belongs to the member: who they are, their theme, the way out.

use leptos::prelude::*;

use crate::console::paths;
use crate::console::shell::document::Page;
use crate::console::shell::shortcuts::ShortcutSwitch;
use crate::console::shell::theme::ThemeSwitch;
use crate::console::viewer::Viewer;

#[component]
pub fn MemberMenu(viewer: Viewer) -> impl IntoView {
    let Viewer { email, shortcuts, .. } = viewer;
    let initials = initials(&email);
    let path = Page::current().path;
    view! {
        <button type="button" class="avatar" popovertarget="member-menu" aria-label="Your menu">
            <span aria-hidden="true">{initials}</span>
        </button>
        <div id="member-menu" class="popover member-menu" popover="auto">
            <p class="member-email">{email}</p>
            <ThemeSwitch next=path.clone()/>
            <ShortcutSwitch on=shortcuts next=path/>
            <form method="post" action=paths::SIGN_OUT>
                <button type="submit" class="menu-item">
                    "Sign out"
                </button>
            </form>
        </div>
    }
}

/// "jane.doe@acme.example" gives "JD".
fn initials(email: &str) -> String {
    let person = email.split('@').next().unwrap_or_default();
    let letters = person.split(['.', '-', '_', '+']).filter_map(|word| word.chars().next());
    letters.take(2).flat_map(char::to_uppercase).collect()
}
