//! `cargo xtask protocol`: the TypeScript of the protocol between JavaScript and the engine.

use crate::sh::Sh;
use crate::tree::Tree;

/// Has the test that compares the generated files write them instead.
pub(crate) fn run(tree: &Tree) -> Result<(), String> {
    let test: Sh = tree.cargo("test --quiet --locked --package keyloft-wasm --lib protocol::generate");
    test.env("KEYLOFT_WRITE_PROTOCOL", "1").run()
}
