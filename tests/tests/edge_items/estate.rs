//! A shop with a good and a bad twin: nginx and Caddy for its sites, a WebSocket server behind nginx,
//! named for its zone, and the configuration that names them.

use anyhow::Result;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{
    Authority, Caddy, Identity, Leaf, Manner, Named, Nginx, Site, Sockets, apex,
};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

/// Which of the twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twin {
    Good,
    Bad,
}

/// The servers of one twin, and the folder with its configuration. They stop when dropped.
pub(crate) struct Estate {
    pub(crate) scene: Scene,
    _nginx: Nginx,
    _caddy: Caddy,
    _named: Named,
    _sockets: Sockets,
    /// What nobody allowed, and is open.
    _stray: TcpListener,
}

/// Starts a twin; `None` where a server is not installed.
pub(crate) fn start(twin: Twin) -> Result<Option<Estate>> {
    let authority = Authority::of("R11", "Let's Encrypt")?;
    let names = [
        "shop.test",
        "api.shop.test",
        "admin.shop.test",
        "cdn.shop.test",
    ];
    let identity = match twin {
        Twin::Good => authority.issue(&Leaf::new(names))?,
        // Of another name, from an authority that nobody trusts.
        Twin::Bad => Authority::of("R11", "Let's Encrypt")?.issue(&Leaf::new(["other.test"]))?,
    };
    let sockets = match twin {
        Twin::Good => Sockets::start(
            Manner::Notifies(Duration::ZERO),
            Some("https://app.shop.test"),
        ),
        // Later than any message may be, and to everybody.
        Twin::Bad => Sockets::start(Manner::Notifies(Duration::from_millis(1_200)), None),
    }?;
    let web = web(twin, &identity, &sockets)?;
    let (Some(nginx), Some(caddy), Some(named)) = (web, cdn(twin, &identity)?, zone(twin)?) else {
        return Ok(None);
    };
    let stray = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    scene.write("websocket.json", &load(twin))?;
    scene.configure(&targets(
        twin,
        &nginx,
        &caddy,
        &named,
        stray.local_addr()?.port(),
    ))?;
    Ok(Some(Estate {
        scene,
        _nginx: nginx,
        _caddy: caddy,
        _named: named,
        _sockets: sockets,
        _stray: stray,
    }))
}

const HEADERS: &str = "\
add_header Strict-Transport-Security \"max-age=63072000; includeSubDomains\" always;
add_header Content-Security-Policy \"default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'\" always;
add_header X-Content-Type-Options nosniff always;
add_header X-Frame-Options DENY always;
add_header Referrer-Policy no-referrer always;
add_header Permissions-Policy \"camera=(), geolocation=(), microphone=()\" always;
add_header Cross-Origin-Opener-Policy same-origin always;
add_header Access-Control-Allow-Origin $allowed always;
add_header Vary Origin always;
";

/// What the good API answers besides its pages.
const GOOD: &str = "\
location = / { default_type text/html; return 200 '<html><title>Shop</title><p>Open</p><a href=\"/privacy\">Privacy</a><a href=\"/terms\">Terms</a></html>'; }
location = /healthz { HEADERS add_header Cache-Control no-store always; return 200 ok; }
location = /privacy { default_type text/html; return 200 '<p>We keep nothing.</p>'; }
location = /terms { default_type text/html; return 200 '<p>Be kind.</p>'; }
location = /fast { return 200 ok; }
location = /v1/me { HEADERS add_header RateLimit-Policy '\"burst\";q=100;w=60' always; return 200 ok; }
location = /login { limit_req zone=login; limit_req_status 429; error_page 429 = @slow; try_files /none @in; }
location @in { return 200 ok; }
location @slow { HEADERS add_header Retry-After 9 always; return 429; }
location = /account { if ($http_origin = https://evil.example) { return 403; } return 200 ok; }
location = /openapi.json { default_type application/json; return 200 '{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Shop\",\"version\":\"1\"},\"paths\":{\"/orders/{id}\":{\"get\":{\"parameters\":[{\"name\":\"id\",\"in\":\"path\"}],\"responses\":{\"200\":{},\"4XX\":{}}}}}}'; }
location /orders/ { return 400; }
location = /sign-up { if ($request_method = POST) { return 422 'the password is too weak'; } return 200 '<form>'; }
location = /session { HEADERS add_header Cache-Control no-store always; add_header Set-Cookie '__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax' always; return 200 ok; }
location = /.well-known/security.txt { default_type 'text/plain; charset=utf-8'; return 200 'Contact: mailto:security@shop.test\\nExpires: 2099-01-01T00:00:00Z\\n'; }
location /panel/ { deny all; }
location / { return 404; }
";

/// What the bad one does instead.
const BAD: &str = "\
add_header Access-Control-Allow-Origin $http_origin always;
add_header Access-Control-Allow-Credentials true always;
location = / { default_type text/html; add_header Set-Cookie 'track=1; Max-Age=99999999' always; return 200 '<html><p>Open</p><script src=\"/gone.js\"></script></html>'; }
location = /healthz { add_header Cache-Control 'public, max-age=600' always; return 500 down; }
location = /fast { return 500; }
location = /v1/me { return 200 ok; }
location = /login { return 200 ok; }
location = /account { return 200 ok; }
location = /openapi.json { default_type application/json; return 200 '{\"swagger\":\"2.0\",\"paths\":{\"/orders/{id}\":{\"get\":{\"parameters\":[{\"name\":\"id\",\"in\":\"path\"}],\"responses\":{\"200\":{}}}}}}'; }
location /orders/ { return 500; }
location = /sign-up { return 200 '<p>Welcome</p>'; }
location = /session { add_header Set-Cookie 'sid=1; Path=/' always; return 200 ok; }
location = /privacy { return 404; }
location = /terms { return 404; }
location /panel/ { return 200 panel; }
location / { return 404; }
";

fn web(twin: Twin, identity: &Identity, sockets: &Sockets) -> Result<Option<Nginx>> {
    let (api, plain) = match twin {
        Twin::Good => (
            // Where a location adds a header, nginx drops all those from above it.
            format!(
                "server_tokens off;\nssl_protocols TLSv1.2 TLSv1.3;\n{HEADERS}{}",
                GOOD.replace("HEADERS", HEADERS)
            ),
            "location / { return 301 https://$host$request_uri; }",
        ),
        Twin::Bad => (BAD.to_owned(), "location / { return 200 hello; }"),
    };
    // Only the service's own pages are let in.
    let http = "map $http_origin $allowed { default ''; 'https://app.shop.test' $http_origin; }\n\
                limit_req_zone $binary_remote_addr zone=login:1m rate=1r/s;";
    Nginx::setup()
        .http(http)
        .site(
            Site::tls("api", identity)
                .with(&api)
                .with(&upgrade(sockets)),
        )
        .site(Site::http("plain").with(plain))
        .start()
}

/// The location that nginx passes on to the WebSocket server.
pub(crate) fn upgrade(sockets: &Sockets) -> String {
    format!(
        "location = /ws {{ proxy_pass http://{}; proxy_http_version 1.1; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }}",
        sockets.address()
    )
}

/// What k6 writes of a load test over WebSocket.
fn load(twin: Twin) -> String {
    let (users, p95) = match twin {
        Twin::Good => (10_500, "42.5"),
        Twin::Bad => (900, "350"),
    };
    format!(
        "{{\"root_group\":{{}},\"state\":{{\"testRunDurationMs\":1800000}},\"metrics\":{{\
         \"http_req_duration\":{{\"type\":\"trend\",\"values\":{{\"med\":12,\"p(95)\":{p95},\"p(99)\":400,\"max\":500}}}},\
         \"http_req_failed\":{{\"type\":\"rate\",\"values\":{{\"rate\":0,\"passes\":0,\"fails\":2100000}}}},\
         \"http_reqs\":{{\"type\":\"counter\",\"values\":{{\"count\":2100000,\"rate\":1166}}}},\
         \"vus\":{{\"type\":\"gauge\",\"values\":{{\"value\":{users},\"min\":{users},\"max\":{users}}}}}}}}}"
    )
}

/// Caddy in place of a CDN: what it serves, and the headers that a CDN adds.
fn cdn(twin: Twin, identity: &Identity) -> Result<Option<Caddy>> {
    let directives = match twin {
        Twin::Good => "encode gzip
header {
-Server
Strict-Transport-Security \"max-age=63072000; includeSubDomains\"
Content-Security-Policy \"default-src 'none'; base-uri 'none'; frame-ancestors 'none'\"
X-Content-Type-Options nosniff
X-Frame-Options DENY
Referrer-Policy no-referrer
Permissions-Policy \"camera=(), geolocation=(), microphone=()\"
}
header /app.js {
Cache-Control \"public, max-age=31536000, immutable\"
X-Cache Hit
X-Served-By cache-fra-1
Via \"1.1 varnish\"
X-Amz-Cf-Id x
Age 60
Content-Type text/javascript
}
header /.well-known/security.txt Content-Type \"text/plain; charset=utf-8\"
respond /.well-known/security.txt \"Contact: mailto:security@shop.test
Expires: 2099-01-01T00:00:00Z
\" 200
respond / \"shop\" 200
respond /app.js \"REPEAT\" 200
respond 404"
            .replace("REPEAT", &"let shop = 'open'; ".repeat(200)),
        Twin::Bad => "respond /app.js \"let shop;\" 200".to_owned(),
    };
    Caddy::setup("cdn.shop.test", identity)
        .with(&directives)
        .start()
}

fn zone(twin: Twin) -> Result<Option<Named>> {
    let records = match twin {
        Twin::Good => {
            "api A 1.1.1.1\napi AAAA 2606:4700::1111\nadmin A 1.1.1.2\nadmin AAAA 2606:4700::1112\n\
             @ A 1.1.1.3\n@ MX 10 mail\nmail A 1.1.1.4\n@ TXT \"verify=1\"\n@ TXT \"v=spf1 mx -all\"\n\
             _dmarc TXT \"v=DMARC1; p=reject\"\n@ CAA 0 issue \"letsencrypt.org\""
        }
        Twin::Bad => {
            "api A 10.0.0.1\nadmin CNAME gone\n@ MX 10 gone\n@ TXT \"v=spf1 +all\"\n@ CAA 0 issue \"pki.goog\""
        }
    };
    Named::setup().zone("shop.test", &apex(records)).start()
}

fn targets(twin: Twin, nginx: &Nginx, caddy: &Caddy, named: &Named, stray: u16) -> String {
    let (api, plain) = (nginx.port("api"), nginx.port("plain"));
    let (cdn, name, port) = (caddy.port(), named.address(), named.address().port());
    let sweep = match twin {
        Twin::Good => String::new(),
        Twin::Bad => format!("\"{stray}\""),
    };
    let domain = |name_of: &str, domain: &str, more: &str| {
        format!(
            "    - {{ name: {name_of}, domain: {domain}, nameserver: \"{name}\", authority_port: {port}, serves: [\"127.0.0.1:{api}\"], ca_file: ca.pem, {more} }}\n"
        )
    };
    let domains = [
        domain("api-domain", "api.shop.test", "labels: [api]"),
        domain("admin-domain", "admin.shop.test", "labels: [admin]"),
        domain("mail-domain", "shop.test", "expect_txt: [\"verify=1\"]"),
    ]
    .concat();
    format!(
        "  endpoints:
    - name: api
      url: https://api.shop.test:{api}/
      addresses: [\"127.0.0.1\"]
      ca_file: ca.pem
      private_ca: true
      labels: [api, public, frontend, feature-flags]
      plain_http: http://api.shop.test:{plain}/
      own_origin: https://app.shop.test
      health: /healthz
      paths: [/session]
      legal: {{ privacy: /privacy, terms: /terms }}
      limits: [/v1/me]
      websocket:
        paths: [/ws]
        message: {{ send: '{{\"subscribe\":\"orders\"}}', expect: '\"event\":\"order\"', wait_seconds: 5 }}
      openapi: /openapi.json
      active:
        rate_limit: {{ path: /login, requests: 20, per_second: 50 }}
        forgery: [/account]
        openapi: {{ document: /openapi.json, per_second: 50 }}
        latency: {{ path: /fast, requests: 100, per_second: 50 }}
        sign_up: {{ path: /sign-up, refusal: too weak }}
      restricted: {{ paths: [/panel/], from: this machine }}
    - name: cdn
      url: https://cdn.shop.test:{cdn}/
      addresses: [\"127.0.0.1\"]
      ca_file: ca.pem
      private_ca: true
      plain_http: http://cdn.shop.test:{plain}/
      assets: [/app.js]
  domains:
{domains}  artifacts:
    - {{ name: ci, commit: any, roles: {{ websocket: websocket.json }} }}
  hosts:
    - {{ host: localhost, addresses: [\"127.0.0.1\"], allow: [{api}, {cdn}], sweep: [{sweep}] }}
"
    )
}
