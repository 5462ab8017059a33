//! `seaworthy sign`: sign a sealed bundle, as `sweep --key` does with the one that it makes.

use crate::failure::Failure;
use crate::people::{KeyArgs, load_private};
use crate::{exit, output};
use clap::Args;
use seaworthy_bundle::Reader;
use seaworthy_sign::PrivateKey;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct SignArgs {
    /// The sealed bundle: runs/run-…
    bundle: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
}

/// Signs a bundle.
pub(crate) fn run(args: &SignArgs) -> Result<u8, Failure> {
    let key = load_private(&args.key)?;
    sign(&Reader::open(&args.bundle)?, &key)?;
    Ok(exit::READY)
}

/// Signs an open bundle, and says with which key.
pub(super) fn sign(reader: &Reader, key: &PrivateKey) -> Result<(), Failure> {
    seaworthy_bundle::sign(reader, key)?;
    let (id, place) = (key.public_key().id().short(), reader.dir().display());
    output::complain(&format!("{place} is signed with the key {id}\n"));
    Ok(())
}
