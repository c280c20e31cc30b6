//! Builds a library for the scheduler: its module `sync` then takes locks and threads from `keyloft_scheduled`.

fn main() {
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rustc-check-cfg=cfg(keyloft_scheduled)");
    // The features that the manifests here leave out.
    println!(
        "cargo::rustc-check-cfg=cfg(feature, values(\"chrono\", \"derive\", \"jiff\", \"time\", \"uuid\"))"
    );
    println!("cargo::rustc-cfg=keyloft_scheduled");
}
