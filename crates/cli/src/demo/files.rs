//! The demo's files: the root certificate, the manifests, and the configuration that names them.

use crate::config::FILE_NAME;
use crate::failure::Failure;
use crate::output;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the platform's servers listen.
pub(super) struct Addresses {
    pub(super) api: SocketAddr,
    pub(super) stale: SocketAddr,
    pub(super) admin: SocketAddr,
    pub(super) plain: SocketAddr,
    pub(super) nameserver: SocketAddr,
}

/// Writes everything below `folder` and gives the configuration's path.
pub(super) fn write(folder: &Path, root: &str, at: &Addresses) -> Result<PathBuf, Failure> {
    let manifests = folder.join("k8s");
    std::fs::create_dir_all(&manifests).map_err(|error| {
        Failure::io(format!(
            "failed to make the folder {}: {error}",
            manifests.display()
        ))
    })?;
    output::write(&folder.join("ca.pem"), root.as_bytes())?;
    for (path, bytes) in seaworthy_probes::config_dir("examples/demo/k8s") {
        if let Some(name) = Path::new(path).file_name() {
            output::write(&manifests.join(name), bytes)?;
        }
    }
    let config = folder.join(FILE_NAME);
    output::write(&config, configuration(at).as_bytes())?;
    Ok(config)
}

fn configuration(at: &Addresses) -> String {
    let (api, admin) = (super::API, super::ADMIN);
    let Addresses {
        api: first,
        stale,
        admin: panel,
        plain,
        nameserver,
    } = at;
    let (port, authority) = (plain.port(), nameserver.port());
    format!(
        "\
# The demo's platform. Its servers run only while `seaworthy demo` does.
service: shop
environment: demo
release: \"1.0.0\"
targets:
  endpoints:
    - name: api
      url: https://{api}/
      labels: [api, public]
      addresses: [\"{first}\", \"{stale}\"]
      plain_http: http://{api}:{port}/
      ca_file: ca.pem
      health: /healthz
    - name: admin
      url: https://{admin}/
      labels: [admin]
      addresses: [\"{panel}\"]
      plain_http: http://{admin}:{port}/
      ca_file: ca.pem
  domains:
    - name: api-domain
      domain: {api}
      labels: [api]
      nameserver: \"{nameserver}\"
      authority_port: {authority}
      issuers: [letsencrypt.org]
      serves: [\"{first}\"]
      ca_file: ca.pem
    - name: admin-domain
      domain: {admin}
      labels: [admin]
      nameserver: \"{nameserver}\"
      authority_port: {authority}
      serves: [\"{panel}\"]
      ca_file: ca.pem
  kubernetes:
    - name: manifests
      manifests: k8s
"
    )
}
