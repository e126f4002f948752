//! Finding keys by whatever is typed or pasted.

use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::domain::id::KeyId;
use crate::domain::secret;

/// Longest word that is searched for, in characters: no name has a longer one.
const MAX_WORD: usize = 80;
/// How many words are searched for; each is looked for in every name.
const MAX_WORDS: usize = 10;

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// The keys that secrets with ids from the first to the last belong to.
    Secrets(Uuid, Uuid),
    /// The key of this id.
    Key(KeyId),
    /// Words that all stand in the name, in any order, case and accents; or the last four characters of a secret that
    /// the key has or that still works.
    Words(Vec<String>),
}

impl Search {
    /// Reads what a person typed or pasted. Of a secret, only the id is looked at.
    pub fn parse(text: &str) -> Option<Self> {
        // PostgreSQL's text holds no NUL, so nothing is found by it.
        let text = text.trim().replace('\0', "\u{fffd}");
        if text.is_empty() {
            return None;
        }
        if let Some((first, last)) = secret::find_id_part(&text) {
            return Some(Self::Secrets(first, last));
        }
        if let Some(key) =
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find_map(|word| word.parse().ok())
        {
            return Some(Self::Key(key));
        }
        // A redacted value stands for its last four characters.
        let text = text.rsplit_once("****").map_or(text.as_str(), |(_, last_four)| last_four);
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace().map(|word| word.chars().take(MAX_WORD).collect()) {
            if words.len() < MAX_WORDS && !words.contains(&word) {
                words.push(word);
            }
        }
        Some(Self::Words(words))
    }
}

pub(super) fn push_search(sql: &mut QueryBuilder<Postgres>, search: Option<&Search>) {
    match search {
        None => {}
        Some(Search::Secrets(first, last)) => {
            sql.push(" and k.id in (select o.api_key_id from api_key_secret o where o.id between ");
            sql.push_bind(*first).push(" and ").push_bind(*last).push(")");
        }
        Some(Search::Key(key)) => {
            sql.push(" and k.id = ").push_bind(key.uuid());
        }
        Some(Search::Words(words)) => {
            // Folded once, and as patterns that match just the words.
            sql.push(
                r" and (k.search_name like all ((select array_agg('%' || replace(replace(replace(
                    folded(word), '\', '\\'), '%', '\%'), '_', '\_') || '%') from unnest(",
            );
            sql.push_bind(words.clone()).push("::text[]) as word)::text[])");
            if let [word] = words.as_slice() {
                sql.push(
                    " or k.id in (select o.api_key_id from api_key_secret o
                        where not o.stopped and (o.stops_at is null or o.stops_at > now()) and o.last_four = ",
                );
                sql.push_bind(word.clone()).push(")");
            }
            sql.push(")");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_reads_whatever_is_pasted() {
        let words =
            |words: &[&str]| Some(Search::Words(words.iter().map(|word| (*word).to_owned()).collect()));
        let five = Some(Search::Secrets(Uuid::from_u128(5), Uuid::from_u128(5)));
        assert_eq!(Search::parse("  "), None);
        assert_eq!(Search::parse(" sync  erp "), words(&["sync", "erp"]));
        assert_eq!(Search::parse("a b a"), words(&["a", "b"]));
        let many = (0..1000).map(|n| format!("{n} ")).collect::<String>();
        assert!(matches!(Search::parse(&many), Some(Search::Words(words)) if words.len() == MAX_WORDS));
        assert_eq!(Search::parse("aug_sk_prod_****hjt4"), words(&["hjt4"]));
        for around in [
            ["", ""],
            ["Bearer ", ""],
            ["AUGNO_API_KEY='", "'"],
            ["curl -H \"Authorization: Bearer ", "_x\""],
        ] {
            let [before, after] = around;
            assert_eq!(Search::parse(&format!("{before}aug_sk_prod_0000000000000000000005{after}")), five);
        }
        let id = KeyId::from_uuid(Uuid::from_u128(7));
        assert_eq!(Search::parse(&id.to_string()), Some(Search::Key(id)));
        assert_eq!(Search::parse(&format!("key: {id},")), Some(Search::Key(id)));
    }
}
