#!/bin/bash
# Installs what is missing, from the distribution where it has it. Debian 12 and Ubuntu 24.04.
#   dependencies.sh build   what compiles Sluice
#   dependencies.sh demo    what deploy/quickstart.sh needs beside that
#   dependencies.sh test    what tests/run.sh needs beside that; two Python packages go into build/test-venv
#   dependencies.sh fuzz    clang and libFuzzer
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config libssl-dev libyaml-cpp-dev prometheus-cpp-dev libre2-dev
       libxxhash-dev libsodium-dev libsqlite3-dev libcurl4-openssl-dev zlib1g-dev libpugixml-dev libcli11-dev libspdlog-dev
       libexpected-dev libnghttp2-dev libbenchmark-dev libgtest-dev libgmock-dev
       libhowardhinnant-date-dev tzdata python3 git)
demo=(nginx curl)
test=(nginx curl wrk haproxy nghttp2-client nghttp2-server openssl testssl.sh procps python3
      python3-pytest python3-grpcio python3-hypercorn python3-websockets python3-venv)
fuzz=()  # clang from 16 on: older ones do not understand GCC 12's ranges
command -v go >/dev/null || test+=(golang-go)  # for h2spec

# Debian 12's default Boost is older than the one that Sluice needs; it has both.
if (. /etc/os-release && [ "$ID-${VERSION_ID:-}" = debian-12 ]); then
  build+=(libboost1.81-dev libboost-json1.81-dev)
  test+=(chromium)  # Ubuntu has it as a snap only
  fuzz+=(clang-16 libclang-rt-16-dev)
else
  build+=(libboost-dev libboost-json-dev)
  fuzz+=(clang libclang-rt-18-dev)
fi

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# What no distribution packages, into build/test-venv. Without PyPI the tests that want it are skipped.
make_venv() {
  local venv wanted=(schemathesis==4.32.5 openapi-spec-validator==0.9.0)
  venv=$(dirname "$0")/../build/test-venv
  [ "$(cat "$venv/made-of" 2>/dev/null)" = "${wanted[*]}" ] && return
  if python3 -m venv --clear "$venv" &&
     "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --timeout 10 --retries 1 "${wanted[@]}"; then
    echo "${wanted[*]}" > "$venv/made-of"
  else
    echo "PyPI cannot be reached: tests that need ${wanted[*]} will be skipped" >&2
  fi
}

# A package that brings a server starts it after installation: only the program is wanted here.
forbid_service_starts() {
  [ -e /usr/sbin/policy-rc.d ] && return
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
  trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
}

[ $# -gt 0 ] || { sed -n '2,6p' "$0" >&2; exit 2; }
missing=()
for set in "$@"; do
  case $set in build|demo|test|fuzz) declare -n wanted=$set ;; *) sed -n '2,6p' "$0" >&2; exit 2 ;; esac
  for package in "${wanted[@]}"; do is_installed "$package" || missing+=("$package"); done
done
if [ ${#missing[@]} != 0 ]; then
  echo "Installing: ${missing[*]}"
  forbid_service_starts
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "${missing[@]}"
fi
case " $* " in *" test "*) make_venv ;; esac
