//! One question to one name server: UDP, and TCP when the answer is cut off.
//!
//! What an answer means is said by `client`.

use super::raw;
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::opt::{EdnsCode, EdnsOption};
use hickory_proto::rr::{DNSClass, Name, RecordType};
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::ReasonCode;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

/// The size that passes every path unfragmented (DNS flag day 2020).
const UDP_PAYLOAD: u16 = 1232;

/// The EDNS option of extended errors (RFC 8914 §2).
const EXTENDED_ERROR: u16 = 15;

/// An answer and how it came.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) message: Message,
    pub(super) transport: &'static str,
}

impl Reply {
    /// The codes of extended errors that came along (RFC 8914).
    pub(super) fn extended_errors(&self) -> Vec<u16> {
        let options = self.message.edns.iter().flat_map(|edns| {
            let code = EdnsCode::from(EXTENDED_ERROR);
            edns.options().get_all(code)
        });
        let code = |option: &EdnsOption| {
            let EdnsOption::Unknown(_, data) = option else {
                return None;
            };
            let first = data.get(..2)?;
            first.try_into().ok().map(u16::from_be_bytes)
        };
        options.filter_map(code).collect()
    }
}

/// The bits of a query that bear on DNSSEC.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    /// AD: say whether the answer was validated (RFC 6840 §5.7).
    pub(super) authentic_data: bool,
    /// DO: send what proves the answer (RFC 3225).
    pub(super) dnssec_ok: bool,
    /// CD: answer even what does not validate (RFC 4035 §3.2.2).
    pub(super) checking_disabled: bool,
    /// No recursion (RD off): what the server holds itself is wanted.
    pub(super) direct: bool,
}

/// Asks `server` for `kind` records of `name`.
///
/// # Errors
///
/// When no answer comes, or none that can be read. An error code is an answer.
pub(super) async fn ask(
    server: SocketAddr,
    name: &Name,
    kind: RecordType,
    flags: Flags,
    context: &Context,
) -> Result<Reply, Trouble> {
    let reply = ask_with(server, query(name, kind, true, flags), context).await?;
    // Servers that know nothing of EDNS answer FORMERR or NOTIMP (RFC 6891 §7); BADVERS to the lowest
    // version that there is (§6.1.3) is no better. The library calls it by its other name.
    if matches!(
        reply.message.response_code,
        ResponseCode::FormErr | ResponseCode::NotImp | ResponseCode::BADVERS | ResponseCode::BADSIG
    ) {
        return ask_with(server, query(name, kind, false, flags), context).await;
    }
    Ok(reply)
}

async fn ask_with(server: SocketAddr, query: Message, context: &Context) -> Result<Reply, Trouble> {
    let asked = query.queries.first();
    let question = asked.map_or_else(String::new, |asked| {
        format!("{} of {} at {server}", asked.query_type(), asked.name())
    });
    let bytes = query.to_vec().map_err(|error| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            format!("failed to write the query for {question}: {error}"),
        )
    })?;
    let _permit = context.connection(&server.to_string(), None).await;
    let limit = context.budgets.connect;
    let mut strange = None;
    let exchange = by_udp(server, &query, &bytes, &mut strange);
    let message = match within(limit, &question, "UDP", exchange).await {
        Err(trouble) if trouble.reason == ReasonCode::Timeout => {
            return Err(strange.map_or(trouble.clone(), |what| {
                let detail = format!("{}; what came was {what}", trouble.detail);
                Trouble::new(ReasonCode::Unparsed, detail)
            }));
        }
        outcome => outcome?,
    };
    if !message.truncation {
        return Ok(Reply {
            message,
            transport: "udp",
        });
    }
    let message = within(limit, &question, "TCP", by_tcp(server, &query, &bytes)).await?;
    if message.truncation {
        return Err(Trouble::new(
            ReasonCode::Unparsed,
            format!("failed to read {question}: the answer is cut off over TCP too"),
        ));
    }
    Ok(Reply {
        message,
        transport: "tcp",
    })
}

pub(super) fn query(name: &Name, kind: RecordType, edns: bool, flags: Flags) -> Message {
    let mut query = Message::query();
    query.metadata.authentic_data = flags.authentic_data;
    query.metadata.checking_disabled = flags.checking_disabled;
    query.metadata.recursion_desired = !flags.direct;
    query.add_query(Query::query(name.clone(), kind));
    if edns {
        let mut options = Edns::new();
        options.set_max_payload(UDP_PAYLOAD);
        options.set_dnssec_ok(flags.dnssec_ok);
        query.set_edns(options);
    }
    query
}

/// What can go wrong in an exchange.
#[derive(Debug)]
pub(super) enum Failure {
    Io(io::Error),
    Unreadable(String),
    /// It answers another query than this.
    Other(&'static str),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

async fn within(
    limit: std::time::Duration,
    question: &str,
    transport: &str,
    exchange: impl Future<Output = Result<Message, Failure>>,
) -> Result<Message, Trouble> {
    let step = format!("failed to ask for {question} over {transport}");
    match tokio::time::timeout(limit, exchange).await {
        Ok(Ok(message)) => Ok(message),
        Ok(Err(Failure::Io(error))) => Err(Trouble::new(
            ReasonCode::Unreachable,
            format!("{step}: {error}; check the name server's address and the firewall"),
        )),
        Ok(Err(Failure::Unreadable(why))) => Err(Trouble::new(
            ReasonCode::Unparsed,
            format!("{step}: {why}; is it a name server?"),
        )),
        Ok(Err(Failure::Other(what))) => Err(Trouble::new(
            ReasonCode::Unparsed,
            format!("{step}: {what}; is it a name server?"),
        )),
        Err(_) => Err(Trouble::new(
            ReasonCode::Timeout,
            format!(
                "{step}: no answer within {limit:?}; check the name server's address and the firewall"
            ),
        )),
    }
}

/// What came and was no answer to the query is put into `strange`, and the answer waited for.
async fn by_udp(
    server: SocketAddr,
    query: &Message,
    bytes: &[u8],
    strange: &mut Option<&'static str>,
) -> Result<Message, Failure> {
    let any: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any).await?;
    // A connected socket hears no one but the server, and hears of a closed port.
    socket.connect(server).await?;
    socket.send(bytes).await?;
    let mut buffer = vec![0; usize::from(u16::MAX)];
    loop {
        let length = socket.recv(&mut buffer).await?;
        let datagram = buffer.get(..length).unwrap_or_default();
        // A late answer to another question, or a forged one, is no answer to this one (RFC 5452 §9.1).
        if datagram.get(..2) != Some(&query.id.to_be_bytes()[..]) {
            continue;
        }
        match read(datagram, query) {
            Err(Failure::Other(why)) => *strange = Some(why),
            read => return read,
        }
    }
}

async fn by_tcp(server: SocketAddr, query: &Message, bytes: &[u8]) -> Result<Message, Failure> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend_from_slice(bytes);
    stream.write_all(&framed).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    read(&answer, query)
}

pub(super) fn read(bytes: &[u8], query: &Message) -> Result<Message, Failure> {
    let unreadable = |why: String| Failure::Unreadable(why);
    let mut bytes = bytes.to_vec();
    raw::hide_caa(&mut bytes);
    let message = Message::from_vec(&bytes).map_err(|error| {
        unreadable(format!(
            "{} bytes that are no DNS answer ({error})",
            bytes.len()
        ))
    })?;
    if message.message_type != MessageType::Response
        || message.op_code != OpCode::Query
        || message.id != query.id
    {
        return Err(Failure::Other("a message that is no answer to the query"));
    }
    // An answer with an error code may leave the question out.
    let same = match (message.queries.as_slice(), query.queries.as_slice()) {
        ([answered], [asked]) => {
            answered.query_type() == asked.query_type()
                && answered.query_class() == DNSClass::IN
                && answered.name().eq_ignore_root(asked.name())
        }
        ([], _) => message.response_code != ResponseCode::NoError || message.truncation,
        _ => false,
    };
    if same {
        Ok(message)
    } else {
        Err(Failure::Other("an answer to another question"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Flags, query, read};
    use hickory_proto::op::Message;
    use hickory_proto::rr::{Name, RecordType};
    use proptest::prelude::*;

    proptest! {
        /// Answers with a few bytes changed, and plain noise, are read or refused.
        #[test]
        fn no_answer_panics(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..8), noise in proptest::collection::vec(any::<u8>(), 0..80)) {
            let asked = query(&Name::from_ascii("a.example.").unwrap(), RecordType::CAA, true, Flags::default());
            let mut answer = Message::response(asked.id, asked.op_code);
            answer.add_queries(asked.queries.clone());
            let mut bytes = answer.to_vec().unwrap();
            prop_assert!(read(&bytes, &asked).is_ok());
            for (place, byte) in changes {
                let place = place % bytes.len();
                bytes[place] = byte;
            }
            let _ = read(&bytes, &asked);
            let _ = read(&[&asked.id.to_be_bytes()[..], &noise].concat(), &asked);
        }
    }
}
