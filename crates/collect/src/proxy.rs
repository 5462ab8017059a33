//! The proxy that the environment names for an address: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, in
//! capitals or not, and none for the hosts of `NO_PROXY`. Whoever connects goes by it; nothing is sent
//! here.

use crate::redact_url;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use std::fmt;
use std::net::IpAddr;

/// A proxy over HTTP.
#[derive(Clone)]
pub struct Proxy {
    /// Its address, `http://host:port`.
    pub uri: Uri,
    /// What it is told of who asks (`Proxy-Authorization`), where its address holds a password.
    pub authorization: Option<HeaderValue>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy")
            .field(&self.uri.authority().map(|one| one.host()))
            .finish()
    }
}

/// The proxy for an address; none where the environment names none, and for addresses of this machine.
///
/// # Errors
///
/// When the proxy is spoken to otherwise than by plain HTTP.
pub fn proxy_for(address: &Uri) -> Result<Option<Proxy>, String> {
    let host = address.host().unwrap_or_default().trim_matches(['[', ']']);
    if host
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback())
    {
        return Ok(None);
    }
    let Some(found) = Matcher::from_env().intercept(address) else {
        return Ok(None);
    };
    if found.uri().scheme_str() != Some("http") {
        let shown = redact_url(&found.uri().to_string());
        return Err(format!(
            "the proxy {shown} of the environment is not of the form http://host:port"
        ));
    }
    Ok(Some(Proxy {
        uri: found.uri().clone(),
        authorization: found.basic_auth().cloned(),
    }))
}
