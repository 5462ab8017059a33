//! Verifying: is a bundle, or a subset of one, as it was sealed, and by whom?
//!
//! Whether a key is trusted is for the caller to say: keys come from outside the bundle.

mod chain;
mod signature;
mod sigstore;
mod stamp;
mod subset;

pub use chain::chain;
pub use signature::Signer;
pub use stamp::Stamped;

use crate::check::{self, Finding};
use crate::commit::{self, SaltKey};
use crate::error::{BundleError, IoContext};
use crate::export::{EXPORT, Manifest};
use crate::layout::{
    CONTENT, ENVELOPE, EXPORTS, Limits, PARTIAL, RUN, SIGNATURE, SIGSTORE, SUMS, ShardKind,
    TEST_RESULT, TIME_STAMP,
};
use crate::open::{open_regular, read_whole};
use crate::reader::{Reader, check_version};
use crate::record::RunRecord;
use seaworthy_model::Digest;
use seaworthy_sign::PublicKey;
use seaworthy_timestamp::Authorities;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What a bundle turned out to be.
#[derive(Debug)]
pub struct Verification {
    /// The folder.
    pub dir: PathBuf,
    /// The digest of `SHA256SUMS`; none where there is no such file.
    pub digest: Option<Digest>,
    /// `run.json`, where it is there and as it was sealed. A subset may come without it.
    pub run: Option<RunRecord>,
    /// Whose signatures are on it.
    pub signer: Signer,
    /// Who says when it existed.
    pub stamped: Stamped,
    /// Whether somebody trusted must say that: authorities were named.
    pub stamp_wanted: bool,
    /// Everything that is not as it was sealed, without [`Finding::Unsealed`].
    pub findings: Vec<Finding>,
    /// Whether it is sealed at all.
    pub sealed: bool,
    /// What a subset shows; none for a whole bundle.
    pub subset: Option<Manifest>,
}

/// The one word for what a bundle turned out to be. The order is from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Something is not as it was sealed.
    Tampered,
    /// The run did not come to its end, so that nothing is covered.
    Unsealed,
    /// Nobody signed it: whoever can change a file can change its sum too.
    Unsigned,
    /// Nobody whose key is trusted signed it.
    Untrusted,
    /// A time stamp of a trusted authority was wanted, and there is none.
    Unstamped,
    /// As it was sealed, and signed with a trusted key.
    Verified,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tampered => "tampered",
            Self::Unsealed => "unsealed",
            Self::Unsigned => "unsigned",
            Self::Untrusted => "untrusted",
            Self::Unstamped => "unstamped",
            Self::Verified => "verified",
        })
    }
}

impl Verification {
    /// The one word.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if !self.findings.is_empty() {
            return Standing::Tampered;
        }
        if !self.sealed {
            return Standing::Unsealed;
        }
        match &self.signer {
            Signer::Nobody => Standing::Unsigned,
            Signer::Unknown(_) => Standing::Untrusted,
            Signer::Trusted(_) => match self.stamped {
                Stamped::Nobody | Stamped::Unknown { .. } if self.stamp_wanted => {
                    Standing::Unstamped
                }
                Stamped::Nobody | Stamped::Unknown { .. } | Stamped::Trusted(_) => {
                    Standing::Verified
                }
            },
        }
    }
}

/// Whom a verification trusts. All of it comes from outside the bundle.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trust<'a> {
    /// The keys of whoever seals.
    pub keys: &'a [PublicKey],
    /// The authorities whose time stamps count. Where they are named, a stamp of theirs is wanted:
    /// one that was taken away leaves no trace.
    pub authorities: Option<&'a Authorities>,
}

/// Verifies the bundle or subset at `dir`, with the keys and authorities that are trusted.
///
/// # Errors
///
/// When the folder cannot be read or holds no bundle, or one of a newer version.
pub fn verify(dir: &Path, trust: Trust<'_>) -> Result<Verification, BundleError> {
    verify_with(dir, trust, Limits::default())
}

/// The same with limits of one's own.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_with(
    dir: &Path,
    trust: Trust<'_>,
    limits: Limits,
) -> Result<Verification, BundleError> {
    let is_subset = exists(dir, EXPORT)?;
    if !is_subset || exists(dir, RUN)? {
        check_version(dir, &limits)?;
    }
    let mut verification = Verification {
        dir: dir.to_owned(),
        digest: None,
        run: None,
        signer: Signer::Nobody,
        stamped: Stamped::Nobody,
        stamp_wanted: trust.authorities.is_some(),
        findings: strangers(dir, is_subset)?,
        sealed: false,
        subset: None,
    };
    if !exists(dir, SUMS)? {
        unsealed(&mut verification, is_subset)?;
        return Ok(verification);
    }
    verification.sealed = true;
    let sums = read_whole(open_regular(dir, SUMS)?, &dir.join(SUMS), limits.document)?;
    verification.digest = Some(Digest::of(&sums));
    let files = if is_subset {
        signature::SUBSET
    } else {
        signature::WHOLE
    };
    let signed = signature::check(dir, files, &sums, trust.keys)?;
    verification.signer = signed.signer;
    verification.findings.extend(signed.findings);
    let copy = sigstore::check(dir, trust.keys)?;
    verification.findings.extend(copy);
    let (stamped, bad) = stamp::check(dir, &sums, trust.authorities)?;
    verification.stamped = stamped;
    verification.findings.extend(bad);
    if is_subset {
        subset::check(&mut verification, &sums, signed.predicate.as_ref(), limits)?;
    } else {
        whole(&mut verification, signed.predicate.as_ref(), limits)?;
    }
    verification.findings.sort();
    verification.findings.dedup();
    Ok(verification)
}

/// A folder without `SHA256SUMS`: a run that did not end, unless something says that it did.
fn unsealed(verification: &mut Verification, is_subset: bool) -> Result<(), BundleError> {
    let dir = verification.dir.clone();
    let signed = exists(&dir, SIGNATURE)? || exists(&dir, ENVELOPE)?;
    if signed || is_subset {
        let path = SUMS.to_owned();
        verification.findings.push(Finding::Missing { path });
        return Ok(());
    }
    verification.run = Reader::open(&dir).ok().map(|reader| reader.run().clone());
    Ok(())
}

fn whole(
    verification: &mut Verification,
    predicate: Option<&crate::RunPredicate>,
    limits: Limits,
) -> Result<(), BundleError> {
    let dir = verification.dir.clone();
    let findings = check::check(&dir, &limits)?;
    let sound = findings.is_empty();
    verification.findings.extend(findings);
    // What is not as it was sealed is not read any further.
    if !sound {
        return Ok(());
    }
    let reader = Reader::open_with(&dir, limits)?;
    if !reader.is_sealed() {
        verification.sealed = false;
        return Ok(());
    }
    signature::compare(verification, predicate, reader.run());
    let key = SaltKey::read(&dir)?;
    for kind in ShardKind::ALL {
        match commit::check(&dir, kind, limits, &key) {
            Ok(findings) => verification.findings.extend(findings),
            Err(error) if error.is_io() => return Err(error),
            Err(error) => verification.findings.push(Finding::Unreadable {
                path: kind.folder().to_owned(),
                reason: error.to_string(),
            }),
        }
    }
    verification.run = Some(reader.run().clone());
    Ok(())
}

/// What lies beside `content/` and has no business there.
fn strangers(dir: &Path, is_subset: bool) -> Result<Vec<Finding>, BundleError> {
    const KNOWN: [&str; 10] = [
        CONTENT,
        SUMS,
        ENVELOPE,
        TEST_RESULT,
        SIGNATURE,
        TIME_STAMP,
        SIGSTORE,
        EXPORTS,
        "signoffs",
        PARTIAL,
    ];
    let mut findings = Vec::new();
    for entry in fs::read_dir(dir).at("list", dir)? {
        let entry = entry.at("list", dir)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().at("look at", &entry.path())?;
        let ours = KNOWN.contains(&name.as_str())
            || (is_subset && ["disclosed", EXPORT].contains(&name.as_str()));
        if kind.is_symlink() {
            findings.push(Finding::NotRegular { path: name });
        } else if !ours {
            findings.push(Finding::Added { path: name });
        }
    }
    Ok(findings)
}

fn exists(dir: &Path, path: &str) -> Result<bool, BundleError> {
    let place = dir.join(path);
    match place.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).at("look at", &place),
    }
}
