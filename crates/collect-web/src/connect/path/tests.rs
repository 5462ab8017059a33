//! The same chains by webpki, which knows most of the rules: made at random, without what only one of the
//! two knows (CAs that issued themselves, keyUsage, policies, long paths).

use super::{When, verified};
use crate::connect::{Roots, provider};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, GeneralSubtree, IsCa, Issuer, KeyPair,
    NameConstraints, date_time_ymd,
};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::sync::LazyLock;
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage};

/// 2026-06-01.
const NOW: i64 = 1_780_272_000;

/// As many CAs as may be in a world; the last is the root.
const MOST: usize = 5;

static KEYS: LazyLock<Vec<KeyPair>> =
    LazyLock::new(|| (0..=MOST).map(|_| KeyPair::generate().unwrap()).collect());

/// What is said in a certificate, and by whose key.
#[derive(Clone, Debug)]
struct Said {
    by: usize,
    /// The key that signs, where that is another's than the issuer's.
    forged: bool,
    last_year: i32,
    authority: bool,
    most_below: Option<u8>,
    permitted: Option<&'static str>,
}

fn said() -> impl Strategy<Value = Said> {
    let mostly = |odds: f64| prop::bool::weighted(odds);
    let depth = prop::option::weighted(0.3, 0_u8..4);
    let domain = prop::sample::select(vec!["example.com", "a.example.com", "example.org"]);
    let permitted = prop::option::weighted(0.2, domain);
    let parts = (
        0..MOST,
        mostly(0.05),
        mostly(0.92),
        mostly(0.93),
        depth,
        permitted,
    );
    parts.prop_map(
        |(by, forged, lasts, authority, most_below, permitted)| Said {
            by,
            forged,
            last_year: if lasts { 2040 } else { 2025 },
            authority,
            most_below,
            permitted,
        },
    )
}

fn params(name: usize) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("CA {name}"));
    params.not_before = date_time_ymd(2020, 1, 1);
    params
}

fn issuer(by: usize, forged: bool) -> Issuer<'static, &'static KeyPair> {
    let mut above = params(by);
    above.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Issuer::new(above, &KEYS[if forged { MOST } else { by }])
}

fn authority(name: usize, said: &Said) -> CertificateDer<'static> {
    let mut params = params(name);
    params.not_after = date_time_ymd(said.last_year, 1, 1);
    if said.authority {
        params.is_ca = IsCa::Ca(said.most_below.map_or(
            BasicConstraints::Unconstrained,
            BasicConstraints::Constrained,
        ));
    }
    params.name_constraints = said.permitted.map(|domain| NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName(domain.to_owned())],
        excluded_subtrees: Vec::new(),
    });
    let above = issuer(said.by, said.forged);
    params.signed_by(&KEYS[name], &above).unwrap().der().clone()
}

fn server(said: &Said) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(vec!["b.a.example.com".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(said.last_year, 1, 1);
    let above = issuer(said.by, said.forged);
    let own = params.signed_by(&KEYS[MOST], &above).unwrap();
    own.der().clone()
}

fn root() -> String {
    let mut params = params(MOST - 1);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_after = date_time_ymd(2040, 1, 1);
    params.self_signed(&KEYS[MOST - 1]).unwrap().pem()
}

fn by_webpki(chain: &[CertificateDer<'_>], root: &CertificateDer<'_>) -> bool {
    let anchors = [webpki::anchor_from_trusted_cert(root).unwrap()];
    let own = EndEntityCert::try_from(&chain[0]).unwrap();
    let at = UnixTime::since_unix_epoch(Duration::from_secs(NOW.unsigned_abs()));
    let algorithms = provider().signature_verification_algorithms.all;
    let usage = KeyUsage::server_auth();
    own.verify_for_usage(algorithms, &anchors, &chain[1..], at, usage, None, None)
        .is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn as_webpki_has_it(
        own in said(),
        others in proptest::collection::vec((0..MOST - 1, said()), 0..9),
    ) {
        let root = root();
        let roots = Roots::from_pem(root.as_bytes(), "a test").unwrap();
        // Names are different, so that nobody issued itself but in name and key.
        let others = others.iter().filter(|(name, said)| *name != said.by);
        let others = others.map(|(name, said)| authority(*name, said));
        let chain: Vec<_> = std::iter::once(server(&own)).chain(others).collect();
        let ours = verified(&chain, &roots, When::at(NOW));
        let theirs = by_webpki(&chain, &roots.all()[0].certificate);
        prop_assert_eq!(ours.is_ok(), theirs, "{:?}", ours);
        if let Ok(path) = ours {
            prop_assert_eq!(&path[0], &chain[0]);
            prop_assert_eq!(path.last(), Some(&roots.all()[0].certificate));
            let whenever = verified(&chain, &roots, When::AnyTime);
            prop_assert!(whenever.is_ok(), "{:?}", whenever);
        }
    }

    #[test]
    fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let roots = Roots::from_pem(root().as_bytes(), "a test").unwrap();
        let chain = [CertificateDer::from(bytes)];
        prop_assert!(verified(&chain, &roots, When::at(NOW)).is_err());
    }
}
