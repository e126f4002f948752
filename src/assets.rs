//! The browser part, which the binary holds: script, WebAssembly, style sheet, icon.

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file that build.rs embedded.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its path in a URL, from the root.
    path: &'static str,
    content_type: &'static str,
    /// Differs for each content.
    tag: &'static str,
    /// Whether the path holds a hash of the content, so that it never changes.
    immutable: bool,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// A route for each asset, for GET and HEAD.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        router.route(asset.path, get(async move |headers: HeaderMap| asset.answer(&headers)))
    })
}

/// The URL of the module that loads the WebAssembly. None when the server was built without it.
pub fn script() -> Option<&'static str> {
    SCRIPT
}

/// The URL of the WebAssembly, which the script's default export takes as `module_or_path`.
pub fn wasm() -> Option<&'static str> {
    WASM
}

/// The URL of the style sheet.
pub fn stylesheet() -> Option<&'static str> {
    STYLESHEET
}

impl Asset {
    fn answer(&self, request: &HeaderMap) -> Response {
        let (coding, bytes) = self.best_for(&joined(request, &ACCEPT_ENCODING));
        // Each form of the content is a representation of its own, with a tag of its own.
        let tag = match coding {
            Some(coding) => format!("\"{}-{coding}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let caching =
            if self.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if is_known(&joined(request, &IF_NONE_MATCH), &tag) {
            headers.extend(HeaderValue::try_from(tag).map(|tag| (ETAG, tag)));
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.extend(HeaderValue::try_from(tag).map(|tag| (ETAG, tag)));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(coding) = coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        (headers, Bytes::from_static(bytes)).into_response()
    }

    /// The form that the client likes best; of equals the smallest.
    fn best_for(&self, accepted: &str) -> (Option<&'static str>, &'static [u8]) {
        // What a client does not name it does not take; the plain form it takes, but likes least.
        let forms = [
            (None, Some(self.identity), quality(accepted, "identity").unwrap_or(1)),
            (Some("gzip"), self.gzip, quality(accepted, "gzip").unwrap_or(0)),
            (Some("br"), self.brotli, quality(accepted, "br").unwrap_or(0)),
        ];
        let taken = forms.into_iter().filter(|(_, _, quality)| *quality > 0);
        let taken = taken.filter_map(|(coding, bytes, quality)| Some((coding, bytes?, quality)));
        let best = taken.max_by_key(|(_, _, quality)| *quality);
        best.map_or((None, self.identity), |(coding, bytes, _)| (coding, bytes))
    }
}

/// All values of a header that may occur more than once.
fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

/// How much an Accept-Encoding header likes a coding, in thousandths. None when it does not say.
fn quality(accepted: &str, coding: &str) -> Option<u16> {
    let of = |wanted: &str| {
        accepted.split(',').find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next().filter(|name| name.eq_ignore_ascii_case(wanted))?;
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            let weight: f32 = weight.map_or(Some(1.0), |weight| weight.parse().ok()).unwrap_or(0.0);
            Some((weight.clamp(0.0, 1.0) * 1000.0) as u16)
        })
    };
    of(coding).or_else(|| of("*"))
}

/// Whether an If-None-Match header names the tag.
fn is_known(if_none_match: &str, tag: &str) -> bool {
    if_none_match.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use axum::http::header::CONTENT_LENGTH;

    use super::*;

    static SCRIPT: Asset = Asset {
        path: "/assets/a.js",
        content_type: "text/javascript; charset=utf-8",
        tag: "0123",
        immutable: true,
        identity: b"identity",
        brotli: Some(b"br"),
        gzip: Some(b"gzip"),
    };

    #[track_caller]
    fn check(accepted: &str, expected: Option<&str>) {
        assert_eq!(SCRIPT.best_for(accepted).0, expected, "{accepted}");
    }

    #[test]
    fn the_smallest_form_that_the_client_takes_is_sent() {
        check("gzip, deflate, br, zstd", Some("br"));
        check("gzip", Some("gzip"));
        check("GZIP;q=0.5, br;q=0", Some("gzip"));
        check("br;q=0.2, gzip;q=0.8", Some("gzip"));
        check("*", Some("br"));
        check("*;q=0.5, br;q=0", Some("gzip"));
        check("", None);
        check("identity", None);
        check("deflate", None);
        check("identity;q=1, gzip;q=0.5", None);
        check("br;q=nonsense", None);
    }

    #[test]
    fn a_client_that_refuses_every_form_still_gets_one() {
        check("identity;q=0, br;q=0, gzip;q=0", None);
    }

    #[test]
    fn each_form_has_its_own_tag_and_is_not_sent_twice() {
        let mut request = HeaderMap::new();
        request.insert(ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let answer = SCRIPT.answer(&request);
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[ETAG], "\"0123-br\"");
        assert_eq!(answer.headers()[CONTENT_ENCODING], "br");
        assert_eq!(answer.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");

        request.insert(IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"0123-br\""));
        let answer = SCRIPT.answer(&request);
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer.headers()[ETAG], "\"0123-br\"");
        assert!(!answer.headers().contains_key(CONTENT_LENGTH));

        request.remove(ACCEPT_ENCODING);
        assert_eq!(SCRIPT.answer(&request).status(), StatusCode::OK);
    }
}
