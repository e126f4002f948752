//! Pages that say one thing.

use leptos::prelude::*;

use crate::console::shell::frame::{PublicFrame, SettingsFrame, UnknownFrame};
use crate::console::viewer::Viewer;

/// What a page says: a heading, a text, and perhaps where to go from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub heading: String,
    pub text: String,
    /// Address and label.
    pub link: Option<(String, String)>,
}

/// Around what a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Around {
    /// The account settings, for this member.
    Settings(Viewer),
    /// The account settings, while nobody can tell who is looking.
    Unknown,
    /// Nothing but the brand.
    Public,
}

#[component]
pub fn MessagePage(around: Around, message: Message) -> impl IntoView {
    let content = view! {
        <div class="message">
            <h1>{message.heading}</h1>
            <p>{message.text}</p>
            {message.link.map(|(href, label)| view! { <a class="button" href=href>{label}</a> })}
        </div>
    };
    match around {
        Around::Settings(viewer) => view! { <SettingsFrame viewer>{content}</SettingsFrame> }.into_any(),
        Around::Unknown => view! { <UnknownFrame>{content}</UnknownFrame> }.into_any(),
        Around::Public => view! { <PublicFrame>{content}</PublicFrame> }.into_any(),
    }
}
