//! The operations of the API, and what each one asks of a key's role.

use super::permission::{Action, Grants, Permission};

/// One operation, with what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub method: &'static str,
    /// The route's pattern: `/v1/auth/api-keys/{id}`.
    pub path: &'static str,
    pub needs: Needs,
}

/// What an operation asks of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any valid key.
    AnyKey,
    /// A role that grants this permission.
    Permission(Permission),
    /// The Admin role; the permission names it in errors.
    Admin(Permission),
}

impl Needs {
    /// The permission that the role lacks, `None` when it may go on.
    pub fn lacking<'a>(&'a self, grants: &Grants) -> Option<&'a Permission> {
        match self {
            Self::AnyKey => None,
            Self::Permission(permission) => (!grants.allow(permission)).then_some(permission),
            Self::Admin(permission) => (!grants.is_admin()).then_some(permission),
        }
    }
}

/// `GET /v1/auth/whoami`
pub fn whoami() -> Operation {
    Operation { method: "GET", path: "/v1/auth/whoami", needs: Needs::AnyKey }
}

/// `GET /v1/auth/api-keys`
pub fn list_api_keys() -> Operation {
    Operation {
        method: "GET",
        path: "/v1/auth/api-keys",
        needs: Needs::Admin(Permission::new("api_keys", Action::Read)),
    }
}

/// Every operation there is.
pub fn all() -> Vec<Operation> {
    vec![list_api_keys(), whoami()]
}

/// The permissions that these grants amount to, sorted, each once.
pub fn permissions_of(grants: &Grants) -> Vec<Permission> {
    let mut list: Vec<Permission> = all()
        .into_iter()
        .filter(|operation| operation.needs.lacking(grants).is_none())
        .filter_map(|operation| match operation.needs {
            Needs::AnyKey => None,
            Needs::Permission(permission) | Needs::Admin(permission) => Some(permission),
        })
        .collect();
    list.sort();
    list.dedup();
    list
}
