//! The fact about one TLS endpoint at one address, or about a chain from a file.

mod clock;
mod profile;
mod revocation;
mod sct;

pub(super) use clock::Clock;
pub(super) use profile::Profile;
pub(super) use revocation::{Crl, Revocation, Staple};
pub(super) use sct::Sct;

use super::certificate::Certificate;
use super::demand::ClientCertificate;
use super::lint::Lint;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Fields that are not known, each with the reason.
pub(super) type Unknown = BTreeMap<String, String>;

/// A TLS endpoint at one of its addresses: what it negotiates, the certificates that it shows,
/// and the path from them to a trusted root. What could not be looked at is left out and named
/// among the fact's unknown fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct TlsEndpoint {
    /// The endpoint as a person finds it again: `api.example.com:443 [192.0.2.1]`.
    pub(super) r#ref: String,
    /// The URL's host; for a chain from a file, the server name.
    pub(super) host: String,
    /// The name that was asked for (SNI) and that the certificate must be for.
    pub(super) server_name: String,
    /// The address that was spoken to, `192.0.2.1:443`; absent for a chain from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    /// What is spoken before TLS: `postgres`, `postgres-direct`, `smtp`, `imap`; absent where TLS
    /// begins with the first octet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) starttls: Option<String>,
    /// Whether the server speaks TLS at all. It does not where it says so in its own protocol: by
    /// the answer N to PostgreSQL's SSLRequest, by an EHLO (RFC 3207) or a CAPABILITY (RFC 9051)
    /// without STARTTLS, or by refusing it. All else that only TLS shows is then unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_offered: Option<bool>,
    /// Its words then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_declined: Option<String>,
    /// Whether the server answers within TLS what was sent in the clear together with STARTTLS or
    /// an SSLRequest, so that whoever is in between speaks in the client's name (CVE-2011-0411,
    /// CVE-2021-23214); absent where the protocol has no such request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) starttls_injection: Option<bool>,
    /// The negotiated version, the highest that both sides speak: `TLS 1.3`, `TLS 1.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) protocol: Option<String>,
    /// The negotiated cipher suite by its IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cipher_suite: Option<String>,
    /// The negotiated key exchange group, for example `X25519MLKEM768`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_exchange: Option<String>,
    /// The protocol chosen by ALPN out of `h2` and `http/1.1`; absent where the server chose none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alpn: Option<String>,
    /// Whether an OCSP answer was stapled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ocsp_stapled: Option<bool>,
    /// The stapled answer, read and checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) staple: Option<Staple>,
    /// The lists of revoked certificates that were read, where the target asks for them
    /// (`tls.crl_files`, `tls.fetch_crls`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) crls: Vec<Crl>,
    /// Whether a certificate of the path is revoked, by a staple or a list whose word counts. Absent
    /// where there is neither. Unknown where what there is does not speak of every certificate that
    /// it should: a staple of the server's own, lists of every one below the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revoked: Option<bool>,
    /// The revoked ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) revocations: Vec<Revocation>,
    /// Whether the server has a second certificate, with a key of another kind (RSA beside ECDSA),
    /// which it shows to those who cannot check the signatures of the first (RFC 8446 §4.4.2.2). It
    /// is a fact of its own. Absent in that one. Unknown where the connection was cut that would have
    /// shown it, or the server sent another alert than handshake_failure or insufficient_security;
    /// then there is a fact of its own, too, in which all that certificates tell is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) second_certificate: Option<bool>,
    /// The kind of key that was asked for, in the fact about such a second certificate, seen or not:
    /// `RSA` or `ECDSA` (EdDSA with it); absent in the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) asked_for_key: Option<String>,
    /// Whether the certificates were read in the clear, out of the answer to a hello of our own, since
    /// no handshake of ours came about: the server speaks nothing newer than TLS 1.1, or in TLS 1.2 only
    /// suites that are not ours (CBC, DHE, key exchange by RSA alone). They are judged like any others.
    /// Absent for a chain from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_in_the_clear: Option<bool>,
    /// Whether the server proved that it has its certificate's key. Of one that is read in the clear it
    /// does so in TLS 1.2 with DHE and ECDHE, by the signature over its key exchange; otherwise that is
    /// unknown, and so is `path_valid` where nothing is wrong with the path: another could show the
    /// same certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_proven: Option<bool>,
    /// The versions of SSL and TLS that the server takes, the oldest first: `SSL 2.0`, `SSL 3.0`,
    /// `TLS 1.0` … `TLS 1.3`. Each is asked for by a hello of its own.
    pub(super) protocols_accepted: Vec<String>,
    /// The versions that it refused by an alert, or in whose place it chose another.
    pub(super) protocols_refused: Vec<String>,
    /// Those of the accepted ones that are out of use: SSL 2.0, SSL 3.0, TLS 1.0, TLS 1.1
    /// (RFC 6176, RFC 7568, RFC 8996). Unknown where none was accepted and one of them got
    /// neither a hello nor an alert: a connection that is closed refuses nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) old_protocols: Option<Vec<String>>,
    /// Weak cipher suites that the server takes, one for each family that was offered by itself:
    /// NULL, anonymous, export, RC4, DES, 3DES, IDEA and RC2 (RFC 9325 §4.1, RFC 7465). Unknown
    /// likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weak_suites: Option<Vec<String>>,
    /// Whether the server takes a cipher suite in which the certificate's RSA key alone keeps the
    /// secret, without forward secrecy (RFC 9325 §4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) static_rsa: Option<bool>,
    /// Every cipher suite that the server takes, by its IANA name, with the version that it was
    /// offered with: TLS 1.3, and the newest of those before that it takes. Suites with a shared key
    /// (PSK), SRP and Kerberos are offered only where they are weak. Unknown where an offer got no
    /// answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cipher_suites: Option<Vec<Suite>>,
    /// Every group for the key exchange that the server takes, by its IANA name: `X25519MLKEM768`,
    /// `x25519`, `secp256r1`, `ffdhe2048` … Unknown likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) groups: Option<Vec<Group>>,
    /// Those of the groups that are given up: under 224 bits, or over a binary field (RFC 8422
    /// §5.1.1). Unknown where there is none among those that were seen, and not all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weak_groups: Option<Vec<String>>,
    /// Whether the server takes a group that withstands quantum computers (a hybrid with ML-KEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) post_quantum: Option<bool>,
    /// The bits of the prime that the server uses in DHE suites before TLS 1.3 (RFC 9325 §4.4 wants
    /// 2048); absent where it takes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dh_bits: Option<i64>,
    /// The group of that prime, where it is one of an RFC that many servers share: `MODP 1024 (RFC 2409
    /// §6.2)`, `ffdhe2048 (RFC 7919)`; absent for one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dh_group: Option<String>,
    /// Whether the server compresses what it encrypts (RFC 3749), so that its length tells what is in
    /// it (CRIME; RFC 9325 §3.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compression: Option<bool>,
    /// What becomes of a hello that offers TLS 1.3 beside what the server takes in TLS 1.2, where the server
    /// does not answer it in TLS 1.2, as it must (RFC 8446 §D.2): clients of today reach it no more. Absent
    /// where all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version_intolerance: Option<String>,
    /// Whether the server says, in every version before TLS 1.3 that it takes, that renegotiation is safe
    /// with it (renegotiation_info, RFC 5746 §3.6); absent where it takes none of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secure_renegotiation: Option<bool>,
    /// Whether it makes its keys of the whole handshake there (extended_master_secret, RFC 7627 §5.2), so
    /// that two sessions cannot be spliced; absent likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extended_master_secret: Option<bool>,
    /// Whether a server of TLS 1.3 that is asked for an older version marks that in its random octets
    /// (RFC 8446 §4.1.3), so that who stands between cannot have brought it about unseen; absent where it
    /// takes no older one, or TLS 1.3 not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) downgrade_marked: Option<bool>,
    /// Whether it refuses who says to have fallen back to an older version than its newest (RFC 7507 §3);
    /// absent where it takes one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fallback_refused: Option<bool>,
    /// Whether it takes heartbeats before TLS 1.3 (RFC 6520), which no service needs; absent where it takes
    /// none of those versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) heartbeat: Option<bool>,
    /// Whether it goes by its own order of cipher suites before TLS 1.3, and not by the client's; absent
    /// where it takes less than two there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) own_suite_order: Option<bool>,
    /// Whether the server takes up a session again (tickets or identifiers).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resumption: Option<bool>,
    /// Whether its tickets let a client send data in its first flight (0-RTT, RFC 8446 §2.3), which whoever
    /// records it can send again; absent where TLS 1.3 is not spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) early_data: Option<bool>,
    /// Whether the server asks for a client certificate, and whether it goes on without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_certificate: Option<ClientCertificate>,
    /// How many seconds the server's clock is ahead of that of the sweeping machine, by the Date of
    /// an answer (RFC 9110 §6.6.1); negative where it is behind. Absent where it tells no time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(super) clock_skew_seconds: Option<i64>,
    /// What depends on the time, by the server's clock; absent where both agree within a minute, and
    /// where it is judged at another time than now. What both judge differently is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clock: Option<Clock>,
    /// Never there, and unknown where `clock` is there: for a probe to read where the two clocks come
    /// to different ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clock_decides: Option<bool>,
    /// How the endpoint departs from each profile of Mozilla's guideline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) profiles: Vec<Profile>,
    /// Whether the server's certificate demands a stapled OCSP answer (RFC 7633).
    #[serde(default)]
    pub(super) must_staple: bool,
    /// How many certificate timestamps (RFC 6962) the server's certificate holds.
    #[serde(default)]
    pub(super) embedded_scts: i64,
    /// How many logs they are by. Browsers want some of at least two, the certificate's own or in the
    /// handshake.
    #[serde(default)]
    pub(super) embedded_sct_logs: i64,
    /// The file with the list of certificate logs by which timestamps are verified (`tls.ct_logs`); absent
    /// where the target names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ct_logs: Option<String>,
    /// The certificate timestamps: in the server's certificate, in the stapled OCSP answer, in the
    /// handshake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) scts: Vec<Sct>,
    /// By how many logs of the list there are timestamps that are verified; absent without a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verified_sct_logs: Option<i64>,
    /// By how many operators of logs; likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verified_sct_operators: Option<i64>,
    /// Timestamps that no log of the list gave: malformed, with a wrong signature, or from the future;
    /// likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) broken_scts: Option<Vec<String>>,
    /// Whether every place was looked at where timestamps may be; likewise. Unknown where the handshake
    /// was not asked for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) every_sct_seen: Option<bool>,
    /// The certificates as served, the server's own first.
    #[serde(default)]
    pub(super) chain: Vec<Certificate>,
    /// The places in the chain that hold something that cannot be read as a certificate. Where the server's
    /// own is malformed (place 0), `lints` and `path_error` say by which rule, and all else that
    /// certificates tell is unknown.
    #[serde(default)]
    pub(super) unparsed: Vec<i64>,
    /// The DNS names and IP addresses that the server's certificate is for (subjectAltName).
    #[serde(default)]
    pub(super) names: Vec<String>,
    /// The certificate for those who ask for no name (without SNI, RFC 6066 §3), where it is another
    /// one. Absent too where the server refuses them, or where no name is asked for anyway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default_certificate: Option<Certificate>,
    /// Whether those who ask for no name are refused; absent where none is asked for anyway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refuses_without_name: Option<bool>,
    /// Whether the certificate is for `server_name` (RFC 9525; the common name does not count).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name_matches: Option<bool>,
    /// Whether the server's certificate is its own issuer's.
    #[serde(default)]
    pub(super) self_signed: bool,
    /// Whose roots were trusted: `platform` or `ca_file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trusted_roots: Option<String>,
    /// Whether a path leads from the certificates as served to a trusted root, each certificate
    /// of it in its validity and fit for a TLS server; and, where it is a server's, whether that
    /// proved that it has the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_valid: Option<bool>,
    /// What is wrong with the path; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_error: Option<String>,
    /// The path: the server's certificate first, the root last. Where none could be built, the
    /// served certificates that follow each other by issuer.
    #[serde(default)]
    pub(super) path: Vec<Certificate>,
    /// Whether `path` reaches a trusted root, be it in time or not.
    #[serde(default)]
    pub(super) path_complete: bool,
    /// The issuer that neither the chain nor the trust store has, where that is what is wrong:
    /// an intermediate that is not served, or a root that is not trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) missing_issuer: Option<String>,
    /// The places in the chain of certificates that the path does not need.
    #[serde(default)]
    pub(super) superfluous: Vec<i64>,
    /// Days until the first certificate of the path expires, the root included; unknown where the
    /// path is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(super) min_days_left: Option<i64>,
    /// Days until the first of the path's served certificates expires.
    #[schemars(extend("x-volatile" = true))]
    #[serde(default)]
    pub(super) served_min_days_left: i64,
    /// The subject of the path's certificate that expires first.
    #[serde(default)]
    pub(super) expires_first: String,
    /// The instant at which it expires (RFC 3339, UTC).
    #[serde(default)]
    pub(super) expires_at: String,
    /// How long the server's certificate is valid in all, in days.
    #[serde(default)]
    pub(super) validity_days: i64,
    /// Whether every key of the path is strong; unknown where a key's kind is, or where the path
    /// is not complete and no weak key was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_strong: Option<bool>,
    /// The weak keys, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_weakness: Option<String>,
    /// Whether every signature of the path is strong; a root's own does not count. Unknown
    /// likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signature_strong: Option<bool>,
    /// The weak signatures, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signature_weakness: Option<String>,
    /// Rules of RFC 5280 and RFC 9525 that the path's certificates break; unknown where the path is
    /// not complete and no broken rule was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lints: Option<Vec<Lint>>,
    /// Rules of the CA/Browser Forum's Baseline Requirements that they break besides; unknown
    /// likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline: Option<Vec<Lint>>,
    /// Whether the target says that its CA is private, so that the Baseline Requirements do not
    /// bind it (`private_ca`).
    pub(super) private_ca: bool,
    /// Whether the target says that its CA is a public one although its roots are those of a file, so
    /// that all of the Baseline Requirements bind it (`public_ca`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) public_ca: bool,
    /// What is worth knowing and no fault.
    #[serde(default)]
    pub(super) notes: Vec<String>,
}

/// A cipher suite that a server takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Suite {
    /// Its IANA name, or its number where we know none.
    pub(super) name: String,
    /// The version that it was offered with: `TLS 1.3`, `TLS 1.2` …
    pub(super) protocol: String,
}

/// A group for the key exchange that a server takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Group {
    /// Its IANA name, or its number where we know none.
    pub(super) name: String,
    /// The versions in which it takes it: TLS 1.3, and the newest of those before.
    pub(super) protocols: Vec<String>,
}
