//! Files of a pack of probes as bytes, embedded in the binary or read from a folder.
//!
//! Reading folders is left to the caller: nothing here touches the disk.

use std::borrow::Cow;

/// One file of a pack.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path within the pack, with slashes: `k8s/hpa-min-replicas/probe.yaml`.
    pub path: String,
    /// The path as messages show it.
    pub shown: String,
    /// The content.
    pub bytes: Cow<'static, [u8]>,
}

impl Source {
    /// A file at `path` of the pack that messages call `root` (`probes`, `./my-probes`).
    #[must_use]
    pub fn new(root: &str, path: &str, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        let path = path.replace('\\', "/");
        let root = root.trim_end_matches('/');
        Self {
            shown: if root.is_empty() {
                path.clone()
            } else {
                format!("{root}/{path}")
            },
            path,
            bytes: bytes.into(),
        }
    }

    /// What the file is by its path.
    pub(crate) fn role(&self) -> Role<'_> {
        if let Some(id) = self.path.strip_suffix("/probe.yaml") {
            return Role::Probe(id);
        }
        if let Some((id, name)) = self.path.rsplit_once("/cases/")
            && let Some(case) = name.strip_suffix(".yaml")
        {
            return Role::Case { id, case };
        }
        let misnamed = self.path.ends_with("/probe.yml")
            || (self.path.contains("/cases/") && self.path.ends_with(".yml"));
        if misnamed {
            Role::Misnamed
        } else {
            Role::Other
        }
    }
}

/// What a file of a pack is.
pub(crate) enum Role<'s> {
    /// The probe with this id.
    Probe(&'s str),
    /// A case of the probe with this id.
    Case { id: &'s str, case: &'s str },
    /// A file that would be overlooked for its ending.
    Misnamed,
    /// A file for people.
    Other,
}
