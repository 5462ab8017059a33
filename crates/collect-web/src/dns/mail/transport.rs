//! What a domain says of the encryption of mail on its way: MTA-STS (RFC 8461 §3.1) and the reports on it
//! (TLS-RPT, RFC 8460 §3).
//!
//! The policy of MTA-STS is a file that the web serves: `sts` reads it.

use url::Url;

/// Whether `text` is meant as a record of MTA-STS: it begins so, to the letter.
pub(super) fn is_mta_sts(text: &str) -> bool {
    begins(text, "v=STSv1")
}

/// The same of TLS-RPT.
pub(super) fn is_tls_rpt(text: &str) -> bool {
    begins(text, "v=TLSRPTv1")
}

/// The version, and then white space or a semicolon.
fn begins(text: &str, version: &str) -> bool {
    let rest = text.strip_prefix(version);
    rest.is_some_and(|rest| trim(rest).is_empty() || trim(rest).starts_with(';'))
}

/// What is wrong with the records of MTA-STS; none where nothing is, or there are none.
pub(super) fn mta_sts_error(records: &[String]) -> Option<String> {
    let fields = match only(records)? {
        Ok(fields) => fields,
        Err(why) => return Some(why),
    };
    let is_id = |id: &str| {
        (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match value(&fields, "id") {
        None => Some("it has no id".to_owned()),
        Some(id) if is_id(id) => None,
        Some(id) => Some(format!("its id is no 1 to 32 letters and digits: {id:?}")),
    }
}

/// Where the reports of TLS-RPT go, or what is wrong with its records; none where there are none.
pub(super) fn tls_rpt(records: &[String]) -> Option<Result<Vec<String>, String>> {
    let fields = match only(records)? {
        Ok(fields) => fields,
        Err(why) => return Some(Err(why)),
    };
    let Some(places) = value(&fields, "rua") else {
        return Some(Err("it names no place for reports (rua)".to_owned()));
    };
    let places: Vec<String> = places.split(',').map(|one| trim(one).to_owned()).collect();
    let fits = |place: &&String| {
        Url::parse(place).is_ok_and(|url| match url.scheme() {
            "mailto" => url.path().contains('@'),
            "https" => url.host().is_some(),
            _ => false,
        })
    };
    match places.iter().find(|place| !fits(place)) {
        Some(odd) => Some(Err(format!(
            "{odd:?} in rua is neither a mailto nor an https URI"
        ))),
        None => Some(Ok(places)),
    }
}

type Fields<'a> = Vec<(&'a str, &'a str)>;

/// The fields of the one record. Of several none counts.
fn only(records: &[String]) -> Option<Result<Fields<'_>, String>> {
    match records {
        [] => None,
        [record] => Some(fields(record)),
        several => Some(Err(format!(
            "{} records where one may be, so that none counts",
            several.len()
        ))),
    }
}

fn fields(record: &str) -> Result<Fields<'_>, String> {
    let parts = record.split(';').map(trim).filter(|part| !part.is_empty());
    let pair = |part| -> Result<(&str, &str), String> {
        let (name, value) = str::split_once(part, '=')
            .ok_or_else(|| format!("{part:?} is no name with a value"))?;
        Ok((trim(name), trim(value)))
    };
    parts.skip(1).map(pair).collect()
}

fn value<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a str> {
    let mut found = fields.iter().filter(|(own, _)| *own == name);
    found.next().map(|(_, value)| *value)
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::{is_mta_sts, is_tls_rpt, mta_sts_error, tls_rpt};

    #[test]
    fn records_by_their_grammar() {
        for (text, wanted) in [
            ("v=STSv1; id=20260101T000000;", None),
            ("v=STSv1;id=1", None),
            ("v=STSv1; id=1; later=x", None),
            ("v=STSv1", Some("it has no id")),
            ("v=STSv1; id=", Some("letters and digits")),
            ("v=STSv1; id=2026-01-01", Some("letters and digits")),
            ("v=STSv1; ID=1", Some("it has no id")),
            ("v=STSv1; id", Some("no name with a value")),
        ] {
            assert!(is_mta_sts(text), "{text}");
            let found = mta_sts_error(&[text.to_owned()]);
            let fits = match (&found, wanted) {
                (None, None) => true,
                (Some(found), Some(wanted)) => found.contains(wanted),
                _ => false,
            };
            assert!(fits, "{text}: {found:?}");
        }
        for text in [
            "v=stsv1; id=1",
            "v=STSv12; id=1",
            " v=STSv1; id=1",
            "id=1; v=STSv1",
        ] {
            assert!(!is_mta_sts(text), "{text}");
        }
        let two = ["v=STSv1; id=1".to_owned(), "v=STSv1; id=2".to_owned()];
        assert!(mta_sts_error(&two).is_some() && mta_sts_error(&[]).is_none());
    }

    #[test]
    fn places_of_reports() {
        let read = |text: &str| tls_rpt(&[text.to_owned()]).unwrap();
        assert_eq!(
            read("v=TLSRPTv1; rua=mailto:a@b.example, https://c.example/x")
                .unwrap()
                .len(),
            2
        );
        for bad in [
            "v=TLSRPTv1",
            "v=TLSRPTv1; rua=",
            "v=TLSRPTv1; rua=a@b.example",
            "v=TLSRPTv1; rua=http://c.example/",
            "v=TLSRPTv1; ruf=mailto:a@b.example",
        ] {
            assert!(is_tls_rpt(bad) && read(bad).is_err(), "{bad}");
        }
        assert_eq!(tls_rpt(&[]), None);
    }
}
