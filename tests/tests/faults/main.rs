//! Bad surroundings, end to end: each ends with the right exit code and a clear message, nothing
//! that was good is lost, and nothing passes for want of sight.

mod disk;
mod input;
mod network;
mod secrets;

use seaworthy_tests::command::Ran;

/// Two items of which the first needs an endpoint and the second manifests.
const CHECKLIST: &str = "\
# Launch

## Security

- [ ] HTTPS enforced on all endpoints

## Kubernetes

- [ ] Memory requests/limits
";
const HTTPS: &str = "security/https-enforced-on-all-endpoints";
const MEMORY: &str = "kubernetes/memory-requests-limits";

/// A Deployment that the second item passes on.
fn deployment(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\n\
         kind: Deployment\n\
         metadata: {{ name: {name} }}\n\
         spec:\n  \
           selector: {{ matchLabels: {{ app: {name} }} }}\n  \
           template:\n    \
             metadata: {{ labels: {{ app: {name} }} }}\n    \
             spec:\n      \
               containers:\n        \
                 - name: {name}\n          \
                   image: example.test/{name}:1\n          \
                   resources: {{ requests: {{ memory: 1Gi }}, limits: {{ memory: 1Gi }} }}\n"
    )
}

/// Whatever happened, it was not a fault of the program itself.
fn assert_sound(ran: &Ran) {
    assert_ne!(ran.code, 70, "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}
