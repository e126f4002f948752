//! What a role lets a key or a member do.

use std::fmt;
use std::str::FromStr;

/// What is done to a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Create,
    Read,
    Update,
    Delete,
}

impl Action {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn from_slug(slug: &str) -> Option<Self> {
        [Self::Create, Self::Read, Self::Update, Self::Delete]
            .into_iter()
            .find(|action| action.slug() == slug)
    }
}

/// `{domain}:{action}`, such as `customers:read`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    domain: String,
    action: Action,
}

impl Permission {
    pub fn new(domain: &str, action: Action) -> Self {
        Self { domain: domain.to_owned(), action }
    }

    pub fn domain(&self) -> &str {
        &self.domain
    }

    pub fn action(&self) -> Action {
        self.action
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.domain, self.action.slug())
    }
}

/// The text is not `{domain}:{action}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a permission")]
pub struct BadPermission;

impl FromStr for Permission {
    type Err = BadPermission;

    fn from_str(text: &str) -> Result<Self, BadPermission> {
        let (domain, action) = text.split_once(':').ok_or(BadPermission)?;
        let action = Action::from_slug(action).ok_or(BadPermission)?;
        if domain.is_empty()
            || !domain.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            return Err(BadPermission);
        }
        Ok(Self { domain: domain.to_owned(), action })
    }
}

/// Everything that a role grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    /// The Admin role: everything, and what only admins may do.
    Everything,
    /// The Viewer role: every `:read`.
    EveryRead,
    /// A custom role.
    Only(Vec<Permission>),
}

impl Grants {
    /// Reads a role's row: its type, and its permissions with `*:read` for every read.
    /// Entries that are no permission grant nothing.
    pub fn from_row(role_type: &str, permissions: &[String]) -> Self {
        if role_type == "admin" {
            return Self::Everything;
        }
        if permissions.iter().any(|permission| permission == "*:read") {
            return Self::EveryRead;
        }
        Self::Only(permissions.iter().filter_map(|permission| permission.parse().ok()).collect())
    }

    pub fn is_admin(&self) -> bool {
        *self == Self::Everything
    }

    pub fn allow(&self, permission: &Permission) -> bool {
        match self {
            Self::Everything => true,
            Self::EveryRead => permission.action == Action::Read,
            Self::Only(list) => list.contains(permission),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(text: &str) -> Permission {
        text.parse().unwrap()
    }

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        assert_eq!(permission("api_keys:read").to_string(), "api_keys:read");
        for text in [
            "",
            ":",
            "customers",
            "customers:",
            "customers:write",
            ":read",
            "*:read",
            "Customers:read",
            "a b:read",
        ] {
            assert_eq!(text.parse::<Permission>(), Err(BadPermission), "{text}");
        }
    }

    #[test]
    fn each_kind_of_role_grants_what_it_says() {
        let viewer = Grants::from_row("user", &["*:read".to_owned()]);
        assert!(
            viewer.allow(&permission("customers:read")) && !viewer.allow(&permission("customers:update"))
        );
        let custom = Grants::from_row("user", &["customers:update".to_owned(), "broken".to_owned()]);
        assert!(
            custom.allow(&permission("customers:update")) && !custom.allow(&permission("customers:read"))
        );
        let admin = Grants::from_row("admin", &[]);
        assert!(admin.is_admin() && admin.allow(&permission("customers:delete")));
    }
}
