//! The page around a form of the API Keys tab, for browsers that run no script.

use leptos::prelude::*;

use crate::console::layout::SettingsFrame;
use crate::console::model::Viewer;
use crate::console::phrase::Phrase;

#[component]
pub fn FormPage(viewer: Viewer, #[prop(into)] title: Phrase, children: Children) -> impl IntoView {
    view! {
        <SettingsFrame viewer>
            <div class="panel">
                <h1>{title.show()}</h1>
                {children()}
            </div>
        </SettingsFrame>
    }
}
