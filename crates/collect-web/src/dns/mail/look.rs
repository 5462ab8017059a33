//! The look-ups behind the fact, and what follows from their answers.

use super::fact::MailDomain;
use super::{dmarc, spf};
use crate::dns::absolute;
use crate::dns::client::{Client, plain};
use hickory_proto::rr::{RData, RecordType};
use seaworthy_collect::Trouble;
use std::collections::{BTreeMap, BTreeSet};

/// More look-ups than these are not counted: the limit is 10.
const MOST_COUNTED: usize = 30;

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
                hosts.push((mx.preference, plain(&mx.exchange)));
            }
        }
        hosts.sort();
        let null = matches!(hosts.as_slice(), [(_, host)] if host.is_empty());
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
        if host.is_empty() {
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
        let records = self.records(&self.fact.name, spf::is_spf).await?;
        self.fact.spf = Some(records.clone());
        let record = match records.as_slice() {
            [] => return Ok(()),
            [record] => record,
            several => {
                let count = several.len();
                self.fact.spf_error = Some(format!("{count} SPF records where one may be"));
                return Ok(());
            }
        };
        let mut walk = Walk {
            seen: BTreeSet::from([self.fact.name.clone()]),
            ..Walk::default()
        };
        let outcome = self.walk(record, &mut walk).await;
        self.fact.spf_all = walk.all;
        match outcome {
            // Too many are too many, whatever else could not be learnt.
            Err(trouble) if walk.lookups <= 10 => {
                self.miss(&["spf_error", "spf_lookups"], Err(trouble))
            }
            Ok(()) | Err(_) => {
                self.fact.spf_error = walk.error;
                self.fact.spf_lookups = i64::try_from(walk.lookups).ok();
            }
        }
        Ok(())
    }

    /// Follows a record and what it includes, the record itself first.
    async fn walk(&self, record: &str, walk: &mut Walk) -> Result<(), Trouble> {
        let mut pending = vec![(self.fact.name.clone(), record.to_owned(), Role::Main)];
        while let Some((at, record, role)) = pending.pop() {
            let parsed = match spf::parse(&record) {
                Ok(parsed) => parsed,
                Err(why) => {
                    walk.error.get_or_insert(format!("{at}: {why}"));
                    continue;
                }
            };
            walk.lookups += parsed.lookups;
            let ends = parsed.all.is_some();
            if role == Role::Main {
                walk.all = walk.all.take().or(parsed.all);
            }
            let redirect = parsed.redirect.filter(|_| !ends);
            let includes = parsed
                .includes
                .into_iter()
                .map(|name| (name, Role::Included));
            for (target, next) in includes.chain(redirect.map(|name| (name, role))) {
                walk.lookups += 1;
                if walk.lookups > MOST_COUNTED {
                    return Ok(());
                }
                // A macro stands for what only a message tells; the look-up counts.
                if target.contains('%') {
                    continue;
                }
                if !walk.seen.insert(target.clone()) && next == Role::Main {
                    walk.error
                        .get_or_insert(format!("{at}: a loop through {target}"));
                    continue;
                }
                let records = self.records(&target, spf::is_spf).await?;
                match <[String; 1]>::try_from(records) {
                    Ok([record]) => pending.push((target, record, next)),
                    Err(records) => {
                        let count = records.len();
                        walk.error
                            .get_or_insert(format!("{at}: {target} has {count} SPF records"));
                    }
                }
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
        let mut records = self
            .records(&format!("_dmarc.{name}"), dmarc::is_dmarc)
            .await?;
        if records.is_empty() && organisation != name {
            records = self
                .records(&format!("_dmarc.{organisation}"), dmarc::is_dmarc)
                .await?;
            at = organisation;
        }
        let below = at != name;
        self.fact.dmarc = Some(records.clone());
        let record = match records.as_slice() {
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
                    parsed.subdomain_policy
                } else {
                    parsed.policy
                };
                self.fact.dmarc_policy = Some(policy);
                self.fact.dmarc_percent = Some(parsed.percent);
                self.fact.dmarc_strict_dkim = Some(parsed.strict.0);
                self.fact.dmarc_strict_spf = Some(parsed.strict.1);
                self.fact.dmarc_reports = Some(parsed.reports);
            }
            Err(why) => self.fact.dmarc_error = Some(why),
        }
        Ok(())
    }

    /// The TXT records of `name` that are meant so.
    async fn records(&self, name: &str, meant: fn(&str) -> bool) -> Result<Vec<String>, Trouble> {
        let found = self
            .client
            .lookup(&absolute(name)?, RecordType::TXT)
            .await?;
        let texts = crate::dns::texts(&found);
        Ok(texts.into_iter().filter(|text| meant(text)).collect())
    }
}

/// What gathers while a record is followed.
#[derive(Debug, Default)]
struct Walk {
    lookups: usize,
    error: Option<String>,
    all: Option<String>,
    seen: BTreeSet<String>,
}

/// Whose `all` counts: that of the record itself and of what it redirects to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Main,
    Included,
}
