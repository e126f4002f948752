//! One operation of the API, and what it asks of a key's role.

use http::Method;

use super::permission::{Action, Grants, Permission};

/// One operation, with what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub method: Method,
    /// The path with parameters in braces: `/v1/auth/api-keys/{id}`.
    pub path: String,
    pub needs: Needs,
    pub answered_by: AnsweredBy,
}

/// Who answers an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    Us(Own),
    Upstream,
}

/// What an operation asks of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Not even a key.
    Nothing,
    /// Any valid key.
    AnyKey,
    /// A role that grants all of these.
    Permissions(Vec<Permission>),
    /// The Admin role; the permission names it in errors, and no other role can have it.
    Admin(Permission),
}

impl Needs {
    /// The permissions that the role lacks, empty when it may go on.
    pub fn lacking(&self, grants: &Grants) -> Vec<Permission> {
        match self {
            Self::Nothing | Self::AnyKey => Vec::new(),
            Self::Permissions(needed) => {
                needed.iter().filter(|permission| !grants.allow(permission)).cloned().collect()
            }
            Self::Admin(_) if grants.is_admin() => Vec::new(),
            Self::Admin(permission) => vec![permission.clone()],
        }
    }
}

/// The permission of an operation whose description names none: the last fixed segment of the path before any
/// `actions`, and the action that goes with the method. `None` when that makes no permission.
pub fn permission_by_rule(method: &Method, path: &str) -> Option<Permission> {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let actions = segments.iter().position(|segment| *segment == "actions");
    let domain = segments[..actions.unwrap_or(segments.len())]
        .iter()
        .rev()
        .find(|segment| !segment.contains('{'))?
        .replace('-', "_");
    let action = match *method {
        Method::GET | Method::HEAD => Action::Read,
        Method::POST | Method::PUT if actions.is_some() => Action::Update,
        Method::POST => Action::Create,
        Method::PUT | Method::PATCH => Action::Update,
        Method::DELETE => Action::Delete,
        _ => return None,
    };
    format!("{domain}:{}", action.slug()).parse().ok()
}

macro_rules! own {
    ($($own:ident $method:ident $path:literal $needs:expr;)*) => {
        /// The operations that we answer ourselves.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Own { $($own),* }

        impl Own {
            pub const ALL: &[Self] = &[$(Self::$own),*];

            /// Method, path and needs.
            pub fn operation(self) -> Operation {
                let (method, path, needs) = match self {
                    $(Self::$own => (Method::$method, $path, $needs),)*
                };
                Operation { method, path: path.to_owned(), needs, answered_by: AnsweredBy::Us(self) }
            }
        }
    };
}

own! {
    Whoami GET "/v1/auth/whoami" Needs::AnyKey;
    ListKeys GET "/v1/auth/api-keys" admin("api_keys", Action::Read);
    CreateKey POST "/v1/auth/api-keys" admin("api_keys", Action::Create);
    GetKey GET "/v1/auth/api-keys/{id}" admin("api_keys", Action::Read);
    EditKey PATCH "/v1/auth/api-keys/{id}" admin("api_keys", Action::Update);
    RevokeKey DELETE "/v1/auth/api-keys/{id}" admin("api_keys", Action::Delete);
    RotateKey POST "/v1/auth/api-keys/{id}/actions/rotate" admin("api_keys", Action::Update);
    DeleteKey POST "/v1/auth/api-keys/{id}/actions/delete" admin("api_keys", Action::Update);
    ListRoles GET "/v1/identity/roles" read("roles");
    CreateRole POST "/v1/identity/roles" admin("roles", Action::Create);
    GetRole GET "/v1/identity/roles/{id}" read("roles");
    EditRole PATCH "/v1/identity/roles/{id}" admin("roles", Action::Update);
    DeleteRole DELETE "/v1/identity/roles/{id}" admin("roles", Action::Delete);
    ListRequestLogs GET "/v1/core/request-logs" read("request_logs");
    GetRequestLog GET "/v1/core/request-logs/{id}" read("request_logs");
    ListAuditEvents GET "/v1/core/audit-events" read("audit_events");
    ListResourceTypes GET "/v1/core/audit-events/resource-types" read("audit_events");
    GetAuditEvent GET "/v1/core/audit-events/{id}" read("audit_events");
    OpenApi GET "/v1/openapi.json" Needs::Nothing;
}

fn admin(domain: &str, action: Action) -> Needs {
    Needs::Admin(Permission::new(domain, action))
}

fn read(domain: &str) -> Needs {
    Needs::Permissions(vec![Permission::new(domain, Action::Read)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_names_a_permission() {
        let check = |method: Method, path: &str, expected: &str| {
            let permission = permission_by_rule(&method, path).map(|permission| permission.to_string());
            assert_eq!(permission.as_deref(), Some(expected), "{method} {path}");
        };
        check(Method::GET, "/v1/sales/customers", "customers:read");
        check(Method::HEAD, "/v1/sales/customers/{id}", "customers:read");
        check(Method::POST, "/v1/sales/customers", "customers:create");
        check(Method::PATCH, "/v1/sales/customers/{id}", "customers:update");
        check(Method::PUT, "/v1/catalog/item-categories/{id}/properties/{property_id}", "properties:update");
        check(Method::DELETE, "/v1/catalog/unit-groups/{unitGroupId}/units/{id}", "units:delete");
        check(Method::POST, "/v1/sales/customers/{id}/actions/merge", "customers:update");
        check(Method::PUT, "/v1/core/addresses/actions/validate", "addresses:update");
        check(Method::GET, "/v1/core/addresses/actions/validate", "addresses:read");
        assert_eq!(permission_by_rule(&Method::OPTIONS, "/v1/sales/customers"), None);
        assert_eq!(permission_by_rule(&Method::GET, "/{id}"), None);
        assert_eq!(permission_by_rule(&Method::GET, "/v1/Reports.v2"), None);
    }
}
