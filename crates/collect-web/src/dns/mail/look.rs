//! The look-ups behind the fact, and what follows from their answers.

use super::fact::MailDomain;
use super::walk::Walk;
use super::{dmarc, records, spf};
use crate::dns::absolute;
use crate::dns::client::{Client, plain};
use hickory_proto::rr::{RData, RecordType};
use seaworthy_collect::Trouble;
use std::collections::BTreeMap;

/// A domain whose mail is looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    client: &'a Client<'a>,
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
    /// When the records of the name or of its organisational domain could not be learnt.
    pub(super) async fn dmarc(&mut self) -> Result<(), Trouble> {
        let name = self.fact.name.clone();
        let organisation = psl::domain_str(&name).unwrap_or(&name).to_owned();
        let mut at = name.clone();
        let place = format!("_dmarc.{name}");
        let mut found = records(self.client, &place, dmarc::is_dmarc).await?;
        if found.is_empty() && organisation != name {
            let place = format!("_dmarc.{organisation}");
            found = records(self.client, &place, dmarc::is_dmarc).await?;
            at = organisation;
        }
        let below = at != name;
        self.fact.dmarc = Some(found.clone());
        let record = match found.as_slice() {
            [] => return Ok(()),
            [record] => record,
            several => {
                let count = several.len();
                self.fact.dmarc_error = Some(format!(
                    "{count} DMARC records where one may be, so that none counts"
                ));
                return Ok(());
            }
        };
        self.fact.dmarc_at = Some(at);
        match dmarc::parse(record) {
            Ok(parsed) => {
                let policy = if below {
                    parsed.subdomain_policy.clone()
                } else {
                    parsed.policy
                };
                self.fact.dmarc_policy = Some(policy);
                self.fact.dmarc_subdomain_policy = Some(parsed.subdomain_policy);
                self.fact.dmarc_testing = Some(parsed.testing);
                self.fact.dmarc_percent = Some(parsed.percent);
                self.fact.dmarc_strict_dkim = Some(parsed.strict.0);
                self.fact.dmarc_strict_spf = Some(parsed.strict.1);
                self.fact.dmarc_reports = Some(parsed.reports);
            }
            Err(why) => self.fact.dmarc_error = Some(why),
        }
        Ok(())
    }
}
