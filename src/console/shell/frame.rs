//! The frame around the pages: account, tabs, the member's menu.

use leptos::prelude::*;

use crate::console::icons::KeyIcon;
use crate::console::member_menu::MemberMenu;
use crate::console::model::Viewer;

/// The tabs of the account settings: where, its name, whether only admins get it.
const TABS: [(&str, &str, bool); 1] = [("/settings/api-keys", "API Keys", true)];

/// The frame of the account settings.
#[component]
pub fn SettingsFrame(viewer: Viewer, children: Children) -> impl IntoView {
    let admin = viewer.admin;
    view! {
        <SkipLink/>
        <TopBar viewer=Some(viewer)/>
        <Tabs admin/>
        <main id="content" class="content" tabindex="-1">
            {children()}
        </main>
    }
}

/// The frame of pages that need no sign-in.
#[component]
pub fn PublicFrame(children: Children) -> impl IntoView {
    view! {
        <SkipLink/>
        <TopBar viewer=None/>
        <main id="content" class="content" tabindex="-1">
            {children()}
        </main>
    }
}

#[component]
fn SkipLink() -> impl IntoView {
    view! {
        <a class="skip" href="#content">
            "Skip to content"
        </a>
    }
}

#[component]
fn TopBar(viewer: Option<Viewer>) -> impl IntoView {
    view! {
        <header class="top">
            <span class="brand">
                <KeyIcon/>
                "Augno"
            </span>
            {viewer
                .map(|viewer| {
                    view! {
                        <span class="top-slash" aria-hidden="true">
                            "/"
                        </span>
                        <bdi class="top-account">{viewer.account}</bdi>
                        <span class="mode">{viewer.mode}</span>
                        <MemberMenu email=viewer.email/>
                    }
                })}
        </header>
    }
}

#[component]
fn Tabs(admin: bool) -> impl IntoView {
    let tabs = TABS.into_iter().filter(move |(_, _, for_admins)| admin || !for_admins);
    // With one tab built, every page of the frame belongs to it.
    let link = |(href, label, _): (&'static str, &'static str, bool)| {
        view! {
            <a href=href aria-current="page">
                {label}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Account settings">
            {tabs.map(link).collect_view()}
        </nav>
    }
}
