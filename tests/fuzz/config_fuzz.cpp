// Any bytes as a configuration file: read or refused, and each problem says where and what.
#include "control/config_yaml.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto parsed = read_config_text(std::string(fuzz::text_of(data, size)), "fuzz.yaml");
  for (const auto& problem : parsed.problems) fuzz::require(!problem.what.empty());
  return 0;
}
