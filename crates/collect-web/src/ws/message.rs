//! Messages from frames (RFC 6455 §5.4): a server may cut one into fragments, with control frames
//! between them.

use super::frame::{Frame, Opcode};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;

/// The largest message that is put together.
const MOST_MESSAGE: usize = 256 * 1024;

/// The message that has begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    begun: Option<Frame>,
}

impl Assembly {
    /// Takes the next frame; gives the message that it ends, or itself where it is a control frame.
    ///
    /// # Errors
    ///
    /// When the frame cannot stand here, or the message grows beyond the limit.
    pub(super) fn add(&mut self, frame: Frame) -> Result<Option<Frame>, Trouble> {
        let broken = |why: &str| Err(Trouble::new(ReasonCode::Unparsed, why));
        match frame.opcode {
            Opcode::Close | Opcode::Ping | Opcode::Pong => {
                if !frame.last || frame.payload.len() > 125 {
                    return broken(
                        "a control frame is cut, or longer than 125 bytes (RFC 6455 §5.5)",
                    );
                }
                Ok(Some(frame))
            }
            Opcode::Text | Opcode::Binary => {
                if self.begun.is_some() {
                    return broken("a message begins within another one (RFC 6455 §5.4)");
                }
                self.begun = Some(frame);
                self.ended()
            }
            Opcode::Continuation => {
                let Some(begun) = &mut self.begun else {
                    return broken("a message goes on that never began (RFC 6455 §5.4)");
                };
                begun.payload.extend(frame.payload);
                begun.last = frame.last;
                self.ended()
            }
        }
    }

    fn ended(&mut self) -> Result<Option<Frame>, Trouble> {
        let length = self.begun.as_ref().map_or(0, |frame| frame.payload.len());
        if length > MOST_MESSAGE {
            let why = format!("a message is larger than the limit of {MOST_MESSAGE} bytes");
            return Err(Trouble::new(ReasonCode::TooLarge, why));
        }
        Ok(self.begun.take_if(|frame| frame.last))
    }
}

#[cfg(test)]
mod tests {
    use super::Assembly;
    use crate::ws::frame::{Frame, Opcode};
    use proptest::prelude::*;
    use seaworthy_model::ReasonCode;

    fn frame(opcode: Opcode, last: bool, text: &str) -> Frame {
        Frame {
            last,
            opcode,
            payload: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn fragments_with_a_ping_between_them() {
        let mut assembly = Assembly::default();
        let mut add = |opcode, last, text| assembly.add(frame(opcode, last, text)).unwrap();
        assert_eq!(add(Opcode::Text, false, "or"), None);
        let ping = add(Opcode::Ping, true, "?").unwrap();
        assert_eq!(ping.opcode, Opcode::Ping);
        assert_eq!(add(Opcode::Continuation, false, "de"), None);
        let whole = add(Opcode::Continuation, true, "rs").unwrap();
        assert_eq!(
            (whole.opcode, whole.payload.as_slice()),
            (Opcode::Text, &b"orders"[..])
        );
        assert!(add(Opcode::Text, true, "next").is_some());
    }

    #[test]
    fn what_cannot_be_a_message() {
        let long = "x".repeat(126);
        let huge = "x".repeat(200_000);
        for (frames, reason) in [
            (
                vec![frame(Opcode::Continuation, true, "")],
                ReasonCode::Unparsed,
            ),
            (
                vec![
                    frame(Opcode::Text, false, ""),
                    frame(Opcode::Text, true, ""),
                ],
                ReasonCode::Unparsed,
            ),
            (vec![frame(Opcode::Ping, false, "")], ReasonCode::Unparsed),
            (vec![frame(Opcode::Pong, true, &long)], ReasonCode::Unparsed),
            (
                vec![
                    frame(Opcode::Text, false, &huge),
                    frame(Opcode::Continuation, true, &huge),
                ],
                ReasonCode::TooLarge,
            ),
        ] {
            let mut assembly = Assembly::default();
            let last = frames.into_iter().map(|frame| assembly.add(frame)).last();
            assert_eq!(last.unwrap().unwrap_err().reason, reason);
        }
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_message_is_the_same(
            text in "[a-z]{0,40}",
            cuts in proptest::collection::vec(0_usize..40, 0..5),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|at| *at <= text.len()).collect();
            cuts.sort_unstable();
            cuts.push(text.len());
            let (mut assembly, mut from, mut whole) = (Assembly::default(), 0, None);
            for (number, to) in cuts.iter().enumerate() {
                let opcode = if number == 0 { Opcode::Text } else { Opcode::Continuation };
                let last = number + 1 == cuts.len();
                whole = assembly.add(frame(opcode, last, &text[from..*to])).unwrap();
                prop_assert_eq!(whole.is_some(), last);
                from = *to;
            }
            prop_assert_eq!(whole.unwrap().payload, text.into_bytes());
        }
    }
}
