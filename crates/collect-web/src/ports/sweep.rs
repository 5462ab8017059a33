//! One address, port after port, within the budgets.

use crate::frame::deadline;
use crate::target::Host;
use futures_util::StreamExt as _;
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::ReasonCode;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Who does not answer a connect by then is taken for filtered, where the budget gives more.
const PATIENCE: Duration = Duration::from_secs(2);

/// What came of the ports of an address.
#[derive(Debug, Default)]
pub(super) struct Swept {
    pub(super) open: BTreeSet<u16>,
    /// Refused.
    pub(super) closed: BTreeSet<u16>,
    /// No answer in time: something drops what is sent there.
    pub(super) filtered: BTreeSet<u16>,
    /// Not tried before the deadline of the target.
    pub(super) untried: BTreeSet<u16>,
}

/// What came of one port.
enum State {
    Open,
    Closed,
    Filtered,
    Untried,
}

/// Tries every port, as many at a time as a host gets connections.
///
/// # Errors
///
/// When this machine cannot connect at all: no route, no right, no file descriptor.
pub(super) async fn sweep(host: &Host, ip: IpAddr, context: &Context) -> Result<Swept, Trouble> {
    let deadline = deadline(context);
    let limit = context.budgets.connect.min(PATIENCE);
    let one = |port: u16| async move {
        let _permit = context.connection(&host.spec.host, None).await;
        if tokio::time::Instant::now() >= deadline {
            return Ok((port, State::Untried));
        }
        let address = SocketAddr::new(ip, port);
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(_)) => Ok((port, State::Open)),
            Ok(Err(error)) => match answer(error.kind()) {
                Some(state) => Ok((port, state)),
                None => Err(Trouble::new(
                    ReasonCode::Unreachable,
                    format!(
                        "failed to connect to {address}: {error}; check the route, and the limits of this machine"
                    ),
                )),
            },
            Err(_) => Ok((port, State::Filtered)),
        }
    };
    let at_a_time = context.budgets.per_host.max(1);
    let ports: Vec<u16> = host.ports.iter().copied().collect();
    let mut all = futures_util::stream::iter(ports)
        .map(one)
        .buffer_unordered(at_a_time);
    let mut swept = Swept::default();
    while let Some(tried) = all.next().await {
        let (port, state) = tried?;
        let set = match state {
            State::Open => &mut swept.open,
            State::Closed => &mut swept.closed,
            State::Filtered => &mut swept.filtered,
            State::Untried => &mut swept.untried,
        };
        set.insert(port);
    }
    Ok(swept)
}

/// What a failed connect says of its port; nothing where it says more of this machine.
fn answer(error: ErrorKind) -> Option<State> {
    if matches!(
        error,
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    ) {
        return Some(State::Closed);
    }
    // ICMP may tell of one port that it is barred, and no more than that.
    matches!(error, ErrorKind::TimedOut | ErrorKind::HostUnreachable).then_some(State::Filtered)
}
