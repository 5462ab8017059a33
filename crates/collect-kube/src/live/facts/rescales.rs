//! When load made autoscalers grow and shrink, by the events of their controller
//! (k8s.io/kubernetes, pkg/controller/podautoscaler/horizontal.go).

use crate::live::gather::Gathered;
use crate::value::Value;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The newest event of each direction, as milliseconds before the instant that is judged at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scaled {
    pub(super) grew: Option<i64>,
    pub(super) shrank: Option<i64>,
}

/// The events of all autoscalers, by namespace and name.
pub(super) struct Rescales<'g> {
    as_of: Timestamp,
    by_name: BTreeMap<(&'g str, &'g str), Scaled>,
    why_none: String,
}

/// How far the clocks of the cluster and of this machine may lie apart, in milliseconds.
const SKEW: i64 = 300_000;

const GONE: &str = "no event tells of it; a cluster keeps events for an hour, unless its API server \
                    was told otherwise (--event-ttl)";

impl<'g> Rescales<'g> {
    pub(super) fn of(gathered: &'g Gathered, as_of: Timestamp) -> Self {
        let unread = gathered.unread.iter();
        let mut unread = unread.filter(|missed| missed.resource.kind == "Event");
        let mut found = Self {
            as_of,
            by_name: BTreeMap::new(),
            why_none: unread
                .next()
                .map_or(GONE.to_owned(), |missed| missed.trouble.detail.clone()),
        };
        let events = gathered.objects.iter();
        for event in events.filter(|found| found.resource.kind == "Event") {
            found.add(&event.value);
        }
        found
    }

    fn add(&mut self, event: &'g Value) {
        let about = &event["involvedObject"];
        let word = |value: &'g Value| value.as_str().unwrap_or_default();
        if word(&about["kind"]) != "HorizontalPodAutoscaler" {
            return;
        }
        // The newest of several that were counted together.
        let times = [
            &event["series"]["lastObservedTime"],
            &event["lastTimestamp"],
            &event["eventTime"],
            &event["metadata"]["creationTimestamp"],
        ];
        let Some(ago) = times.into_iter().find_map(|time| self.ago(time)) else {
            return;
        };
        let key = (word(&about["namespace"]), word(&about["name"]));
        let scaled = self.by_name.entry(key).or_default();
        let message = word(&event["message"]);
        // Bounds that were changed make it scale as well, and show nothing of load.
        let newest = if message.ends_with("above target") {
            &mut scaled.grew
        } else if message.ends_with("All metrics below target") {
            &mut scaled.shrank
        } else {
            return;
        };
        *newest = Some(newest.map_or(ago, |known| known.min(ago)));
    }

    /// What the events tell of one autoscaler.
    pub(super) fn of_autoscaler(&self, metadata: &Value) -> Scaled {
        let word = |field: &str| metadata[field].as_str().unwrap_or_default();
        let found = self.by_name.get(&(word("namespace"), word("name")));
        found.copied().unwrap_or_default()
    }

    /// Why an event that is not there may have been.
    pub(super) fn why_none(&self) -> &str {
        &self.why_none
    }

    /// How long before the instant that is judged at, in milliseconds; none for what is no time.
    pub(super) fn ago(&self, time: &Value) -> Option<i64> {
        let time: Timestamp = time.as_str()?.parse().ok()?;
        let ago = i64::try_from(self.as_of.duration_since(time).as_millis()).ok()?;
        // Two clocks may differ; what comes after the instant had not happened then.
        (ago >= -SKEW).then_some(ago.max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::{Rescales, Scaled};
    use crate::live::gather::Gathered;
    use crate::value::{Value, json};
    use jiff::Timestamp;

    #[test]
    fn only_load_counts_and_the_newest_event_of_each_direction() {
        let event = |field: &str, second: i64, message: &str| {
            let mut event = json!({
                "involvedObject": {"kind": "HorizontalPodAutoscaler", "namespace": "shop", "name": "api"},
                "message": message,
            });
            let time = Timestamp::from_second(second).unwrap().to_string();
            match field {
                "series" => event["series"] = json!({"lastObservedTime": time}),
                _ => event[field] = Value::from(time.as_str()),
            }
            event
        };
        let up =
            "New size: 5; reason: cpu resource utilization (percentage of request) above target";
        let down = "New size: 3; reason: All metrics below target";
        let bounds = "New size: 3; reason: Current number of replicas above Spec.MaxReplicas";
        let events = [
            event("lastTimestamp", 60, up),
            event("series", 80, up),
            event("eventTime", 40, down),
            event("lastTimestamp", 99, bounds),
            json!({"involvedObject": {"kind": "Deployment", "namespace": "shop", "name": "api"},
                "lastTimestamp": "1970-01-01T00:01:00Z", "message": up}),
        ];
        let gathered = Gathered::default();
        let mut rescales = Rescales::of(&gathered, Timestamp::from_second(100).unwrap());
        for event in &events {
            rescales.add(event);
        }
        let metadata = json!({"namespace": "shop", "name": "api"});
        assert_eq!(
            rescales.of_autoscaler(&metadata),
            Scaled {
                grew: Some(20_000),
                shrank: Some(60_000)
            }
        );
        let other = json!({"namespace": "shop", "name": "web"});
        assert_eq!(rescales.of_autoscaler(&other), Scaled::default());
        assert!(rescales.why_none().contains("--event-ttl"));
    }
}
