//! The few pictures of the console, drawn in the colour of the text around them. Each has a size, for a page that
//! still waits for its styles.

use leptos::prelude::*;

#[component]
pub fn KeyIcon() -> impl IntoView {
    view! {
        <svg class="icon" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="7" cy="13" r="4"/>
            <path d="M10 10l7-7M14 6l2.5 2.5"/>
        </svg>
    }
}

#[component]
pub fn SearchIcon() -> impl IntoView {
    view! {
        <svg class="icon" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="9" cy="9" r="5.5"/>
            <path d="M13.2 13.2L17 17"/>
        </svg>
    }
}

#[component]
pub fn ChevronIcon() -> impl IntoView {
    view! {
        <svg class="icon" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M6 8l4 4 4-4"/>
        </svg>
    }
}
