//! Sentences around a name that somebody chose.

use leptos::prelude::*;

/// A heading or label, perhaps about something named: "Revoke ERP Sync?".
/// The name is isolated, so that right-to-left text in it can't reorder the words around it.
#[derive(Clone, Debug)]
pub struct Phrase {
    before: &'static str,
    name: Option<String>,
    after: &'static str,
}

impl Phrase {
    pub fn about(before: &'static str, name: &str, after: &'static str) -> Self {
        Self { before, name: Some(name.to_owned()), after }
    }

    pub fn show(self) -> impl IntoView {
        (self.before, self.name.map(|name| view! { <bdi>{name}</bdi> }), self.after)
    }

    /// As plain text, for the document's title.
    pub fn text(&self) -> String {
        [self.before, self.name.as_deref().unwrap_or_default(), self.after].concat()
    }
}

impl From<&'static str> for Phrase {
    fn from(text: &'static str) -> Self {
        Self { before: text, name: None, after: "" }
    }
}
