//! A DNS authority on loopback that answers from a zone written as lines, over UDP and TCP, and
//! fails as told.
//!
//! A line is `NAME TYPE RDATA` or `NAME TYPE !FAULT`; names are absolute.

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{NULL, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

pub(crate) struct Responder {
    pub(crate) address: SocketAddr,
}

/// A zone and its faults.
#[derive(Clone)]
pub(crate) struct Zone {
    origin: Name,
    lines: Vec<(Name, RecordType, String)>,
}

/// What to send: nothing, or bytes.
type Reply = Option<Vec<u8>>;

impl Zone {
    pub(crate) fn new(origin: &str, lines: &[&str]) -> Self {
        let line = |line: &&str| {
            let mut parts = line.splitn(3, ' ');
            let mut next = || parts.next().unwrap().to_owned();
            (name(&next()), next().parse().unwrap(), next())
        };
        Self {
            origin: name(origin),
            lines: lines.iter().map(line).collect(),
        }
    }

    /// What goes wrong over TCP alone, where the zone says so: the answer over UDP is cut off then.
    fn over_tcp(&self, query: &[u8]) -> Option<&str> {
        let query = Message::from_vec(query).ok()?;
        let asked = query.queries.first()?;
        let of = |(name, kind, data): &&(Name, RecordType, String)| {
            name == asked.name() && *kind == asked.query_type() && data.starts_with("!TCP-")
        };
        self.lines
            .iter()
            .find(of)
            .map(|(_, _, fault)| fault.as_str())
    }

    fn reply(&self, query: &[u8], udp: bool) -> Reply {
        let query = Message::from_vec(query).unwrap();
        let question = query.queries[0].clone();
        let mut reply = Message::new(query.id, MessageType::Response, OpCode::Query);
        reply.metadata.authoritative = true;
        reply.add_query(question.clone());
        let (mut owner, kind) = (question.name().clone(), question.query_type());
        if !self.origin.zone_of(&owner) {
            return coded(reply, ResponseCode::Refused);
        }
        loop {
            let at = |kind: RecordType| {
                self.lines
                    .iter()
                    .filter(|(name, of, _)| *name == owner && *of == kind)
                    .cloned()
                    .collect::<Vec<_>>()
            };
            let found = at(kind);
            if let Some((_, _, fault)) = found.iter().find(|(_, _, data)| data.starts_with('!'))
                && let Some(answer) = self.fault(fault, &reply, &query, udp)
            {
                return answer;
            }
            let data = found.iter().filter(|(_, _, data)| !data.starts_with('!'));
            let records: Vec<Record> = data
                .map(|(_, _, data)| record(&owner, kind, data))
                .collect();
            let aliases = at(RecordType::CNAME);
            if records.is_empty()
                && let Some((_, _, target)) = aliases.first()
            {
                reply.add_answer(record(&owner, RecordType::CNAME, target));
                owner = name(target);
                // What is beyond the zone is for another server to say; a loop ends somewhere.
                if self.origin.zone_of(&owner) && reply.answers.len() < 8 {
                    continue;
                }
                return reply.to_vec().ok();
            }
            if records.is_empty() {
                reply.add_authority(soa(&self.origin));
                if !self.lines.iter().any(|(name, ..)| owner.zone_of(name)) && owner != self.origin
                {
                    reply.metadata.response_code = ResponseCode::NXDomain;
                }
            }
            reply.add_answers(records);
            return reply.to_vec().ok();
        }
    }

    /// The answer by a fault; `None` where the zone answers after all.
    fn fault(&self, fault: &str, reply: &Message, query: &Message, udp: bool) -> Option<Reply> {
        let mut reply = reply.clone();
        Some(match fault {
            // As a validating resolver answers what is signed, not signed, and wrongly signed.
            "!SECURE" | "!INSECURE" => {
                reply.metadata.authoritative = false;
                reply.metadata.recursion_available = true;
                let asks = query.authentic_data
                    || query
                        .edns
                        .as_ref()
                        .is_some_and(|edns| edns.flags().dnssec_ok);
                reply.metadata.authentic_data = fault == "!SECURE" && asks;
                reply.to_vec().ok()
            }
            "!BOGUS" if query.checking_disabled => return None,
            "!SERVFAIL" | "!BOGUS" => coded(reply, ResponseCode::ServFail),
            "!REFUSED" => coded(reply, ResponseCode::Refused),
            "!NOTIMP" => coded(reply, ResponseCode::NotImp),
            "!SILENCE" => None,
            "!GARBAGE" => Some([&query.id.to_be_bytes()[..], b"garbage"].concat()),
            "!OTHER-QUESTION" => {
                reply.queries[0].set_name(name("other.example.com"));
                reply.to_vec().ok()
            }
            "!REFERRAL" => {
                reply.metadata.authoritative = false;
                reply.add_authority(record(
                    &self.origin,
                    RecordType::NS,
                    "ns.elsewhere.example.",
                ));
                reply.to_vec().ok()
            }
            // The servers below, each with an address that comes along, if any: `a=192.0.2.1,b`.
            below if below.starts_with("!DELEGATION ") => {
                let owner = query.queries[0].name();
                reply.metadata.authoritative = false;
                for server in below["!DELEGATION ".len()..].split(',') {
                    let (server, glue) = server.split_once('=').unwrap_or((server, ""));
                    reply.add_authority(record(owner, RecordType::NS, &format!("{server}.")));
                    if !glue.is_empty() {
                        reply.add_additional(record(&name(server), RecordType::A, glue));
                    }
                }
                reply.to_vec().ok()
            }
            "!LAME" => {
                reply.metadata.authoritative = false;
                reply.to_vec().ok()
            }
            "!TRUNCATED" if !udp => return None,
            "!TRUNCATED" | "!TRUNCATED-TWICE" | "!TCP-CUT" | "!TCP-DRIP" | "!TCP-HANG"
            | "!TCP-RESET" => {
                reply.metadata.truncation = true;
                reply.to_vec().ok()
            }
            "!NO-EDNS" if query.edns.is_some() => coded(reply, ResponseCode::FormErr),
            "!NO-EDNS" => return None,
            other => panic!("unheard of: {other}"),
        })
    }
}

impl Responder {
    /// Starts on an ephemeral port, the same for UDP and TCP.
    pub(crate) async fn start(zone: Zone) -> Self {
        let (tcp, udp) = loop {
            if let Some(sockets) = sockets("127.0.0.1:0").await {
                break sockets;
            }
        };
        Self::answer(zone, tcp, udp)
    }

    /// Starts one for each zone, at 127.0.0.1, 127.0.0.2 … with the same port.
    pub(crate) async fn start_each(zones: Vec<Zone>) -> u16 {
        'port: loop {
            let Some(first) = sockets("127.0.0.1:0").await else {
                continue;
            };
            let port = first.0.local_addr().unwrap().port();
            let mut all = vec![first];
            for number in 2..=zones.len() {
                match sockets(&format!("127.0.0.{number}:{port}")).await {
                    Some(next) => all.push(next),
                    None => continue 'port,
                }
            }
            for (zone, (tcp, udp)) in zones.into_iter().zip(all) {
                Self::answer(zone, tcp, udp);
            }
            return port;
        }
    }

    fn answer(zone: Zone, tcp: TcpListener, udp: UdpSocket) -> Self {
        let address = tcp.local_addr().unwrap();
        let zone = Arc::new(zone);
        let for_udp = Arc::clone(&zone);
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, client)) = udp.recv_from(&mut buffer).await {
                if let Some(reply) = for_udp.reply(&buffer[..length], true) {
                    let _ = udp.send_to(&reply, client).await;
                }
            }
        });
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = tcp.accept().await {
                let zone = Arc::clone(&zone);
                tokio::spawn(async move {
                    let length = stream.read_u16().await.unwrap_or_default();
                    let mut query = vec![0; usize::from(length)];
                    if stream.read_exact(&mut query).await.is_ok()
                        && let Some(reply) = zone.reply(&query, false)
                    {
                        let framed = [
                            &u16::try_from(reply.len()).unwrap().to_be_bytes()[..],
                            &reply,
                        ]
                        .concat();
                        let half = framed.len() / 2;
                        match zone.over_tcp(&query) {
                            None => {
                                let _ = stream.write_all(&framed).await;
                            }
                            Some("!TCP-CUT") => {
                                let _ = stream.write_all(&framed[..half]).await;
                            }
                            Some("!TCP-DRIP") => {
                                for byte in framed {
                                    let _ = stream.write_all(&[byte]).await;
                                    tokio::time::sleep(Duration::from_millis(300)).await;
                                }
                            }
                            Some("!TCP-RESET") => {
                                // What is left unread when a socket is closed makes the system send
                                // a reset.
                                let _ = stream.set_zero_linger();
                            }
                            Some(_) => std::future::pending().await,
                        }
                    }
                });
            }
        });
        Self { address }
    }
}

/// A port over TCP and UDP; `None` where one of them is taken.
async fn sockets(at: &str) -> Option<(TcpListener, UdpSocket)> {
    let tcp = TcpListener::bind(at).await.ok()?;
    let udp = UdpSocket::bind(tcp.local_addr().unwrap()).await.ok()?;
    Some((tcp, udp))
}

fn coded(mut reply: Message, code: ResponseCode) -> Reply {
    reply.metadata.response_code = code;
    reply.to_vec().ok()
}

fn name(text: &str) -> Name {
    Name::from_ascii(format!("{}.", text.trim_end_matches('.'))).unwrap()
}

fn record(owner: &Name, kind: RecordType, data: &str) -> Record {
    let data = if kind == RecordType::CNAME {
        format!("{}.", data.trim_end_matches('.'))
    } else {
        data.to_owned()
    };
    // Octets that no zone file's reader would take: `\# 80 05 69 ...`.
    if let Some(octets) = data.strip_prefix("\\# ") {
        let octet = |text: &str| u8::from_str_radix(text, 16).unwrap();
        let rdata = NULL::with(octets.split(' ').map(octet).collect());
        let data = RData::Unknown { code: kind, rdata };
        return Record::from_rdata(owner.clone(), 300, data);
    }
    Record::from_rdata(
        owner.clone(),
        300,
        RData::try_from_str(kind, &data).unwrap(),
    )
}

fn soa(origin: &Name) -> Record {
    let data = SOA::new(origin.clone(), origin.clone(), 1, 3600, 600, 86_400, 300);
    Record::from_rdata(origin.clone(), 300, RData::SOA(data))
}
