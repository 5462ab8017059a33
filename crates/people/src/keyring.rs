//! The trusted keys of a run, and whose a signature is.

use std::fmt;

use jiff::Timestamp;
use seaworthy_model::Signer;
use seaworthy_sign::{Envelope, PublicKey, SignError, SignatureState, Verified};

/// The signers of a configuration, or of a sealed plan, with their keys read.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    signers: Vec<Signer>,
    keys: Vec<PublicKey>,
}

/// A signer whose key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyringFault {
    /// The signer's name.
    pub name: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for KeyringFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key of {}: {}", self.name, self.problem)
    }
}

impl Keyring {
    /// Reads the keys of `signers`.
    ///
    /// # Errors
    ///
    /// When a key cannot be read, or is not the one of its id.
    pub fn new(signers: &[Signer]) -> Result<Self, KeyringFault> {
        let keys = signers.iter().map(|signer| {
            let fault = |problem: String| KeyringFault {
                name: signer.name.clone(),
                problem,
            };
            let key = PublicKey::from_pem(&signer.key)
                .map_err(|error: SignError| fault(error.to_string()))?;
            if key.id().as_str() != signer.key_id {
                let (found, said) = (key.id(), &signer.key_id);
                return Err(fault(format!("its id is {found}, and {said} is stated")));
            }
            Ok(key)
        });
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
            signers: signers.to_vec(),
        })
    }

    /// The signers, in the order of the configuration.
    #[must_use]
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// The signer with the key of that id.
    #[must_use]
    pub fn signer(&self, key_id: &str) -> Option<&Signer> {
        self.signers.iter().find(|signer| signer.key_id == key_id)
    }

    /// Says of each signature whose it is.
    #[must_use]
    pub fn verify<'a>(&'a self, envelope: &'a Envelope) -> Verified<'a> {
        envelope.verify(&self.keys)
    }

    /// The signers of an envelope whose keys count at `at`, or why there is none.
    pub(crate) fn speakers(
        &self,
        envelope: &Envelope,
        at: Timestamp,
    ) -> Result<Vec<&Signer>, String> {
        if self.signers.is_empty() {
            let why = "nobody's signature is trusted: list the team's keys under people.signers of the configuration";
            return Err(why.to_owned());
        }
        let verified = self.verify(envelope);
        let mut good = Vec::new();
        let mut why = None;
        for state in verified.states() {
            match state {
                // One bad signature is a changed file; what others signed may be another one.
                SignatureState::Bad(_) => return Err(state.to_string()),
                SignatureState::Unknown(_) => why = why.or_else(|| Some(state.to_string())),
                SignatureState::Good(id) => {
                    let Some(signer) = self.signer(id.as_str()) else {
                        continue;
                    };
                    match signer.until.filter(|until| at >= *until) {
                        Some(until) => {
                            why = Some(format!("the key of {} ended at {until}", signer.name));
                        }
                        None if good.contains(&signer) => {}
                        None => good.push(signer),
                    }
                }
            }
        }
        if good.is_empty() {
            Err(why.unwrap_or_else(|| "nobody signed it".to_owned()))
        } else {
            Ok(good)
        }
    }
}
