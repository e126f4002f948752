//! A key that a form is about, as the person saw it.

use leptos::web_sys::HtmlElement;

#[cfg(feature = "ssr")]
use crate::console::caller::Admin;
#[cfg(feature = "ssr")]
use crate::console::error::ConsoleError;
use crate::console::form::Subject;

/// A key's derived status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Status {
    Active,
    Revoked,
    Expired,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Active, Self::Revoked, Self::Expired];

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Revoked => "Revoked",
            Self::Expired => "Expired",
        }
    }

    /// The word in URLs and class names.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// What can be done with a key of this status, apart from viewing it: name and label of each form.
    pub fn actions(self) -> &'static [(&'static str, &'static str)] {
        const ALL: [(&str, &str); 4] =
            [("edit", "Edit"), ("rotate", "Rotate"), ("revoke", "Revoke"), ("delete", "Delete")];
        match self {
            Self::Revoked => &ALL[3..],
            Self::Active | Self::Expired => &ALL,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySubject {
    /// `apke_…`
    pub id: String,
    pub name: String,
    /// `rl_…`
    pub role_id: String,
    pub status: Status,
    pub note: String,
    /// "3 hours ago".
    pub last_used: Option<String>,
}

impl Subject for KeySubject {
    fn find(link: &HtmlElement) -> Option<Self> {
        let about = link.closest("[data-key]").ok()??;
        let field = |name: &str| about.get_attribute(name);
        Some(Self {
            id: field("data-key")?,
            name: field("data-name")?,
            role_id: field("data-role")?,
            status: Status::from_slug(&field("data-status")?)?,
            note: field("data-note").unwrap_or_default(),
            last_used: field("data-last-used"),
        })
    }

    #[cfg(feature = "ssr")]
    async fn load(admin: &Admin, id: &str) -> Result<Self, ConsoleError> {
        Ok(super::row::one(admin, id).await?.subject())
    }
}
