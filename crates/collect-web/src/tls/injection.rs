//! Whether a server takes over into TLS what came in the clear before: a command goes with
//! STARTTLS, in the same segment, and the first answer within TLS tells whose it is
//! (CVE-2011-0411; RFC 3207 §5 wants all knowledge from before discarded; CVE-2021-23214 for
//! PostgreSQL).

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
    let protocol = endpoint.starttls?;
    // The last command of each protocol; to PostgreSQL nothing more is said.
    let last: &[u8] = match protocol {
        StartTls::Smtp => b"QUIT\r\n",
        StartTls::Imap => b"y LOGOUT\r\n",
        StartTls::Postgres => b"",
        StartTls::PostgresDirect => return None,
    };
    let _permit = context.connection(&endpoint.host, Some(address)).await;
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
    let answer = tokio::time::timeout(limit, first_words(stream, last)).await;
    Some(match answer {
        Ok(words) => carried(protocol, &words).ok_or_else(|| {
            let why = format!(
                "{place} answers within TLS, before anything was said there, by words that do not \
                 tell what it answers"
            );
            Trouble::new(ReasonCode::Unparsed, why)
        }),
        Err(_) => Err(Trouble::new(
            ReasonCode::Timeout,
            format!("{place} does not answer within TLS in {limit:?}"),
        )),
    })
}

/// Whether the first words within TLS answer what came before; none where they do not tell.
fn carried(protocol: StartTls, words: &[u8]) -> Option<bool> {
    let has = |part: &[u8]| words.windows(part.len()).any(|found| found == part);
    match protocol {
        StartTls::Smtp => Some(words.starts_with(b"250")),
        StartTls::Imap => Some(words.starts_with(b"x ")),
        // PostgreSQL tells by SQLSTATE, whatever its language: 0A000 for a version that it does not
        // know, 08P01 for octets that stood before TLS.
        StartTls::Postgres | StartTls::PostgresDirect => {
            let own = has(b"RProcessS") || has(b"unencrypted data");
            match words {
                [] => Some(false),
                [b'E', ..] if has(b"C0A000\0") || has(b"unsupported frontend protocol") => {
                    Some(true)
                }
                [b'E', ..] if own => Some(false),
                _ => None,
            }
        }
    }
}

/// What the server says first; nothing where it closes.
async fn first_words(mut connection: TlsStream<TcpStream>, last: &[u8]) -> Vec<u8> {
    let mut seen = Vec::new();
    if connection.write_all(last).await.is_err() || connection.flush().await.is_err() {
        return seen;
    }
    while !seen.contains(&b'\n') && seen.len() < LONGEST_LINE {
        match connection.read_buf(&mut seen).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::carried;
    use crate::connect::StartTls;

    #[test]
    fn whose_answer_the_first_words_are() {
        let refused: &[u8] =
            b"E\0\0\0\x40SFATAL\0VFATAL\0C08P01\0Mreceived\0RProcessStartupPacket\0\0";
        let taken: &[u8] =
            b"E\0\0\0\x40SFATAL\0VFATAL\0C0A000\0Munsupported\0RProcessStartupPacket\0\0";
        for (protocol, words, wanted) in [
            (StartTls::Smtp, &b"250 OK\r\n"[..], Some(true)),
            (StartTls::Smtp, b"221 bye\r\n", Some(false)),
            (StartTls::Imap, b"x OK\r\n", Some(true)),
            (StartTls::Imap, b"* BYE\r\n", Some(false)),
            (StartTls::Postgres, b"", Some(false)),
            (StartTls::Postgres, refused, Some(false)),
            (StartTls::Postgres, taken, Some(true)),
            // Another program's error, by which nothing is known.
            (
                StartTls::Postgres,
                b"E\0\0\0\x10SFATAL\0C08P01\0Mno\0\0",
                None,
            ),
            (StartTls::Postgres, b"R\0\0\0\x08\0\0\0\0", None),
        ] {
            assert_eq!(carried(protocol, words), wanted, "{words:?}");
        }
    }
}
