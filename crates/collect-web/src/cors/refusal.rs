//! Answers by which a server may refuse an origin, and which may be none of its own: a bare 403, and a
//! 500, which is what an error thrown at an unknown origin comes to.

use super::facts::Exchange;
use super::origins::OriginKind;

/// Such an answer, without CORS headers.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) kind: OriginKind,
    /// The exchange, by its place among all.
    pub(super) index: usize,
    /// What was asked and answered.
    pub(super) why: String,
}

/// Whether a status may refuse an origin.
pub(super) fn may_refuse(status: u16) -> bool {
    matches!(status, 403 | 500)
}

/// Takes those away that are failures rather than refusals: where the own origin fails at the same place, or
/// the same request came out otherwise another time. Their exchanges show nothing, and go too.
pub(super) fn take_failures(
    refusals: &mut Vec<Refusal>,
    exchanges: &mut Vec<Exchange>,
) -> Vec<Refusal> {
    let fails = |refusal: &Refusal| {
        let Some(one) = exchanges.get(refusal.index) else {
            return true;
        };
        let mut own = exchanges
            .iter()
            .filter(|other| other.kind == OriginKind::Own && other.on == one.on)
            .filter(|other| other.method == "GET");
        let alike = |other: &&Exchange| {
            (&other.origin, &other.on, &other.method) == (&one.origin, &one.on, &one.method)
        };
        let mut alike = exchanges.iter().filter(alike);
        one.status == 500
            && (own.any(|other| other.status >= 500) || alike.any(|other| other.status != 500))
    };
    let (failures, kept): (Vec<Refusal>, Vec<Refusal>) =
        std::mem::take(refusals).into_iter().partition(fails);
    *refusals = kept;
    let mut index = 0;
    exchanges.retain(|_| {
        index += 1;
        !failures.iter().any(|failure| failure.index + 1 == index)
    });
    failures
}

#[cfg(test)]
mod tests {
    use super::{Exchange, OriginKind, Refusal, may_refuse, take_failures};
    use crate::exchange::head::Fields;

    const FOREIGN: &str = "https://evil.example";

    /// What is left of answers to `(origin, method, status)`: refusals, failures, exchanges.
    fn check(answers: &[(&str, &'static str, u16)], wanted: (usize, usize, usize)) {
        let mut exchanges = Vec::new();
        let mut refusals = Vec::new();
        for (index, (origin, method, status)) in answers.iter().enumerate() {
            let kind = if *origin == FOREIGN {
                OriginKind::Foreign
            } else {
                OriginKind::Own
            };
            let fields = Fields::default();
            let exchange = Exchange::new((kind, origin), (method, false), "page", *status, &fields);
            exchanges.push(exchange);
            if may_refuse(*status) {
                let why = String::new();
                refusals.push(Refusal { kind, index, why });
            }
        }
        let failures = take_failures(&mut refusals, &mut exchanges);
        let found = (refusals.len(), failures.len(), exchanges.len());
        assert_eq!(found, wanted, "{answers:?}");
    }

    #[test]
    fn failures_are_no_refusals() {
        const OWN: &str = "https://app.example";
        check(&[(OWN, "GET", 200), (FOREIGN, "GET", 500)], (1, 0, 2));
        check(&[(OWN, "GET", 200), (FOREIGN, "GET", 403)], (1, 0, 2));
        check(&[(OWN, "GET", 500), (FOREIGN, "GET", 500)], (0, 2, 0));
        check(&[(OWN, "GET", 500), (FOREIGN, "GET", 403)], (1, 1, 1));
        // It came out otherwise the second time.
        check(
            &[
                (OWN, "GET", 200),
                (FOREIGN, "GET", 500),
                (FOREIGN, "GET", 200),
            ],
            (0, 1, 2),
        );
        // Preflights and actual requests are answered by different code.
        check(
            &[
                (OWN, "GET", 200),
                (OWN, "OPTIONS", 500),
                (FOREIGN, "OPTIONS", 500),
                (FOREIGN, "GET", 200),
            ],
            (2, 0, 4),
        );
    }
}
