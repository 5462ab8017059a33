//! The target kind `endpoint`: an HTTP or HTTPS URL, where to find it and what to send.

use super::active::ActiveSpec;
use super::spec::EndpointSpec;
use super::{Complaint, TlsSpec, invalid, parse, parse_address};
use crate::connect::StartTls;
use rustls_pki_types::ServerName;
use seaworthy_collect::{SecretRef, Trouble};
use seaworthy_model::Target;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use url::{Host, Url};

/// A parsed [`EndpointSpec`].
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// The entry as it was written.
    pub(crate) spec: EndpointSpec,
    /// The URL.
    pub(crate) url: Url,
    /// Its host in ASCII: no brackets round an IPv6 address, no trailing dot.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// Whether the URL's scheme is https.
    pub(crate) secure: bool,
    /// The name to ask for and to verify.
    pub(crate) server_name: ServerName<'static>,
    /// The addresses to connect to; empty when the name must be resolved.
    pub(crate) addresses: Vec<SocketAddr>,
    /// The name server to resolve with.
    pub(crate) resolver: Option<SocketAddr>,
    /// What is spoken before TLS, where that is anything.
    pub(crate) starttls: Option<StartTls>,
    /// Whether HTTP is spoken, as it is but for a `tls_service`.
    pub(crate) web: bool,
}

impl Endpoint {
    /// Reads a target of kind `endpoint`.
    ///
    /// # Errors
    ///
    /// When the entry is not what [`super::kinds`] checks for.
    pub(crate) fn of(target: &Target) -> Result<Self, Trouble> {
        let spec: EndpointSpec = parse(target)?;
        Self::parse(spec).map_err(|complaints| invalid(target, &complaints))
    }

    /// The endpoint of a URL alone.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub(crate) fn at(url: &str) -> Result<Self, String> {
        let spec = EndpointSpec {
            url: url.to_owned(),
            ..EndpointSpec::default()
        };
        Self::parse(spec).map_err(|complaints| {
            let all: Vec<String> = complaints.into_iter().map(|(_, why)| why).collect();
            all.join("; ")
        })
    }

    /// How many hellos of our own each address may get beside the handshake.
    pub(crate) fn hellos(&self) -> u32 {
        let stated = self.spec.tls.as_ref().and_then(|tls| tls.hellos);
        stated.unwrap_or(super::MOST_HELLOS)
    }

    /// `host:port`, an IPv6 address in brackets.
    pub(crate) fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// `address` for a person, without its port where that is the URL's own.
    pub(crate) fn shows(&self, address: SocketAddr) -> String {
        if address.port() == self.port {
            address.ip().to_string()
        } else {
            address.to_string()
        }
    }

    pub(super) fn parse(spec: EndpointSpec) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let mut complain = |pointer: &str, why: String| complaints.push((pointer.to_owned(), why));
        let (url, host) = match parse_url(&spec.url) {
            Ok(parsed) => parsed,
            Err(why) => {
                complain("/url", why);
                return Err(complaints);
            }
        };
        let port = url.port_or_known_default().unwrap_or(443);
        let mut addresses = Vec::new();
        for (index, text) in spec.addresses.iter().enumerate() {
            match parse_address(text, Some(port)) {
                Ok(address) => addresses.push(address),
                Err(why) => complain(&format!("/addresses/{index}"), why),
            }
        }
        let resolver = match spec
            .resolver
            .as_deref()
            .map(|text| parse_address(text, Some(53)))
        {
            None => None,
            Some(Ok(address)) => Some(address),
            Some(Err(why)) => {
                complain("/resolver", why);
                None
            }
        };
        let name = spec.server_name.clone().unwrap_or_else(|| host.clone());
        let server_name = match super::server_name(&name) {
            Some(name) => Some(name),
            None => {
                let field = if spec.server_name.is_some() {
                    "/server_name"
                } else {
                    "/url"
                };
                complain(
                    field,
                    format!("{name:?} is neither a host name nor an IP address"),
                );
                None
            }
        };
        check_paths(&spec, &mut complain);
        check_headers(&spec.headers, &mut complain);
        check_others(&spec, &mut complain);
        for (pointer, why) in spec.tls.iter().flat_map(TlsSpec::complaints) {
            complain(&pointer, why);
        }
        match server_name {
            Some(server_name) if complaints.is_empty() => Ok(Self {
                secure: url.scheme() == "https",
                spec,
                url,
                host,
                port,
                server_name,
                addresses,
                resolver,
                starttls: None,
                web: true,
            }),
            _ => Err(complaints),
        }
    }
}

pub(super) fn parse_url(text: &str) -> Result<(Url, String), String> {
    let url = Url::parse(text).map_err(|error| {
        format!("{text:?} is no URL ({error}); write it like https://api.example.com")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "the scheme {:?} is not looked at; http or https is wanted",
            url.scheme()
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The text is not repeated: it holds a password.
        return Err(
            "a URL with a user name or password; use headers with env: or file:".to_owned(),
        );
    }
    let host = match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        None => String::new(),
    };
    if host.is_empty() {
        return Err(format!("{text:?} has no host"));
    }
    Ok((url, host))
}

fn check_paths(spec: &EndpointSpec, complain: &mut impl FnMut(&str, String)) {
    let cors = spec.cors.iter().flat_map(|cors| &cors.paths).enumerate();
    let health = spec.health.iter().map(|path| ("/health".to_owned(), path));
    let paths = spec.paths.iter().enumerate();
    let assets = spec.assets.iter().enumerate();
    let legal = spec.legal.iter().flat_map(|legal| {
        let privacy = legal
            .privacy
            .iter()
            .map(|path| ("/legal/privacy".to_owned(), path));
        privacy.chain(
            legal
                .terms
                .iter()
                .map(|path| ("/legal/terms".to_owned(), path)),
        )
    });
    let sockets = spec
        .websocket
        .iter()
        .flat_map(|spec| &spec.paths)
        .enumerate();
    let limits = spec.limits.iter().enumerate();
    let restricted = spec
        .restricted
        .iter()
        .flat_map(|spec| &spec.paths)
        .enumerate();
    let openapi = spec
        .openapi
        .iter()
        .map(|path| ("/openapi".to_owned(), path));
    let all = health
        .chain(openapi)
        .chain(limits.map(|(index, path)| (format!("/limits/{index}"), path)))
        .chain(restricted.map(|(index, path)| (format!("/restricted/paths/{index}"), path)))
        .chain(paths.map(|(index, path)| (format!("/paths/{index}"), path)))
        .chain(cors.map(|(index, path)| (format!("/cors/paths/{index}"), path)))
        .chain(assets.map(|(index, path)| (format!("/assets/{index}"), path)))
        .chain(legal)
        .chain(spec.active.iter().flat_map(ActiveSpec::paths))
        .chain(sockets.map(|(index, path)| (format!("/websocket/paths/{index}"), path)));
    for (pointer, path) in all {
        if !path.starts_with('/') || path.starts_with("//") || path.contains('#') {
            complain(
                &pointer,
                format!("{path:?} is no path; write it like /healthz"),
            );
        }
    }
}

/// The subprotocol, and the URLs beside the entry's own.
fn check_others(spec: &EndpointSpec, complain: &mut impl FnMut(&str, String)) {
    if let Some(active) = &spec.active {
        active.check(complain);
    }
    if let Some(protocol) = spec
        .websocket
        .iter()
        .find_map(|spec| spec.protocol.as_ref())
        && hyper::header::HeaderName::from_bytes(protocol.as_bytes()).is_err()
    {
        complain(
            "/websocket/protocol",
            format!("{protocol:?} is no subprotocol; a token is wanted, like chat"),
        );
    }
    if let Some(text) = &spec.plain_http
        && !parse_url(text).is_ok_and(|(url, _)| url.scheme() == "http")
    {
        complain(
            "/plain_http",
            format!("{text:?} is no plain HTTP URL; write it like http://api.example.com/"),
        );
    }
    if spec.private_ca && spec.public_ca {
        let why = "the CA is private_ca or public_ca, and cannot be both; take one away";
        complain("/public_ca", why.to_owned());
    }
    if let Some(origin) = &spec.own_origin
        && !is_origin(origin)
    {
        complain(
            "/own_origin",
            format!("{origin:?} is no origin; write it like https://app.example.com"),
        );
    }
}

fn check_headers(headers: &BTreeMap<String, String>, complain: &mut impl FnMut(&str, String)) {
    for (name, value) in headers {
        let pointer = format!("/headers/{}", name.replace('~', "~0").replace('/', "~1"));
        if hyper::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
            complain(&pointer, format!("{name:?} is no header name"));
        }
        if SecretRef::parse(value).is_none() {
            complain(
                &pointer,
                "the value must be a reference, env:NAME or file:PATH".to_owned(),
            );
        }
    }
}

fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
}
