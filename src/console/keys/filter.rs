//! Which keys the tab shows: the links, the search box and the selects, and the address that keeps them all.

use leptos::prelude::*;
use serde::Deserialize;

use super::subject::Status;
use crate::console::paths;
use crate::console::ui::icon::{ChevronIcon, SearchIcon};
use crate::store::keys::{Only, Sort};

/// Longest search text without the browser part: a secret's prefix and id. The browser cuts a pasted secret to this, so
/// the part that is secret reaches no URL and no server.
const MAX_PLAIN_SEARCH: usize = 34;

/// What the tab shows, as the address says it: `?status=active&q=erp&role=…&only=unused&sort=name&cursor=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct KeyFilter {
    pub status: String,
    pub q: String,
    pub role: String,
    pub only: String,
    pub sort: String,
    pub cursor: String,
}

/// **More filters**: value, label, meaning.
const ONLY: [(&str, &str, Only); 5] = [
    ("never-used", "Never used", Only::NeverUsed),
    ("unused", "Unused for 90 days", Only::Unused),
    ("expiring", "Expiring in 7 days", Only::Expiring),
    ("no-expiration", "No expiration", Only::NoExpiration),
    ("admin", "Admin keys", Only::Admin),
];

/// **Sort by**: value, label, meaning. The first is what no value means.
const SORTS: [(&str, &str, Sort); 4] = [
    ("", "Newest", Sort::Newest),
    ("name", "Name", Sort::Name),
    ("last-used", "Last used", Sort::LastUsed),
    ("expires", "Expires", Sort::Expires),
];

impl KeyFilter {
    /// The address of the tab with this filter.
    pub fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let parts = [
            ("status", &self.status),
            ("q", &self.q),
            ("role", &self.role),
            ("only", &self.only),
            ("sort", &self.sort),
            ("cursor", &self.cursor),
        ];
        for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { paths::KEYS.to_owned() } else { [paths::KEYS, "?", &query].concat() }
    }

    pub fn status(&self) -> Option<Status> {
        Status::from_slug(&self.status)
    }

    pub fn only(&self) -> Option<Only> {
        ONLY.into_iter().find(|(value, ..)| *value == self.only).map(|(.., only)| only)
    }

    pub fn sort(&self) -> Sort {
        SORTS.into_iter().find(|(value, ..)| *value == self.sort).map(|(.., sort)| sort).unwrap_or_default()
    }

    /// Whether it leaves out keys.
    pub fn narrows(&self) -> bool {
        [&self.status, &self.q, &self.role, &self.only].into_iter().any(|part| !part.is_empty())
    }

    /// What it leaves, in words: "Active · “erp”". `roles` are ids and names.
    pub fn words(&self, roles: &[(String, String)]) -> String {
        let only =
            ONLY.into_iter().find(|(value, ..)| *value == self.only).map(|(_, label, _)| label.to_owned());
        let search = (!self.q.is_empty()).then(|| format!("“{}”", self.q));
        let status = self.status().map(|status| status.label().to_owned());
        let role = roles.iter().find(|(id, _)| *id == self.role).map(|(_, name)| name.clone());
        [status, role, only, search].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// How many keys fit the filter, by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub all: i64,
    pub active: i64,
    pub revoked: i64,
    pub expired: i64,
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

/// **Filter by status**: each status with its count.
pub fn status_filter(filter: &KeyFilter, counts: Counts) -> impl IntoView + use<> {
    let chosen = filter.status();
    let link = |status: Option<Status>| {
        let slug = status.map_or("", Status::slug).to_owned();
        let href = KeyFilter { status: slug, cursor: String::new(), ..filter.clone() }.address();
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

/// **Search keys**, **Role**, **More filters**, **Sort by**. `roles` are ids and names.
pub fn filter_form(
    filter: &KeyFilter,
    counts: Counts,
    roles: Vec<(String, String)>,
) -> impl IntoView + use<> {
    let only = ONLY.map(|(value, label, _)| (value.to_owned(), label.to_owned()));
    let sorts = SORTS.map(|(value, label, _)| (value.to_owned(), label.to_owned()));
    let role_options = [vec![(String::new(), "All roles".to_owned())], roles].concat();
    let only_options = [vec![(String::new(), "None".to_owned())], only.to_vec()].concat();
    let holding =
        [&filter.role, &filter.only, &filter.sort].into_iter().filter(|part| !part.is_empty()).count();
    let status = (!filter.status.is_empty())
        .then(|| view! { <input type="hidden" name="status" value=filter.status.clone()/> });
    view! {
        <form method="get" action=paths::KEYS data-filter role="search" class="filter">
            <div class="bar">
                {status_filter(filter, counts)}
                <span id="filter-status" data-live hidden>{status}</span>
                <div class="search">
                    <SearchIcon/>
                    <input
                        class="input"
                        type="search"
                        name="q"
                        value=filter.q.clone()
                        maxlength=MAX_PLAIN_SEARCH.to_string()
                        aria-label="Search keys"
                        data-shortcut="/"
                        placeholder="Name, last four or id"
                        autocomplete="off"
                        spellcheck="false"
                    />
                </div>
            </div>
            <details class="folded">
                <summary>
                    "Filters"
                    <span id="filters-holding" data-live="text">{(holding > 0).then(|| holding.to_string())}</span>
                </summary>
                <div class="bar">
                    {select("Role", "role", "beside", &filter.role, role_options)}
                    {select("More filters", "only", "beside", &filter.only, only_options)}
                    {select("Sort by", "sort", "beside end", &filter.sort, sorts.to_vec())}
                    <button type="submit" class="button apply">
                        "Apply"
                    </button>
                </div>
            </details>
        </form>
    }
}

fn select(
    label: &'static str,
    name: &'static str,
    class: &'static str,
    chosen: &str,
    options: Vec<(String, String)>,
) -> impl IntoView + use<> {
    // What is chosen from is no part of what the choice is called: the words of the options stand in the label around
    // them, but for names of roles, which nobody takes for another field.
    let option = |(value, label): (String, String)| {
        let selected = value == chosen;
        let (text, label) = if name == "role" { (Some(label), None) } else { (None, Some(label)) };
        view! { <option value=value selected=selected label=label>{text}</option> }
    };
    let options: Vec<_> = options.into_iter().map(option).collect();
    view! {
        <label class=class>
            {label}
            " "
            <span class="select">
                <select name=name class="input">
                    {options}
                </select>
                <ChevronIcon/>
            </span>
        </label>
    }
}
