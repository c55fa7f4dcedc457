//! A map that holds so many values and no more: the one that came first makes room.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Values by key. Whoever fills it with new keys pushes out one value for each, and never all at once.
pub(crate) struct Bounded<K, V> {
    most: usize,
    values: HashMap<K, V>,
    /// The keys as they came.
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V> Bounded<K, V> {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, values: HashMap::new(), order: VecDeque::new() }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    /// Puts a value in the place of the one with this key, or of the first of all when there is no room.
    pub(crate) fn put(&mut self, key: K, value: V) {
        if self.values.insert(key.clone(), value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > self.most
            && let Some(first) = self.order.pop_front()
        {
            self.values.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_makes_room_for_the_last() {
        let mut map = Bounded::new(3);
        for key in 0..1000 {
            map.put(key, key);
            map.put(key, key + 1);
            assert!(map.values.len() <= 3 && map.order.len() == map.values.len());
        }
        let kept: Vec<_> = (0..1000).filter_map(|key| map.get(&key)).collect();
        assert_eq!(kept, [&998, &999, &1000]);
    }
}
