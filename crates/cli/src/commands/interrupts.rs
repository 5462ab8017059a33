//! Interrupts of a sweep: the first lets it judge and seal what it has, the second ends it.

use crate::failure::Failure;
use crate::{exit, output};
use seaworthy_engine::Stop;
use tokio::task::JoinHandle;

/// Listens for Ctrl-C, and for the signal by which service managers and CI runners end a job:
/// the first stops the sweep, the second ends the program.
pub(super) fn listen() -> Result<(JoinHandle<()>, Stop), Failure> {
    let (handle, stop) = Stop::new();
    // From here on no signal ends the program by itself.
    let mut signals = Signals::new()
        .map_err(|error| Failure::internal(format!("failed to listen for signals: {error}")))?;
    let listening = tokio::spawn(async move {
        signals.next().await;
        output::complain("\ninterrupted: judging what was seen; once more ends at once\n");
        handle.stop();
        signals.next().await;
        // What was recorded is on disk already, unsealed and readable.
        output::complain(
            "\nended; the bundle is not sealed, and `seaworthy sweep --resume` goes on with it\n",
        );
        #[expect(clippy::exit, reason = "the user asked twice to end at once")]
        std::process::exit(i32::from(exit::INCOMPLETE));
    });
    Ok((listening, stop))
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
