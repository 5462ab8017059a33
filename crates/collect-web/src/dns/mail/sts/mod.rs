//! MTA-STS beyond its record: the policy that the web serves, held against the hosts that take mail
//! (RFC 8461 §3.2 to §4.1).

mod fetch;
pub(super) mod policy;

use super::fact::StsPolicy;
use super::look::Look;
use crate::dns::absolute;
use crate::target::Domain;
use fetch::Fetched;
use hickory_proto::rr::RecordType;
use policy::Policy;
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::{Attempt, Target};
use std::net::SocketAddr;

/// What the asking leaves beside the fact.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) transcript: String,
    pub(super) attempts: Vec<Attempt>,
    pub(super) reproduce: Option<String>,
}

/// The policy, where a record announces one.
///
/// # Errors
///
/// When it could not be learnt what stands there.
pub(super) async fn look(
    look: &mut Look<'_>,
    target: &Target,
    domain: &Domain,
    context: &Context,
) -> Result<Beside, Trouble> {
    let announced = look
        .fact
        .mta_sts
        .as_ref()
        .is_some_and(|all| !all.is_empty());
    if !announced {
        return Ok(Beside::default());
    }
    let endpoint = domain.policy_host(target)?;
    let mut addresses = endpoint.addresses.clone();
    if addresses.is_empty() {
        let name = absolute(&endpoint.host)?;
        for kind in [RecordType::A, RecordType::AAAA] {
            let found = look.client.lookup(&name, kind).await?;
            let all = found.addresses().into_iter();
            addresses.extend(all.map(|ip| SocketAddr::new(ip, endpoint.port)));
        }
    }
    if addresses.is_empty() {
        let why = format!(
            "{} has no address, so that nobody can read it",
            endpoint.host
        );
        look.fact.mta_sts_policy_error = Some(why);
        return Ok(Beside::default());
    }
    let (fetched, missed) = fetch::fetch(&endpoint, &addresses, context).await;
    let Fetched {
        found,
        transcript,
        attempts,
        reproduce,
    } = fetched;
    match found {
        Some(Ok(policy)) => take(look, policy, endpoint.url.as_str()),
        Some(Err(why)) => look.fact.mta_sts_policy_error = Some(why),
        None => {}
    }
    if let Some(trouble) = missed {
        look.miss(&FIELDS, Err(trouble));
    }
    Ok(Beside {
        transcript,
        attempts,
        reproduce,
    })
}

/// The fields of the fact that come of the policy.
pub(super) const FIELDS: [&str; 3] = ["mta_sts_policy", "mta_sts_policy_error", "mta_sts_unnamed"];

fn take(look: &mut Look<'_>, policy: Policy, url: &str) {
    match &look.fact.mx {
        Some(hosts) if look.fact.null_mx != Some(true) => {
            let hosts = hosts.iter().filter_map(|one| one.split_once(' '));
            let mut unnamed: Vec<String> = hosts
                .map(|(_, host)| host)
                .filter(|host| policy.mode != "none" && !policy.names(host))
                .map(str::to_owned)
                .collect();
            unnamed.sort();
            unnamed.dedup();
            look.fact.mta_sts_unnamed = Some(unnamed);
        }
        Some(_) => look.fact.mta_sts_unnamed = Some(Vec::new()),
        None => {
            let why = look.unknown.get("mx").cloned().unwrap_or_default();
            look.unknown.insert("mta_sts_unnamed".to_owned(), why);
        }
    }
    let Policy { mode, max_age, mx } = policy;
    look.fact.mta_sts_policy = Some(StsPolicy {
        url: url.to_owned(),
        mode,
        max_age,
        mx,
    });
}
