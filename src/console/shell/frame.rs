//! The frame around the pages: account, tabs, the member's menu.

use leptos::prelude::*;

use crate::console::paths;
use crate::console::shell::document::Page;
use crate::console::shell::member_menu::MemberMenu;
use crate::console::ui::icon::KeyIcon;
use crate::console::viewer::Viewer;

/// The tabs of the account settings: where, its name, whether only admins get it.
const TABS: [(&str, &str, bool); 1] = [(paths::KEYS, "API Keys", true)];

/// The frame of the account settings.
#[component]
pub fn SettingsFrame(viewer: Viewer, children: Children) -> impl IntoView {
    let (admin, now) = (viewer.admin, viewer.now.clone());
    view! {
        <SkipLink/>
        <TopBar viewer=Some(viewer)/>
        <Tabs admin/>
        <main id="content" class="content" tabindex="-1" data-now=now>
            {children()}
        </main>
    }
}

/// The frame of the settings while nobody can tell who is looking.
#[component]
pub fn UnknownFrame(children: Children) -> impl IntoView {
    view! {
        <SkipLink/>
        <TopBar viewer=None/>
        <Tabs admin=true/>
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
    let account = |viewer: Viewer| {
        view! {
            <span class="top-slash" aria-hidden="true">
                "/"
            </span>
            <bdi class="top-account" title=viewer.account.clone()>{viewer.account.clone()}</bdi>
            <span class="mode">{viewer.mode.clone()}</span>
            <MemberMenu viewer/>
        }
    };
    view! {
        <header class="top">
            <a class="brand" href="/">
                <KeyIcon/>
                "Augno"
            </a>
            {viewer.map(account)}
        </header>
    }
}

#[component]
fn Tabs(admin: bool) -> impl IntoView {
    let here = Page::current().path;
    let tabs = TABS.into_iter().filter(move |(_, _, for_admins)| admin || !for_admins);
    let link = |(href, label, _): (&'static str, &'static str, bool)| {
        let is_here =
            here.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        view! {
            <a href=href aria-current=is_here.then_some("page")>
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
