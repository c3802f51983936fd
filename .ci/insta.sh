# Sourced: puts cargo-insta on PATH, which writes inline snapshots, and installs it where it is missing.

if ! command -v cargo-insta >/dev/null; then
  PATH=$(mkdir -p "${CARGO_TARGET_DIR:-target}/insta/bin" && cd "${CARGO_TARGET_DIR:-target}/insta/bin" && pwd):$PATH
  command -v cargo-insta >/dev/null ||
    cargo install --quiet --locked --debug --root "${CARGO_TARGET_DIR:-target}/insta" cargo-insta@1.49.0 || return 1
  export PATH
fi
