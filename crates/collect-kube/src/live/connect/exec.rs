//! Exec credential plugins (client.authentication.k8s.io): run without standard input, within a
//! time and a size, and without a word of their output in any message.

use super::denied;
use kube::config::{AuthInfo, ExecConfig};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

/// A credential has some kilobytes.
const MOST_OUTPUT: u64 = 1 << 20;

/// Runs the plugin and puts its credential into `auth`.
pub(super) async fn run(
    plugin: &ExecConfig,
    auth: &mut AuthInfo,
    patience: Duration,
) -> Result<(), Trouble> {
    let Some(program) = plugin.command.as_deref().filter(|name| !name.is_empty()) else {
        return Err(denied("the kubeconfig's exec plugin names no command"));
    };
    let child = start(plugin, program)?;
    let ended = tokio::time::timeout(patience, output(child, program)).await;
    let Ok(output) = ended else {
        let seconds = patience.as_secs();
        return Err(Trouble::new(
            ReasonCode::Timeout,
            format!(
                "the exec plugin {program} gave no credential within {seconds} s; it may wait for an interactive login, which a sweep cannot give"
            ),
        ));
    };
    take(&output?, program, auth)
}

fn start(plugin: &ExecConfig, program: &str) -> Result<Child, Trouble> {
    let mut command = Command::new(program);
    command.args(plugin.args.iter().flatten());
    for variable in plugin.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    let cluster = plugin
        .cluster
        .as_ref()
        .filter(|_| plugin.provide_cluster_info)
        .and_then(|cluster| serde_json::to_value(cluster).ok());
    let mut spec = json!({ "interactive": false });
    if let (Some(cluster), Some(spec)) = (cluster, spec.as_object_mut()) {
        spec.insert("cluster".to_owned(), cluster);
    }
    let info = json!({
        "apiVersion": plugin.api_version,
        "kind": "ExecCredential",
        "spec": spec,
    });
    command
        .env("KUBERNETES_EXEC_INFO", info.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command.spawn().map_err(|error| {
        let hint = plugin
            .install_hint
            .as_deref()
            .map(|hint| format!("; {}", hint.trim()))
            .unwrap_or_default();
        denied(format!(
            "failed to start the exec plugin {program}: {error}{hint}"
        ))
    })
}

async fn output(mut child: Child, program: &str) -> Result<Vec<u8>, Trouble> {
    let failed = |error: std::io::Error| {
        denied(format!(
            "failed to read from the exec plugin {program}: {error}"
        ))
    };
    let mut bytes = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = stdout.take(MOST_OUTPUT);
        stdout.read_to_end(&mut bytes).await.map_err(failed)?;
        if stdout.limit() == 0 {
            return Err(denied(format!(
                "the exec plugin {program} printed more than {MOST_OUTPUT} bytes"
            )));
        }
    }
    let status = child.wait().await.map_err(failed)?;
    if status.success() {
        return Ok(bytes);
    }
    Err(denied(format!(
        "the exec plugin {program} ended with {status}; run it by hand to see what it wants"
    )))
}

fn take(output: &[u8], program: &str, auth: &mut AuthInfo) -> Result<(), Trouble> {
    let wrong = |what: &str| {
        Trouble::new(
            ReasonCode::Unparsed,
            format!("the exec plugin {program} printed {what}; an ExecCredential is wanted"),
        )
    };
    let credential: Value = serde_json::from_slice(output).map_err(|_| wrong("no JSON"))?;
    if credential["kind"].as_str() != Some("ExecCredential") {
        return Err(wrong("JSON of another kind"));
    }
    let status = &credential["status"];
    let word = |field: &str| status[field].as_str().filter(|text| !text.is_empty());
    let certificate = word("clientCertificateData").zip(word("clientKeyData"));
    let token = word("token");
    if token.is_none() && certificate.is_none() {
        return Err(wrong("neither a token nor a certificate with its key"));
    }
    auth.token = token.map(|token| token.to_owned().into());
    if let Some((certificate, key)) = certificate {
        use base64::Engine as _;
        let encoded = |pem: &str| base64::engine::general_purpose::STANDARD.encode(pem);
        auth.client_certificate_data = Some(encoded(certificate));
        auth.client_key_data = Some(encoded(key).into());
    }
    Ok(())
}
