//! Finding the relevant CAA record set: from the name towards the root (RFC 8659 §3).

use super::caa::{Caa, CaaRecord};
use super::client::{Client, plain};
use hickory_proto::rr::{Name, RData, RecordType};
use seaworthy_collect::Trouble;

/// The relevant CAA record set of `name`; `None` when neither it nor an ancestor has one.
///
/// ```text
/// RelevantCAASet(domain):
///   while domain is not ".":
///     if CAA(domain) is not Empty:
///       return CAA(domain)
///     domain = Parent(domain)
///   return Empty
/// ```
///
/// `CAA(domain)` follows aliases, and the climb goes on from the name itself, never from an
/// alias's target.
///
/// # Errors
///
/// When one of the look-ups fails: a record set further up may be overridden by what was not
/// seen, so nothing is known then.
pub(super) async fn relevant(
    client: &Client<'_>,
    name: &Name,
    wildcard: bool,
) -> Result<Option<Caa>, Trouble> {
    let mut domain = name.clone();
    while !domain.is_root() {
        let found = client.lookup(&domain, RecordType::CAA).await?;
        let records: Vec<CaaRecord> = found
            .records
            .iter()
            .filter_map(|record| {
                let RData::CAA(caa) = &record.data else {
                    return None;
                };
                Some(CaaRecord::new(caa.issuer_critical, &caa.tag, &caa.value))
            })
            .collect();
        if !records.is_empty() {
            return Ok(Some(Caa::new(
                plain(&domain),
                found.aliases,
                records,
                wildcard,
            )));
        }
        domain = domain.base_name();
    }
    Ok(None)
}
