//! What a request log row keeps of a request, and what it must not.

use serde_json::{Map, Value};

use super::secret;

/// Stands for what is not kept.
pub const REMOVED: &str = "[removed]";

/// Parts of names whose values are not kept.
const SECRET_LIKE: [&str; 8] =
    ["secret", "token", "password", "passwd", "pwd", "auth", "credential", "signature"];

/// Longest text that is kept of a header or a path, in bytes. An index of the database takes 2,704 at most.
const LONGEST: usize = 1_000;

/// The parameters of a query as a JSON object; a name that occurs more than once has a list. Values under
/// secret-like names are removed, and so is all that holds a secret key.
pub fn query(query: &str) -> Option<Value> {
    let mut object = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).take(100) {
        let value = if is_secret_like(&name) { REMOVED.to_owned() } else { text(&value) };
        let value = Value::String(value);
        match object.get_mut(&text(&name)) {
            None => drop(object.insert(text(&name), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    (!object.is_empty()).then_some(Value::Object(object))
}

fn is_secret_like(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    name.ends_with("key")
        || matches!(name.as_str(), "sig" | "code" | "jwt")
        || SECRET_LIKE.iter().any(|part| name.contains(part))
}

/// A text as it is kept: bounded, without what the database cannot hold, and nothing of one that has a secret key.
pub fn text(text: &str) -> String {
    if secret::url_contains_secret(text) {
        return REMOVED.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST);
    text[..end].replace('\0', "\u{fffd}")
}

/// A referrer without its query and fragment, which are another site's business.
pub fn referrer(referrer: &str) -> String {
    text(referrer.split(['?', '#']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::mode::Mode;
    use crate::domain::secret::Secret;

    #[test]
    fn values_under_secret_like_names_are_removed() {
        assert_eq!(
            query("limit=10&statuses[]=a&statuses[]=b&access_token=x&X-Api-Key=y&Client%2DSecret=z&key=k"),
            Some(
                json!({"limit": "10", "statuses[]": ["a", "b"], "access_token": REMOVED, "X-Api-Key": REMOVED,
                "Client-Secret": REMOVED, "key": REMOVED})
            )
        );
        assert_eq!(query(""), None);
    }

    #[test]
    fn no_secret_is_kept_wherever_it_stands() {
        let secret = Secret::generate(Mode::Production, Uuid::nil(), &mut StdRng::seed_from_u64(1));
        let secret = secret.expose();
        let kept = query(&format!("a={secret}&{secret}=b&c=x%20{secret}")).unwrap().to_string();
        assert!(!kept.contains(&secret[35..60]), "{kept}");
        assert_eq!(text(&format!("agent/1.0 {secret}")), REMOVED);
        assert_eq!(referrer(&format!("https://a.example/x?key={secret}#y")), "https://a.example/x");
    }

    #[test]
    fn nothing_is_kept_that_the_database_refuses() {
        assert_eq!(query("a=%00").unwrap()["a"], "\u{fffd}");
        assert_eq!(text(&"x".repeat(5_000)).len(), LONGEST);
        assert!(text(&"\u{20000}".repeat(5_000)).len() <= LONGEST);
    }
}
