//! Private keys: made, read, written, and used to sign.

use std::fmt;

use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use pkcs8::der::{Decode, SecretDocument};
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Salt, ScryptParams};
use pkcs8::{
    DecodePrivateKey, EncodePrivateKey, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef,
};
use zeroize::Zeroizing;

use crate::error::SignError;
use crate::pem;
use crate::public::{PublicKey, require_p256};

const PLAIN: &str = "PRIVATE KEY";
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
const SEC1: &str = "EC PRIVATE KEY";
const WANTED: &str = "a private key (`PRIVATE KEY`, `ENCRYPTED PRIVATE KEY` or `EC PRIVATE KEY`)";

/// What scrypt costs an attacker for each guess: N, r and p of OWASP's list, those of its rows
/// that `openssl` reads without being told to use more memory (16 MiB).
const SCRYPT: (u64, u16, u16) = (1 << 14, 8, 5);
/// A key that wants more than this to be opened is broken or hostile: memory of scrypt in bytes,
/// its repetitions, and the rounds of PBKDF2.
const MOST: (u64, u16, u32) = (1 << 30, 64, 20_000_000);
/// A random source that fails so often in a row is broken; one failure has odds of 2⁻³².
const TRIES: usize = 8;

/// A private key. It shows itself nowhere, and its memory is wiped when it is dropped.
pub struct PrivateKey {
    key: SigningKey,
    public: PublicKey,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}…)", self.public.id().short())
    }
}

impl PrivateKey {
    /// Makes a key from a random source that fills what it is given (FIPS 186-5 appendix A.2.2).
    ///
    /// # Errors
    ///
    /// When what comes from the source is never a scalar of the curve, as with all zeros.
    pub fn generate<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E>
    where
        E: From<SignError>,
    {
        let mut scalar = Zeroizing::new([0; 32]);
        for _ in 0..TRIES {
            fill(scalar.as_mut_slice())?;
            if let Ok(key) = Self::from_scalar(&scalar) {
                return Ok(key);
            }
        }
        Err(SignError::NotRandom.into())
    }

    /// The key of a scalar, big-endian.
    ///
    /// # Errors
    ///
    /// When it is zero or not less than the order of the curve.
    pub fn from_scalar(scalar: &[u8; 32]) -> Result<Self, SignError> {
        let key = SecretKey::from_slice(scalar).map_err(|_| SignError::NotRandom)?;
        Self::new(&key)
    }

    /// Reads a private key from PEM: PKCS#8 (RFC 5958), encrypted PKCS#8 (PBES2, RFC 8018), or
    /// the `EC PRIVATE KEY` of older tools (SEC 1). The passphrase is used only where the key is
    /// encrypted.
    ///
    /// # Errors
    ///
    /// When there is no such block, the passphrase is missing or wrong, or the key is of another
    /// algorithm.
    pub fn from_pem(text: &str, passphrase: Option<&[u8]>) -> Result<Self, SignError> {
        let (label, block) = pem::find(text, &[PLAIN, ENCRYPTED, SEC1], WANTED)?;
        if label == SEC1 && block.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(SignError::bad_key(
                "it has the encryption of old OpenSSL; `openssl pkcs8 -topk8 -in KEY -out NEW` makes one that is safe to keep",
            ));
        }
        let (_, document) = SecretDocument::from_pem(block).map_err(SignError::bad_key)?;
        match label {
            SEC1 => Self::from_sec1(document.as_bytes()),
            ENCRYPTED => {
                let passphrase = passphrase.ok_or(SignError::PassphraseMissing)?;
                let info = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
                    .map_err(SignError::bad_key)?;
                bounded(&info)?;
                let opened = info
                    .decrypt(passphrase)
                    .map_err(|error| not_opened(&error))?;
                Self::from_pkcs8(opened.as_bytes())
            }
            _ => Self::from_pkcs8(document.as_bytes()),
        }
    }

    /// Whether reading this PEM text needs a passphrase.
    #[must_use]
    pub fn is_encrypted(text: &str) -> bool {
        pem::find(text, &[PLAIN, ENCRYPTED, SEC1], WANTED)
            .is_ok_and(|(label, _)| label == ENCRYPTED)
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, SignError> {
        let info = PrivateKeyInfoRef::from_der(der).map_err(SignError::bad_key)?;
        require_p256(info.algorithm.oid, info.algorithm.parameters_oid().ok())?;
        let key = SecretKey::from_pkcs8_der(der).map_err(SignError::bad_key)?;
        Self::new(&key)
    }

    fn from_sec1(der: &[u8]) -> Result<Self, SignError> {
        let key = SecretKey::from_sec1_der(der)
            .map_err(|_| SignError::bad_key("it is no SEC 1 key over P-256"))?;
        Self::new(&key)
    }

    fn new(key: &SecretKey) -> Result<Self, SignError> {
        let key = SigningKey::from(key);
        let public = PublicKey::new(*key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// `-----BEGIN PRIVATE KEY-----`, unencrypted PKCS#8.
    ///
    /// # Errors
    ///
    /// When it cannot be encoded, which no key of this curve does.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, SignError> {
        self.key
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(SignError::bad_key)
    }

    /// `-----BEGIN ENCRYPTED PRIVATE KEY-----`: PBES2 with scrypt and AES-256-CBC
    /// (RFC 7914, RFC 8018), which `openssl` reads. `random` becomes salt and initialisation vector,
    /// so it must be fresh.
    ///
    /// # Errors
    ///
    /// When the passphrase is empty.
    pub fn to_encrypted_pem(
        &self,
        passphrase: &[u8],
        random: &[u8; 32],
    ) -> Result<Zeroizing<String>, SignError> {
        if passphrase.is_empty() {
            return Err(SignError::PassphraseEmpty);
        }
        let (salt, vector) = random.split_at(16);
        let mut iv = [0; 16];
        iv.copy_from_slice(vector);
        let (cost_parameter, block_size, parallelization) = SCRYPT;
        let kdf = Kdf::Scrypt(ScryptParams {
            salt: Salt::new(salt).map_err(SignError::bad_key)?,
            cost_parameter,
            block_size,
            parallelization,
            key_length: None,
        });
        let encryption = EncryptionScheme::Aes256Cbc { iv };
        let parameters = Parameters { kdf, encryption };
        let plain = self.key.to_pkcs8_der().map_err(SignError::bad_key)?;
        PrivateKeyInfoRef::from_der(plain.as_bytes())
            .map_err(SignError::bad_key)?
            .encrypt_with_params(parameters, passphrase)
            .map_err(SignError::bad_key)?
            .to_pem(ENCRYPTED, LineEnding::LF)
            .map_err(SignError::bad_key)
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs the SHA-256 of `message`, deterministically (RFC 6979): an ASN.1 DER
    /// `ECDSA-Sig-Value` as `openssl dgst -sha256 -verify` takes it.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.to_der().as_bytes().to_vec()
    }
}

/// A wrong passphrase shows as padding that does not fit, or as plain text that is no key; other
/// faults are the file's.
fn not_opened(error: &pkcs8::Error) -> SignError {
    let wrong = matches!(
        error,
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::DecryptFailed)
            | pkcs8::Error::Asn1(_)
    );
    if wrong {
        SignError::PassphraseWrong
    } else {
        SignError::bad_key(error)
    }
}

/// Refuses an encryption that would take all memory or time to open.
fn bounded(info: &EncryptedPrivateKeyInfoRef<'_>) -> Result<(), SignError> {
    let (memory, repetitions, rounds) = MOST;
    let within = match info.encryption_algorithm.pbes2().map(|pbes2| &pbes2.kdf) {
        Some(Kdf::Scrypt(scrypt)) => {
            let cost = scrypt.cost_parameter;
            let needed = cost.saturating_mul(128 * u64::from(scrypt.block_size));
            cost.is_power_of_two() && needed <= memory && scrypt.parallelization <= repetitions
        }
        Some(Kdf::Pbkdf2(pbkdf2)) => pbkdf2.iteration_count <= rounds,
        // The decoder says that it does not know the scheme.
        Some(_) | None => true,
    };
    if within {
        return Ok(());
    }
    Err(SignError::bad_key(
        "its encryption wants more memory or time than a key may take",
    ))
}
