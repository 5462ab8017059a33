//! Following an SPF record, with what it includes and redirects to, as a receiver would in the worst case:
//! how many look-ups it takes, how many of them find nothing, and whom it lets in (RFC 7208 §4.6.4).

use super::records;
use super::spf::{self, Named, Spf};
use crate::dns::absolute;
use crate::dns::client::{Client, Found};
use hickory_proto::rr::RecordType;
use seaworthy_collect::Trouble;
use std::collections::BTreeSet;

/// More look-ups than these are not counted: the limit is 10.
const MOST_COUNTED: usize = 30;

/// The most hosts of an MX that a receiver looks at.
const MOST_HOSTS: usize = 10;

/// What gathers while a record is followed.
#[derive(Debug, Default)]
pub(super) struct Walk {
    name: String,
    pub(super) lookups: usize,
    /// The look-ups that find nothing; receivers stop after two.
    pub(super) voids: usize,
    pub(super) error: Option<String>,
    pub(super) all: Option<String>,
    /// What lets anybody in, though the record itself does not end so.
    pub(super) open: Option<String>,
    seen: BTreeSet<String>,
}

/// Whose `all` counts, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The record itself, and what it redirects to.
    Main,
    /// What is included; `true` where who is let in there is let in by the record itself.
    Included(bool),
}

impl Walk {
    /// The walk that begins at `name`.
    pub(super) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            seen: BTreeSet::from([name.to_owned()]),
            ..Self::default()
        }
    }

    /// Follows the record of the name, and what it includes.
    ///
    /// # Errors
    ///
    /// When a look-up gets no answer; what was counted by then stays.
    pub(super) async fn follow(
        &mut self,
        client: &Client<'_>,
        record: &str,
    ) -> Result<(), Trouble> {
        let mut pending = vec![(self.name.clone(), record.to_owned(), Role::Main)];
        while let Some((at, record, role)) = pending.pop() {
            let parsed = match spf::parse(&record) {
                Ok(parsed) => parsed,
                Err(why) => {
                    self.complain(format!("{at}: {why}"));
                    continue;
                }
            };
            self.lookups += parsed.lookups;
            self.whom(&at, &parsed, role);
            for named in &parsed.named {
                self.named(client, &at, named).await?;
            }
            let redirect = parsed.redirect.filter(|_| parsed.all.is_none());
            let includes = parsed.includes.into_iter().map(|include| {
                let open = include.passes && role != Role::Included(false);
                (include.domain, Role::Included(open))
            });
            for (target, next) in includes.chain(redirect.map(|name| (name, role))) {
                self.lookups += 1;
                if self.lookups > MOST_COUNTED {
                    return Ok(());
                }
                if let Some(record) = self.led(client, &at, &target, next).await? {
                    pending.push((target, record, next));
                }
            }
        }
        Ok(())
    }

    fn complain(&mut self, what: String) {
        self.error.get_or_insert(what);
    }

    /// Takes in whom a record lets in.
    fn whom(&mut self, at: &str, parsed: &Spf, role: Role) {
        if role == Role::Main {
            self.all = self.all.take().or_else(|| parsed.all.clone());
        }
        if role == Role::Included(false) {
            return;
        }
        let all = parsed
            .all
            .as_deref()
            .filter(|all| *all == "+all" && role != Role::Main);
        if let Some(term) = parsed.open.as_deref().or(all) {
            self.open.get_or_insert(format!("{term} at {at}"));
        }
    }

    /// The record that an include or redirect leads to.
    async fn led(
        &mut self,
        client: &Client<'_>,
        at: &str,
        target: &str,
        next: Role,
    ) -> Result<Option<String>, Trouble> {
        // A macro stands for what only a message tells; the look-up counts.
        if target.contains('%') {
            return Ok(None);
        }
        if !self.seen.insert(target.to_owned()) && next == Role::Main {
            self.complain(format!("{at}: a loop through {target}"));
            return Ok(None);
        }
        let mut found = records(client, target, spf::is_spf).await?;
        if found.len() != 1 {
            self.complain(format!("{at}: {target} has {} SPF records", found.len()));
            return Ok(None);
        }
        Ok(found.pop())
    }

    /// Looks up what `a`, `mx` or `exists` names. A name that has an address of one kind alone is not
    /// void: which kind is asked for depends on the sender.
    async fn named(&mut self, client: &Client<'_>, at: &str, named: &Named) -> Result<(), Trouble> {
        let domain = named.domain.as_deref().unwrap_or(at);
        // Beyond the limit nobody looks any more.
        if domain.contains('%') || self.lookups > 10 {
            return Ok(());
        }
        let name = absolute(domain)?;
        if named.mechanism == "mx" {
            let hosts = client.lookup(&name, RecordType::MX).await?;
            if hosts.records.len() > MOST_HOSTS {
                let count = hosts.records.len();
                self.complain(format!(
                    "{at}: mx looks at {domain}, which has {count} hosts where {MOST_HOSTS} may be"
                ));
            }
            self.voids += usize::from(hosts.records.is_empty());
            return Ok(());
        }
        let empty = |found: &Found| found.records.is_empty();
        let mut void = empty(&client.lookup(&name, RecordType::A).await?);
        // `exists` asks for an IPv4 address whatever the sender has (§5.7).
        if void && named.mechanism == "a" {
            void = empty(&client.lookup(&name, RecordType::AAAA).await?);
        }
        self.voids += usize::from(void);
        Ok(())
    }
}
