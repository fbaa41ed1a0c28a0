// Any bytes as a kept allocation: refused with a reason, or something that a service can run on and that is written as it
// was read.
#include "control/store/allocation_json.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto read = parse_allocation(fuzz::text_of(data, size));
  if (!read) {
    fuzz::require(!read.error().empty());
    return 0;
  }
  fuzz::require(!fault_of(*read));
  const auto again = parse_allocation(allocation_text(*read));
  fuzz::require(again && *again == *read);
  return 0;
}
