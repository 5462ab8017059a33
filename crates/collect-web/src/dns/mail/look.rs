//! The look-ups behind the fact, and what follows from their answers.

use super::fact::MailDomain;
use super::walk::Walk;
use super::{records, spf, transport};
use crate::dns::client::{Client, plain};
use crate::dns::{absolute, is_public};
use hickory_proto::rr::{RData, RecordType};
use seaworthy_collect::Trouble;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A domain whose mail is looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) fact: MailDomain,
    pub(super) unknown: BTreeMap<String, String>,
}

/// What is known of a host that takes mail.
#[derive(Debug, Default)]
struct Host {
    addresses: Vec<IpAddr>,
    /// Why those of one kind could not be learnt, beside the others.
    missed: Option<Trouble>,
}

impl<'a> Look<'a> {
    pub(super) fn new(client: &'a Client<'a>, name: &str) -> Self {
        Self {
            client,
            fact: MailDomain {
                name: name.to_owned(),
                ..MailDomain::default()
            },
            unknown: BTreeMap::new(),
        }
    }

    /// Names `fields` as unknown, where a look failed.
    pub(super) fn miss(&mut self, fields: &[&str], looked: Result<(), Trouble>) {
        let Err(trouble) = looked else {
            return;
        };
        for field in fields {
            self.unknown
                .insert((*field).to_owned(), trouble.detail.clone());
        }
    }

    /// # Errors
    ///
    /// When it could not be learnt where mail goes.
    pub(super) async fn mx(&mut self) -> Result<(), Trouble> {
        let name = absolute(&self.fact.name)?;
        let found = self.client.lookup(&name, RecordType::MX).await?;
        let mut hosts: Vec<(u16, String)> = Vec::new();
        for record in &found.records {
            if let RData::MX(mx) = &record.data {
                let host = plain(&mx.exchange);
                let root = if host.is_empty() { "." } else { &host };
                hosts.push((mx.preference, root.to_owned()));
            }
        }
        hosts.sort();
        let null = matches!(hosts.as_slice(), [(_, host)] if host == ".");
        let (mut unresolved, mut private, mut missed) = (Vec::new(), Vec::new(), None);
        let mut asked = BTreeSet::new();
        for (_, host) in hosts.iter().filter(|_| !null) {
            if !asked.insert(host) {
                continue;
            }
            let found = self.host(host).await?;
            if found.addresses.is_empty() {
                unresolved.push(host.clone());
            }
            let inner = found.addresses.iter().filter(|ip| !is_public(**ip));
            private.extend(inner.map(|ip| format!("{host}: {ip}")));
            missed = missed.or(found.missed);
        }
        self.fact.null_mx = Some(null);
        self.fact.mx_unresolved = Some(unresolved);
        match missed {
            Some(trouble) if private.is_empty() => self.miss(&["mx_private"], Err(trouble)),
            _ => self.fact.mx_private = Some(private),
        }
        let shown = hosts
            .iter()
            .map(|(preference, host)| format!("{preference} {host}"));
        self.fact.mx = Some(shown.collect());
        Ok(())
    }

    /// The addresses of a host that takes mail; none of an alias, which it must not be.
    ///
    /// # Errors
    ///
    /// When it could not be learnt whether it has any.
    async fn host(&self, host: &str) -> Result<Host, Trouble> {
        let mut seen = Host::default();
        if host == "." {
            return Ok(seen);
        }
        let name = absolute(host)?;
        for kind in [RecordType::A, RecordType::AAAA] {
            match self.client.lookup(&name, kind).await {
                Ok(found) if found.aliases.is_empty() => seen.addresses.extend(found.addresses()),
                Ok(_) => return Ok(Host::default()),
                Err(trouble) => seen.missed = Some(trouble),
            }
        }
        match seen.missed {
            Some(trouble) if seen.addresses.is_empty() => Err(trouble),
            _ => Ok(seen),
        }
    }

    /// # Errors
    ///
    /// When the TXT records of the name could not be learnt. What an include could not be learnt
    /// of is noted by itself.
    pub(super) async fn spf(&mut self) -> Result<(), Trouble> {
        let found = records(self.client, &self.fact.name, spf::is_spf).await?;
        self.fact.spf = Some(found.clone());
        let record = match found.as_slice() {
            [] => return Ok(()),
            [record] => record,
            several => {
                let count = several.len();
                self.fact.spf_error = Some(format!("{count} SPF records where one may be"));
                return Ok(());
            }
        };
        let mut walk = Walk::of(&self.fact.name);
        let outcome = walk.follow(self.client, record).await;
        self.fact.spf_all = walk.all;
        self.fact.spf_open = walk.open;
        match outcome {
            // Too many are too many, whatever else could not be learnt.
            Err(trouble) if walk.lookups <= 10 => {
                self.miss(
                    &["spf_error", "spf_lookups", "spf_void_lookups"],
                    Err(trouble),
                );
            }
            Ok(()) | Err(_) => {
                self.fact.spf_error = walk.error;
                self.fact.spf_lookups = i64::try_from(walk.lookups).ok();
                self.fact.spf_void_lookups = i64::try_from(walk.voids).ok();
            }
        }
        Ok(())
    }

    /// # Errors
    ///
    /// When it could not be learnt whether there are such records.
    pub(super) async fn mta_sts(&mut self) -> Result<(), Trouble> {
        let place = format!("_mta-sts.{}", self.fact.name);
        let found = records(self.client, &place, transport::is_mta_sts).await?;
        self.fact.mta_sts_error = transport::mta_sts_error(&found);
        self.fact.mta_sts = Some(found);
        Ok(())
    }

    /// # Errors
    ///
    /// When it could not be learnt whether there are such records.
    pub(super) async fn tls_rpt(&mut self) -> Result<(), Trouble> {
        let place = format!("_smtp._tls.{}", self.fact.name);
        let found = records(self.client, &place, transport::is_tls_rpt).await?;
        match transport::tls_rpt(&found) {
            Some(Ok(places)) => self.fact.tls_rpt_reports = Some(places),
            Some(Err(why)) => self.fact.tls_rpt_error = Some(why),
            None => {}
        }
        self.fact.tls_rpt = Some(found);
        Ok(())
    }
}
