#!/bin/bash
# Installs the test tools, builds, and runs every test: release, and AddressSanitizer with UBSan. Ends with ctest's summary.
#   run.sh          what every change must pass; at most 30 minutes on 2 cores
#   run.sh --full   ThreadSanitizer too, long runs of the reload tests, every test three times, and the fuzzers
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin

presets=(release asan)
repeat=()
case "${1-}" in
  '') ;;
  --full) presets+=(tsan); repeat=(--repeat until-fail:3); export SLUICE_FULL=1 ;;
  *) echo "usage: $0 [--full]" >&2; exit 2 ;;
esac

failed=()
timings=()
phase() {  # NAME COMMAND...
  local name=$1 start=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  "$@"
  local status=$?
  timings+=("$(printf '%-18s %3d min %02d s' "$name" $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)))")
  [ $status = 0 ] || failed+=("$name")
  return $status
}

build() { cmake --preset "$1" && cmake --build --preset "$1"; }

fuzz() {
  compgen -G 'tests/fuzz/*_fuzz.cpp' > /dev/null || { echo "no fuzz targets"; return 0; }
  deploy/dependencies.sh fuzz || return 1
  cmake --preset fuzz -DCMAKE_CXX_COMPILER="$(command -v clang++-16 || command -v clang++)" || return 1
  cmake --build --preset fuzz --target fuzzers || return 1
  local target corpus status=0
  while read -r target; do
    corpus=build/fuzz/corpus/$(basename "$target")
    mkdir -p "$corpus" "tests/fuzz/corpus/$(basename "$target")"
    "$target" -max_total_time=60 -timeout=5 -print_final_stats=1 -artifact_prefix=build/fuzz/ \
      "$corpus" "tests/fuzz/corpus/$(basename "$target")" || status=1
  done < <(find build/fuzz -name '*_fuzz' -type f -perm -u+x)
  return $status
}

# One ctest run over several build directories, so that there is one summary.
run_ctest() {
  printf 'subdirs(%s)\n' "$*" > build/CTestTestfile.cmake
  ctest --test-dir build --output-on-failure --no-tests=error -j "$(nproc)" "${repeat[@]}" | tee build/ctest.log
  return "${PIPESTATUS[0]}"
}

phase dependencies deploy/dependencies.sh build test || exit 1
built=()
for preset in "${presets[@]}"; do
  phase "build $preset" build "$preset" && built+=("$preset")
done
[ ${#presets[@]} = 3 ] && phase fuzz fuzz
[ ${#built[@]} = 0 ] || phase "test ${built[*]}" run_ctest "${built[@]}"

printf '\n=== time\n'
printf '%s\n' "${timings[@]}"
[ ${#failed[@]} = 0 ] || printf '\nFAILED: %s\n' "${failed[*]}"
[ ${#built[@]} = 0 ] || sed -n '/tests passed, .* failed out of/,$p' build/ctest.log
[ ${#failed[@]} = 0 ]
