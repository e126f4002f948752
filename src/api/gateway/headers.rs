//! Which headers go on, in either direction.

use std::borrow::Cow;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::config::PublicUrl;
use crate::domain::known_secret::KnownSecret;
use crate::request_log::Entry;

/// Headers of one connection only (RFC 9110, 7.6.1).
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What the upstream is told by us alone; what is none of its business: the key's secret, the console's cookies; and
/// what some servers take for another method or path than the one that was checked.
const OURS_IN_REQUESTS: [&str; 18] = [
    "augno-account-id",
    "augno-api-key-id",
    "augno-role-id",
    "authorization",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-real-ip",
    "x-request-id",
    "x-rewrite-url",
];

/// What would act on the console, which shares our origin, or on the connection to us.
const OURS_IN_ANSWERS: [&str; 17] = [
    "alt-svc",
    "cdn-cache-control",
    "clear-site-data",
    "content-security-policy",
    "cross-origin-opener-policy",
    "expires",
    "nel",
    "pragma",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "set-cookie",
    "strict-transport-security",
    "surrogate-control",
    "x-content-type-options",
    "x-frame-options",
    "x-request-id",
];

/// Takes out of the caller's headers those that are ours to set, and sets ours.
pub fn to_upstream(headers: &mut HeaderMap, caller: &KnownSecret, entry: &Entry, public_url: &PublicUrl) {
    keep_end_to_end(headers, &OURS_IN_REQUESTS);
    let mut add = |name: &'static str, value: String| {
        headers.extend(HeaderValue::try_from(value).map(|value| (HeaderName::from_static(name), value)));
    };
    add("augno-account-id", caller.account.to_string());
    add("augno-api-key-id", caller.key.to_string());
    add("augno-role-id", caller.role.to_string());
    add("x-request-id", entry.id().to_string());
    if let Some(ip) = entry.ip() {
        add("x-forwarded-for", ip.to_string());
    }
    add("x-forwarded-proto", if public_url.is_secure() { "https" } else { "http" }.to_owned());
    add("x-forwarded-host", public_url.authority().to_owned());
}

/// Takes out of the upstream's headers those that are ours to set. `base` is where its paths begin: redirects there
/// lead to us.
pub fn from_upstream(headers: &mut HeaderMap, base: &str) {
    keep_end_to_end(headers, &OURS_IN_ANSWERS);
    let location =
        headers.get(header::LOCATION).and_then(|location| location.to_str().ok()?.strip_prefix(base));
    let location = location.filter(|path| path.starts_with('/')).and_then(|path| path.parse().ok());
    if let Some(location) = location {
        headers.insert(header::LOCATION, location);
    }
}

/// Takes out the headers of the connection, those that the connection names, and `ours`. A server behind may read
/// `_` as `-`, so both are taken for the same.
fn keep_end_to_end(headers: &mut HeaderMap, ours: &[&str]) {
    let named: Vec<String> = tokens(headers, header::CONNECTION).collect();
    let is_dropped = |name: &&HeaderName| {
        let name = name.as_str();
        let name = if name.contains('_') { Cow::from(name.replace('_', "-")) } else { Cow::from(name) };
        HOP_BY_HOP.contains(&&*name) || ours.contains(&&*name) || named.iter().any(|named| *named == name)
    };
    let dropped: Vec<HeaderName> = headers.keys().filter(is_dropped).cloned().collect();
    for name in dropped {
        headers.remove(name);
    }
}

/// The comma-separated tokens of a header, in lower case.
pub fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    let tokens: Vec<String> =
        lines.flat_map(|line| line.split(',')).map(|token| token.trim().to_ascii_lowercase()).collect();
    tokens.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let line =
            |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), value.parse().unwrap());
        lines.iter().map(line).collect()
    }

    #[test]
    fn what_the_connection_names_goes_no_further() {
        let mut kept = headers(&[
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("te", "trailers"),
            ("cookie", "a=b"),
            ("augno_account_id", "ac_forged"),
            ("accept", "text/plain"),
        ]);
        keep_end_to_end(&mut kept, &OURS_IN_REQUESTS);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["accept"]);
    }

    #[test]
    fn redirects_to_the_upstream_lead_to_us() {
        let redirect = |location| {
            let mut kept = headers(&[("location", location)]);
            from_upstream(&mut kept, "http://10.0.0.5:8080");
            kept.get("location").unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(redirect("http://10.0.0.5:8080/v1/a?b"), "/v1/a?b");
        assert_eq!(redirect("http://10.0.0.5:80801/v1/a"), "http://10.0.0.5:80801/v1/a");
        assert_eq!(redirect("https://elsewhere.example/"), "https://elsewhere.example/");
    }
}
