//! A person's private key, and its passphrase: by prompt or by reference, never on the command
//! line.

use crate::failure::Failure;
use crate::{exit, setup};
use clap::Args;
use seaworthy_collect::SecretRef;
use seaworthy_sign::{PrivateKey, SignError};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// The key that signs.
#[derive(Args, Debug, Clone)]
pub(crate) struct KeyArgs {
    /// The private key, PEM: of `seaworthy key new`, or any ECDSA key over P-256
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The key's passphrase: prompt, env:NAME or file:PATH [default: prompt, at a terminal]
    #[arg(long, value_name = "WHERE", value_parser = Passphrase::parse)]
    pub(crate) passphrase: Option<Passphrase>,
}

/// The key that signs, where one is given.
#[derive(Args, Debug, Clone)]
pub(crate) struct MaybeKey {
    /// Sign the bundle with this private key, PEM: of `seaworthy key new`, or any ECDSA key over
    /// P-256
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The key's passphrase: prompt, env:NAME or file:PATH [default: prompt, at a terminal]
    #[arg(long, value_name = "WHERE", value_parser = Passphrase::parse, requires = "key")]
    passphrase: Option<Passphrase>,
}

impl MaybeKey {
    /// Reads the private key, where one is given.
    pub(crate) fn load(&self) -> Result<Option<PrivateKey>, Failure> {
        let Some(key) = self.key.clone() else {
            return Ok(None);
        };
        let passphrase = self.passphrase.clone();
        load_private(&KeyArgs { key, passphrase }).map(Some)
    }
}

/// Where a passphrase comes from.
#[derive(Debug, Clone)]
pub(crate) enum Passphrase {
    /// It is asked for at the terminal.
    Prompt,
    /// It is in the environment or a file.
    Reference(SecretRef),
}

impl Passphrase {
    /// Reads `prompt`, `env:NAME` or `file:PATH`; the text itself is never taken as the
    /// passphrase, nor repeated.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text == "prompt" {
            return Ok(Self::Prompt);
        }
        let wanted = "wanted prompt, env:NAME or file:PATH; a passphrase itself does not belong on a command line";
        SecretRef::parse(text)
            .map(Self::Reference)
            .ok_or_else(|| wanted.to_owned())
    }

    /// Fetches it, to open a key.
    fn fetch(&self, key: &Path) -> Result<String, Failure> {
        match self {
            Self::Prompt => ask(&format!("passphrase of {}: ", key.display())),
            Self::Reference(reference) => resolve(reference),
        }
    }

    /// Fetches it, to encrypt a new key; a prompt asks twice.
    pub(crate) fn choose(&self) -> Result<String, Failure> {
        let Self::Reference(reference) = self else {
            let first = ask("passphrase of the new key: ")?;
            if ask("once more: ")? != first {
                return Err(Failure::usage(
                    "the two passphrases differ; nothing was written",
                ));
            }
            return Ok(first);
        };
        resolve(reference)
    }
}

fn resolve(reference: &SecretRef) -> Result<String, Failure> {
    let secret = reference
        .resolve()
        .map_err(|trouble| Failure::io(trouble.detail))?;
    Ok(secret.expose().to_owned())
}

fn ask(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|error| {
        Failure::io(format!(
            "failed to ask for the passphrase: {error}; without a terminal give --passphrase env:NAME or file:PATH"
        ))
    })
}

/// Reads the private key at `args.key`.
pub(crate) fn load_private(args: &KeyArgs) -> Result<PrivateKey, Failure> {
    let path = &args.key;
    let bytes = setup::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let passphrase = match &args.passphrase {
        _ if !PrivateKey::is_encrypted(&text) => None,
        Some(passphrase) => Some(passphrase.fetch(path)?),
        None if std::io::stdin().is_terminal() => Some(Passphrase::Prompt.fetch(path)?),
        None => {
            return Err(Failure::usage(format!(
                "{}: the private key is encrypted: give --passphrase env:NAME or file:PATH",
                path.display()
            )));
        }
    };
    PrivateKey::from_pem(&text, passphrase.as_deref().map(str::as_bytes))
        .map_err(|error| wrong_key(path, &error))
}

/// A key file that cannot be used.
pub(crate) fn wrong_key(path: &Path, error: &SignError) -> Failure {
    Failure {
        code: exit::CONFIG,
        messages: vec![format!("{}: {error}", path.display())],
    }
}
