//! The fact about a domain's mail.

use schemars::JsonSchema;
use serde::Serialize;

/// What the DNS says of a domain's mail: where it is taken (MX), who may send it (SPF), and what
/// becomes of mail that fails (DMARC). What could not be looked up is left out and named among the
/// fact's unknown fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct MailDomain {
    /// The name in lower-case ASCII.
    pub(super) name: String,
    /// The hosts that take mail, `10 mail.example.com`, the preferred first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mx: Option<Vec<String>>,
    /// Whether the domain says that it takes no mail (RFC 7505).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) null_mx: Option<bool>,
    /// The hosts among them that have no address, or are aliases, which they must not be (RFC 2181
    /// §10.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mx_unresolved: Option<Vec<String>>,
    /// The addresses of these hosts that the public internet does not route (RFC 6890),
    /// `mail.example.com: 10.0.0.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mx_private: Option<Vec<String>>,
    /// The domain's SPF records. More than one is an error (RFC 7208 §4.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spf: Option<Vec<String>>,
    /// What is wrong with the SPF record, or with one that it includes; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spf_error: Option<String>,
    /// How many DNS look-ups it takes to evaluate it, includes and all; 10 are allowed (RFC 7208
    /// §4.6.4). Counting ends at 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spf_lookups: Option<i64>,
    /// How many of them find nothing: 2 are allowed (RFC 7208 §4.6.4). A name with an address of one
    /// kind alone is not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spf_void_lookups: Option<i64>,
    /// What lets anybody send, though the record does not end so: `+all at other.example`, which it
    /// includes, or a network wider than a /8 or, of IPv6, a /12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spf_open: Option<String>,
    /// How it ends: `-all`, `~all`, `?all` or `+all`; absent where no record says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spf_all: Option<String>,
    /// The DMARC records that hold for the name: its own or, where it has none, those of the domain that
    /// the tree walk leads to (RFC 9989 §4.10): its organisational domain, or a public suffix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc: Option<Vec<String>>,
    /// The domain whose DMARC record it is, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_at: Option<String>,
    /// What is wrong with the DMARC record; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_error: Option<String>,
    /// What holds for the name: `none`, `quarantine` or `reject`; absent without a sound record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_policy: Option<String>,
    /// The name's organisational domain by the tree walk (RFC 9989 §4.10.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_organisation: Option<String>,
    /// What holds for names below it without a record of their own: `sp`, or else `p`, of the record of the
    /// organisational domain, which need not be the one of the name. `none` where that one is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_subdomain_policy: Option<String>,
    /// The same for names below it that do not exist (`np`, or else as above).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_nonexistent_policy: Option<String>,
    /// What is worth knowing of the DMARC record and is no fault: where receivers of RFC 7489, which go by
    /// the public suffix list, find another record; tags that RFC 9989 has no more; what could not be
    /// asked and does not decide. Left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) dmarc_notes: Vec<String>,
    /// Whether the record is only a test (`t=y` of RFC 9989): receivers that know it
    /// apply a milder policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_testing: Option<bool>,
    /// The share of messages that the policy holds for, in per cent, to receivers of RFC 7489 (`pct`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_percent: Option<i64>,
    /// Whether DKIM must name the very domain of the sender (`adkim=s`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_strict_dkim: Option<bool>,
    /// Whether SPF must name the very domain of the sender (`aspf=s`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_strict_spf: Option<bool>,
    /// Where aggregate reports go (`rua`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dmarc_reports: Option<Vec<String>>,
    /// Those of these places that no reports reach: of another organisation, which does not say that it
    /// takes them, by a record at `NAME._report._dmarc.OTHER` (RFC 9990 §4). Left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) dmarc_reports_refused: Vec<String>,
    /// The records at `_mta-sts`, by which a domain asks for encrypted mail (MTA-STS, RFC 8461 §3.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mta_sts: Option<Vec<String>>,
    /// What is wrong with them; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mta_sts_error: Option<String>,
    /// The policy that they announce, as it is served (RFC 8461 §3.2); absent where they announce none, and
    /// where senders take no notice of what stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mta_sts_policy: Option<StsPolicy>,
    /// Why senders take no notice of what stands there: a redirect, a certificate that is not trusted, a
    /// grammar that is broken (RFC 8461 §3.2, §3.3); absent where nothing is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mta_sts_policy_error: Option<String>,
    /// The hosts of the MX that the policy does not name: senders do not deliver to them where it is
    /// enforced (RFC 8461 §4.1). None where its mode is `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mta_sts_unnamed: Option<Vec<String>>,
    /// The records at `_smtp._tls`, which ask for reports on the encryption of mail (RFC 8460 §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_rpt: Option<Vec<String>>,
    /// What is wrong with them; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_rpt_error: Option<String>,
    /// Where these reports go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_rpt_reports: Option<Vec<String>>,
}

/// A policy of MTA-STS that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct StsPolicy {
    /// Where it was read.
    pub(super) url: String,
    /// What senders do where they cannot deliver by it: `enforce` (not deliver), `testing` (deliver, and
    /// report), `none` (nothing).
    pub(super) mode: String,
    /// How long senders keep it, in seconds.
    pub(super) max_age: i64,
    /// The hosts that it names, in lower case; `*.` stands for one label.
    pub(super) mx: Vec<String>,
}
