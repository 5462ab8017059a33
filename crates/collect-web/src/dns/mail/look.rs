//! The look-ups behind the fact, and what follows from their answers.

use super::fact::MailDomain;
use super::walk::Walk;
use super::{records, spf, transport};
use crate::dns::absolute;
use crate::dns::client::{Client, plain};
use hickory_proto::rr::{RData, RecordType};
use seaworthy_collect::Trouble;
use std::collections::BTreeMap;

/// A domain whose mail is looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) fact: MailDomain,
    pub(super) unknown: BTreeMap<String, String>,
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
        let mut unresolved = Vec::new();
        if !null {
            for (_, host) in &hosts {
                if !self.resolves(host).await? {
                    unresolved.push(host.clone());
                }
            }
        }
        self.fact.null_mx = Some(null);
        self.fact.mx_unresolved = Some(unresolved);
        let shown = hosts
            .iter()
            .map(|(preference, host)| format!("{preference} {host}"));
        self.fact.mx = Some(shown.collect());
        Ok(())
    }

    async fn resolves(&self, host: &str) -> Result<bool, Trouble> {
        if host == "." {
            return Ok(false);
        }
        let name = absolute(host)?;
        for kind in [RecordType::A, RecordType::AAAA] {
            let found = self.client.lookup(&name, kind).await?;
            if !found.aliases.is_empty() {
                return Ok(false);
            }
            if !found.records.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
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
