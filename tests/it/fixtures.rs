//! Files that tests read. One that is missing fails the test.

use serde_json::Value;

/// Augno's own description of its API.
pub const AUGNOS_DESCRIPTION: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/augno-openapi.json");

pub fn augnos_description() -> Value {
    let text = std::fs::read_to_string(AUGNOS_DESCRIPTION).unwrap();
    serde_json::from_str(&text).unwrap()
}
