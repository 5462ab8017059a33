//! Fuzzes the parser behind `fuzzing::dns_answer`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::dns_answer(bytes));
