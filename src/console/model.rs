//! What the pages show and what their forms send: plain text and choices.
//!
//! Times are words made by the server from the database's clock; the browser needs no date code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who is looking at the console, for the layout around every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub account: String,
    /// "Production" or "Sandbox".
    pub mode: String,
    pub email: String,
    /// Whether the member's role is Admin. Decides which links are shown, never what is allowed.
    pub admin: bool,
}

/// A key's derived status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// A moment, as people read it and as machines do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// "3 hours ago", "Mar 3, 2027".
    pub text: String,
    /// RFC 3339, UTC, whole seconds: "2026-11-23T14:55:02Z".
    pub iso: String,
}

impl When {
    /// "2026-11-23 14:55:02 UTC".
    pub fn exact(&self) -> String {
        self.iso.replace('T', " ").replace('Z', " UTC")
    }
}

/// One row of the table of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// `apke_…`
    pub id: String,
    pub name: String,
    /// `aug_sk_prod_****hjt4`
    pub redacted: String,
    /// `rl_…`
    pub role_id: String,
    pub role: String,
    pub status: Status,
    /// "Expires in 5 days", "Old secret works for 23 hours", "Never used".
    pub note: Option<String>,
    pub last_used: Option<When>,
    pub expires: Option<When>,
    pub created: When,
    /// Names the current secret, so that a rotation can tell whether another came first.
    pub secret_id: String,
}

impl KeyRow {
    /// What the forms about this key need of it.
    pub fn subject(&self) -> KeySubject {
        KeySubject {
            id: self.id.clone(),
            name: self.name.clone(),
            role_id: self.role_id.clone(),
            status: self.status,
            secret_id: self.secret_id.clone(),
            last_used: self.last_used.as_ref().map(|when| when.text.clone()),
        }
    }
}

/// A key that a form is about, as the person saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySubject {
    pub id: String,
    pub name: String,
    pub role_id: String,
    pub status: Status,
    pub secret_id: String,
    /// "3 hours ago".
    pub last_used: Option<String>,
}

/// How many keys the account has, by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub all: i64,
    pub active: i64,
    pub revoked: i64,
    pub expired: i64,
}

/// What the API Keys tab shows, as the URL says it: `?status=active&q=erp&cursor=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct KeyFilter {
    pub status: Option<String>,
    pub q: Option<String>,
    pub cursor: Option<String>,
}

/// One page of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyList {
    pub keys: Vec<KeyRow>,
    pub counts: Counts,
    /// Cursor of the page before this one.
    pub previous: Option<String>,
    /// Cursor of the page after this one.
    pub next: Option<String>,
    /// What the last form post did ("ERP Sync was revoked."), shown once.
    pub done: Option<String>,
}

/// One key with its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDetail {
    pub key: KeyRow,
    /// Email of the member who created it, None when that member is gone.
    pub created_by: Option<String>,
    pub last_ip: Option<String>,
    pub revoked: Option<Revocation>,
    /// Newest first.
    pub secrets: Vec<SecretRow>,
    /// Newest first.
    pub events: Vec<EventRow>,
    /// What the last form post did, shown once.
    pub done: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    pub when: When,
    pub by: Option<String>,
    pub reason: Option<String>,
}

/// One secret that a key has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    pub redacted: String,
    pub created: When,
    /// "Current", "Still works", "Stopped".
    pub state: String,
    /// When it stops or stopped, None while current.
    pub stops: Option<When>,
}

/// One audit event of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    pub when: When,
    /// Email of the member.
    pub actor: String,
    /// "Created", "Role changed from Admin to Viewer".
    pub what: String,
}

/// One option of a select.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// What the forms let a person choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Value `rl_…`; the label tells the role's name and in one line what it may do.
    pub roles: Vec<Choice>,
    /// No expiration, 7 days, …, Custom date. The values are `none`, `7d`, …, `custom`.
    pub expirations: Vec<Choice>,
    /// When the old secret stops after a rotation: `now`, `1h`, ….
    pub overlaps: Vec<Choice>,
    /// First and last day that **Expires on** takes, `YYYY-MM-DD`.
    pub first_day: String,
    pub last_day: String,
}

/// The fields of **Create API key**, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateKeyInput {
    pub name: String,
    pub role_id: String,
    /// A value of [`Choices::expirations`].
    pub expiration: String,
    /// `YYYY-MM-DD`, read when `expiration` is `custom`.
    pub expires_on: String,
    /// A UUID made for each showing of the form: a repeated post makes no second key.
    pub token: String,
}

/// The fields of **Edit {name}**, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditKeyInput {
    pub id: String,
    pub name: String,
    pub role_id: String,
    /// Name and role as the form first showed them: what the person left as it was is not changed, even where
    /// somebody else has changed it meanwhile.
    pub seen_name: String,
    pub seen_role_id: String,
}

/// The fields of **Rotate {name}?**, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RotateKeyInput {
    pub id: String,
    /// [`KeyRow::secret_id`] as the person saw it.
    pub secret_id: String,
    /// A value of [`Choices::overlaps`].
    pub old_secret: String,
    /// `keep`, or a value of [`Choices::expirations`].
    pub expiration: String,
    pub expires_on: String,
}

/// The fields of **Revoke {name}?**, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RevokeKeyInput {
    pub id: String,
    pub reason: String,
}

/// The fields of **Delete {name}?**, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteKeyInput {
    pub id: String,
    /// The key's name, typed to confirm; asked for while the key is active.
    pub confirm: String,
}

/// The answer to a creation or rotation: the one type that carries a secret out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    /// `apke_…`
    pub key_id: String,
    pub name: String,
    pub secret: String,
    /// A line that calls the API, reading the secret from an environment variable.
    pub curl: String,
    /// What happened, for the status message: "ERP Sync was created."
    pub done: String,
}

impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecret").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// The answer to any other change: what happened, for the status message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub done: String,
}

/// Input that is read from a form's fields by their names.
pub trait FromFields {
    fn from_fields(field: impl Fn(&str) -> String) -> Self;
}

impl FromFields for CreateKeyInput {
    fn from_fields(field: impl Fn(&str) -> String) -> Self {
        Self {
            name: field("name"),
            role_id: field("role_id"),
            expiration: field("expiration"),
            expires_on: field("expires_on"),
            token: field("token"),
        }
    }
}

impl FromFields for EditKeyInput {
    fn from_fields(field: impl Fn(&str) -> String) -> Self {
        Self {
            id: field("id"),
            name: field("name"),
            role_id: field("role_id"),
            seen_name: field("seen_name"),
            seen_role_id: field("seen_role_id"),
        }
    }
}

impl FromFields for RotateKeyInput {
    fn from_fields(field: impl Fn(&str) -> String) -> Self {
        Self {
            id: field("id"),
            secret_id: field("secret_id"),
            old_secret: field("old_secret"),
            expiration: field("expiration"),
            expires_on: field("expires_on"),
        }
    }
}

impl FromFields for RevokeKeyInput {
    fn from_fields(field: impl Fn(&str) -> String) -> Self {
        Self { id: field("id"), reason: field("reason") }
    }
}

impl FromFields for DeleteKeyInput {
    fn from_fields(field: impl Fn(&str) -> String) -> Self {
        Self { id: field("id"), confirm: field("confirm") }
    }
}
