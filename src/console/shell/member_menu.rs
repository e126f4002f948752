//! What belongs to the member: who they are, their theme, the way out.

use leptos::prelude::*;

use crate::app::Page;
use crate::console::theme::ThemeSwitch;

#[component]
pub fn MemberMenu(email: String) -> impl IntoView {
    let initials = initials(&email);
    view! {
        <button type="button" class="avatar" popovertarget="member-menu" aria-label="Your menu">
            <span aria-hidden="true">{initials}</span>
        </button>
        <div id="member-menu" class="popover member-menu" popover="auto">
            <p class="member-email">{email}</p>
            <ThemeSwitch next=Page::current().path/>
            <form method="post" action="/logout">
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
