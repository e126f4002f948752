//! The upstream's OpenAPI file: which operations there are, and what each one needs.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::catalogue::Catalogue;
use crate::domain::operation::{AnsweredBy, Needs, Operation, permission_by_rule};
use crate::domain::request_path;

/// The methods that a path can have.
const METHODS: [(&str, Method); 7] = [
    ("get", Method::GET),
    ("put", Method::PUT),
    ("post", Method::POST),
    ("delete", Method::DELETE),
    ("options", Method::OPTIONS),
    ("head", Method::HEAD),
    ("patch", Method::PATCH),
];

/// A mistake in the file: where, and what to change.
#[derive(Debug)]
pub struct DescriptionError {
    file: PathBuf,
    /// Such as `paths./v1/customers.get`; empty for the file itself.
    at: String,
    mistake: String,
}

impl fmt::Display for DescriptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The OpenAPI file {} cannot be used: ", self.file.display())?;
        if !self.at.is_empty() {
            write!(f, "{}: ", self.at)?;
        }
        write!(f, "{}.", self.mistake.trim_end_matches('.'))
    }
}

impl std::error::Error for DescriptionError {}

/// Where in the file, and what is wrong there.
struct Mistake(String, String);

/// The catalogue of our own operations and those of this file: OpenAPI 3.0 or 3.1, JSON or YAML.
pub fn read(file: &Path) -> Result<Catalogue, DescriptionError> {
    let wrong = |Mistake(at, mistake)| DescriptionError { file: file.to_owned(), at, mistake };
    let text = fs::read_to_string(file).map_err(|error| wrong(Mistake(String::new(), error.to_string())))?;
    let document = parse(&text).map_err(wrong)?;
    let operations = operations(&document).map_err(wrong)?;
    Catalogue::new(operations).map_err(|error| wrong(Mistake("paths".to_owned(), error.to_string())))
}

/// JSON, or else YAML, of which JSON is a part.
fn parse(text: &str) -> Result<Value, Mistake> {
    let whole = |error: String| Mistake(String::new(), error);
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| whole(format!("it is not JSON: {error}")));
    }
    serde_saphyr::from_str(text).map_err(|error| whole(format!("it is not YAML: {error}")))
}

/// The versions of OpenAPI that differ in what an operation may hold.
#[derive(Clone, Copy)]
enum Version {
    V3_0,
    V3_1,
}

fn operations(document: &Value) -> Result<Vec<Operation>, Mistake> {
    let version = match document["openapi"].as_str() {
        Some(version) if version.starts_with("3.0.") => Version::V3_0,
        Some(version) if version.starts_with("3.1.") => Version::V3_1,
        Some(version) => {
            return Err(Mistake("openapi".to_owned(), format!("{version} is not 3.0 or 3.1")));
        }
        None => return Err(Mistake("openapi".to_owned(), "the version is missing".to_owned())),
    };
    let base = base_path(document)?;
    let paths = document["paths"].as_object();
    let paths = paths.ok_or_else(|| Mistake("paths".to_owned(), "it has to be an object".to_owned()))?;
    let mut operations = Vec::new();
    for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with("x-")) {
        read_path(version, &base, path, item, &mut operations)?;
    }
    Ok(operations)
}

/// The path that the file's paths are under: that of its first server.
fn base_path(document: &Value) -> Result<String, Mistake> {
    let Some(url) = document["servers"][0]["url"].as_str() else { return Ok(String::new()) };
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    };
    if path.contains('{') {
        let mistake = "a server's path with variables cannot be matched".to_owned();
        return Err(Mistake("servers[0].url".to_owned(), mistake));
    }
    Ok(path.trim_end_matches('/').to_owned())
}

fn read_path(
    version: Version,
    base: &str,
    path: &str,
    item: &Value,
    operations: &mut Vec<Operation>,
) -> Result<(), Mistake> {
    let at = format!("paths.{path}");
    let wrong = |mistake: &str| Mistake(at.clone(), mistake.to_owned());
    let item = item.as_object().ok_or_else(|| wrong("it has to be an object"))?;
    if item.contains_key("$ref") {
        return Err(wrong("references to other paths are not followed; write the path out"));
    }
    let full = format!("{base}{path}");
    if !full.starts_with("/v1/") {
        return Err(wrong("a path has to begin with /v1/, by itself or by the path of the first server"));
    }
    if request_path::decode(&full).as_deref() != Some(full.as_str()) {
        return Err(wrong(
            "no request can match this path; write it decoded, without empty segments or dots",
        ));
    }
    if item.contains_key("trace") {
        return Err(wrong("TRACE is not passed on; remove it"));
    }
    for (name, method) in METHODS {
        if let Some(operation) = item.get(name) {
            operations.push(read_operation(version, &full, method, operation, &format!("{at}.{name}"))?);
        }
    }
    Ok(())
}

fn read_operation(
    version: Version,
    path: &str,
    method: Method,
    operation: &Value,
    at: &str,
) -> Result<Operation, Mistake> {
    match version {
        Version::V3_0 => check::<openapiv3::Operation>(operation, at)?,
        Version::V3_1 => check::<oas3::spec::Operation>(operation, at)?,
    }
    let needs = match operation.get("x-permissions") {
        Some(listed) => listed_permissions(listed, &format!("{at}.x-permissions"))?,
        None => {
            let permission = permission_by_rule(&method, path).ok_or_else(|| {
                let mistake =
                    "the path and the method make no permission; name what it needs in x-permissions";
                Mistake(at.to_owned(), mistake.to_owned())
            })?;
            Needs::Permissions(vec![permission])
        }
    };
    Ok(Operation { method, path: path.to_owned(), needs, answered_by: AnsweredBy::Upstream })
}

/// Whether this is an operation as OpenAPI has it.
fn check<T: DeserializeOwned>(operation: &Value, at: &str) -> Result<(), Mistake> {
    let checked: Result<T, _> = serde_path_to_error::deserialize(operation);
    checked.map(drop).map_err(|error| Mistake(format!("{at}.{}", error.path()), error.inner().to_string()))
}

/// No permission listed means that any key will do.
fn listed_permissions(listed: &Value, at: &str) -> Result<Needs, Mistake> {
    let listed = listed
        .as_array()
        .ok_or_else(|| Mistake(at.to_owned(), "it has to be a list of permissions".to_owned()))?;
    let mut permissions = Vec::new();
    for (place, text) in listed.iter().enumerate() {
        let permission = text.as_str().and_then(|text| text.parse().ok());
        permissions.push(permission.ok_or_else(|| {
            let mistake = format!("{text} is not a permission such as customers:read");
            Mistake(format!("{at}[{place}]"), mistake)
        })?);
    }
    Ok(if permissions.is_empty() { Needs::AnyKey } else { Needs::Permissions(permissions) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> Result<Vec<String>, String> {
        let document = parse(text).map_err(|Mistake(at, mistake)| format!("{at}: {mistake}"))?;
        let operations = operations(&document).map_err(|Mistake(at, mistake)| format!("{at}: {mistake}"))?;
        Ok(operations.iter().map(|it| format!("{} {} {:?}", it.method, it.path, it.needs)).collect())
    }

    const RESPONSES: &str = r#""responses": {"200": {"description": "fine"}}"#;

    #[test]
    fn json_and_yaml_of_both_versions_are_read() {
        for version in ["3.0.3", "3.1.0"] {
            let json = format!(
                r#"{{"openapi": "{version}", "info": {{"title": "a", "version": "1"}},
                    "paths": {{"/v1/a-b/{{id}}": {{"get": {{{RESPONSES}}}}}}}}}"#
            );
            let yaml = format!(
                "openapi: {version}\ninfo: {{title: a, version: '1'}}\npaths:\n  /v1/a-b/{{id}}:\n    get:\n      \
                 responses:\n        '200': {{description: fine}}\n"
            );
            for text in [json, yaml] {
                let operations = described(&text).unwrap();
                assert_eq!(operations.len(), 1, "{text}");
                assert!(operations[0].starts_with("GET /v1/a-b/{id} "), "{operations:?}");
            }
        }
    }

    #[test]
    fn permissions_are_taken_as_listed_and_paths_go_under_the_server() {
        let text = format!(
            r#"{{"openapi": "3.1.0", "servers": [{{"url": "https://api.example.com/v1/"}}], "paths": {{
                "/a": {{"post": {{"x-permissions": ["b:read", "c:update"], {RESPONSES}}}}},
                "/d": {{"get": {{"x-permissions": [], {RESPONSES}}}}}}}}}"#
        );
        let operations = described(&text).unwrap();
        assert!(operations[0].contains("/v1/a") && operations[0].contains("Permissions"), "{operations:?}");
        assert_eq!(operations[1], "GET /v1/d AnyKey");
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (text, place, mistake) in [
            ("{", "", "not JSON"),
            ("a: [", "", "not YAML"),
            ("{}", "openapi", "missing"),
            (r#"{"openapi": "2.0"}"#, "openapi", "not 3.0 or 3.1"),
            (r#"{"openapi": "3.0.0", "paths": []}"#, "paths", "an object"),
            (r#"{"openapi": "3.0.0", "paths": {"/a": {}}}"#, "paths./a", "begin with /v1/"),
            (r#"{"openapi": "3.0.0", "paths": {"/v1//a": {}}}"#, "paths./v1//a", "no request can match"),
            (r##"{"openapi": "3.0.0", "paths": {"/v1/a": {"$ref": "#/x"}}}"##, "paths./v1/a", "references"),
            (r#"{"openapi": "3.0.0", "paths": {"/v1/a": {"get": {"responses": 1}}}}"#, "paths./v1/a.get", ""),
            (
                r#"{"openapi": "3.1.0", "paths": {"/v1/a": {"get": {"tags": "x"}}}}"#,
                "paths./v1/a.get.tags",
                "",
            ),
            (
                r#"{"openapi": "3.0.0", "paths": {"/v1/a": {"get": {"x-permissions": ["a:write"], "responses": {}}}}}"#,
                "paths./v1/a.get.x-permissions[0]",
                "not a permission",
            ),
            (
                r#"{"openapi": "3.0.0", "paths": {"/v1/{id}": {"options": {"responses": {}}}}}"#,
                "paths./v1/{id}.options",
                "x-permissions",
            ),
        ] {
            let said = described(text).unwrap_err();
            assert!(said.starts_with(place) && said.contains(mistake), "{text}: {said}");
        }
    }
}
