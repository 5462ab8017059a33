//! The look-ups behind what a domain says of DMARC: the walk up the tree, what its record holds, and
//! whether those that reports go to take them.

use super::discovery::{Found, Step, decide, targets};
use super::dmarc::{Dmarc, Psd};
use super::look::Look;
use super::{dmarc, records};
use seaworthy_collect::Trouble;

impl Look<'_> {
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
        self.fact.dmarc_at = Some(at.clone());
        match dmarc::parse(record) {
            Ok(parsed) => {
                self.hold(parsed, is_own, record, found.below.as_deref());
                self.destinations(&at).await;
            }
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

    /// Whether other organisations take the reports that are sent to them. What cannot be asked is noted.
    async fn destinations(&mut self, at: &str) {
        for place in self.fact.dmarc_reports.clone().unwrap_or_default() {
            let Some(domain) = other_organisation(&place, at) else {
                continue;
            };
            let asked = format!("{at}._report._dmarc.{domain}");
            match records(self.client, &asked, dmarc::is_dmarc).await {
                Ok(found) if found.is_empty() => self.fact.dmarc_reports_refused.push(place),
                Ok(_) => {}
                Err(trouble) => self.fact.dmarc_notes.push(format!(
                    "whether {domain} takes the reports could not be learnt: {}",
                    trouble.detail
                )),
            }
        }
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

/// The domain to which reports go by mail, where it is of another organisation than `at`.
fn other_organisation(place: &str, at: &str) -> Option<String> {
    let url = url::Url::parse(place).ok()?;
    let path = url.path().split('!').next().unwrap_or_default();
    let (_, domain) = path.rsplit_once('@').filter(|_| url.scheme() == "mailto")?;
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let organisation = |name: &str| psl::domain_str(name).unwrap_or(name).to_owned();
    (organisation(&domain) != organisation(at)).then_some(domain)
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
