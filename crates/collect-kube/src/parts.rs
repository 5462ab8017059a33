//! Facts on their way to the sink, a part at a time: joining is work for a thread of its own, and all
//! facts of a large look together would take much more memory than the objects do.

use crate::evidence::Evident;
use seaworthy_collect::Sink;
use seaworthy_model::Unassessed;
use tokio::sync::mpsc;
use tokio::task::JoinError;

/// Facts of a part.
const PART: usize = 12;
/// Parts that wait to be taken.
const WAITING: usize = 1;

/// Takes facts and hands them on when there are enough of them.
pub(crate) struct Parts {
    sender: mpsc::Sender<Part>,
    part: Part,
}

#[derive(Default)]
struct Part {
    facts: Vec<Evident>,
    unassessed: Vec<Unassessed>,
}

impl Parts {
    pub(crate) fn fact(&mut self, fact: Evident) {
        self.part.facts.push(fact);
        if self.part.facts.len() >= PART {
            self.send();
        }
    }

    pub(crate) fn unassessed(&mut self, unassessed: Unassessed) {
        self.part.unassessed.push(unassessed);
    }

    fn send(&mut self) {
        // Where nobody takes it any more, the look was given up.
        drop(self.sender.blocking_send(std::mem::take(&mut self.part)));
    }
}

/// Runs `work` on a thread for what blocks, and puts into the sink what it finds.
///
/// # Errors
///
/// When the work broke down; what it found before is in the sink.
pub(crate) async fn gather(
    sink: &Sink,
    work: impl FnOnce(&mut Parts) + Send + 'static,
) -> Result<(), JoinError> {
    let (sender, mut parts) = mpsc::channel(WAITING);
    let working = tokio::task::spawn_blocking(move || {
        let part = Part::default();
        let mut parts = Parts { sender, part };
        work(&mut parts);
        parts.send();
    });
    while let Some(part) = parts.recv().await {
        part.facts.into_iter().for_each(|fact| fact.put(sink));
        for missed in part.unassessed {
            sink.unassessed(missed);
        }
        sink.hand_on().await;
    }
    working.await
}
