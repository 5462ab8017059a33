//! The demo's DNS authority for `shop.test`, over UDP and TCP.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CAA, NS, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr as _;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

/// Serves the zone on one ephemeral port, UDP and TCP alike.
pub(super) async fn serve(servers: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    let zone = Arc::new(zone());
    let (tcp, udp) = both().await?;
    let address = udp.local_addr()?;
    let of_udp = Arc::clone(&zone);
    servers.spawn(async move {
        let mut buffer = vec![0; 4096];
        loop {
            let Ok((length, from)) = udp.recv_from(&mut buffer).await else {
                continue;
            };
            let query = buffer.get(..length).unwrap_or_default();
            if let Some(reply) = answer(&of_udp, query) {
                // A client that is gone needs no answer.
                let _ = udp.send_to(&reply, from).await;
            }
        }
    });
    servers.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            if let Ok((stream, _)) = tcp.accept().await {
                let zone = Arc::clone(&zone);
                connections.spawn(async move { over_tcp(&zone, stream).await });
            }
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

/// A port that is free for both protocols: the kernel chooses one for TCP, and UDP may be taken.
async fn both() -> io::Result<(TcpListener, UdpSocket)> {
    let mut last = io::Error::other("no port was tried");
    for _ in 0..16 {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        match UdpSocket::bind(tcp.local_addr()?).await {
            Ok(udp) => return Ok((tcp, udp)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn over_tcp(zone: &[Record], mut stream: TcpStream) -> Option<()> {
    loop {
        // RFC 1035 §4.2.2: each message behind its length.
        let length = stream.read_u16().await.ok()?;
        let mut query = vec![0; usize::from(length)];
        stream.read_exact(&mut query).await.ok()?;
        let reply = answer(zone, &query)?;
        stream
            .write_u16(u16::try_from(reply.len()).ok()?)
            .await
            .ok()?;
        stream.write_all(&reply).await.ok()?;
    }
}

fn answer(zone: &[Record], query: &[u8]) -> Option<Vec<u8>> {
    let query = Message::from_vec(query).ok()?;
    let asked = query.queries.first()?.clone();
    let mut reply = Message::response(query.metadata.id, query.metadata.op_code);
    reply.metadata.authoritative = true;
    reply.metadata.recursion_desired = query.metadata.recursion_desired;
    reply.add_query(asked.clone());
    let of_name = |record: &&Record| &record.name == asked.name();
    let found = zone
        .iter()
        .filter(of_name)
        .filter(|record| record.data.record_type() == asked.query_type());
    reply.add_answers(found.cloned().collect::<Vec<_>>());
    if reply.answers.is_empty() {
        if !zone.iter().any(|record| asked.name().zone_of(&record.name)) {
            reply.metadata.response_code = ResponseCode::NXDomain;
        }
        let soa = zone
            .iter()
            .find(|record| record.data.record_type() == RecordType::SOA);
        reply.add_authorities(soa.cloned());
    }
    reply.to_vec().ok()
}

/// The zone. Its fault: CAA allows an authority that is not the one the team says it uses.
fn zone() -> Vec<Record> {
    let name = |text: &str| Name::from_str(text).unwrap_or_else(|_| Name::root());
    let record = |owner: &str, data: RData| Record::from_rdata(name(owner), 300, data);
    let soa = SOA::new(
        name("ns.shop.test."),
        name("hostmaster.shop.test."),
        1,
        3600,
        600,
        86400,
        300,
    );
    let issue = CAA::new_issue(false, Some(name("ca.example.net")), Vec::new());
    let mut records = vec![
        record("shop.test.", RData::SOA(soa)),
        record("shop.test.", RData::NS(NS(name("ns.shop.test.")))),
        record("ns.shop.test.", RData::A(A::new(127, 0, 0, 1))),
        record("shop.test.", RData::CAA(issue)),
        record(
            "shop.test.",
            RData::TXT(TXT::new(vec!["v=spf1 -all".to_owned()])),
        ),
    ];
    for host in ["api.shop.test.", "admin.shop.test."] {
        // Documentation addresses (RFC 5737, RFC 3849): the sweep is told where to connect.
        records.push(record(host, RData::A(A::new(192, 0, 2, 10))));
        records.push(record(
            host,
            RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x10)),
        ));
    }
    records
}
