//! Looking up one record set: the configured name server or the system's, aliases followed, and
//! "is not there" told apart from "could not be learnt".

use super::printable::printable;
use super::raw;
use super::wire::{Flags, Reply, ask};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use seaworthy_collect::{Context, Trouble, with_retries};
use seaworthy_model::{Attempt, ReasonCode};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

/// Aliases beyond this many are a loop, or as good as one; resolvers stop at 8 to 16.
const MOST_ALIASES: usize = 16;

/// Asks name servers, and keeps what was asked and answered.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    servers: Vec<SocketAddr>,
    context: &'a Context,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    attempts: Vec<Attempt>,
    transcript: Vec<String>,
}

/// A record set, perhaps empty: it was looked for.
#[derive(Debug)]
pub(crate) struct Found {
    /// The records, of the type that was asked for alone.
    pub(crate) records: Vec<Record>,
    /// The targets of the aliases (CNAME) on the way, in order.
    pub(crate) aliases: Vec<String>,
    /// Whether the name itself exists, with or without such records.
    pub(crate) exists: bool,
    /// The target of the last alias, where it does not exist.
    pub(crate) dangling: Option<String>,
}

impl Found {
    /// The shortest time to live of the records, in seconds.
    pub(crate) fn ttl(&self) -> Option<i64> {
        self.records
            .iter()
            // One with the highest bit set counts as none (RFC 2181 §8).
            .map(|record| i32::try_from(record.ttl).map_or(0, i64::from))
            .min()
    }

    /// The addresses among the records, sorted, each once.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let mut addresses: Vec<IpAddr> = self
            .records
            .iter()
            .filter_map(|record| record.data.ip_addr())
            .collect();
        addresses.sort();
        addresses.dedup();
        addresses
    }
}

impl<'a> Client<'a> {
    /// A client of `server`, or of the system's name servers.
    ///
    /// # Errors
    ///
    /// When the system names no name server.
    pub(crate) fn new(server: Option<SocketAddr>, context: &'a Context) -> Result<Self, Trouble> {
        let servers = match server {
            Some(server) => vec![server],
            None => system_servers()?,
        };
        Ok(Self {
            servers,
            context,
            log: Mutex::default(),
        })
    }

    /// The record set of `kind` at `name`, aliases followed (RFC 1034 §4.3.2).
    ///
    /// # Errors
    ///
    /// When it could not be learnt whether there is one.
    pub(crate) async fn lookup(&self, name: &Name, kind: RecordType) -> Result<Found, Trouble> {
        let mut owner = name.clone();
        let mut aliases = Vec::new();
        loop {
            let reply = self.ask(&owner, kind).await?;
            let asked = owner.clone();
            let answers = &reply.message.answers;
            let records = loop {
                let records = of_kind(answers, &owner, kind);
                if !records.is_empty() {
                    break records;
                }
                let Some(target) = alias_of(answers, &owner)? else {
                    break records;
                };
                if aliases.len() >= MOST_ALIASES {
                    return Err(Trouble::new(
                        ReasonCode::Unresolved,
                        format!(
                            "failed to look up {kind} of {name}: more than {MOST_ALIASES} aliases in a row, perhaps a loop; mend the CNAME records"
                        ),
                    ));
                }
                aliases.push(plain(&target));
                owner = target;
            };
            if !records.is_empty() {
                return Ok(Found {
                    records,
                    aliases,
                    exists: true,
                    dangling: None,
                });
            }
            // Whether an alias's target has such records is for an answer about the target to
            // say: the server of the alias may know nothing of it.
            if owner == asked {
                let exists = self.absent(&reply, &owner, kind)?;
                return Ok(Found {
                    records,
                    exists: exists || !aliases.is_empty(),
                    dangling: aliases.last().filter(|_| !exists).cloned(),
                    aliases,
                });
            }
        }
    }

    /// The answer of the first server that gives any, whatever its code; aliases are not followed.
    ///
    /// # Errors
    ///
    /// When none answers.
    pub(super) async fn bare(
        &self,
        name: &Name,
        kind: RecordType,
        flags: Flags,
    ) -> Result<Reply, Trouble> {
        let mut last = None;
        for server in &self.servers {
            match self.exchange(server, name, kind, flags).await {
                Ok(reply) => return Ok(reply),
                Err(trouble) => last = Some(trouble),
            }
        }
        Err(last.unwrap_or_else(no_server))
    }

    /// Every attempt so far, and the answers as text.
    pub(crate) fn into_log(self) -> (Vec<Attempt>, String) {
        let log = self
            .log
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        (log.attempts, log.transcript.concat())
    }

    /// Whether the name exists, from an answer without records; not every empty answer says that
    /// there is nothing.
    fn absent(&self, reply: &Reply, name: &Name, kind: RecordType) -> Result<bool, Trouble> {
        let message = &reply.message;
        // Who is not the authority for the name cannot say so by a SOA of elsewhere.
        let soa = message
            .authorities
            .iter()
            .any(|record| record.record_type() == RecordType::SOA && record.name.zone_of(name));
        let referral = message
            .authorities
            .iter()
            .find(|record| record.record_type() == RecordType::NS);
        // NS without SOA is a referral, whatever the flags say (RFC 2308 §2.2).
        let refers = referral.is_some() && message.response_code == ResponseCode::NoError;
        let vouches = message.authoritative || message.recursion_available;
        if !soa && (refers || !vouches) {
            let why = referral.map_or_else(
                || "is neither authoritative for it nor a resolver".to_owned(),
                |record| format!("only refers to the servers of {}", record.name),
            );
            return Err(Trouble::new(
                ReasonCode::Unresolved,
                format!(
                    "failed to look up {kind} of {name}: the name server {why}; ask one that is"
                ),
            ));
        }
        Ok(message.response_code != ResponseCode::NXDomain)
    }

    /// Asks one server after the other until one gives an answer that says something.
    async fn ask(&self, name: &Name, kind: RecordType) -> Result<Reply, Trouble> {
        let mut last = None;
        for server in &self.servers {
            let outcome = self.exchange(server, name, kind, Flags::default()).await;
            match outcome.and_then(|reply| check(server, name, kind, &reply).map(|()| reply)) {
                Ok(reply) => return Ok(reply),
                Err(trouble) => last = Some(trouble),
            }
        }
        Err(last.unwrap_or_else(no_server))
    }

    /// One question to one server, tried again where there was no answer, and written down.
    async fn exchange(
        &self,
        server: &SocketAddr,
        name: &Name,
        kind: RecordType,
        flags: Flags,
    ) -> Result<Reply, Trouble> {
        let place = server.to_string();
        let (outcome, attempts) = with_retries(self.context, Some(&place), || {
            ask(*server, name, kind, flags, self.context)
        })
        .await;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.attempts.extend(attempts);
        drop(log);
        outcome.inspect(|reply| self.keep(server, name, kind, reply))
    }

    fn keep(&self, server: &SocketAddr, name: &Name, kind: RecordType, reply: &Reply) {
        let message = &reply.message;
        let mut text = format!(
            ";; {name} {kind} @{server} {}: {}{}{}{}\n",
            reply.transport,
            message.response_code,
            if message.authoritative {
                ", authoritative"
            } else {
                ""
            },
            if message.recursion_available {
                ", recursion available"
            } else {
                ""
            },
            if message.authentic_data {
                ", authentic data"
            } else {
                ""
            },
        );
        for (section, records) in [
            ("", &message.answers),
            ("; authority: ", &message.authorities),
        ] {
            for record in records {
                text.push_str(section);
                text.push_str(&printable(&shown(record)));
                text.push('\n');
            }
        }
        text.push('\n');
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .transcript
            .push(text);
    }
}

/// A record as `dig` shows it.
fn shown(record: &Record) -> String {
    if let RData::Unknown { rdata, .. } = &record.data
        && record.record_type() == raw::hidden_type()
    {
        let (name, ttl, class) = (&record.name, record.ttl, record.dns_class);
        let data = raw::caa_shown(&rdata.anything);
        return format!("{name} {ttl} {class} CAA {data}");
    }
    record.to_string()
}

/// The error codes that say nothing about the records.
fn check(server: &SocketAddr, name: &Name, kind: RecordType, reply: &Reply) -> Result<(), Trouble> {
    let code = reply.message.response_code;
    let (reason, hint) = if matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Ok(());
    } else if code == ResponseCode::ServFail {
        let hint = "the server failed, perhaps over bogus DNSSEC or a lame zone";
        (ReasonCode::Unresolved, hint)
    } else if matches!(code, ResponseCode::Refused | ResponseCode::NotAuth) {
        let hint = "the server does not answer this client, or not for this zone";
        (ReasonCode::Denied, hint)
    } else {
        let hint = "the server does not understand the query";
        (ReasonCode::Unparsed, hint)
    };
    Err(Trouble::new(
        reason,
        format!("failed to look up {kind} of {name}: {server} answered {code}; {hint}"),
    ))
}

fn of_kind(answers: &[Record], owner: &Name, kind: RecordType) -> Vec<Record> {
    let kind = if kind == RecordType::CAA {
        raw::hidden_type()
    } else {
        kind
    };
    let fits = |record: &&Record| {
        record.record_type() == kind
            && record.dns_class == DNSClass::IN
            && record.name.eq_ignore_root(owner)
    };
    answers.iter().filter(fits).cloned().collect()
}

/// # Errors
///
/// When there are several, of which each resolver follows another (RFC 2181 §10.1).
fn alias_of(answers: &[Record], owner: &Name) -> Result<Option<Name>, Trouble> {
    let target = |record: &Record| {
        let RData::CNAME(target) = &record.data else {
            return None;
        };
        record.name.eq_ignore_root(owner).then(|| target.0.clone())
    };
    let mut targets: Vec<Name> = answers.iter().filter_map(target).collect();
    targets.dedup();
    if targets.len() > 1 {
        let why = format!(
            "{owner} has {} CNAME records where one may be; mend the zone",
            targets.len()
        );
        return Err(Trouble::new(ReasonCode::Unparsed, why));
    }
    Ok(targets.pop())
}

/// A name in lower case without the root's dot.
pub(crate) fn plain(name: &Name) -> String {
    name.to_lowercase()
        .to_ascii()
        .trim_end_matches('.')
        .to_owned()
}

/// The name servers of `/etc/resolv.conf`, in its order (resolv.conf(5)).
fn system_servers() -> Result<Vec<SocketAddr>, Trouble> {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = nameservers(&text);
    if servers.is_empty() {
        Err(no_server())
    } else {
        Ok(servers)
    }
}

fn nameservers(text: &str) -> Vec<SocketAddr> {
    let address = |line: &str| {
        let rest = line.trim().strip_prefix("nameserver")?;
        let ip: IpAddr = rest.split_whitespace().next()?.parse().ok()?;
        Some(SocketAddr::new(ip, 53))
    };
    // The C library uses three at most.
    text.lines().filter_map(address).take(3).collect()
}

fn no_server() -> Trouble {
    Trouble::new(
        ReasonCode::Unresolved,
        "no name server is named in /etc/resolv.conf; set nameserver (domains) or resolver (endpoints) to IP:PORT",
    )
}

#[cfg(test)]
mod tests {
    use super::nameservers;

    #[test]
    fn name_servers_are_read_as_the_c_library_does() {
        let text = "# comment\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 \nnameserver nonsense\n";
        let found: Vec<String> = nameservers(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["192.0.2.1:53", "[2001:db8::1]:53"]);
    }
}
