#!/usr/bin/env bash
# Every check of the project, from a clean clone: formatting, lints, tests, documentation tests, and the checks against
# other people's code in interop/. Needs Rust and a C compiler; the rest is installed where the rights allow it.
# With CI=true a check that had to be skipped fails the run. Two reasons are accepted: data that may not be published
# is not at hand, and cargo-deny is not installed.
set -euo pipefail
cd "$(dirname "$0")"

mkdir -p "${CARGO_TARGET_DIR:-target}"
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
venv=$target/interop-venv
failed=()

export OPNC_BIN=$target/debug
# Tests that cannot run here append a line "SKIPPED name: reason" to this file.
export OPNC_SKIPS=$target/skips.txt
: >"$OPNC_SKIPS"
if [ -z "${OPNC_SHARED:-}" ] && [ -d ../shared ]; then
    OPNC_SHARED=$(cd ../shared && pwd)
    export OPNC_SHARED
fi

# stage NAME COMMAND...: runs the command and prints one line about it; a failure is kept for the end.
stage() {
    local name=$1 begin=$SECONDS result=passed
    shift
    printf '== %s\n' "$name"
    "$@" || { result=FAILED && failed+=("$name"); }
    printf '== %s: %s in %d s\n' "$name" "$result" $((SECONDS - begin))
}

skip() { printf 'SKIPPED %s: %s\n' "$1" "$2" | tee -a "$OPNC_SKIPS"; }

have() { command -v "$1" >/dev/null 2>&1; }

have_nextest() { cargo nextest --version >/dev/null 2>&1; }

# need COMMAND PACKAGE: installs the Debian package that brings the command, unless it is there already.
need() { have "$1" || install_package "$2"; }

install_package() {
    if [ "$(id -u)" != 0 ] || ! have apt-get; then
        echo "missing here: $1"
        return 1
    fi
    [ -n "${apt_updated:-}" ] || apt-get update -qq || return 1
    apt_updated=1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

tools() {
    # Whatever needs one of these that could not be installed is skipped by its name.
    need openssl openssl || true
    need curl curl || true
    need python3 python3 || true
    need java default-jre-headless || true
    need systemd-analyze systemd || true
    need chromium chromium || true
    postgres_programs >/dev/null || install_package postgresql || true
    if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
        rustup component add rustfmt clippy || return 1
    fi
    have_nextest || cargo install cargo-nextest --locked || echo "no cargo-nextest: cargo test takes its place"
}

# The folder of PostgreSQL's programs. Debian keeps them out of the path, one folder per version.
postgres_programs() {
    local program
    for program in "$(command -v initdb || true)" /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$program" ] && dirname "$program" && return
    done
    return 1
}

# As the user of the Debian package where we are root, because PostgreSQL refuses to run as root.
postgres() {
    local program=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$(postgres_programs)/$program" "$@")
    else
        "$(postgres_programs)/$program" "$@"
    fi
}

# A server that lives as long as this run, behind a socket in a folder of its own (the path of a socket must be short).
# It orders texts by a language, not by bytes, and syncs nothing: both would be noticed if we relied on the contrary.
postgres_start() {
    cluster=$(mktemp -d /tmp/opnc-postgres.XXXXXX)
    trap postgres_stop EXIT
    [ "$(id -u)" != 0 ] || chown postgres "$cluster"
    postgres initdb --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu \
        --icu-locale=en-US --pgdata "$cluster/data" >/dev/null || return 1
    postgres pg_ctl start --wait --silent --log "$cluster/log" --pgdata "$cluster/data" --options "-k $cluster \
        -c listen_addresses= -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
        || return 1
    export OPNC_TEST_POSTGRES="postgres:///postgres?user=postgres&host=$cluster"
}

# shellcheck disable=SC2329 # called by the trap
postgres_stop() {
    postgres pg_ctl stop --silent --mode immediate --pgdata "$cluster/data" || true
    rm -rf "$cluster"
}

# What depends on the engine, once more on PostgreSQL. Chosen by a filter and not by -p, which would build the libraries
# again with other features.
tests_on_postgres() {
    local filter='package(opnc-store) + package(opnc-services) + package(opnc-server) + package(opnc-scenarios)'
    export OPNC_TEST_ENGINE=postgres
    if have_nextest; then
        cargo nextest run --workspace --locked --no-fail-fast -E "$filter"
    else
        cargo test --locked --no-fail-fast --tests -p opnc-store -p opnc-services -p opnc-server -p opnc-scenarios
    fi
}

# The environment of the interop checks: an independent ISO 15118 codec (it runs Java), the cryptography it asks for, and
# readers and writers of tokens, metrics and OpenAPI.
python_environment() {
    local wanted='iso15118==0.31.2 cryptography==44.0.0 PyJWT==2.15.1 prometheus_client==0.26.0'
    wanted="$wanted openapi-spec-validator==0.7.2 jsonschema==4.26.0"
    [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ] && return
    python3 -c 'import ensurepip' 2>/dev/null || install_package python3-venv || return 1
    rm -rf "$venv"
    # shellcheck disable=SC2086 # several words on purpose
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet $wanted && printf '%s' "$wanted" >"$venv/installed"
}

tests() {
    if have_nextest; then
        cargo nextest run --workspace --locked --no-fail-fast
    else
        cargo test --workspace --locked --no-fail-fast --lib --bins --tests
    fi
}

binaries() {
    # The whole workspace, for the same reason.
    cargo build --workspace --locked --bins --examples
}

# Each interop/NAME/check.py is a program: exit 0 is a pass. $OPNC_BIN is where it finds our binaries (examples/ below).
interop() {
    local checks=(interop/*/check.py) check
    [ -e "${checks[0]}" ] || return 0
    if ! have java || ! python_environment; then
        for check in "${checks[@]%/check.py}"; do
            skip "$check" 'Java or the Python packages are missing and could not be installed'
        done
        return
    fi
    stage 'interop binaries' binaries
    for check in "${checks[@]%/check.py}"; do
        stage "$check" "$venv/bin/python" "$check/check.py"
    done
}

closing() {
    local intolerable='' skipped
    skipped=$(sort -u "$OPNC_SKIPS")
    if [ -n "$skipped" ]; then
        printf '\n%s\n' "$skipped"
        intolerable=$(grep -vE ': (no shared data|optional tool, not installed)$' <<<"$skipped" || true)
    fi
    if [ "${CI:-}" = true ] && [ -n "$intolerable" ]; then
        failed+=('skipped checks')
    fi
    if [ ${#failed[@]} -gt 0 ]; then
        printf '\nfailed: %s\n' "$(IFS=, && printf '%s' "${failed[*]}" | sed 's/,/, /g')"
        exit 1
    fi
    printf '\nall checks passed in %d s%s\n' "$SECONDS" "${skipped:+, apart from what was skipped above}"
}

stage tools tools
stage format cargo fmt --all --check
stage lints cargo clippy --workspace --all-targets --locked -- -D warnings
if postgres_programs >/dev/null; then stage PostgreSQL postgres_start; fi
stage tests tests
if [ -n "${OPNC_TEST_POSTGRES:-}" ]; then
    stage 'tests on PostgreSQL' tests_on_postgres
else
    skip 'tests on PostgreSQL' 'no PostgreSQL'
fi
stage 'documentation tests' cargo test --doc --workspace --locked
interop
if have cargo-deny; then
    stage 'licences and sources' cargo deny check licenses bans sources
else
    skip 'cargo deny' 'optional tool, not installed'
fi
closing
