//! The command line of `seaworthy probe …`, as clap reads it.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct ProbeArgs {
    #[command(subcommand)]
    pub(crate) what: What,
}

/// What is looked at.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// A TLS endpoint, on every address of its name
    Tls(Tls),
    /// A certificate chain in a file
    Chain {
        /// The chain as a server would send it, leaf first: PEM, or a certificate in DER; - for standard
        /// input; may be given more than once
        #[arg(long, value_name = "FILE", required = true)]
        from_file: Vec<PathBuf>,
        /// The name or the IP address that the leaf must be for
        #[arg(long, value_name = "NAME")]
        server_name: String,
        /// The only roots to trust, PEM, instead of the platform's
        #[arg(long, value_name = "PEM")]
        ca_file: Option<PathBuf>,
        /// The CA is a private one: the CA/Browser Forum's requirements do not bind it
        #[arg(long, conflicts_with = "public_ca")]
        private_ca: bool,
        /// The CA is a public one although its roots are in --ca-file: all of these requirements bind it
        #[arg(long)]
        public_ca: bool,
        /// A file with lists of revoked certificates, PEM or DER; may be given more than once
        #[arg(long, value_name = "FILE")]
        crl_file: Vec<PathBuf>,
        /// An OCSP answer as the server would staple it, DER
        #[arg(long, value_name = "DER")]
        ocsp_file: Option<PathBuf>,
        /// The certificate logs that are known (log list v3, JSON), to verify certificate timestamps
        #[arg(long, value_name = "JSON")]
        ct_log_list: Option<PathBuf>,
        /// A list of certificate timestamps as a handshake would bring it (RFC 6962 §3.3)
        #[arg(long, value_name = "FILE")]
        sct_file: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// An HTTP endpoint: headers, redirects, cookies
    Http {
        /// The URL
        url: String,
        /// Where plain HTTP would be spoken [default: the URL's host and path on port 80]
        #[arg(long, value_name = "URL")]
        plain_http: Option<String>,
        /// The path of the health endpoint
        #[arg(long, value_name = "PATH")]
        health: Option<String>,
        /// A further path to hold against the page, such as one that fails; may be given more than once
        #[arg(long, value_name = "PATH")]
        path: Vec<String>,
        #[command(flatten)]
        headers: Headers,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        common: Common,
    },
    /// The head of an HTTP answer in a file
    Headers {
        /// The head as received, with or without status line, or as `curl -v`, `wget -S`, JSON or a
        /// HAR have it; - for standard input
        #[arg(long, value_name = "FILE")]
        from_file: PathBuf,
        /// The URL that was asked for: its scheme and host count
        #[arg(long, value_name = "URL", conflicts_with = "scheme")]
        url: Option<String>,
        /// What it was served over, where no URL is named
        #[arg(long, default_value = "https")]
        scheme: Scheme,
        /// The status, where the file has no status line
        #[arg(long, default_value_t = 200)]
        status: u16,
        #[command(flatten)]
        common: Common,
    },
    /// The CORS policy of a URL: own, foreign and null origins, actual and preflight
    Cors {
        /// The URL
        url: String,
        /// The origin of the service's own pages [default: that of the URL]
        #[arg(long, value_name = "ORIGIN")]
        own_origin: Option<String>,
        #[command(flatten)]
        headers: Headers,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        common: Common,
    },
    /// A WebSocket: the handshake with own, foreign and no origin, and the answer to a ping
    Ws {
        /// The URL, wss:// or ws://
        url: String,
        /// The origin of the service's own pages [default: that of the URL]
        #[arg(long, value_name = "ORIGIN")]
        own_origin: Option<String>,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        common: Common,
    },
    /// The TCP ports of a host: the allowed ones are open, and no others
    Ports(Ports),
    /// The CAA records that govern a name, by RFC 8659
    Caa {
        /// The domain name
        name: String,
        /// The name server to ask [default: the system's]
        #[arg(long, value_name = "IP:PORT")]
        nameserver: Option<String>,
        /// The CA that must be allowed to issue, by its CAA domain; may be given more than once
        #[arg(long, value_name = "CA-DOMAIN")]
        issuer: Vec<String>,
        /// Ask about a certificate for *.NAME
        #[arg(long)]
        wildcard: bool,
        #[command(flatten)]
        common: Common,
    },
    /// A domain: its addresses, aliases, wildcards, TXT records and the state of DNSSEC
    Dns {
        /// A TXT record that has to be there, whole; may be given more than once
        #[arg(long, value_name = "TEXT")]
        expect_txt: Vec<String>,
        #[command(flatten)]
        domain: Domain,
    },
    /// The mail of a domain: MX, SPF, DMARC and MTA-STS
    Mail {
        #[command(flatten)]
        domain: Domain,
        /// How mta-sts.NAME is reached, which serves the policy of MTA-STS
        #[command(flatten)]
        reach: Reach,
    },
    /// The zone of a domain: every authoritative server, and what the zone above says of them
    Zone {
        /// The port at which the authoritative servers answer [default: 53]
        #[arg(long, value_name = "PORT")]
        authority_port: Option<u16>,
        #[command(flatten)]
        domain: Domain,
    },
    /// Kubernetes: manifests (a file, a folder, or standard input), or a live cluster
    K8s {
        /// A file, a folder, an archive, or - for standard input
        #[arg(long, value_name = "PATH", required_unless_present_any = ["kubeconfig", "context"])]
        manifests: Option<PathBuf>,
        #[command(flatten)]
        cluster: Cluster,
        #[command(flatten)]
        common: Common,
    },
}

/// Which TLS endpoint.
#[derive(Args, Debug)]
pub(crate) struct Tls {
    /// HOST or HOST:PORT (443, or the usual port of --starttls)
    pub(crate) host: String,
    /// What is spoken before TLS
    #[arg(long, value_name = "PROTOCOL")]
    pub(crate) starttls: Option<StartTls>,
    /// The name to ask for and to verify, where it is not HOST
    #[arg(long, value_name = "NAME")]
    pub(crate) server_name: Option<String>,
    /// The most hellos beside the handshake, to see versions, suites and groups [default: 150]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) hellos: Option<u32>,
    /// The certificate to show to a server that asks for one, PEM
    #[arg(long, value_name = "PEM", requires = "client_key")]
    pub(crate) client_cert: Option<PathBuf>,
    /// Its private key, PEM
    #[arg(long, value_name = "env:NAME|file:PATH", requires = "client_cert")]
    pub(crate) client_key: Option<String>,
    /// A file with lists of revoked certificates, PEM or DER; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub(crate) crl_file: Vec<PathBuf>,
    /// Fetch lists of revoked certificates over plain HTTP from where the certificates say that they are
    #[arg(long)]
    pub(crate) fetch_crls: bool,
    /// The certificate logs that are known (log list v3, JSON), to verify certificate timestamps
    #[arg(long, value_name = "JSON")]
    pub(crate) ct_log_list: Option<PathBuf>,
    /// The CA is a private one: the CA/Browser Forum's requirements do not bind it
    #[arg(long, conflicts_with = "public_ca")]
    pub(crate) private_ca: bool,
    /// The CA is a public one although its roots are in --ca-file: all of these requirements bind it
    #[arg(long)]
    pub(crate) public_ca: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// A protocol that begins without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum StartTls {
    /// PostgreSQL, by an SSLRequest
    Postgres,
    /// PostgreSQL 17 and later: TLS at once, with ALPN
    PostgresDirect,
    /// SMTP, by STARTTLS
    Smtp,
    /// IMAP, by STARTTLS
    Imap,
}

impl StartTls {
    /// As a target writes it, with the usual port.
    pub(crate) fn usual(self) -> (&'static str, u16) {
        match self {
            Self::Postgres => ("postgres", 5432),
            Self::PostgresDirect => ("postgres-direct", 5432),
            Self::Smtp => ("smtp", 25),
            Self::Imap => ("imap", 143),
        }
    }
}

/// Which domain, and whom to ask about it.
#[derive(Args, Debug)]
pub(crate) struct Domain {
    /// The domain name
    pub(crate) name: String,
    /// The name server to ask [default: the system's]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) nameserver: Option<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Which ports of which host.
#[derive(Args, Debug)]
pub(crate) struct Ports {
    /// The host name or IP address
    pub(crate) host: String,
    /// The ports that may be open
    #[arg(long, value_name = "PORT,…", value_delimiter = ',', required = true)]
    pub(crate) allow: Vec<u16>,
    /// The ports to try besides: ports and ranges, 8080,1-1024 [default: well-known ones]
    #[arg(long, value_name = "PORT,…", value_delimiter = ',')]
    pub(crate) sweep: Vec<String>,
    /// Its address, in place of those of its name; may be given more than once
    #[arg(long, value_name = "IP")]
    pub(crate) address: Vec<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Which live cluster, and what of it.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Cluster {
    /// A live cluster, by this kubeconfig
    #[arg(long, value_name = "FILE", conflicts_with = "manifests")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// A live cluster, by this context of the kubeconfig
    #[arg(long, value_name = "NAME", conflicts_with = "manifests")]
    pub(crate) context: Option<String>,
    /// Only this namespace of the cluster; may be given more than once
    #[arg(long, value_name = "NAME", conflicts_with = "manifests")]
    pub(crate) namespace: Vec<String>,
}

/// How an endpoint is reached.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Reach {
    /// Connect to ADDRESS for HOST:PORT, as curl does; may be given more than once
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub(crate) resolve: Vec<String>,
    /// The only roots to trust, PEM, instead of the platform's
    #[arg(long, value_name = "PEM")]
    pub(crate) ca_file: Option<PathBuf>,
}

/// What goes along with requests.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Headers {
    /// A header to send over HTTPS to a peer that is trusted, such as Authorization; its value stands
    /// elsewhere, so that no list of processes shows it; may be given more than once
    #[arg(long, value_name = "NAME=env:NAME|NAME=file:PATH")]
    pub(crate) header: Vec<String>,
}

/// What every probe command takes.
#[derive(Args, Debug, Clone)]
pub(crate) struct Common {
    /// Only these probes; `seaworthy probes list` names all
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) probes: Vec<String>,
    /// A parameter of the probes; may be given more than once
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) with: Vec<String>,
    /// Judge expiry at this instant instead of now (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(crate) at_time: Option<Timestamp>,
    /// A folder of further probes
    #[arg(long = "pack", value_name = "DIR")]
    pub(crate) packs: Vec<PathBuf>,
    /// Write the raw evidence there: heads, chains and DNS answers, each file named by its SHA-256
    #[arg(long, value_name = "DIR")]
    pub(crate) artifacts: Option<PathBuf>,
    /// Give up after so many seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(crate) deadline: u64,
    /// text or json
    #[arg(long, short = 'f', default_value = "text")]
    pub(crate) format: crate::args::PlainFormat,
}

/// What an answer was served over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl What {
    pub(crate) fn common(&self) -> &Common {
        match self {
            Self::Chain { common, .. }
            | Self::Http { common, .. }
            | Self::Headers { common, .. }
            | Self::Cors { common, .. }
            | Self::Ws { common, .. }
            | Self::Caa { common, .. }
            | Self::K8s { common, .. } => common,
            Self::Tls(tls) => &tls.common,
            Self::Ports(ports) => &ports.common,
            Self::Dns { domain, .. } | Self::Zone { domain, .. } | Self::Mail { domain, .. } => {
                &domain.common
            }
        }
    }
}
