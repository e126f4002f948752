//! The API Keys tab.

use leptos::either::Either;
use leptos::prelude::*;

use super::PATH;
use crate::console::keys::filter::{self, search_box, status_filter};
use crate::console::keys::key_console::KeyConsole;
use crate::console::keys::table::key_table;
use crate::console::layout::SettingsFrame;
use crate::console::model::{Counts, KeyFilter, KeyList, Status, Viewer};

#[component]
pub fn KeyListPage(viewer: Viewer, list: KeyList, filter: KeyFilter) -> impl IntoView {
    let done = list.done.clone();
    let toolbar = (status_filter(&filter, list.counts), search_box(&filter));
    let content = if list.keys.is_empty() {
        Either::Left(no_keys(list.counts, &filter))
    } else {
        Either::Right(view! { <div class="card">{key_table(&list.keys)}</div> })
    };
    let pager = (
        list.previous.clone().map(|cursor| page_link("Previous page", cursor, &filter)),
        list.next.clone().map(|cursor| page_link("Next page", cursor, &filter)),
    );
    let summary = summary(&list, &filter);
    view! {
        <SettingsFrame viewer>
            <Heading/>
            <div class="toolbar">{toolbar}</div>
            <div id="keys" data-live class="list">{content}</div>
            <div class="foot">
                <p id="summary" data-live="text" class="figures" aria-live="polite">{summary}</p>
                <nav id="pager" data-live class="pager" aria-label="Pages">{pager}</nav>
            </div>
            <KeyConsole done/>
        </SettingsFrame>
    }
}

#[component]
fn Heading() -> impl IntoView {
    view! {
        <div class="head">
            <div>
                <h1 tabindex="-1">"API keys"</h1>
                <p>"Keys let your programs call the Augno API. A key can do what its role allows."</p>
            </div>
            <form method="get" action="/settings/api-keys/new">
                <button type="submit" class="button primary" id="create" aria-keyshortcuts="c">
                    "Create"
                </button>
            </form>
        </div>
    }
}

fn page_link(label: &'static str, cursor: String, filter: &KeyFilter) -> impl IntoView + use<> {
    let href = filter::address(&KeyFilter { cursor: Some(cursor), ..filter.clone() });
    view! { <a class="button" data-visit href=href>{label}</a> }
}

/// "6 keys", or nothing where the number isn't known: a search that fills more than a page.
fn summary(list: &KeyList, filter: &KeyFilter) -> Option<String> {
    let one_page = list.previous.is_none() && list.next.is_none();
    let count = match &filter.q {
        None => list.counts.of(filter.status.as_deref().and_then(Status::from_slug)),
        Some(_) if one_page => i64::try_from(list.keys.len()).ok()?,
        Some(_) => return None,
    };
    Some(format!("{count} {}", if count == 1 { "key" } else { "keys" }))
}

fn no_keys(counts: Counts, filter: &KeyFilter) -> impl IntoView + use<> {
    if counts.all == 0 && *filter == KeyFilter::default() {
        Either::Left(invitation())
    } else {
        Either::Right(no_match())
    }
}

fn invitation() -> impl IntoView {
    view! {
        <div class="card empty first">
            <h2>"No keys yet"</h2>
            <p>
                "A key lets one program call the Augno API: an ERP sync, a shop, a nightly export. Give each program its own, so that you can revoke one without stopping the others."
            </p>
            <p>"Start with Create: name the program, choose the role it needs, and copy the secret into it."</p>
        </div>
    }
}

fn no_match() -> impl IntoView {
    view! {
        <div class="card empty">
            <h2>"No matching keys"</h2>
            <p>"No key fits this filter."</p>
            <a class="button" href=PATH data-visit data-clear>
                "Clear the filter"
            </a>
        </div>
    }
}
