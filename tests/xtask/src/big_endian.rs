//! The cross-target tests on a big-endian processor: s390x, emulated by QEMU.

use crate::apt;
use crate::cargo_test::{count, on};
use crate::sh::Sh;
use crate::steps::Steps;
use crate::test::Length;
use crate::toolchain::{BIG_ENDIAN, Part, require};
use crate::tree::Tree;

/// The toolchain's part for this processor.
pub(crate) const NEEDS: &[Part] = &[Part::target(BIG_ENDIAN)];

const PACKAGES: &str = "qemu-user gcc-s390x-linux-gnu libc6-dev-s390x-cross";
const HOW: &str = "install QEMU's user mode and a C compiler for s390x (Debian: `apt-get install qemu-user \
                   gcc-s390x-linux-gnu libc6-dev-s390x-cross`)";

/// The tests in the gate: those of stored bytes, which the byte order is most likely to break. The others take minutes.
const IN_GATE: &str = "golden:: digest:: bytes:: exports:: system_entities::";

/// Runs the tests of stored bytes, or all tests in a long run.
pub(crate) fn check(tree: &Tree, steps: &mut Steps, length: Length) {
    steps.run("QEMU and a compiler for s390x", || apt::require(version, PACKAGES, HOW));
    steps.run("big-endian s390x under QEMU", || {
        require(BIG_ENDIAN)?;
        let tests = on(tree, BIG_ENDIAN, &["qemu-s390x", "-L", "/usr/s390x-linux-gnu"])
            .env("CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER", "s390x-linux-gnu-gcc");
        count(match length {
            Length::Gate => tests.words("--").words(IN_GATE),
            Length::Long => tests,
        })
    });
}

fn version() -> Result<String, String> {
    Sh::new("s390x-linux-gnu-gcc").arg("--version").read()?;
    let version = Sh::new("qemu-s390x").arg("--version").read()?;
    Ok(version.lines().next().unwrap_or_default().to_owned())
}
