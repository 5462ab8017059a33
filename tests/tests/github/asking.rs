//! Asks the collector about a server.

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Collector, Context, Sink};
use seaworthy_model::{Fact, Target};
use seaworthy_tests::servers::{GitHubApi, Routes};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Duration;

use seaworthy_tests::servers::github::world::good;

/// The token, which nothing may show.
pub(crate) const TOKEN: &str = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";

/// The collector.
pub(crate) fn collector() -> Box<dyn Collector> {
    let all = seaworthy_collect_delivery::collectors();
    let mut ours = all.into_iter().filter(|one| one.id() == "delivery/github");
    ours.next().unwrap()
}

/// A file that holds the token, for as long as the tests run.
static TOKEN_FILE: LazyLock<tempfile::NamedTempFile> = LazyLock::new(|| {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{TOKEN}\n")).unwrap();
    file
});

/// The target over a server, with more of its configuration.
pub(crate) fn target(api: &GitHubApi, more: &Value) -> Target {
    let mut spec = json!({
        "repository": "octo/shop", "api": api.url(),
        "token": format!("file:{}", TOKEN_FILE.path().display()),
        "freeze": { "from": "2026-03-02T00:00:00Z" },
    });
    let fields = spec.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    Target {
        name: "shop".to_owned(),
        kind: "github".to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    }
}

/// What the collector says of a server, within short limits.
pub(crate) fn ask_of(api: &GitHubApi, more: &Value) -> Collected {
    let as_of: Timestamp = "2026-03-20T12:00:00Z".parse().unwrap();
    let budgets = Budgets {
        request: Duration::from_millis(1500),
        attempts: 1,
        ..Budgets::default()
    };
    let context = Context::new(as_of, budgets, || Timestamp::UNIX_EPOCH);
    let sink = Sink::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let target = target(api, more);
    runtime.block_on(collector().collect(&target, &context, &sink));
    sink.take()
}

/// The same over a server of these routes.
pub(crate) fn ask(routes: Routes, more: &Value) -> Collected {
    let api = GitHubApi::start(routes).unwrap();
    ask_of(&api, more)
}

/// The one fact of a kind.
pub(crate) fn fact<'c>(collected: &'c Collected, kind: &str) -> &'c Fact {
    let found = facts(collected, kind);
    match found.as_slice() {
        [one] => one,
        _ => panic!(
            "{} facts of {kind}; {:?}",
            found.len(),
            collected.unassessed
        ),
    }
}

/// The facts of a kind, by name.
pub(crate) fn facts<'c>(collected: &'c Collected, kind: &str) -> Vec<&'c Fact> {
    let all = collected.facts.iter();
    all.filter(|fact| fact.subject.kind == kind).collect()
}

/// What one change of the good answers makes of a fact.
pub(crate) fn with(
    change: impl FnOnce(&mut Routes),
    more: Value,
    kind: &str,
) -> (Value, Vec<String>) {
    let mut routes = good();
    change(&mut routes);
    let collected = ask(routes, &more);
    let fact = fact(&collected, kind);
    (fact.value.clone(), fact.unknown.keys().cloned().collect())
}
