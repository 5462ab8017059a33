//! Secrets planted wherever a collector looks: none reaches an output or a file of the bundle.

use super::{CHECKLIST, assert_sound};
use anyhow::{Context, Result, ensure};
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::scene::{Scene, finish};
use seaworthy_tests::servers::{Authority, Leaf, Nginx, Site};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Each is named after the place where it is planted; the last but one is the last in base64.
const SECRETS: &[&str] = &[
    "token-of-the-environment-51",
    "key-of-a-file-52",
    "cookie-value-53",
    "location-token-54",
    "password-in-env-55",
    "password-in-args-56",
    "string-data-of-a-secret-57",
    "config-map-password-58",
    "url-password-59",
    "last-applied-60",
    "broken-line-61",
    "ZGF0YS1vZi1hLXNlY3JldA",
    "data-of-a-secret",
];

const MANIFESTS: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"env":"last-applied-60"}'
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1
          args: ["--password=password-in-args-56"]
          env:
            - { name: DATABASE_PASSWORD, value: password-in-env-55 }
            - { name: DATABASE_URL, value: "postgres://web:url-password-59@db/web" }
          resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
data: { password: ZGF0YS1vZi1hLXNlY3JldA== }
stringData: { other: string-data-of-a-secret-57 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data:
  password: config-map-password-58
  application.properties: "db.password=config-map-password-58"
"#;

const BROKEN: &str = "kind: Secret\nstringData: { password: broken-line-61: [ broken-line-61\n";

/// The server sends back what it was sent, as bad ones do.
const DIRECTIVES: &str = r#"
access_log received.log received;
add_header Set-Cookie "session=cookie-value-53; Secure; HttpOnly" always;
add_header X-Echo "$http_authorization" always;
add_header X-Echo-Key "$http_x_api_key" always;
add_header Content-Security-Policy "default-src 'self'; report-uri /r?t=$http_authorization" always;
location = / { return 302 /in?access_token=location-token-54; }
location / { return 200 "ok $http_authorization"; }
"#;

#[test]
fn no_secret_reaches_an_output_or_a_file_of_the_bundle() -> Result<()> {
    let authority = Authority::new("Test")?;
    let good = authority.issue(&Leaf::new(["api.shop.test"]))?;
    let site = Site::tls("api", &good)
        .named("api.shop.test")
        .with(DIRECTIVES);
    let received = "log_format received '$http_authorization $http_x_api_key';";
    let Some(nginx) = Nginx::setup().http(received).site(site).start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    let more = "- [ ] Security headers implemented\n- [ ] Session management secure\n- [ ] CORS configured correctly\n- [ ] No hardcoded credentials in codebase\n";
    scene.write("list.md", &format!("{CHECKLIST}\n## More\n\n{more}"))?;
    scene.write("ca.pem", &authority.root_pem())?;
    scene.write("key", "key-of-a-file-52\n")?;
    scene.write("k8s/web.yaml", MANIFESTS)?;
    scene.write("k8s/broken.yaml", BROKEN)?;
    let port = nginx.port("api");
    scene.configure(&format!(
        "  endpoints:
    - name: api
      url: https://api.shop.test:{port}/
      addresses: [\"127.0.0.1\"]
      ca_file: ca.pem
      headers: {{ Authorization: \"env:SWEEP_TOKEN\", X-Api-Key: \"file:key\" }}
  kubernetes:
    - name: manifests
      manifests: k8s
"
    ))?;
    let run = |arguments: &[&str]| -> Result<Ran> {
        let mut command = scene.command(arguments)?;
        command.env("SWEEP_TOKEN", "token-of-the-environment-51");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let ran = Ran::from_output(&finish(command.spawn()?)?)?;
        assert_sound(&ran);
        assert_free(
            arguments.join(" ").as_str(),
            &format!("{}{}", ran.stdout, ran.stderr),
        );
        Ok(ran)
    };
    let ran = run(&[
        "sweep",
        "list.md",
        "--format",
        "json",
        "--format",
        "text",
        "--format",
        "checklist",
    ])?;
    let received = std::fs::read_to_string(nginx.folder().join("received.log"))?;
    let sent = "token-of-the-environment-51 key-of-a-file-52";
    assert!(received.contains(sent), "both were sent: {received}");
    let report = ran.json()?;
    let served = report["items"].to_string();
    assert!(served.contains("session"), "the cookie was seen: {served}");

    let path = bundle(&scene.path("runs"))?;
    let files = files(&path)?;
    let shards = files.iter().filter(|file| is_gzip(file)).count();
    ensure!(shards >= 2, "facts and results are compressed: {files:?}");
    for file in &files {
        assert_free(&file.display().to_string(), &text_of(file)?);
    }
    let path = path.to_str().context("the path is text")?;
    for format in ["text", "json", "checklist"] {
        run(&["report", path, "--all", "--format", format])?;
    }
    run(&["replay", path])?;
    run(&["plan", "list.md", "--format", "json"])?;
    run(&["plan", "list.md"])?;
    for format in ["text", "json"] {
        run(&["probe", "k8s", "--manifests", "k8s", "--format", format])?;
    }
    Ok(())
}

fn assert_free(place: &str, text: &str) {
    for secret in SECRETS {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in {place}: {line:?}");
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// A file as an auditor reads it: what is compressed through `gzip`.
fn text_of(file: &Path) -> Result<String> {
    let bytes = if is_gzip(file) {
        let output = Command::new("gzip").arg("-dc").arg(file).output()?;
        ensure!(output.status.success(), "{} is no gzip", file.display());
        output.stdout
    } else {
        std::fs::read(file)?
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_gzip(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "gz")
}
