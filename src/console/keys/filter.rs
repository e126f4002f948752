//! Which keys the tab shows: the links, the search box, and the URL that keeps both.

use leptos::prelude::*;

use super::{LONGEST_SEARCH, PATH};
use crate::console::icons::SearchIcon;
use crate::console::model::{Counts, KeyFilter, Status};

/// The address of the tab with this filter.
pub fn address(filter: &KeyFilter) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("status", &filter.status), ("q", &filter.q), ("cursor", &filter.cursor)] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { PATH.to_owned() } else { [PATH, "?", &query].concat() }
}

/// **Filter by status**: each status with its count over the whole account.
pub fn status_filter(filter: &KeyFilter, counts: Counts) -> impl IntoView + use<> {
    let chosen = filter.status.as_deref().and_then(Status::from_slug);
    let link = |status: Option<Status>| {
        let href = address(&KeyFilter {
            status: status.map(|status| status.slug().to_owned()),
            q: filter.q.clone(),
            cursor: None,
        });
        view! {
            <a href=href data-visit aria-current=(status == chosen).then_some("page")>
                {status.map_or("All", Status::label)}
                " "
                <span>{counts.of(status)}</span>
            </a>
        }
    };
    view! {
        <nav id="status-filter" data-live class="segments" aria-label="Filter by status">
            {link(None)}
            {Status::ALL.map(|status| link(Some(status)))}
        </nav>
    }
}

/// **Search keys**: by name, by the last four characters, or by a pasted secret's id part.
pub fn search_box(filter: &KeyFilter) -> impl IntoView + use<> {
    view! {
        <form method="get" action=PATH role="search" class="search">
            <span id="search-status" data-live hidden>
                {filter
                    .status
                    .clone()
                    .map(|status| view! { <input type="hidden" name="status" value=status/> })}
            </span>
            <SearchIcon/>
            <input
                id="search-keys"
                class="input"
                type="search"
                name="q"
                value=filter.q.clone().unwrap_or_default()
                maxlength=LONGEST_SEARCH.to_string()
                aria-label="Search keys"
                aria-keyshortcuts="/"
                placeholder="Search by name or last four"
                autocomplete="off"
                spellcheck="false"
            />
        </form>
    }
}

impl Counts {
    /// The count of one status, or of all.
    pub fn of(self, status: Option<Status>) -> i64 {
        match status {
            None => self.all,
            Some(Status::Active) => self.active,
            Some(Status::Revoked) => self.revoked,
            Some(Status::Expired) => self.expired,
        }
    }
}
