//! Finding the relevant CAA record set: from the name towards the root (RFC 8659 §3).

use super::caa::{Caa, CaaRecord};
use super::client::{Client, plain};
use super::raw;
use hickory_proto::rr::{Name, RData, RecordType};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;

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
/// When one of the look-ups fails, or a record cannot be read: a record set further up may be overridden by what was not
/// seen, so nothing is known then.
pub(super) async fn relevant(
    client: &Client<'_>,
    name: &Name,
    wildcard: bool,
) -> Result<Option<Caa>, Trouble> {
    let mut domain = name.clone();
    while !domain.is_root() {
        let found = client.lookup(&domain, RecordType::CAA).await?;
        let mut records: Vec<CaaRecord> = Vec::new();
        for record in &found.records {
            if let RData::Unknown { rdata, .. } = &record.data {
                records.push(raw::record(&rdata.anything).map_err(|why| {
                    let at = plain(&record.name);
                    let detail =
                        format!("failed to read the CAA records of {at}: {why}; mend the zone");
                    Trouble::new(ReasonCode::Unparsed, detail)
                })?);
            }
        }
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
