//! The look-ups behind the fact, and what follows from their answers.

use super::discovery::{Found, Step, decide, targets};
use super::dmarc::{Dmarc, Psd};
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
    /// When the records of the name, or of a parent that may decide, could not be learnt.
    pub(super) async fn dmarc(&mut self) -> Result<(), Trouble> {
        let name = self.fact.name.clone();
        let steps = self.walk(&name).await?;
        let found = decide(&steps);
        self.fact.dmarc_notes.extend(by_suffix_list(&steps, &found));
        self.fact.dmarc_organisation = Some(found.organisation);
        let Some(Step { name: at, records }) = found.policy else {
            self.fact.dmarc = Some(Vec::new());
            return Ok(());
        };
        self.fact.dmarc = Some(records.clone());
        let [record] = records.as_slice() else {
            let count = records.len();
            self.fact.dmarc_error = Some(format!(
                "{count} DMARC records where one may be, so that none counts"
            ));
            return Ok(());
        };
        let is_own = at == name;
        self.fact.dmarc_at = Some(at);
        match dmarc::parse(record) {
            Ok(parsed) => self.hold(parsed, is_own, record, found.below.as_deref()),
            Err(why) => self.fact.dmarc_error = Some(why),
        }
        Ok(())
    }

    /// Takes in a sound record, and what holds for the names below.
    fn hold(&mut self, parsed: Dmarc, is_own: bool, record: &str, below: Option<&str>) {
        let fact = &mut self.fact;
        if is_own && dmarc::psd(record) == Psd::Yes && psl::domain_str(&fact.name).is_some() {
            fact.dmarc_notes.push(format!(
                "psd=y says that {} is a public suffix, so that each name right below it is an organisation of its own",
                fact.name
            ));
        }
        if parsed.percent != 100 {
            fact.dmarc_notes
                .push("pct is no tag of RFC 9989, whose receivers pass over it".to_owned());
        }
        let (sub, gone) = match below {
            Some(text) if text != record => match dmarc::parse(text) {
                Ok(other) => (other.subdomain_policy, other.nonexistent_policy),
                Err(_) => ("none".to_owned(), "none".to_owned()),
            },
            Some(_) | None => (parsed.subdomain_policy.clone(), parsed.nonexistent_policy),
        };
        fact.dmarc_policy = Some(if is_own {
            parsed.policy
        } else {
            parsed.subdomain_policy
        });
        fact.dmarc_subdomain_policy = Some(sub);
        fact.dmarc_nonexistent_policy = Some(gone);
        fact.dmarc_testing = Some(parsed.testing);
        fact.dmarc_percent = Some(parsed.percent);
        fact.dmarc_strict_dkim = Some(parsed.strict.0);
        fact.dmarc_strict_spf = Some(parsed.strict.1);
        fact.dmarc_reports = Some(parsed.reports);
    }

    /// The records at the name and at its parents, as far as they can matter.
    async fn walk(&mut self, name: &str) -> Result<Vec<Step>, Trouble> {
        let mut steps: Vec<Step> = Vec::new();
        for target in targets(name) {
            let is_suffix = psl::domain_str(target).is_none();
            // What a public suffix says is for organisations that say nothing themselves.
            let is_said = steps.last().is_some_and(|last| !last.records.is_empty());
            if is_suffix && is_said {
                break;
            }
            let place = format!("_dmarc.{target}");
            let records = match records(self.client, &place, dmarc::is_dmarc).await {
                Ok(records) => records,
                // Nobody relies on a policy that cannot be seen.
                Err(trouble) if is_suffix && !steps.is_empty() => {
                    self.fact.dmarc_notes.push(format!(
                        "whether {target}, a public suffix, states a policy could not be learnt: {}",
                        trouble.detail
                    ));
                    break;
                }
                Err(trouble) => return Err(trouble),
            };
            let step = Step {
                name: target.to_owned(),
                records,
            };
            let ends = step.ends(steps.is_empty());
            steps.push(step);
            if ends {
                break;
            }
        }
        Ok(steps)
    }
}

/// Where receivers that go by the public suffix list (RFC 7489 §3.2) find another record.
fn by_suffix_list(steps: &[Step], found: &Found) -> Option<String> {
    let own = steps.first()?;
    let at = |name: &str| steps.iter().find(|step| step.name == name);
    let organisation = psl::domain_str(&own.name).unwrap_or(&own.name);
    let there = |step: &&Step| !step.records.is_empty();
    let listed = Some(own)
        .filter(there)
        .or_else(|| at(organisation).filter(there));
    let (ours, theirs) = (found.policy.as_ref(), listed);
    if ours.map(|step| &step.name) == theirs.map(|step| &step.name) {
        return None;
    }
    let shown = |step: Option<&Step>| {
        step.map_or_else(
            || "no record".to_owned(),
            |step| format!("the record of {}", step.name),
        )
    };
    Some(format!(
        "receivers that go by the public suffix list (RFC 7489) find {}, those of RFC 9989 {}",
        shown(theirs),
        shown(ours)
    ))
}
