//! `seaworthy timestamp`: have an authority say that a sealed bundle existed at a time (RFC 3161).

mod ask;

use super::runtime;
use crate::failure::Failure;
use crate::{exit, output, setup};
use clap::Args;
use hyper::Uri;
use seaworthy_bundle::Reader;
use seaworthy_report::inert;
use seaworthy_timestamp::Authorities;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct TimestampArgs {
    /// The sealed bundle: runs/run-…
    bundle: PathBuf,
    /// The authority's address
    #[arg(long, value_name = "URL")]
    from: String,
    /// The authority's certificates, PEM: an answer that they do not vouch for is not kept
    #[arg(long, value_name = "FILE")]
    timestamp_ca: Option<PathBuf>,
}

/// Whom a command that seals or signs asks for a time stamp.
#[derive(Args, Debug, Clone)]
pub(crate) struct AuthorityArgs {
    /// Have this authority stamp the sealed bundle (RFC 3161): run.tsr
    #[arg(long, value_name = "URL")]
    timestamp: Option<String>,
    /// The authority's certificates, PEM: an answer that they do not vouch for is not kept
    #[arg(long, value_name = "FILE", requires = "timestamp")]
    timestamp_ca: Option<PathBuf>,
}

impl AuthorityArgs {
    /// Whom to ask; none where nobody is.
    pub(crate) fn authority(&self) -> Result<Option<Authority>, Failure> {
        let from = self.timestamp.as_deref();
        from.map(|from| Authority::new(from, self.timestamp_ca.as_deref()))
            .transpose()
    }
}

/// Stamps a bundle.
pub(crate) fn run(args: &TimestampArgs) -> Result<u8, Failure> {
    let authority = Authority::new(&args.from, args.timestamp_ca.as_deref())?;
    runtime()?.block_on(authority.stamp(&Reader::open(&args.bundle)?))?;
    Ok(exit::READY)
}

/// An authority that can be asked.
pub(crate) struct Authority {
    address: Uri,
    trusted: Option<Authorities>,
}

impl Authority {
    fn new(address: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        Ok(Self {
            address: ask::address(address).map_err(Failure::usage)?,
            trusted: ca.map(authorities).transpose()?,
        })
    }

    /// Asks for a stamp of an open bundle, keeps it, and says so.
    pub(super) async fn stamp(&self, reader: &Reader) -> Result<(), Failure> {
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce)
            .map_err(|error| Failure::internal(format!("no random bytes: {error}")))?;
        let request = seaworthy_bundle::stamp_request(reader, nonce)?;
        let failed = |problem: String| {
            let place = reader.dir().display();
            Failure::io(format!(
                "{} did not stamp {place}: {problem}; it is sealed without, and `seaworthy timestamp {place} --from URL` asks again",
                self.address
            ))
        };
        let answer = ask::ask(&self.address, request.der()).await;
        let answer = answer.map_err(|problem| failed(inert(&problem)))?;
        let stamp = seaworthy_bundle::stamp(reader, &request, &answer, |stamp| {
            let trusted = self.trusted.as_ref();
            trusted.map_or(Ok(()), |trusted| stamp.vouched_by(trusted))
        });
        let stamp = stamp.map_err(|error| failed(inert(&error.to_string())))?;
        let (place, time) = (reader.dir().display(), stamp.time);
        let authority = inert(&stamp.authority);
        output::complain(&format!("{place} is stamped {time} by {authority}\n"));
        Ok(())
    }
}

/// Reads the certificates of the authorities that are trusted.
pub(super) fn authorities(path: &Path) -> Result<Authorities, Failure> {
    let bytes = setup::read(path)?;
    Authorities::from_pem(&bytes)
        .map_err(|error| Failure::config(format!("{}: {error}", path.display())))
}
