//! What two connections in a row show: whether the second takes up the session of the first (RFC 8446
//! §2.2, RFC 5077), and on the way what time the server says that it is (RFC 9110 §6.6.1).

use super::tickets::Tickets;
use crate::connect::{Manner, Shaker, Stowaway, declined, dial, end_sending, secure};
use crate::exchange::cookie_date::cookie_date;
use crate::target::Endpoint;
use rustls::client::{ClientSessionStore, Resumption};
use seaworthy_collect::{Context, Trouble};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// The head of an answer is shorter.
const MOST: usize = 64 * 1024;

/// Who does not answer by then tells no time.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Session {
    /// Whether the second connection took up the first one's session.
    pub(super) resumed: bool,
    /// Whether its tickets take data in a client's first flight; nothing where it speaks no TLS 1.3.
    pub(super) early_data: Option<bool>,
    /// How many seconds the server's clock is ahead of ours; negative where it is behind.
    pub(super) skew: Option<i64>,
}

/// Connects twice.
///
/// # Errors
///
/// When one of the two does not come about.
pub(super) async fn look(
    endpoint: &Endpoint,
    address: SocketAddr,
    context: &Context,
) -> Result<Session, Trouble> {
    let manner = Manner::plain(endpoint, if endpoint.web { &[b"http/1.1"] } else { &[] });
    let tickets = Arc::new(Tickets::new());
    let store: Arc<dyn ClientSessionStore> = Arc::<Tickets>::clone(&tickets);
    let resumption = Resumption::store(store);
    let shaker = Shaker::new(endpoint, manner.alpn, resumption, manner.keys)?;
    let mut session = Session::default();
    let mut newest = false;
    for second in [false, true] {
        let _permit = context.connection(&endpoint.host, Some(address)).await;
        let place = format!("{} at {address}", endpoint.host);
        let stream = dial(endpoint, address, Stowaway::None, context)
            .await?
            .map_err(|why| declined(endpoint, address, &why))?;
        let secured = secure(stream, &shaker, &place, &manner, context).await;
        let (stream, peer) = secured.map_err(|broken| broken.trouble)?;
        newest |= peer.protocol == "TLS 1.3";
        if second {
            session.resumed = peer.resumed;
        } else {
            let asked = talk(stream, endpoint);
            let head = tokio::time::timeout(context.budgets.request.min(PATIENCE), asked).await;
            let now = context.now().as_second();
            let told = head.ok().and_then(|head| server_time(&head));
            session.skew = told.map(|time| time - now);
        }
    }
    session.early_data = newest.then(|| tickets.early_data());
    Ok(session)
}

/// Reads on until the server has given its tickets; a web server is asked for a head, which
/// is all that is read of its answer.
async fn talk(mut stream: TlsStream<TcpStream>, endpoint: &Endpoint) -> Vec<u8> {
    let mut seen = Vec::new();
    if endpoint.web {
        let path = endpoint.url.path();
        let host = endpoint.url.host_str().unwrap_or_default();
        let port = endpoint
            .url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}{port}\r\nUser-Agent: seaworthy\r\nConnection: close\r\n\r\n"
        );
        if stream.write_all(request.as_bytes()).await.is_err() {
            return seen;
        }
    } else {
        let _ = end_sending(&mut stream).await;
    }
    let _ = stream.flush().await;
    while seen.len() < MOST && !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read_buf(&mut seen).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    seen
}

/// What a head says of the time: its Date, and the Age of an answer from a cache.
fn server_time(head: &[u8]) -> Option<i64> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n").take_while(|line| !line.is_empty());
    lines.next().filter(|line| line.starts_with("HTTP/1."))?;
    let field = |name: &str| {
        let mut all = head
            .split("\r\n")
            .skip(1)
            .take_while(|line| !line.is_empty());
        all.find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let age = field("age")
        .and_then(|age| age.parse::<i64>().ok())
        .unwrap_or_default();
    Some(cookie_date(field("date")?)?.as_second().saturating_add(age))
}

#[cfg(test)]
mod tests {
    use super::server_time;

    #[test]
    fn the_time_of_a_head() {
        let at = |head: &str| server_time(head.as_bytes());
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
        assert_eq!(
            at(&format!("HTTP/1.1 200 OK\r\n{date}\r\n")),
            Some(784_111_777)
        );
        assert_eq!(
            at(&format!("HTTP/1.1 404 No\r\nAge: 100\r\n{date}\r\n")),
            Some(784_111_877)
        );
        assert_eq!(
            at("HTTP/1.1 200 OK\r\n\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT"),
            None
        );
        assert_eq!(at("220 mx\r\n"), None);
        assert_eq!(at("HTTP/1.1 200 OK\r\nDate: yesterday\r\n\r\n"), None);
    }
}
