//! `seaworthy sign`: sign a sealed bundle, as `sweep --key` does with the one that it makes.

use super::runtime;
use super::timestamp::AuthorityArgs;
use crate::failure::Failure;
use crate::people::{KeyArgs, load_private};
use crate::{exit, output};
use clap::Args;
use seaworthy_bundle::{Beside, Reader};
use seaworthy_sign::PrivateKey;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct SignArgs {
    /// The sealed bundle: runs/run-…
    bundle: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    stamp: AuthorityArgs,
}

/// What is written beside the signature.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct BesideArgs {
    /// Write the signed statement as a Sigstore bundle too: run.sigstore.json, for the tools of
    /// Sigstore; it is in no transparency log
    #[arg(long, requires = "key")]
    sigstore: bool,
}

impl From<BesideArgs> for Beside {
    fn from(args: BesideArgs) -> Self {
        if args.sigstore {
            Self::Sigstore
        } else {
            Self::Nothing
        }
    }
}

/// Signs a bundle.
pub(crate) fn run(args: &SignArgs) -> Result<u8, Failure> {
    let key = load_private(&args.key)?;
    let reader = Reader::open(&args.bundle)?;
    sign(&reader, &key, args.beside.into())?;
    if let Some(authority) = args.stamp.authority()? {
        runtime()?.block_on(authority.stamp(&reader))?;
    }
    Ok(exit::READY)
}

/// Signs an open bundle, and says with which key.
pub(super) fn sign(reader: &Reader, key: &PrivateKey, beside: Beside) -> Result<(), Failure> {
    seaworthy_bundle::sign(reader, key, beside)?;
    let (id, place) = (key.public_key().id().short(), reader.dir().display());
    output::complain(&format!("{place} is signed with the key {id}\n"));
    Ok(())
}
