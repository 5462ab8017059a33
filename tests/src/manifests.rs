//! Manifests to verdicts within the process, without a command: for tests of many small cases.

pub use crate::judging::Probes;

use seaworthy_collect::{Collected, Sink};
use seaworthy_collect_kube::{ManifestSource, read_manifests};

/// What a text of manifests is read as.
#[must_use]
pub fn read(text: &[u8]) -> Collected {
    let source = ManifestSource::Text {
        name: "in.yaml".to_owned(),
        bytes: text.to_vec(),
    };
    let sink = Sink::new();
    read_manifests(&[source], "test", jiff::Timestamp::UNIX_EPOCH, &sink);
    sink.take()
}
