//! Every operation of the API: ours and the upstream's. Requests are matched against it, roles choose from it.

use std::collections::{BTreeSet, HashMap};

use http::Method;

use super::operation::{Needs, Operation, Own};
use super::permission::{Grants, Permission};

/// Every operation, by path and method.
#[derive(Clone, Debug)]
pub struct Catalogue {
    paths: matchit::Router<usize>,
    /// The same in lower case, which some servers take for the same.
    folded: matchit::Router<usize>,
    /// The operations of each path.
    operations: Vec<Vec<Operation>>,
    /// What roles can be given.
    permissions: BTreeSet<Permission>,
}

/// What the catalogue has for a request.
#[derive(Debug)]
pub enum Found<'a> {
    Operation(&'a Operation, Params),
    /// The path is known, for these methods.
    WrongMethod(Vec<Method>),
    Unknown,
}

/// The values of a path's parameters, by name.
pub type Params = Vec<(String, String)>;

/// Why an operation cannot be taken into the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOperation {
    #[error("{method} is there twice, for {one} and for {other}")]
    Twice { method: Method, one: String, other: String },
    #[error("the path cannot be matched: {0}")]
    Path(String),
    #[error("{0} differs from another path by capital letters alone")]
    CaseAlone(String),
}

impl Default for Catalogue {
    /// Our own operations alone.
    fn default() -> Self {
        // A test makes it from them: they never clash.
        Self::new(Vec::new()).unwrap_or_else(|_| Self::empty())
    }
}

impl Catalogue {
    fn empty() -> Self {
        let (paths, folded) = (matchit::Router::new(), matchit::Router::new());
        Self { paths, folded, operations: Vec::new(), permissions: BTreeSet::new() }
    }

    /// Our own operations and these. Where both name a path, ours answers.
    pub fn new(upstream: Vec<Operation>) -> Result<Self, BadOperation> {
        let mut catalogue = Self::empty();
        let mut known = HashMap::new();
        for own in Own::ALL {
            catalogue.add(&mut known, own.operation())?;
        }
        let ours = known.clone();
        for operation in upstream {
            if !ours.contains_key(&shape(&operation.path)) {
                catalogue.add(&mut known, operation)?;
            }
        }
        Ok(catalogue)
    }

    fn add(&mut self, known: &mut HashMap<String, usize>, operation: Operation) -> Result<(), BadOperation> {
        if let Needs::Permissions(permissions) = &operation.needs {
            self.permissions.extend(permissions.iter().cloned());
        }
        let shape = shape(&operation.path);
        if let Some(&at) = known.get(&shape) {
            if let Some(other) = self.operations[at].iter().find(|other| other.method == operation.method) {
                let (one, other) = (other.path.clone(), operation.path);
                return Err(BadOperation::Twice { method: operation.method, one, other });
            }
            self.operations[at].push(operation);
            return Ok(());
        }
        let at = self.operations.len();
        self.paths.insert(&operation.path, at).map_err(|error| BadOperation::Path(error.to_string()))?;
        let folded = operation.path.to_lowercase();
        self.folded.insert(&folded, at).map_err(|_| BadOperation::CaseAlone(operation.path.clone()))?;
        self.operations.push(vec![operation]);
        known.insert(shape, at);
        Ok(())
    }

    /// Finds the operation of a request. `path` is decoded; fixed segments come before parameters. HEAD is answered
    /// as GET where the path does not name it.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Ok(matched) = self.paths.at(path) else { return Found::Unknown };
        if self.is_another_in_lower_case(path, *matched.value) {
            return Found::Unknown;
        }
        let operations = &self.operations[*matched.value];
        let of = |method: &Method| operations.iter().find(|operation| operation.method == *method);
        let operation = of(method).or_else(|| of(&Method::GET).filter(|_| *method == Method::HEAD));
        match operation {
            Some(operation) => {
                let params = matched.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
                Found::Operation(operation, params.collect())
            }
            None => Found::WrongMethod(allowed(operations)),
        }
    }

    /// Whether a server that does not look at case would take the path for another one: a fixed segment in other
    /// letters where a parameter may stand.
    fn is_another_in_lower_case(&self, path: &str, at: usize) -> bool {
        self.folded.at(&path.to_lowercase()).is_ok_and(|folded| *folded.value != at)
    }

    /// Every operation there is.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().flatten()
    }

    /// What roles can be given, sorted.
    pub fn permissions(&self) -> &BTreeSet<Permission> {
        &self.permissions
    }

    /// The permissions that these grants amount to, sorted, each once. A custom role has what it was given, also
    /// where no operation needs it any more.
    pub fn permissions_of(&self, grants: &Grants) -> Vec<Permission> {
        let mut permissions: BTreeSet<Permission> = match grants {
            Grants::Only(list) => list.iter().cloned().collect(),
            Grants::Everything | Grants::EveryRead => {
                self.permissions.iter().filter(|permission| grants.allow(permission)).cloned().collect()
            }
        };
        if grants.is_admin() {
            permissions.extend(self.operations().filter_map(|operation| match &operation.needs {
                Needs::Admin(permission) => Some(permission.clone()),
                _ => None,
            }));
        }
        permissions.into_iter().collect()
    }
}

/// The path without the names of its parameters: two paths of one shape match the same requests.
fn shape(path: &str) -> String {
    let is_parameter =
        |segment: &str| segment.starts_with('{') && segment.find('}') == Some(segment.len() - 1);
    path.split('/')
        .map(|segment| if is_parameter(segment) { "{}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

fn allowed(operations: &[Operation]) -> Vec<Method> {
    let mut methods: Vec<Method> = operations.iter().map(|operation| operation.method.clone()).collect();
    if methods.contains(&Method::GET) && !methods.contains(&Method::HEAD) {
        methods.push(Method::HEAD);
    }
    methods.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    methods
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::operation::{AnsweredBy, permission_by_rule};

    fn upstream(method: Method, path: &str) -> Operation {
        let needs = Needs::Permissions(permission_by_rule(&method, path).into_iter().collect());
        Operation { method, path: path.to_owned(), needs, answered_by: AnsweredBy::Upstream }
    }

    fn found(catalogue: &Catalogue, method: Method, path: &str) -> String {
        match catalogue.find(&method, path) {
            Found::Operation(operation, params) => {
                let params: Vec<_> = params.iter().map(|(name, value)| format!(" {name}={value}")).collect();
                format!("{} {}{}", operation.method, operation.path, params.concat())
            }
            Found::WrongMethod(allowed) => {
                allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            }
            Found::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn fixed_segments_come_before_parameters_and_only_exact_paths_match() {
        let catalogue = Catalogue::new(vec![
            upstream(Method::GET, "/v1/sales/customers/{id}"),
            upstream(Method::GET, "/v1/sales/customers/export"),
            upstream(Method::GET, "/v1/sales/customers/bulkExport"),
            upstream(Method::POST, "/v1/sales/customers/{customer}/actions/merge"),
        ])
        .unwrap();
        for (path, expected) in [
            ("/v1/sales/customers/export", "GET /v1/sales/customers/export"),
            ("/v1/sales/customers/c_1", "GET /v1/sales/customers/{id} id=c_1"),
            ("/v1/sales/customers/c_1/actions/merge", "POST"),
            ("/v1/sales/customers", "unknown"),
            ("/v1/sales/customers/c_1/", "unknown"),
            ("/v1/Sales/customers/c_1", "unknown"),
            ("/v1/sales/customers/EXPORT", "unknown"),
            ("/v1/sales/customers/bulkexport", "unknown"),
            ("/v1/sales/customers/bulkExport", "GET /v1/sales/customers/bulkExport"),
            ("/v1/sales/customers/C_1", "GET /v1/sales/customers/{id} id=C_1"),
            ("/v1/core/audit-events/resource-types", "GET /v1/core/audit-events/resource-types"),
        ] {
            assert_eq!(found(&catalogue, Method::GET, path), expected, "{path}");
        }
        assert_eq!(
            found(&catalogue, Method::HEAD, "/v1/sales/customers/c_1"),
            "GET /v1/sales/customers/{id} id=c_1"
        );
        assert_eq!(found(&catalogue, Method::DELETE, "/v1/sales/customers/export"), "GET, HEAD");
    }

    #[test]
    fn where_both_name_a_path_ours_answers() {
        let theirs = [Method::GET, Method::PUT].map(|method| upstream(method, "/v1/auth/api-keys/{key_id}"));
        let catalogue = Catalogue::new(theirs.to_vec()).unwrap();
        let path = "/v1/auth/api-keys/apke_1";
        assert_eq!(found(&catalogue, Method::GET, path), "GET /v1/auth/api-keys/{id} id=apke_1");
        assert_eq!(found(&catalogue, Method::PUT, path), "DELETE, GET, HEAD, PATCH");
    }

    #[test]
    fn one_request_has_one_operation() {
        let twice = [upstream(Method::GET, "/v1/a/{id}"), upstream(Method::GET, "/v1/a/{name}")];
        assert!(matches!(Catalogue::new(twice.to_vec()), Err(BadOperation::Twice { .. })));
        let twins = [upstream(Method::GET, "/v1/a"), upstream(Method::POST, "/v1/A")];
        assert!(matches!(Catalogue::new(twins.to_vec()), Err(BadOperation::CaseAlone(_))));
        let suffixed = [upstream(Method::GET, "/v1/a/{id}"), upstream(Method::POST, "/v1/a/{id}:cancel")];
        assert!(matches!(Catalogue::new(suffixed.to_vec()), Err(BadOperation::Path(_))));
    }

    #[test]
    fn roles_choose_from_what_operations_need() {
        let catalogue = Catalogue::new(vec![upstream(Method::GET, "/v1/sales/customers")]).unwrap();
        let names: Vec<_> = catalogue.permissions().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["audit_events:read", "customers:read", "request_logs:read", "roles:read"]);
        let of =
            |grants| catalogue.permissions_of(&grants).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(of(Grants::EveryRead), names);
        assert!(of(Grants::Everything).contains(&"api_keys:create".to_owned()));
        let gone: Permission = "invoices:read".parse().unwrap();
        assert_eq!(of(Grants::Only(vec![gone])), ["invoices:read"]);
    }
}
