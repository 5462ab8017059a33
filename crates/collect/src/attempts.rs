//! The tries behind a fact that takes many requests.

use seaworthy_model::Attempt;

/// Adds tries to those before. Where one was answered at the same address as the one before it, the
/// two become one that counts them: of a hundred requests that were answered there is little more to
/// tell. A try that failed, and the one after it, stand by themselves.
pub fn add_attempts(all: &mut Vec<Attempt>, more: impl IntoIterator<Item = Attempt>) {
    for attempt in more {
        match all.last_mut().filter(|last| goes_on(last, &attempt)) {
            Some(last) => {
                last.count = last.count.saturating_add(attempt.count);
                last.millis = last.millis.saturating_add(attempt.millis);
            }
            None => all.push(attempt),
        }
    }
}

fn goes_on(last: &Attempt, next: &Attempt) -> bool {
    let answered = |attempt: &Attempt| attempt.error.is_none();
    answered(last) && answered(next) && last.outcome == next.outcome && last.address == next.address
}

#[cfg(test)]
mod tests {
    use super::add_attempts;
    use jiff::Timestamp;
    use seaworthy_model::Attempt;

    fn attempt(second: i64, address: &str, error: Option<&str>) -> Attempt {
        Attempt {
            at: Timestamp::from_second(second).unwrap(),
            address: Some(address.to_owned()),
            outcome: error.map_or("answered", |_| "timeout").to_owned(),
            error: error.map(str::to_owned),
            millis: 7,
            count: 1,
        }
    }

    #[test]
    fn answered_tries_in_a_row_are_one_that_counts_them() {
        let mut all = Vec::new();
        add_attempts(&mut all, [attempt(0, "a", None), attempt(1, "a", None)]);
        add_attempts(&mut all, [attempt(2, "a", None)]);
        let told = &all[0];
        assert_eq!((all.len(), told.count, told.millis), (1, 3, 21));
        assert_eq!(told.at, Timestamp::UNIX_EPOCH, "the first one's");
    }

    #[test]
    fn another_address_and_a_failure_stand_by_themselves() {
        let mut all = Vec::new();
        let silent = Some("no answer within 2s");
        add_attempts(
            &mut all,
            [
                attempt(0, "a", None),
                attempt(1, "b", None),
                attempt(2, "b", silent),
                attempt(3, "b", silent),
                attempt(4, "b", None),
                attempt(5, "b", None),
            ],
        );
        let counts: Vec<u32> = all.iter().map(|one| one.count).collect();
        assert_eq!(counts, [1, 1, 1, 1, 2]);
    }
}
