//! The demonstration platform: a small shop with planted faults, inside this process, on loopback
//! and ephemeral ports. The sweep over it is the real one; only the platform is made up.
//!
//! Planted faults, each named in the report with its evidence: an expired certificate on the
//! API's second address; security headers that are missing on errors; a CORS policy that reflects
//! any origin; an admin panel without CSP and with a careless cookie; CAA that does not allow the
//! certificate authority in use; manifests without limits, probes, policies and budgets.

mod certificates;
mod dns;
mod files;
mod web;

use crate::failure::Failure;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use tokio::task::JoinSet;

/// The host names of the platform, below a name that RFC 6761 keeps out of the real DNS.
const API: &str = "api.shop.test";
const ADMIN: &str = "admin.shop.test";

/// The running platform; it stops when dropped.
pub(crate) struct Platform {
    /// The configuration that describes it.
    pub(crate) config: PathBuf,
    _servers: JoinSet<()>,
}

impl Platform {
    /// Starts the servers, and writes manifests and configuration below `folder`.
    pub(crate) async fn start(folder: &Path, now: Timestamp) -> Result<Self, Failure> {
        let failed = |step: &str, error: &dyn std::fmt::Display| {
            Failure::internal(format!("failed to start the demo's {step}: {error}"))
        };
        let authority =
            certificates::Authority::new(now).map_err(|error| failed("authority", &error))?;
        let identity = |name: &str, expired: bool| {
            authority
                .issue(name, expired)
                .map_err(|error| failed("certificates", &error))
        };
        let mut servers = JoinSet::new();
        let listening = |error: std::io::Error| failed("servers", &error);
        let api = web::api(identity(API, false)?, &mut servers)
            .await
            .map_err(listening)?;
        let stale = web::api(identity(API, true)?, &mut servers)
            .await
            .map_err(listening)?;
        let admin = web::admin(identity(ADMIN, false)?, &mut servers)
            .await
            .map_err(listening)?;
        let plain = web::redirector(&mut servers).await.map_err(listening)?;
        let nameserver = dns::serve(&mut servers).await.map_err(listening)?;
        let addresses = files::Addresses {
            api,
            stale,
            admin,
            plain,
            nameserver,
        };
        let config = files::write(folder, &authority.root_pem(), &addresses)?;
        Ok(Self {
            config,
            _servers: servers,
        })
    }
}
