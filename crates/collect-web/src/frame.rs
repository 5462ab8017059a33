//! What every collector of this family does around its look: the addresses of an entry, each looked
//! at by itself, and whatever cannot be seen put down as not assessed.

use crate::connect::resolve;
use crate::target::{Endpoint, unassessed};
use futures_util::future::join_all;
use seaworthy_collect::{Context, Sink, Trouble};
use seaworthy_model::Target;
use std::future::Future;
use std::net::SocketAddr;
use tokio::time::Instant;

/// One collector at one target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// The collector's id.
    pub(crate) collector: &'static str,
    /// The kind of subject that it tells of.
    pub(crate) kind: &'static str,
    pub(crate) target: &'a Target,
    pub(crate) context: &'a Context,
    pub(crate) sink: &'a Sink,
}

impl Frame<'_> {
    /// What was read of the entry, with its endpoint's addresses; nothing where it could not be read.
    pub(crate) async fn addresses<R>(
        &self,
        read: Result<R, Trouble>,
        endpoint: impl Fn(&R) -> &Endpoint,
    ) -> Option<(R, Vec<SocketAddr>)> {
        let read = match read {
            Ok(read) => read,
            Err(trouble) => {
                self.missed(trouble);
                return None;
            }
        };
        let resolved = resolve(endpoint(&read), self.context).await;
        for trouble in resolved.troubles {
            self.missed(trouble);
        }
        Some((read, resolved.addresses))
    }

    /// Looks at each address, all at a time as far as the budgets let.
    pub(crate) async fn each<L>(&self, addresses: &[SocketAddr], look: impl Fn(SocketAddr) -> L)
    where
        L: Future<Output = Result<(), Trouble>>,
    {
        let see = async |address: &SocketAddr| {
            if let Err(trouble) = look(*address).await {
                self.missed(trouble);
            }
        };
        match addresses {
            // Most names have one; what waits for several is woken and asked for each of them.
            [only] => see(only).await,
            several => drop(join_all(several.iter().map(see)).await),
        }
    }

    /// Puts down what could not be seen.
    pub(crate) fn missed(&self, trouble: Trouble) {
        let missed = unassessed(self.collector, self.kind, self.target, trouble);
        self.sink.unassessed(missed);
    }
}

/// When to stop asking: a little before the target's own deadline, so that what was seen until
/// then becomes a fact.
pub(crate) fn deadline(context: &Context) -> Instant {
    Instant::now() + context.budgets.target.mul_f32(0.9)
}
