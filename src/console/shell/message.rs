//! Pages that say one thing.

use leptos::prelude::*;

use crate::console::layout::{PublicFrame, SettingsFrame};
use crate::console::model::Viewer;

/// A message for whoever came, signed in or not.
#[component]
pub fn MessagePage(
    #[prop(into)] heading: String,
    #[prop(into)] text: String,
    /// Where to go from here: address and label.
    link: Option<(String, String)>,
) -> impl IntoView {
    view! {
        <PublicFrame>
            <div class="message">
                <h1>{heading}</h1>
                <p>{text}</p>
                {link.map(|(href, label)| view! { <a class="button" href=href>{label}</a> })}
            </div>
        </PublicFrame>
    }
}

/// A message for a member, inside the account settings.
#[component]
pub fn SettingsMessagePage(
    viewer: Viewer,
    #[prop(into)] heading: String,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <SettingsFrame viewer>
            <div class="message">
                <h1>{heading}</h1>
                <p>{text}</p>
            </div>
        </SettingsFrame>
    }
}
