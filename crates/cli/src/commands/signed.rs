//! The sign-offs that lie beside a sealed run, as a report shows them. What they decide is told by
//! `gate`, with the keys of the configuration and the clock.

use crate::failure::Failure;
use crate::people::Found;
use jiff::Timestamp;
use seaworthy_bundle::Reader;
use seaworthy_judge::{ReleaseInput, sign_offs_due};
use seaworthy_model::{Gate, SignOffState};
use seaworthy_people::Keyring;

/// The roles whose sign-off is due, each with the signature over this very bundle by a key that the
/// sealed plan trusts.
pub(super) fn beside(reader: &Reader, technical: &Gate) -> Result<Vec<SignOffState>, Failure> {
    if !reader.is_sealed() {
        return Ok(Vec::new());
    }
    let plan = reader.plan();
    let keyring = Keyring::new(&plan.terms.signers)
        .map_err(|fault| Failure::config(format!("{}: {fault}", reader.dir().display())))?;
    let found = Found::below(&reader.dir().join("signoffs"))?;
    let as_of = plan.run.as_of;
    let (signed, _) = seaworthy_people::admit_sign_offs(&keyring, as_of, found.files);
    // A signature of the future is none yet, as for the gate.
    let at = Timestamp::now();
    Ok(sign_offs_due(&ReleaseInput {
        plan,
        digest: &reader.digest()?,
        technical,
        sign_offs: &signed,
        attestations: &reader.run().attestations,
        waivers: &[],
        at,
    }))
}
