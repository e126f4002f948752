use std::fs;

use anyhow::Context;

use crate::workspace;

/// The upstream's operations: a small answer and a large one.
const TEXT: &str = "
openapi: 3.1.0
info: {title: upstream, version: '1'}
paths:
  /v1/bench/small: {get: {responses: {'200': {description: 1 kB}}}}
  /v1/bench/large: {get: {responses: {'200': {description: 1 GB}}}}
";

/// The path of the OpenAPI file.
pub(super) fn description() -> anyhow::Result<&'static str> {
    let file = workspace::scratch().join("bench/upstream.yaml");
    fs::write(&file, TEXT).with_context(|| format!("cannot write {}", file.display()))?;
    let path = file.to_str().context("the path of the workspace is not text")?.to_owned();
    Ok(path.leak())
}
