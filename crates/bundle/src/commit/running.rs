//! The list of the shard that is being written, made as its lines are: nothing is read back for it when
//! the run is sealed.

use super::{Commitment, SaltKey, list};
use crate::error::BundleError;
use crate::layout::ShardKind;
use std::path::Path;

/// The commitments to the lines of one shard so far.
#[derive(Debug)]
pub(crate) struct Running {
    key: SaltKey,
    /// To the line that is being written.
    open: Option<Commitment>,
    list: String,
}

impl Running {
    pub(crate) fn new(key: SaltKey) -> Self {
        Self {
            key,
            open: None,
            list: String::new(),
        }
    }

    /// Begins the line with this number of `shard`, a path within the run's folder.
    pub(crate) fn begin(&mut self, shard: &str, line: u32) {
        self.end_line();
        self.open = Some(Commitment::new(&self.key.salt(shard, line)));
    }

    /// Takes a piece of the line, at last with its newline.
    pub(crate) fn piece(&mut self, bytes: &[u8]) {
        if let Some(open) = &mut self.open {
            open.update(bytes);
        }
    }

    /// Writes the list of the shard, whose lines have all been taken; the next one is empty.
    pub(crate) fn write(
        &mut self,
        root: &Path,
        kind: ShardKind,
        shard: u32,
    ) -> Result<(), BundleError> {
        self.end_line();
        list::write(root, kind, shard, &std::mem::take(&mut self.list))
    }

    fn end_line(&mut self) {
        if let Some(ended) = self.open.take() {
            self.list.push_str(&ended.finish());
            self.list.push('\n');
        }
    }
}
