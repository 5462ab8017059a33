//! Whether a server takes over into TLS what came in the clear before: a command goes with
//! STARTTLS, in the same segment, and the first answer within TLS tells whose it is
//! (CVE-2011-0411; RFC 3207 §5 wants all knowledge from before discarded).

use crate::connect::{Manner, StartTls, Stowaway, declined, dial, secure};
use crate::target::Endpoint;
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::ReasonCode;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// The first line of an answer is no longer than this.
const LONGEST_LINE: usize = 4096;

/// Asks the server at `address`; nothing where the protocol has no STARTTLS.
pub(super) async fn look(
    endpoint: &Endpoint,
    address: SocketAddr,
    context: &Context,
) -> Option<Result<bool, Trouble>> {
    // The last command of each protocol, and how an answer to the stowaway begins.
    let (last, carried) = match endpoint.starttls? {
        StartTls::Smtp => (&b"QUIT\r\n"[..], "250"),
        StartTls::Imap => (&b"y LOGOUT\r\n"[..], "x "),
        StartTls::Postgres | StartTls::PostgresDirect => return None,
    };
    let _permit = context.connection(&endpoint.host).await;
    let place = format!("{} at {address}", endpoint.host);
    let dialled = dial(endpoint, address, Stowaway::Aboard, context).await;
    let stream = match dialled {
        Ok(Ok(stream)) => stream,
        Ok(Err(why)) => return Some(Err(declined(endpoint, address, &why))),
        Err(trouble) => return Some(Err(trouble)),
    };
    let manner = Manner::plain(endpoint, &[]);
    let shaker = match manner.shaker(endpoint) {
        Ok(shaker) => shaker,
        Err(trouble) => return Some(Err(trouble)),
    };
    let stream = match secure(stream, &shaker, &place, &manner, context).await {
        Ok((stream, _)) => stream,
        Err(broken) if broken.trouble.reason == ReasonCode::Timeout => {
            return Some(Err(broken.trouble));
        }
        // Who takes the command for TLS, or goes no further, carries nothing over.
        Err(_) => return Some(Ok(false)),
    };
    let limit = context.budgets.connect;
    let answer = tokio::time::timeout(limit, first_line(stream, last)).await;
    Some(match answer {
        Ok(line) => Ok(line.starts_with(carried)),
        Err(_) => Err(Trouble::new(
            ReasonCode::Timeout,
            format!("{place} does not answer within TLS in {limit:?}"),
        )),
    })
}

/// What the server says first; nothing where it closes.
async fn first_line(mut connection: TlsStream<TcpStream>, last: &[u8]) -> String {
    let mut seen = Vec::new();
    if connection.write_all(last).await.is_err() || connection.flush().await.is_err() {
        return String::new();
    }
    while !seen.contains(&b'\n') && seen.len() < LONGEST_LINE {
        match connection.read_buf(&mut seen).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    String::from_utf8_lossy(&seen).into_owned()
}
