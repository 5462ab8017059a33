//! What must be true of any SPF and DMARC record, and of any policy of MTA-STS.

use super::sts::policy::Policy;
use super::{dmarc as dmarc_record, spf as spf_record};

/// A mode is one of three, an age at most a year, and a policy that asks for anything names hosts that are
/// names; what is added behind it changes none of that.
pub(crate) fn mta_sts(text: &str) {
    let Ok(read) = Policy::parse(text) else {
        return;
    };
    assert!(matches!(read.mode.as_str(), "enforce" | "testing" | "none"));
    assert!((0..=31_557_600).contains(&read.max_age));
    assert!(read.mode == "none" || !read.mx.is_empty());
    for pattern in &read.mx {
        let host = pattern.replacen('*', "x", 1);
        assert!(!host.contains('*') && read.names(&host));
    }
    let more = format!("{text}\nmode: none\nmax_age: 0\nversion: STSv9\nlater: x");
    assert_eq!(Policy::parse(&more).as_ref(), Ok(&read));
}

/// Terms are counted each by itself, and one that is none spoils the whole.
pub(crate) fn spf(text: &str) {
    let _ = spf_record::is_spf(text);
    let record = format!("v=spf1 {text}");
    assert!(spf_record::is_spf(&record));
    assert!(spf_record::parse(&format!("{record} ip4:192.0.2.256")).is_err());
    let Ok(read) = spf_record::parse(&record) else {
        return;
    };
    let longer = spf_record::parse(&format!("{record} a include:more.example"));
    assert!(longer.is_ok_and(|longer| {
        longer.lookups == read.lookups + usize::from(read.all.is_none())
            && longer.includes.len() == read.includes.len() + usize::from(read.all.is_none())
            && (longer.all, longer.redirect) == (read.all, read.redirect)
    }));
}

/// A policy is one of three, and a share is a share.
pub(crate) fn dmarc(text: &str) {
    let _ = dmarc_record::is_dmarc(text);
    let Ok(read) = dmarc_record::parse(&format!("v=DMARC1; {text}")) else {
        return;
    };
    for policy in [
        &read.policy,
        &read.subdomain_policy,
        &read.nonexistent_policy,
    ] {
        assert!(matches!(policy.as_str(), "none" | "quarantine" | "reject"));
    }
    assert!((0..=100).contains(&read.percent));
}
