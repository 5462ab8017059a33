//! Long lists come page by page, and begin again where their snapshot is gone.

use super::{look, written};
use anyhow::Result;
use seaworthy_model::ReasonCode;
use seaworthy_tests::servers::{ADMIN, ApiServer, Fault, Faulty, kubeconfig};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

const OBJECTS: usize = 5_000;

#[test]
fn five_thousand_objects_in_pages_of_five_hundred() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let admin = server.admin();
    admin.apply("{ apiVersion: v1, kind: Namespace, metadata: { name: many } }")?;
    let map = |number: usize| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"key": "value"},
            "metadata": {"name": format!("map-{number}"), "namespace": "many"}})
    };
    admin.apply_object(&map(0))?;
    admin.create_all((1..OBJECTS).map(map))?;

    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["many"]}))?;
    let maps = |seen: &super::Seen| {
        let facts = seen.0.facts.iter();
        facts
            .filter(|fact| fact.subject.kind == "config_map")
            .count()
    };
    assert_eq!(maps(&seen), OBJECTS);
    let list = list(&seen, "configmaps");
    assert_eq!((&list["pages"], &list["restarts"]), (&json!(10), &json!(0)));

    // The third page of the first run is gone, as after a compaction.
    let pages = AtomicUsize::new(0);
    let gone_once = Faulty::before(&server, move |target| {
        let is_page = target.contains("/configmaps?") && target.contains("continue=");
        if is_page && pages.fetch_add(1, Ordering::SeqCst) == 2 {
            return Fault::Status(410, "");
        }
        Fault::None
    })?;
    let (_folder, path) = written(&kubeconfig(&gone_once.url(), None, ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["many"]}))?;
    assert_eq!(
        maps(&seen),
        OBJECTS,
        "each object once, none of the first run"
    );
    assert_eq!(self::list(&seen, "configmaps")["restarts"], 1);

    let always_gone = Faulty::before(&server, |target| match target.contains("continue=") {
        true => Fault::Status(410, ""),
        false => Fault::None,
    })?;
    let (_folder, path) = written(&kubeconfig(&always_gone.url(), None, ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["many"]}))?;
    assert_eq!(maps(&seen), 0, "half a list is none");
    let missed = seen.unread("410");
    assert_eq!(missed.reason, ReasonCode::CollectorFailed);
    assert_eq!(missed.kinds, ["config_map"]);
    Ok(())
}

fn list(seen: &super::Seen, resource: &str) -> Value {
    let cluster = seen
        .0
        .facts
        .iter()
        .find(|fact| fact.subject.kind == "cluster");
    let lists = cluster.expect("the cluster itself").value["lists"].clone();
    let mut lists = lists.as_array().cloned().unwrap_or_default().into_iter();
    lists
        .find(|list| list["resource"] == resource)
        .expect("a list that was read")
}
