//! Logins with a test account, against services that renew the session or do not, and that stop wrong
//! passwords or do not; sign-ups with weak passwords.

use crate::support::{
    Asked, Authority, Reply, answer, budgets, collect, describe, only, serve, serve_tls,
};
use seaworthy_collect::Collected;
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

const SECRET: &str = "correct-horse-battery";

/// How a service keeps its sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// A new session at each login.
    Renews,
    /// The visitor's session is logged in as it is.
    Keeps,
    /// None before the login, a new one by it.
    OnlyAfter,
}

/// A service with one account: `/login` and `/account`.
struct Service {
    manner: Manner,
    /// After so many wrong passwords the account is locked: told by 429, or by refusing the right one.
    locks: Option<(usize, bool)>,
    /// Whether `/account` is shown to everybody.
    open: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sessions: usize,
    inside: BTreeSet<String>,
    wrong: usize,
}

impl Service {
    fn new(manner: Manner, locks: Option<(usize, bool)>) -> Self {
        Self {
            manner,
            locks,
            open: false,
            state: Mutex::default(),
        }
    }

    fn respond(&self, asked: &Asked) -> Reply {
        let mut state = self.state.lock().unwrap();
        let cookie = asked.headers.get("cookie").cloned().unwrap_or_default();
        let session = cookie.strip_prefix("sid=").unwrap_or_default().to_owned();
        let mut fresh = || {
            state.sessions += 1;
            format!("s{}", state.sessions)
        };
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/account") => {
                let inside = self.open || state.inside.contains(&session);
                answer(if inside { 200 } else { 302 }, "Location: /login", "")
            }
            ("GET", _) if self.manner == Manner::OnlyAfter => answer(200, "", "<form>"),
            ("GET", _) => {
                let page = "<form method=post><input type=hidden name=csrf value=t0k>";
                answer(
                    200,
                    &format!("Set-Cookie: sid={}; Secure; HttpOnly", fresh()),
                    page,
                )
            }
            _ => {
                let locked = self.locks.is_some_and(|(most, _)| state.wrong >= most);
                if locked && self.locks.is_some_and(|(_, tells)| tells) {
                    return answer(429, "Retry-After: 60", "");
                }
                if locked || !asked.body.contains(SECRET) {
                    state.wrong += 1;
                    return answer(200, "", "wrong");
                }
                let csrf = self.manner == Manner::OnlyAfter || asked.body.contains("csrf=t0k");
                assert!(
                    csrf && asked.body.contains("username=ada"),
                    "{}",
                    asked.body
                );
                let session = match self.manner {
                    Manner::Keeps => session,
                    Manner::Renews | Manner::OnlyAfter => {
                        state.sessions += 1;
                        format!("s{}", state.sessions)
                    }
                };
                state.inside.insert(session.clone());
                answer(
                    302,
                    &format!("Location: /account\nSet-Cookie: sid={session}; Secure"),
                    "",
                )
            }
        }
    }
}

async fn look(service: Service, wrong: Option<u32>) -> Collected {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let reference = |name: &str, value: &str| {
        std::fs::write(folder.path().join(name), value).unwrap();
        format!("file:{}", folder.path().join(name).display())
    };
    let server = serve_tls(&authority, move |asked| service.respond(asked)).await;
    let mut login = json!({
        "path": "/login",
        "proof": "/account",
        "user": reference("user", "ada"),
        "password": reference("password", SECRET),
    });
    if let Some(wrong) = wrong {
        login["wrong_passwords"] = json!(wrong);
    }
    let spec = json!({
        "url": format!("https://{}/", server.address),
        "ca_file": authority.ca_file(),
        "active": { "login": login },
    });
    let collected = collect("web/login", spec, budgets()).await;
    assert!(!format!("{collected:?}").contains(SECRET));
    collected
}

fn says(fact: &Fact, wanted: &[(&str, Value)]) {
    for (field, value) in wanted {
        assert_eq!(
            fact.value.get(field).unwrap_or(&Value::Null),
            value,
            "{field} of {:#} {:?}",
            fact.value,
            fact.unknown
        );
    }
}

#[tokio::test]
async fn a_session_from_before_the_login_must_be_worth_nothing() {
    for (manner, before, renewed) in [
        (Manner::Renews, true, true),
        (Manner::Keeps, true, false),
        (Manner::OnlyAfter, false, true),
    ] {
        let fact = only(look(Service::new(manner, None), None).await);
        says(
            &fact,
            &[
                ("logged_in", json!(true)),
                ("cookies_before", json!(before)),
                ("session_renewed", json!(renewed)),
                ("wrong_tried", json!(0)),
                ("stopped", Value::Null),
            ],
        );
    }
}

#[tokio::test]
async fn a_login_that_is_not_proven_says_nothing() {
    // The page shows itself to everybody; the password is never taken.
    let mut open = Service::new(Manner::Renews, None);
    open.open = true;
    let locked = Service::new(Manner::Renews, Some((0, false)));
    for service in [open, locked] {
        let fact = only(look(service, Some(3)).await);
        says(
            &fact,
            &[
                ("logged_in", json!(false)),
                ("session_renewed", Value::Null),
                ("stopped", Value::Null),
                ("wrong_tried", json!(0)),
            ],
        );
        assert!(
            fact.unknown["session_renewed"].contains("did not come about")
                && fact.unknown.contains_key("stopped")
        );
    }
}

#[tokio::test]
async fn wrong_passwords_are_stopped_or_not() {
    for (locks, stopped, after, tried) in [
        (None, false, Value::Null, 5),
        (Some((3, true)), true, json!(4), 4),
        (Some((3, false)), true, Value::Null, 5),
        (Some((9, true)), false, Value::Null, 5),
    ] {
        let fact = only(look(Service::new(Manner::Renews, locks), Some(5)).await);
        says(
            &fact,
            &[
                ("stopped", json!(stopped)),
                ("stopped_after", after),
                ("wrong_tried", json!(tried)),
            ],
        );
    }
}

#[tokio::test]
async fn a_password_goes_to_nobody_in_the_clear_or_unproven() {
    let authority = Authority::new();
    let plain = serve(|_| answer(200, "", "")).await;
    let untrusted = serve_tls(&authority, |_| answer(200, "", "")).await;
    let other = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, SECRET).unwrap();
    let reference = format!("file:{}", file.display());
    for (scheme, server) in [("http", &plain), ("https", &untrusted)] {
        let spec = json!({
            "url": format!("{scheme}://{}/", server.address),
            "ca_file": other.ca_file(),
            "active": { "login": { "path": "/login", "proof": "/account", "user": reference, "password": reference } },
        });
        let collected = collect("web/login", spec, budgets()).await;
        assert!(collected.facts.is_empty() && !collected.unassessed.is_empty());
        assert!(server.asked.lock().unwrap().is_empty());
    }
    let spec = json!({ "url": "https://a.example/", "active": { "login": { "path": "/login", "proof": "/a", "user": "env:U", "password": "env:P", "wrong_passwords": 999 } } });
    let plan = describe("web/login", spec);
    assert!(
        plan.contains("up to 20 times") && plan.contains("may lock"),
        "{plan}"
    );
}

#[tokio::test]
async fn weak_passwords_are_refused_in_the_expected_words_or_nothing_is_known() {
    let form = "<input type=hidden name=csrf value=t0k>";
    let ask = |respond: fn(&Asked) -> Reply| async move {
        let server = serve(respond).await;
        let active = json!({ "sign_up": { "path": "/sign-up", "fields": { "mail": "a@b.example" }, "refusal": "too weak" } });
        let spec = json!({ "url": format!("http://{}/", server.address), "active": active });
        let collected = collect("web/sign-up", spec, budgets()).await;
        let asked = server.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 4);
        only(collected)
    };
    let fact = ask(move |asked| match asked.method.as_str() {
        "GET" => answer(200, "", "<input type=hidden name=csrf value=t0k>"),
        _ => {
            assert!(
                asked.body.contains("csrf=t0k") && asked.body.contains("mail=a%40b.example"),
                "{}",
                asked.body
            );
            answer(422, "", "the password is too weak")
        }
    })
    .await;
    assert_eq!(
        (
            fact.value["refused"].as_array().unwrap().len(),
            &fact.value["accepted"]
        ),
        (3, &json!([]))
    );
    // Some are taken.
    let fact = ask(|asked| match asked.body.contains("seaworthyweak") {
        true => answer(302, "Location: /welcome", ""),
        false => answer(200, "", "too weak"),
    })
    .await;
    assert_eq!(fact.value["accepted"], json!(["letters of one case"]));
    // Refused, and perhaps for something else.
    let fact = ask(|asked| {
        answer(
            if asked.method == "GET" { 200 } else { 403 },
            "",
            "the token is missing",
        )
    })
    .await;
    assert!(
        fact.unknown["accepted"].contains("without the words"),
        "{:?} {form}",
        fact.unknown
    );
}
