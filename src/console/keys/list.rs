//! The API Keys tab.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::console::KeyConsole;
use super::filter::{Counts, KeyFilter, filter_form};
use super::row::KeyRow;
use super::table::key_table;
use crate::console::caller::Admin;
use crate::console::error::ConsoleError;
use crate::console::list::List;
use crate::console::shell::frame::SettingsFrame;
use crate::console::ui::toast::Done;
use crate::console::viewer::Viewer;
use crate::console::{flash, paths};
use crate::domain::id::Key;
use crate::domain::key::KeyStatus;
use crate::store;
use crate::store::keys::{KeyQuery, KeyRecord, Overview, Place, Search, Statuses};
use crate::store::pages::Cursor;

/// Keys a page.
const PAGE: i64 = 50;
/// Between a cursor and the place that goes with it; no id has one.
const PLACE: char = '.';

/// The list of keys.
#[derive(Debug)]
pub struct Keys;

/// One page of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPage {
    keys: Vec<KeyRow>,
    counts: Counts,
    /// Ids and names.
    roles: Vec<(String, String)>,
    /// How many keys come before this page.
    before: i64,
    /// Cursor of the page before this one.
    previous: Option<String>,
    /// Cursor of the page after this one.
    next: Option<String>,
    /// What the last form post did, shown once.
    done: Option<Done>,
}

impl List for Keys {
    type Filter = KeyFilter;
    type Shown = KeyPage;

    fn title(filter: &KeyFilter, shown: &KeyPage) -> String {
        let words = filter.words(&shown.roles);
        if words.is_empty() { "API keys".to_owned() } else { format!("API keys: {words}") }
    }

    async fn load(admin: &Admin, filter: &KeyFilter) -> Result<KeyPage, ConsoleError> {
        let account = admin.signed_in().account;
        let status = KeyStatus::from_slug(&filter.status);
        let (cursor, place) = match filter.cursor.split_once(PLACE) {
            Some((cursor, place)) => (cursor, Place::parse(filter.sort(), place)),
            None => (filter.cursor.as_str(), None),
        };
        let query = KeyQuery {
            statuses: status.map_or_else(Statuses::default, |status| Statuses::default().with(status)),
            search: Search::parse(&filter.q),
            role: filter.role.parse().ok(),
            only: filter.only(),
            sort: filter.sort(),
            cursor: cursor.parse().ok(),
            place,
            limit: PAGE,
        };
        let failed = |error| admin.failed(error);
        let mut found = store::keys::overview(admin.db(), account, &query).await.map_err(failed)?;
        if found.records.page.items.is_empty() && query.cursor.is_some() {
            // The last key of that page is gone: the first page leads on.
            let first = KeyQuery { cursor: None, place: None, ..query };
            found = store::keys::overview(admin.db(), account, &first).await.map_err(failed)?;
        }
        let Overview { records, counts, before } = found;
        let roles = store::roles::all(admin.db(), account).await.map_err(failed)?;
        let mode = admin.signed_in().mode;
        let with_place = |cursor: Cursor<Key>, key: Option<&KeyRecord>| match key
            .and_then(|key| Place::of(filter.sort(), key))
        {
            Some(place) => format!("{cursor}{PLACE}{place}"),
            None => cursor.to_string(),
        };
        let keys = &records.page.items;
        Ok(KeyPage {
            keys: keys.iter().map(|key| KeyRow::of(key, mode, records.now)).collect(),
            counts: Counts {
                all: counts.total,
                active: counts.active(),
                revoked: counts.revoked,
                expired: counts.expired,
            },
            roles: roles.into_iter().map(|role| (role.id.to_string(), role.name)).collect(),
            before,
            previous: records.page.previous.map(|cursor| with_place(cursor, keys.first())),
            next: records.page.next.map(|cursor| with_place(cursor, keys.last())),
            done: flash::take(admin.session()).await,
        })
    }

    fn page(viewer: Viewer, shown: KeyPage, filter: KeyFilter) -> impl IntoView + use<> + 'static {
        let (told, summary) = (told(&shown, &filter), summary(&shown, &filter));
        let pager = (
            shown.previous.clone().map(|cursor| page_link("Previous page", cursor, &filter)),
            shown.next.clone().map(|cursor| page_link("Next page", cursor, &filter)),
        );
        let content = if !shown.keys.is_empty() {
            EitherOf3::A(view! { <div class="card">{key_table(&shown.keys)}</div> })
        } else if filter.narrows() {
            EitherOf3::B(no_match())
        } else {
            EitherOf3::C(invitation())
        };
        view! {
            <SettingsFrame viewer>
                <div class="head" data-list-head>
                    <div>
                        <h1 tabindex="-1">"API keys"</h1>
                        <p>"Keys let your programs call the Augno API. A key can do what its role allows."</p>
                    </div>
                    {create_button("create", "Create")}
                </div>
                {filter_form(&filter, shown.counts, shown.roles)}
                <p id="keys-told" data-live="text" class="unseen" aria-live="polite">{told}</p>
                // What stands below the keys is replaced with them, so it takes its place and never moves there.
                <div id="keys" data-live class="list">
                    {content}
                    <div class="foot">
                        {summary.map(|summary| view! { <p class="figures">{summary}</p> })}
                        <nav class="pager" aria-label="Pages">{pager}</nav>
                    </div>
                </div>
                <KeyConsole done=shown.done.as_ref().map(Done::pack).unwrap_or_default()/>
            </SettingsFrame>
        }
    }
}

fn create_button(id: &'static str, label: &'static str) -> impl IntoView {
    // Only the first of them is reached by its letter.
    let letter = (id == "create").then_some("c");
    view! {
        <form method="get" action=paths::NEW_KEY>
            <button type="submit" class="button primary" id=id data-action="create" data-shortcut=letter>
                {label}
            </button>
        </form>
    }
}

fn page_link(label: &'static str, cursor: String, filter: &KeyFilter) -> impl IntoView + use<> {
    let href = KeyFilter { cursor, ..filter.clone() }.address();
    view! { <a class="button" data-visit="page" href=href>{label}</a> }
}

/// "6 keys", "51–100 of 135". An empty list says so itself.
fn summary(shown: &KeyPage, filter: &KeyFilter) -> Option<String> {
    Some(match (places(shown, filter), shown.keys.len()) {
        (Some((first, last, all)), _) => format!("{first}–{last} of {all}"),
        (None, 0) => return None,
        (None, 1) => "1 key".to_owned(),
        (None, keys) => format!("{keys} keys"),
    })
}

/// The same for who listens, when the list follows a filter.
fn told(shown: &KeyPage, filter: &KeyFilter) -> String {
    match places(shown, filter) {
        Some((first, last, all)) => format!("Showing {first} to {last} out of {all}"),
        None => format!("Keys shown: {}", shown.keys.len()),
    }
}

/// The first key's place, the last one's, and how many there are, unless one page shows all.
fn places(shown: &KeyPage, filter: &KeyFilter) -> Option<(i64, i64, i64)> {
    if shown.previous.is_none() && shown.next.is_none() {
        return None;
    }
    let last = shown.before + i64::try_from(shown.keys.len()).unwrap_or(i64::MAX);
    Some((shown.before + 1, last, shown.counts.of(filter.status()).max(last)))
}

fn invitation() -> impl IntoView {
    view! {
        <div class="card empty first">
            <h2>"No keys yet"</h2>
            <p>
                "A key lets one program call the Augno API: an ERP sync, a shop, a nightly export. Give each program its own, so that you can revoke one without stopping the others."
            </p>
            {create_button("create-first", "Create your first key")}
        </div>
    }
}

fn no_match() -> impl IntoView {
    let clear = view! {
        <a class="button" href=paths::KEYS data-visit data-clear>
            "Clear the filter"
        </a>
    };
    view! {
        <div class="card empty">
            <h2>"No matching keys"</h2>
            <p>"No key fits this filter."</p>
            {clear}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(before: i64, keys: usize, pages: [bool; 2]) -> KeyPage {
        let row = KeyRow {
            id: String::new(),
            name: String::new(),
            redacted: String::new(),
            role_id: String::new(),
            role: String::new(),
            status: super::super::subject::Status::Active,
            remark: None,
            note: None,
            last_used: None,
            expires: None,
            created: crate::console::ui::time_text::past(
                time::OffsetDateTime::UNIX_EPOCH,
                time::OffsetDateTime::UNIX_EPOCH,
            ),
            secret_id: String::new(),
        };
        let [previous, next] = pages.map(|there| there.then(String::new));
        KeyPage {
            keys: vec![row; keys],
            counts: Counts { all: 135, active: 120, revoked: 10, expired: 5 },
            roles: Vec::new(),
            before,
            previous,
            next,
            done: None,
        }
    }

    #[test]
    fn the_summary_says_which_of_how_many() {
        let all = KeyFilter::default();
        let active = KeyFilter { status: "active".to_owned(), ..KeyFilter::default() };
        let seen = |page, filter| summary(&page, filter).unwrap_or_default();
        assert_eq!(seen(page(0, 50, [false, true]), &all), "1–50 of 135");
        assert_eq!(seen(page(50, 50, [true, true]), &all), "51–100 of 135");
        assert_eq!(seen(page(100, 20, [true, false]), &active), "101–120 of 120");
        assert_eq!(seen(page(0, 1, [false, false]), &all), "1 key");
        assert_eq!(seen(page(0, 7, [false, false]), &all), "7 keys");
        assert_eq!(seen(page(0, 0, [false, false]), &all), "");
        assert_eq!(told(&page(50, 50, [true, true]), &all), "Showing 51 to 100 out of 135");
        assert_eq!(told(&page(0, 0, [false, false]), &all), "Keys shown: 0");
    }
}
