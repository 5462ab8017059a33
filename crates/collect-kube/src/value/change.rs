//! The few changes that are made to an object's content before it is kept.

use super::names::held;
use super::{Map, Value};

impl Value {
    pub(crate) fn as_object_mut(&mut self) -> Option<&mut Map> {
        if let Self::Object(map) = self {
            Some(map)
        } else {
            None
        }
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.as_object_mut()?.get_mut(name)
    }
}

impl Map {
    /// Puts a member in the place of the one with its name, or behind all others.
    pub(crate) fn insert(&mut self, name: &str, value: Value) {
        if let Some((_, own)) = self.0.iter_mut().find(|(own, _)| **own == *name) {
            *own = value;
            return;
        }
        let mut members = std::mem::take(&mut self.0).into_vec();
        members.push((held(name), value));
        self.0 = members.into_boxed_slice();
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let found = self.0.iter_mut().find(|(own, _)| **own == *name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(own, _)| **own == *name)?;
        let mut members = std::mem::take(&mut self.0).into_vec();
        let (_, value) = members.remove(place);
        self.0 = members.into_boxed_slice();
        Some(value)
    }

    /// Keeps the members that `keep` wants.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&str, &Value) -> bool) {
        if self.0.iter().all(|(name, value)| keep(name, value)) {
            return;
        }
        let mut members = std::mem::take(&mut self.0).into_vec();
        members.retain(|(name, value)| keep(name, value));
        self.0 = members.into_boxed_slice();
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value)> {
        self.0.iter_mut().map(|(name, value)| (&**name, value))
    }
}

/// Tests change what they are about.
#[cfg(test)]
impl std::ops::IndexMut<&str> for Value {
    fn index_mut(&mut self, name: &str) -> &mut Self {
        let map = self.as_object_mut().expect("a mapping");
        if map.get(name).is_none() {
            map.insert(name, Self::Null);
        }
        map.get_mut(name).expect("it was put there")
    }
}
