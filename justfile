# Commands for contributors. `just` lists them.

# Lists the commands.
default:
    @just --list --unsorted

# Formats the code.
format:
    cargo fmt
    cargo fmt --manifest-path benches/peers/Cargo.toml
    cargo fmt --manifest-path benches/fuzz/Cargo.toml

# Runs the lints, with every feature, with none and with each of two alone.
lint:
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked --no-default-features --all-targets -- -D warnings
    cargo clippy --locked --no-default-features --lib -- -D warnings
    cargo clippy --locked --no-default-features --lib --features svg -- -D warnings
    cargo clippy --locked --no-default-features --lib --features dump -- -D warnings

# Builds the documentation.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --features schema

# Runs the tests. `just test --test tables` runs one file.
test *arguments:
    cargo test --locked {{arguments}}

# Runs the tests, and fails where the data beside the repository is missing.
test-all *arguments:
    HUSTINGS_SHARED=1 cargo test --locked {{arguments}}

# Rewrites the expected output of the snapshot tests, and the generated parts of documents.
bless:
    HUSTINGS_BLESS=1 TRYCMD=overwrite cargo test --locked --test snapshots --test documents --test accuracy

# Fuzzes one importer for some seconds.
fuzz target seconds="60":
    .ci/fuzz {{seconds}} {{target}}

# Compares hustings with its peers, on a small archive.
peers:
    cargo run --locked --release --manifest-path benches/peers/Cargo.toml -- --smoke

# Checks licences and sources of all dependencies.
deny:
    cargo install --quiet --locked --debug --root target/tools cargo-deny@0.20.2
    target/tools/bin/cargo-deny --offline check bans licenses sources

# Compares the public API with that of version 0.2.0.
semver:
    .ci/semver

# Runs everything that must pass before a commit.
ci:
    .ci/run
