// The corpora of the fuzz targets of health and control, replayed without libFuzzer.
#include "tests/fuzz/replay.h"

// Every target defines the same entry point; here each gets a name of its own.
#define LLVMFuzzerTestOneInput allocation_fuzz
#include "tests/fuzz/allocation_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput config_fuzz
#include "tests/fuzz/config_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput health_answer_fuzz
#include "tests/fuzz/health_answer_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput hook_answer_fuzz
#include "tests/fuzz/hook_answer_fuzz.cpp"
#undef LLVMFuzzerTestOneInput

namespace sluice {
namespace {

TEST(FuzzCorpusOfControl, OfAllocation_BreaksNothing) {
  fuzz::replay("allocation_fuzz", allocation_fuzz);
}
TEST(FuzzCorpusOfControl, OfConfig_BreaksNothing) {
  fuzz::replay("config_fuzz", config_fuzz);
}
TEST(FuzzCorpusOfControl, OfHealthAnswer_BreaksNothing) {
  fuzz::replay("health_answer_fuzz", health_answer_fuzz);
}
TEST(FuzzCorpusOfControl, OfHookAnswer_BreaksNothing) {
  fuzz::replay("hook_answer_fuzz", hook_answer_fuzz);
}

}  // namespace
}  // namespace sluice
