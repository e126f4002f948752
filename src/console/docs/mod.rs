//! The page that every API error's `doc_url` leads to.

#[cfg(feature = "ssr")]
pub mod routes;

use leptos::prelude::*;

use crate::console::shell::frame::PublicFrame;

/// One code that the API answers with.
#[derive(Clone, Debug)]
pub struct ErrorEntry {
    /// `api_key_revoked`
    pub code: String,
    /// The HTTP status it comes with.
    pub status: u16,
    /// What happened.
    pub meaning: String,
    /// What to do about it.
    pub remedy: String,
}

#[component]
pub fn ErrorsPage(entries: Vec<ErrorEntry>) -> impl IntoView {
    view! {
        <PublicFrame>
            <div class="docs">
                <h1>"API errors"</h1>
                <p class="lead">
                    "Every error of the Augno API carries one of these codes. This page says what each means and what to do."
                </p>
                <nav class="docs-index" aria-label="Error codes">
                    {entries.iter().map(index_link).collect_view()}
                </nav>
                {entries.into_iter().map(section).collect_view()}
            </div>
        </PublicFrame>
    }
}

fn index_link(entry: &ErrorEntry) -> impl IntoView + use<> {
    view! {
        <a href=["#", &anchor(&entry.code)].concat()>
            <code>{entry.code.clone()}</code>
        </a>
    }
}

fn section(entry: ErrorEntry) -> impl IntoView {
    let id = anchor(&entry.code);
    view! {
        <section id=id class="docs-error">
            <h2>
                <code>{entry.code}</code>
                <span class="mode">{entry.status}</span>
            </h2>
            <p>{entry.meaning}</p>
            <p class="soft">{entry.remedy}</p>
        </section>
    }
}

/// The id of a code's section, as `doc_url` names it.
pub fn anchor(code: &str) -> String {
    code.replace('_', "-")
}
