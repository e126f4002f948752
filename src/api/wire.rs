//! Objects as Augno's clients read them. Every field is always there; what was not asked for is null.

use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use crate::domain::catalogue::Catalogue;
use crate::domain::id::Kind;
use crate::domain::known_secret::KnownSecret;
use crate::domain::mode::Mode;
use crate::store::keys::KeyRecord;
use crate::store::pages::Page;
use crate::store::roles;

/// A page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    #[schema(inline)]
    pub object: ObjectList,
    pub page_info: PageInfo,
    pub data: Vec<T>,
}

/// Names a type of object; each has one value only.
macro_rules! object_names {
    ($($name:ident $text:literal;)*) => {$(
        #[doc = concat!("Always `", $text, "`.")]
        #[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
        pub enum $name {
            #[default]
            #[serde(rename = $text)]
            Name,
        }
    )*};
}

object_names! {
    ObjectList "list";
    ObjectApiKey "api_key";
    ObjectRole "role";
    ObjectOwner "owner";
    ObjectAccount "account";
    ObjectActor "actor";
    ObjectRequestLog "request_log";
    ObjectAuditEvent "audit_event";
    ObjectWhoami "whoami";
}

/// How to go on from a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// Cursor of the next page, null when there is none.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Cursor of the page before, null on the first.
    #[schema(required)]
    pub prev_cursor: Option<String>,
    pub has_next_page: bool,
    pub has_prev_page: bool,
}

impl<T> List<T> {
    pub fn of<K: Kind>(page: Page<T, K>) -> Self {
        let page_info = PageInfo {
            has_next_page: page.next.is_some(),
            has_prev_page: page.previous.is_some(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            prev_cursor: page.previous.map(|cursor| cursor.to_string()),
        };
        Self { object: ObjectList::Name, page_info, data: page.items }
    }

    /// A list that is whole.
    pub fn whole(data: Vec<T>) -> Self {
        let page_info =
            PageInfo { next_cursor: None, prev_cursor: None, has_next_page: false, has_prev_page: false };
        Self { object: ObjectList::Name, page_info, data }
    }
}

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKey {
    /// `apke_…`
    pub id: String,
    #[schema(inline)]
    pub object: ObjectApiKey,
    pub name: String,
    /// `aug_sk_prod_****` and the last four characters of the current secret.
    pub redacted_value: String,
    /// Null unless included.
    #[schema(required)]
    pub role: Option<Role>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    #[schema(required, format = DateTime)]
    pub last_used_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub revoked_at: Option<String>,
}

/// An API key with its note, which Augno's keys do not have.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotedApiKey {
    #[serde(flatten)]
    #[schema(inline)]
    pub key: ApiKey,
    /// What admins should know of the key, null for nothing.
    #[schema(required)]
    pub note: Option<String>,
}

/// The same with its secret.
#[derive(Serialize, ToSchema)]
pub struct CreatedNotedApiKey {
    /// The whole secret, which cannot be had again.
    pub api_key_secret: String,
    pub api_key_info: NotedApiKey,
}

/// A key with its secret: the one answer that holds it.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiKey {
    /// The whole secret, which cannot be had again.
    pub api_key_secret: String,
    pub api_key_info: ApiKey,
}

/// What a key or a member may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Role {
    /// `rl_…`
    pub id: String,
    #[schema(inline)]
    pub object: ObjectRole,
    pub name: String,
    /// `admin` or `user`, or another of Augno's types.
    #[serde(rename = "type")]
    pub kind: String,
    /// Null unless included.
    #[schema(required)]
    pub owner: Option<Owner>,
    /// `{domain}:{action}`, sorted. Null unless included.
    #[schema(required)]
    pub permissions: Option<Vec<String>>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// Whom a role belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Owner {
    #[schema(inline)]
    pub object: ObjectOwner,
    #[serde(rename = "type")]
    pub kind: OwnerType,
    /// Null for built-in roles, and unless included.
    #[schema(required)]
    pub account: Option<Account>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerType {
    /// Built in: every account has it.
    System,
    Account,
}

/// The tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    /// `ac_…`
    pub id: String,
    #[schema(inline)]
    pub object: ObjectAccount,
    pub name: String,
    /// Not kept here.
    #[schema(required)]
    pub default_billing_address: Option<Value>,
    /// Not kept here.
    #[schema(required)]
    pub default_shipping_address: Option<Value>,
    /// Not kept here.
    #[schema(required)]
    pub branding: Option<Value>,
    /// Not kept here.
    #[schema(required)]
    pub portal: Option<Value>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// Who made a request or a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Actor {
    /// `apke_…` or `us_…`
    pub id: String,
    #[schema(inline)]
    pub object: ObjectActor,
    #[serde(rename = "type")]
    pub kind: ActorType,
    #[schema(required)]
    pub name: Option<String>,
    /// The email of a member, the redacted value of a key.
    #[schema(required)]
    pub handle: Option<String>,
    /// Null unless included, and once the role is deleted.
    #[schema(required)]
    pub role: Option<Role>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorType {
    User,
    ApiKey,
}

/// What a list or an answer carries whole of a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct IncludeInKey {
    pub role: bool,
    pub permissions: bool,
}

/// What a list or an answer carries whole of a role.
#[derive(Clone, Copy, Debug, Default)]
pub struct IncludeInRole {
    pub owner: bool,
    pub account: bool,
    pub permissions: bool,
}

impl ApiKey {
    pub fn of(key: &KeyRecord, mode: Mode, include: IncludeInKey, catalogue: &Catalogue) -> Self {
        let in_role = IncludeInRole { owner: true, account: false, permissions: include.permissions };
        Self {
            id: key.id.to_string(),
            object: ObjectApiKey::Name,
            name: key.name.clone(),
            redacted_value: mode.redacted(&key.last_four),
            role: include.role.then(|| Role::of(&key.role, in_role, None, catalogue)),
            created_at: timestamp(key.created_at),
            updated_at: timestamp(key.updated_at),
            last_used_at: key.last_used_at.map(timestamp),
            expires_at: key.expires_at.map(timestamp),
            revoked_at: key.revoked_at.map(timestamp),
        }
    }
}

impl Role {
    /// `caller` tells the account of a role that is not built in, where it is included.
    pub fn of(
        role: &roles::Role,
        include: IncludeInRole,
        caller: Option<&KnownSecret>,
        catalogue: &Catalogue,
    ) -> Self {
        let owner = include.owner.then(|| Owner {
            object: ObjectOwner::Name,
            kind: if role.built_in { OwnerType::System } else { OwnerType::Account },
            account: caller.filter(|_| include.account && !role.built_in).map(Account::of),
        });
        let permissions = include
            .permissions
            .then(|| catalogue.permissions_of(&role.grants).iter().map(ToString::to_string).collect());
        Self {
            id: role.id.to_string(),
            object: ObjectRole::Name,
            name: role.name.clone(),
            kind: role.kind.clone(),
            owner,
            permissions,
            created_at: timestamp(role.created_at),
            updated_at: timestamp(role.updated_at),
        }
    }
}

impl Account {
    /// The account that is asking.
    pub fn of(caller: &KnownSecret) -> Self {
        Self {
            id: caller.account.to_string(),
            object: ObjectAccount::Name,
            name: caller.account_name.clone(),
            default_billing_address: None,
            default_shipping_address: None,
            branding: None,
            portal: None,
            created_at: timestamp(caller.account_created_at),
            updated_at: timestamp(caller.account_updated_at),
        }
    }
}

/// RFC 3339 in UTC.
pub fn timestamp(at: OffsetDateTime) -> String {
    // Formatting fails for years beyond 9999 only, which the database does not hold here.
    at.format(&Rfc3339).unwrap_or_default()
}
