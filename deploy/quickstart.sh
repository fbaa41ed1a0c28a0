#!/bin/bash
# Shows Sluice at work: builds it, starts two real nginx upstreams, blue and green, and splits traffic between them
# with deploy/examples/quickstart.yaml. Stays up until Ctrl-C; with --once it ends after the proof (exit 0 if it held).
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin
config=deploy/examples/quickstart.yaml
web=http://127.0.0.1:8080
admin=http://127.0.0.1:9900

case "${1-}" in ''|--once) ;; *) echo "usage: $0 [--once]" >&2; exit 2 ;; esac
mode=${1-}

directory=$(mktemp -d)
started=()
clean_up() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() { echo "quickstart: $*" >&2; exit 1; }

require_free() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    fail "port $1 of 127.0.0.1 is taken, and $2 needs it. Stop what listens there (ss -ltnp 'sport = :$1') and try again."
  fi
}

start_upstream() {  # COLOUR PORT
  sed -e "s|@COLOUR@|$1|g" -e "s|@PORT@|$2|g" -e "s|@DIR@|$directory|g" -e "s|@PAGES@|$PWD/deploy/quickstart|g" \
    deploy/quickstart/upstream.conf > "$directory/$1.conf"
  nginx -p "$directory" -e "$directory/$1.error.log" -c "$directory/$1.conf" &
  started+=($!)
}

wait_for() {  # URL PID WHAT LOG
  local deadline=$((SECONDS + 20))
  until curl -fs -o /dev/null "$1"; do
    kill -0 "$2" 2>/dev/null && [ $SECONDS -lt $deadline ] || { cat "$4" >&2 || true; fail "$3 did not start"; }
    sleep 0.05
  done
}

version_of() {  # CURL_ARGUMENTS... -> blue, green or whatever came back
  curl -s -o /dev/null -D - "$@" "$web/" | tr -d '\r' | awk 'tolower($1) == "x-version:" { print $2 }'
}

percent_bar() { printf '%*s' $(($1 / 2)) '' | tr ' ' '#'; }

show_split() {
  local blue=0 green=0 other=0
  for _ in $(seq 100); do
    case $(version_of) in blue) blue=$((blue + 1)) ;; green) green=$((green + 1)) ;; *) other=$((other + 1)) ;; esac
  done
  printf '\n100 requests without identity:\n\n  %-8s %8s  %6s\n' variant requests share
  printf '  %-8s %8d  %5d%%  %s\n' blue $blue $blue "$(percent_bar $blue)" green $green $green "$(percent_bar $green)"
  [ $other = 0 ] || fail "$other of 100 requests were answered by neither blue nor green"
  [ $green -ge 8 ] && [ $green -le 12 ] || fail "10 % of 100 requests should go to green, $green did"
}

show_sticky() {
  local user versions
  printf '\n10 requests each of some users (they stay in one version):\n\n'
  for user in ada grace linus niklaus tim; do
    versions=$(for i in $(seq 5); do version_of -H "X-User-Id: $user"; version_of -b "user_id=$user"; done | sort | uniq -c) ||
      fail "no answer for user $user"
    printf '  %-10s %s\n' "$user" "$(echo $versions)"
    [ "$(wc -l <<< "$versions")" = 1 ] || fail "user $user saw more than one version"
  done
}

show_next() {
  cat <<TEXT

Sluice is up. Try, in another terminal:

  curl -i $web/                                             # blue or green
  curl -s -o /dev/null -D - -H 'X-User-Id: you' $web/       # always the same one
  build/release/sluice weights set shop blue=50 green=50    # half of the users
  build/release/sluice weights set shop blue=100 green=0    # and back
  build/release/sluice rollout start shop --to green --strategy brief --wait    # a release: all users, in three steps
  build/release/sluice status                               # with --watch: live
  curl -s $admin/metrics | grep ^sluice_

Ctrl-C stops everything.
TEXT
}

deploy/dependencies.sh build demo
echo "Building Sluice (release) ..."
cmake --preset release > "$directory/configure.log" || { cat "$directory/configure.log" >&2; fail "cmake failed"; }
cmake --build --preset release --target sluice

require_free 9001 "the blue upstream"
require_free 9002 "the green upstream"
require_free 8080 Sluice
require_free 9900 "Sluice's admin address"

start_upstream blue 9001
start_upstream green 9002
wait_for http://127.0.0.1:9001/healthz "${started[0]}" "the blue upstream" "$directory/blue.error.log"
wait_for http://127.0.0.1:9002/healthz "${started[1]}" "the green upstream" "$directory/green.error.log"

build/release/sluice run -c "$config" > "$directory/sluice.log" 2>&1 &
sluice=$!
started+=("$sluice")
wait_for "$admin/readyz" "$sluice" Sluice "$directory/sluice.log"

show_split
show_sticky
printf '\n$ sluice status\n\n'
build/release/sluice status
if [ "$mode" = --once ]; then
  kill "$sluice"
  wait "$sluice" || fail "Sluice ended with status $? after SIGTERM"
  printf '\nIt holds.\n'
  exit 0
fi
show_next
wait "$sluice" || { tail -n 20 "$directory/sluice.log" >&2; fail "Sluice ended"; }
