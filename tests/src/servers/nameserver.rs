//! A name server on loopback that says what a test writes down: records, and what is wrong with its
//! answers. What BIND would never say is said by this one.
//!
//! A line is a record, `NAME TYPE DATA`, or what happens to answers, `! NAME TYPE WORDS`, where `*` stands
//! for any name or type, and words are divided by commas; `manner` has them. Names are absolute.

mod manner;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{NULL, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use manner::{Manner, Outcome};

/// Aliases that are followed within one answer.
const MOST_ALIASES: usize = 20;

/// A running name server. It stops when dropped.
#[derive(Debug)]
pub struct Nameserver {
    addresses: Vec<SocketAddr>,
    stopped: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// What it says.
#[derive(Debug)]
struct Script {
    records: Vec<Record>,
    manners: Vec<Manner>,
    /// Whether nobody listens over TCP.
    deaf: bool,
}

impl Nameserver {
    /// Starts one server for each text, at 127.0.0.1, 127.0.0.2 …, all at the same port.
    ///
    /// # Errors
    ///
    /// When a line is none, or nothing can be listened at.
    pub fn start(texts: &[&str]) -> Result<Self> {
        let scripts: Vec<Arc<Script>> = texts
            .iter()
            .map(|text| Ok(Arc::new(Script::parse(text)?)))
            .collect::<Result<_>>()?;
        for _ in 0..50 {
            if let Some(sockets) = listen(scripts.len()) {
                return Self::serve(&scripts, sockets);
            }
        }
        anyhow::bail!("no port is free over UDP and TCP")
    }

    /// Where the first one answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.addresses
            .first()
            .copied()
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    fn serve(scripts: &[Arc<Script>], sockets: Vec<(UdpSocket, TcpListener)>) -> Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        let (mut addresses, mut threads) = (Vec::new(), Vec::new());
        for (script, (udp, tcp)) in scripts.iter().zip(sockets) {
            addresses.push(udp.local_addr()?);
            let (own, stop) = (Arc::clone(script), Arc::clone(&stopped));
            threads.push(std::thread::spawn(move || datagrams(&own, &udp, &stop)));
            if script.deaf {
                continue;
            }
            let (own, stop) = (Arc::clone(script), Arc::clone(&stopped));
            threads.push(std::thread::spawn(move || streams(&own, &tcp, &stop)));
        }
        Ok(Self {
            addresses,
            stopped,
            threads,
        })
    }
}

impl Drop for Nameserver {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        for address in &self.addresses {
            // Wakes the threads that wait.
            let own = UdpSocket::bind(("127.0.0.1", 0));
            drop(own.map(|socket| socket.send_to(&[0], address)));
            drop(TcpStream::connect(address));
        }
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

/// The same port at as many addresses; `None` where one of them is taken.
fn listen(number: usize) -> Option<Vec<(UdpSocket, TcpListener)>> {
    let mut sockets = Vec::new();
    let mut port = 0;
    for last in 1..=u8::try_from(number).ok()? {
        let tcp = TcpListener::bind((Ipv4Addr::new(127, 0, 0, last), port)).ok()?;
        port = tcp.local_addr().ok()?.port();
        sockets.push((
            UdpSocket::bind((Ipv4Addr::new(127, 0, 0, last), port)).ok()?,
            tcp,
        ));
    }
    Some(sockets)
}

fn datagrams(script: &Script, socket: &UdpSocket, stopped: &AtomicBool) {
    let mut buffer = [0; 4096];
    while let Ok((length, client)) = socket.recv_from(&mut buffer) {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let query = buffer.get(..length).unwrap_or_default();
        for datagram in script.answer(query, true) {
            drop(socket.send_to(&datagram, client));
        }
    }
}

fn streams(script: &Arc<Script>, listener: &TcpListener, stopped: &AtomicBool) {
    for stream in listener.incoming() {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(mut stream) = stream else { continue };
        let script = Arc::clone(script);
        std::thread::spawn(move || {
            let mut length = [0; 2];
            stream.read_exact(&mut length)?;
            let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut query)?;
            for answer in script.answer(&query, false) {
                let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
                stream.write_all(&length.to_be_bytes())?;
                stream.write_all(&answer)?;
            }
            std::io::Result::Ok(())
        });
    }
}

impl Script {
    fn parse(text: &str) -> Result<Self> {
        let (mut records, mut manners) = (Vec::new(), Vec::new());
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let read = match line.strip_prefix('!') {
                Some(manner) => Manner::parse(manner.trim()).map(|manner| manners.push(manner)),
                None => record(line).map(|record| records.push(record)),
            };
            read.with_context(|| format!("{line:?} is no line for a name server"))?;
        }
        Ok(Self {
            deaf: manners.iter().any(|manner| manner.says("deaf")),
            records,
            manners,
        })
    }

    /// The messages to send.
    fn answer(&self, bytes: &[u8], udp: bool) -> Vec<Vec<u8>> {
        let Ok(query) = Message::from_vec(bytes) else {
            return Vec::new();
        };
        let Some(asked) = query.queries.first() else {
            return Vec::new();
        };
        let mut reply = Message::new(query.id, MessageType::Response, OpCode::Query);
        reply.metadata.authoritative = true;
        reply.metadata.recursion_desired = query.recursion_desired;
        reply.add_query(asked.clone());
        self.fill(&mut reply, asked.name(), asked.query_type());
        let mut outcome = Outcome::new(reply, &query, udp);
        for manner in &self.manners {
            if manner.is_for(asked.name(), asked.query_type()) {
                manner.apply(&mut outcome);
            }
        }
        outcome.into_messages()
    }

    /// What an authority for everything says by these records.
    fn fill(&self, reply: &mut Message, name: &Name, kind: RecordType) {
        let mut owner = name.clone();
        for _ in 0..MOST_ALIASES {
            let at = |kind: RecordType| {
                let fits = move |record: &&Record| record.record_type() == kind;
                let owned = |record: &&Record| record.name == owner;
                self.records.iter().filter(owned).filter(fits)
            };
            let found: Vec<Record> = at(kind).cloned().collect();
            if !found.is_empty() {
                reply.add_answers(found);
                return;
            }
            let aliases: Vec<Record> = at(RecordType::CNAME).cloned().collect();
            let Some(RData::CNAME(target)) = aliases.first().map(|record| record.data.clone())
            else {
                break;
            };
            reply.add_answers(aliases);
            owner = target.0;
        }
        reply.add_authority(start_of(&name.trim_to(1)));
        if !self
            .records
            .iter()
            .any(|record| owner.zone_of(&record.name))
            && !owner.is_root()
        {
            reply.metadata.response_code = ResponseCode::NXDomain;
        }
    }
}

/// The SOA of a zone.
fn start_of(zone: &Name) -> Record {
    let data = SOA::new(zone.clone(), zone.clone(), 1, 3600, 600, 86_400, 60);
    Record::from_rdata(zone.clone(), 60, RData::SOA(data))
}

fn absolute(text: &str) -> Result<Name> {
    Ok(Name::from_ascii(format!(
        "{}.",
        text.trim_end_matches('.')
    ))?)
}

/// `NAME [TTL] TYPE DATA`, or octets as `NAME TYPE \# 00 05 …`.
fn record(line: &str) -> Result<Record> {
    let mut words = line.splitn(3, ' ');
    let mut word = || words.next().context("three words are wanted");
    let (owner, mut kind, mut data) = (absolute(word()?)?, word()?, word()?);
    let mut ttl = 60;
    if let Ok(number) = kind.parse() {
        ttl = number;
        (kind, data) = data.split_once(' ').context("a type and data")?;
    }
    let kind: RecordType = kind.parse()?;
    let data = match data.strip_prefix("\\# ") {
        Some(octets) => {
            let octet = |text: &str| u8::from_str_radix(text, 16);
            let octets = octets.split(' ').map(octet).collect::<Result<_, _>>()?;
            let rdata = NULL::with(octets);
            RData::Unknown { code: kind, rdata }
        }
        None => RData::try_from_str(kind, data)?,
    };
    Ok(Record::from_rdata(owner, ttl, data))
}
