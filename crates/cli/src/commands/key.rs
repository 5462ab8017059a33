//! `seaworthy key`: make a key pair to sign with, or show one.

use crate::failure::Failure;
use crate::people::{Passphrase, wrong_key};
use crate::{exit, output, setup};
use clap::{Args, Subcommand};
use seaworthy_sign::{PrivateKey, PublicKey, SignError};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key pair: ECDSA over P-256, PEM
    New(NewArgs),
    /// Show the id and the public key of a private or public key
    Show(ShowKeyArgs),
}

#[derive(Args, Debug)]
pub(crate) struct NewArgs {
    /// The file of the private key; the public key goes beside it, as NAME.pub.pem
    #[arg(long, default_value = "seaworthy.pem", value_name = "FILE")]
    out: PathBuf,
    /// Encrypt the private key, with a passphrase from: prompt, env:NAME or file:PATH
    #[arg(long, value_name = "WHERE", value_parser = Passphrase::parse)]
    passphrase: Option<Passphrase>,
}

#[derive(Args, Debug)]
pub(crate) struct ShowKeyArgs {
    /// The key, PEM
    file: PathBuf,
    /// The passphrase of an encrypted private key: prompt, env:NAME or file:PATH
    #[arg(long, value_name = "WHERE", value_parser = Passphrase::parse)]
    passphrase: Option<Passphrase>,
}

/// Makes or shows a key.
pub(crate) fn run(command: &KeyCommand) -> Result<u8, Failure> {
    match command {
        KeyCommand::New(args) => new(args),
        KeyCommand::Show(args) => show(args),
    }
}

fn new(args: &NewArgs) -> Result<u8, Failure> {
    let public_path = beside(&args.out);
    // Looked at first, so that nothing is asked or made in vain; creating checks again.
    for path in [args.out.as_path(), &public_path] {
        if path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
    }
    let key = PrivateKey::generate(random).map_err(|Random(failure)| failure)?;
    let text = match &args.passphrase {
        Some(passphrase) => {
            let mut fresh = [0; 32];
            random(&mut fresh).map_err(|Random(failure)| failure)?;
            key.to_encrypted_pem(passphrase.choose()?.as_bytes(), &fresh)
        }
        None => key.to_pem(),
    };
    let text = text.map_err(|error| Failure::usage(error.to_string()))?;
    create(&args.out, 0o600, text.as_bytes())?;
    create(&public_path, 0o644, key.public_key().to_pem().as_bytes())?;
    let mut told = String::new();
    // Writing to a String does not fail.
    let _ = writeln!(told, "private key  {}", args.out.display());
    let _ = writeln!(told, "public key   {}", public_path.display());
    let _ = writeln!(told, "id           {}", key.public_key().id());
    output::print(told.as_bytes())?;
    if args.passphrase.is_none() {
        output::complain("the private key is not encrypted: keep it out of the repository\n");
    }
    Ok(exit::READY)
}

fn show(args: &ShowKeyArgs) -> Result<u8, Failure> {
    let bytes = setup::read(&args.file)?;
    let text = String::from_utf8_lossy(&bytes);
    let key = if text.contains("-----BEGIN PUBLIC KEY-----") {
        PublicKey::from_pem(&text).map_err(|error| wrong_key(&args.file, &error))?
    } else {
        let args = crate::people::KeyArgs {
            key: args.file.clone(),
            passphrase: args.passphrase.clone(),
        };
        crate::people::load_private(&args)?.public_key().clone()
    };
    output::print(format!("id  {}\n{}", key.id(), key.to_pem()).as_bytes())?;
    Ok(exit::READY)
}

/// `NAME.pem` → `NAME.pub.pem`; another name gets `.pub.pem` at its end.
fn beside(private: &Path) -> PathBuf {
    let name = private.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".pem").unwrap_or(&name);
    private.with_file_name(format!("{stem}.pub.pem"))
}

/// Creates a file that must not exist, readable by nobody else from its first moment on.
fn create(path: &Path, mode: u32, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return exists(path);
        }
        Failure::io(format!("failed to write {}: {error}", path.display()))
    };
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

fn exists(path: &Path) -> Failure {
    Failure::io(format!(
        "{} exists already; a key is never overwritten. Choose another --out",
        path.display()
    ))
}

/// The system's random source, or why it gave nothing.
fn random(bytes: &mut [u8]) -> Result<(), Random> {
    getrandom::fill(bytes).map_err(|error| {
        Random(Failure::internal(format!(
            "the system's random source failed: {error}"
        )))
    })
}

struct Random(Failure);

impl From<SignError> for Random {
    fn from(error: SignError) -> Self {
        Self(Failure::internal(error.to_string()))
    }
}
