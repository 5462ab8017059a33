//! Fuzzes the parser behind `fuzzing::server_turn`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::server_turn(bytes));
