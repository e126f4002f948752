//! An older secret of a key that still works, as a form is about it.

use leptos::web_sys::HtmlElement;

#[cfg(feature = "ssr")]
use crate::console::caller::Admin;
#[cfg(feature = "ssr")]
use crate::console::error::{ConsoleError, Thing};
use crate::console::form::Subject;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderSecret {
    /// `apke_…`
    pub key_id: String,
    pub id: String,
    pub last_four: String,
    /// "2 minutes ago"
    pub last_used: Option<String>,
    /// "in 23 hours"
    pub stops: String,
}

impl Subject for OlderSecret {
    fn find(link: &HtmlElement) -> Option<Self> {
        let about = link.closest("[data-older]").ok()??;
        let key_id = link.closest("[data-key]").ok()??.get_attribute("data-key")?;
        Some(Self {
            key_id,
            id: about.get_attribute("data-older")?,
            last_four: about.get_attribute("data-last-four")?,
            last_used: about.get_attribute("data-last-used"),
            stops: about.get_attribute("data-stops")?,
        })
    }

    #[cfg(feature = "ssr")]
    async fn load(admin: &Admin, ids: &str) -> Result<Self, ConsoleError> {
        let not_found = ConsoleError::NotFound(Thing::Secret);
        let (key, secret) = ids.split_once('/').ok_or(not_found.clone())?;
        let older = super::secrets::older(admin, key).await?;
        older.into_iter().find(|older| older.id == secret).ok_or(not_found)
    }
}
