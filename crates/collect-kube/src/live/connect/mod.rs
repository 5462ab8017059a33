//! From a target to a client: the kubeconfig or the pod's own account, the credentials, TLS.
//! Nothing is sent to the cluster here; only an exec plugin is run, within its time.

mod exec;
mod proxy;

use super::spec::{Access, ClusterSpec};
use jiff::Timestamp;
use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use seaworthy_collect::{Trouble, redact_url};
use seaworthy_model::ReasonCode;
use std::path::Path;
use std::time::Duration;

/// A client, and the address that it speaks to.
pub(super) struct Connected {
    pub(super) client: Client,
    /// `https://host:port`, without anything secret.
    pub(super) server: String,
}

/// Reads the access of a target and makes a client of it; `now` tells expired certificates.
pub(super) async fn connect(
    spec: &ClusterSpec,
    now: Timestamp,
    patience: Duration,
) -> Result<Connected, Trouble> {
    let mut config = match &spec.access {
        Access::InCluster => Config::incluster().map_err(|error| {
            denied(format!(
                "there is no account of a pod here: {error}; `in_cluster` works only within a cluster"
            ))
        })?,
        Access::Kubeconfig { file, context } => {
            let kubeconfig = read(file.as_deref())?;
            let options = KubeConfigOptions {
                context: context.clone(),
                ..KubeConfigOptions::default()
            };
            let is_own_proxy = proxy::is_own(&kubeconfig, context.as_deref());
            let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .map_err(|error| trouble(&spec.shown(), &error))?;
            let host = config.cluster_url.host().unwrap_or_default();
            if !is_own_proxy && proxy::is_excepted(host, &proxy::exceptions()) {
                config.proxy_url = None;
            }
            config
        }
    };
    let auth = &mut config.auth_info;
    // kube would wait for a plugin for ever, and show its output in an error.
    if let Some(plugin) = auth.exec.take() {
        exec::run(&plugin, auth, patience).await?;
    }
    if let Some(provider) = &auth.auth_provider {
        let name = &provider.name;
        return Err(denied(format!(
            "{} uses the auth-provider {name}, which kubectl has dropped too; use an exec plugin",
            spec.shown()
        )));
    }
    check_certificate(auth, now, &spec.shown())?;
    if let Some(as_whom) = &spec.impersonate {
        auth.impersonate = Some(as_whom.user.clone());
        auth.impersonate_groups = Some(as_whom.groups.clone()).filter(|groups| !groups.is_empty());
    }
    // Every try is counted and told by the caller.
    config.default_retry = false;
    config.connect_timeout = Some(patience);
    if let Some(url) = &config.proxy_url
        && !matches!(url.scheme_str(), Some("http" | "https"))
    {
        let shown = redact_url(&url.to_string());
        let detail = format!(
            "the proxy {shown} of {} is neither http nor https",
            spec.shown()
        );
        return Err(Trouble::new(ReasonCode::Unparsed, detail));
    }
    let server = redact_url(config.cluster_url.to_string().trim_end_matches('/'));
    let client = Client::try_from(config).map_err(|error| {
        let detail = format!("failed to set up TLS for {server}: {}", chain(&error));
        Trouble::new(ReasonCode::Unparsed, detail)
    })?;
    Ok(Connected { client, server })
}

fn read(file: Option<&Path>) -> Result<Kubeconfig, Trouble> {
    let shown = file.map_or("the default kubeconfig".to_owned(), |file| {
        file.display().to_string()
    });
    match file {
        Some(file) => Kubeconfig::read_from(file),
        None => Kubeconfig::read(),
    }
    .map_err(|error| trouble(&shown, &error))
}

/// Says what is wrong with a kubeconfig; a fault of its YAML only by its place, since the lines
/// around it may hold a token.
fn trouble(shown: &str, error: &KubeconfigError) -> Trouble {
    let (reason, why) = match error {
        KubeconfigError::ReadConfig(error, path) => (
            ReasonCode::CollectorFailed,
            format!("failed to read {}: {error}", path.display()),
        ),
        KubeconfigError::Parse(error) => {
            let place = error
                .location()
                .map_or("somewhere in it".to_owned(), |place| {
                    format!("at {}:{}", place.line(), place.column())
                });
            (
                ReasonCode::Unparsed,
                format!("it is no kubeconfig: wrong YAML or a wrong type {place}"),
            )
        }
        KubeconfigError::CurrentContextNotSet => (
            ReasonCode::Unparsed,
            "it sets no current-context, and the target names no `context`".to_owned(),
        ),
        KubeconfigError::LoadContext(name) => {
            (ReasonCode::Unparsed, format!("it has no context `{name}`"))
        }
        KubeconfigError::LoadClusterOfContext(name) => (
            ReasonCode::Unparsed,
            format!("its context names a cluster `{name}` that it does not have"),
        ),
        KubeconfigError::KindMismatch
        | KubeconfigError::ApiVersionMismatch
        | KubeconfigError::FindPath
        | KubeconfigError::MissingClusterUrl
        | KubeconfigError::ParseClusterUrl(_)
        | KubeconfigError::ParseProxyUrl(_)
        | KubeconfigError::LoadCertificateAuthority(_)
        | KubeconfigError::LoadClientCertificate(_)
        | KubeconfigError::LoadClientKey(_)
        | KubeconfigError::ParseCertificates(_)
        | KubeconfigError::ParseNoProxy(_) => (ReasonCode::Unparsed, chain(error)),
    };
    Trouble::new(reason, format!("{shown}: {why}"))
}

/// An expired client certificate is told as such: the server would only say that it is bad.
fn check_certificate(auth: &AuthInfo, now: Timestamp, shown: &str) -> Result<(), Trouble> {
    let Some(pem) = certificate(auth) else {
        return Ok(());
    };
    let Ok((_, pem)) = x509_parser::pem::parse_x509_pem(&pem) else {
        return Ok(());
    };
    let Ok(certificate) = pem.parse_x509() else {
        return Ok(());
    };
    let ends = certificate.validity().not_after.timestamp();
    if ends >= now.as_second() {
        return Ok(());
    }
    let ended = Timestamp::from_second(ends).map_or("long ago".to_owned(), |end| end.to_string());
    Err(denied(format!(
        "the client certificate of {shown} ended {ended}; fetch a new kubeconfig"
    )))
}

fn certificate(auth: &AuthInfo) -> Option<Vec<u8>> {
    use base64::Engine as _;
    if let Some(data) = &auth.client_certificate_data {
        return base64::engine::general_purpose::STANDARD.decode(data).ok();
    }
    std::fs::read(auth.client_certificate.as_ref()?).ok()
}

pub(super) fn denied(detail: impl Into<String>) -> Trouble {
    Trouble::new(ReasonCode::Denied, detail)
}

/// An error with all its causes in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = next.source();
    }
    text
}
