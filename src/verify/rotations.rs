//! Rotations that are under way: whoever comes while another one is cannot know the secret that it makes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::id::KeyId;

/// Those of this copy of the server, by their keys. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Rotations(Arc<Mutex<HashMap<KeyId, Vec<i64>>>>);

/// One of them, from when its caller was known until its answer is handed over.
#[derive(Debug)]
pub struct UnderWay {
    rotations: Rotations,
    key: KeyId,
    heard: i64,
    /// The last change that whoever sent the request can have known of.
    pub seen: i64,
}

impl Rotations {
    /// `heard` is the last change that this copy of the server went by when the request came.
    pub fn begin(&self, key: KeyId, heard: i64) -> UnderWay {
        let mut rotations = self.lock();
        let others = rotations.entry(key).or_default();
        // What those make comes after what they have heard, and nobody knows it yet.
        let seen = others.iter().copied().fold(heard, i64::min);
        others.push(heard);
        drop(rotations);
        UnderWay { rotations: self.clone(), key, heard, seen }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<KeyId, Vec<i64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut rotations = self.rotations.lock();
        let Some(others) = rotations.get_mut(&self.key) else { return };
        if let Some(at) = others.iter().position(|heard| *heard == self.heard) {
            others.swap_remove(at);
        }
        if others.is_empty() {
            rotations.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn who_comes_while_another_is_under_way_knows_no_more_than_that_one() {
        let rotations = Rotations::default();
        let key = KeyId::from_uuid(Uuid::nil());
        let first = rotations.begin(key, 5);
        // The first has made its change, of which this copy has heard.
        let second = rotations.begin(key, 6);
        let of_another_key = rotations.begin(KeyId::from_uuid(Uuid::max()), 6);
        assert_eq!((first.seen, second.seen, of_another_key.seen), (5, 5, 6));
        // Answered, it is known.
        drop(first);
        let third = rotations.begin(key, 6);
        assert_eq!(third.seen, 6);
        drop((second, third, of_another_key));
        assert!(rotations.lock().is_empty());
    }
}
