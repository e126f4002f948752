//! A request's path, read in the one way that leaves no doubt.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a segment is sent with as it is. `;` is not: some servers cut a segment there.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The path with each segment decoded once. `None` for a path that servers read differently: with an empty segment,
/// `.` or `..`, with a slash, a backslash or a control character in a segment, or with broken escapes.
pub fn decode(path: &str) -> Option<String> {
    let mut decoded = String::with_capacity(path.len());
    for segment in path.strip_prefix('/')?.split('/') {
        let segment = decode_segment(segment)?;
        decoded.push('/');
        decoded.push_str(&segment);
    }
    Some(decoded)
}

fn decode_segment(segment: &str) -> Option<String> {
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = segment.as_bytes();
    let broken = (0..bytes.len())
        .any(|at| bytes[at] == b'%' && !(is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2))));
    if broken {
        return None;
    }
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    // Some servers leave out what follows a semicolon.
    let name = decoded.split(';').next().unwrap_or_default();
    let doubtful = name.is_empty()
        || name == "."
        || name == ".."
        || decoded.contains(|c: char| c == '/' || c == '\\' || c.is_control());
    (!doubtful).then(|| decoded.into_owned())
}

/// A decoded path as it is sent on: the same for every way in which it can be written.
pub fn encode(decoded: &str) -> String {
    let mut encoded = String::with_capacity(decoded.len());
    for (at, segment) in decoded.split('/').enumerate() {
        if at > 0 {
            encoded.push('/');
        }
        encoded.extend(utf8_percent_encode(segment, KEPT));
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        assert_eq!(decode("/v1/a%20b").as_deref(), Some("/v1/a b"));
        assert_eq!(decode("/v1/%2561").as_deref(), Some("/v1/%61"));
        assert_eq!(decode("/v1/s%61les/%C3%A9").as_deref(), Some("/v1/sales/é"));
    }

    #[test]
    fn doubtful_paths_are_none() {
        for path in [
            "",
            "v1",
            "/",
            "//v1",
            "/v1//a",
            "/v1/",
            "/v1/.",
            "/v1/../a",
            "/v1/%2e%2E/a",
            "/v1/a%2Fb",
            "/v1/a%5cb",
            "/v1/a\\b",
            "/v1/%00",
            "/v1/a%0d%0a",
            "/v1/%",
            "/v1/%4",
            "/v1/%zz",
            "/v1/%ff",
            "/v1/..;/a",
            "/v1/;a",
        ] {
            assert_eq!(decode(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_on_reads_as_what_was_matched(path in "(/[^/]{1,8}){1,4}") {
            if let Some(decoded) = decode(&path) {
                prop_assert_eq!(decode(&encode(&decoded)), Some(decoded));
            }
        }

        #[test]
        fn no_path_makes_it_panic(path in "\\PC*") {
            let _ = decode(&path);
        }
    }
}
