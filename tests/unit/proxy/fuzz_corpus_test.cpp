// The fuzz targets' corpora, replayed without libFuzzer: what was found once stays found.
#include "tests/fuzz/replay.h"

// Every target defines the same entry point; here each gets a name of its own.
#define LLVMFuzzerTestOneInput access_log_line_fuzz
#include "tests/fuzz/access_log_line_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput canonical_path_fuzz
#include "tests/fuzz/canonical_path_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput chunked_fuzz
#include "tests/fuzz/chunked_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput dictionary_fuzz
#include "tests/fuzz/dictionary_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput glob_fuzz
#include "tests/fuzz/glob_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput h2_session_fuzz
#include "tests/fuzz/h2_session_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput identity_fuzz
#include "tests/fuzz/identity_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput proxy_protocol_fuzz
#include "tests/fuzz/proxy_protocol_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput request_head_fuzz
#include "tests/fuzz/request_head_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput response_head_fuzz
#include "tests/fuzz/response_head_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput rewrite_fuzz
#include "tests/fuzz/rewrite_fuzz.cpp"
#undef LLVMFuzzerTestOneInput

namespace sluice {
namespace {

TEST(FuzzCorpus, OfAccessLogLine_BreaksNothing) {
  fuzz::replay("access_log_line_fuzz", access_log_line_fuzz);
}
TEST(FuzzCorpus, OfCanonicalPath_BreaksNothing) {
  fuzz::replay("canonical_path_fuzz", canonical_path_fuzz);
}
TEST(FuzzCorpus, OfChunked_BreaksNothing) {
  fuzz::replay("chunked_fuzz", chunked_fuzz);
}
TEST(FuzzCorpus, OfDictionary_BreaksNothing) {
  fuzz::replay("dictionary_fuzz", dictionary_fuzz);
}
TEST(FuzzCorpus, OfGlob_BreaksNothing) {
  fuzz::replay("glob_fuzz", glob_fuzz);
}
TEST(FuzzCorpus, OfH2Session_BreaksNothing) {
  fuzz::replay("h2_session_fuzz", h2_session_fuzz);
}
TEST(FuzzCorpus, OfIdentity_BreaksNothing) {
  fuzz::replay("identity_fuzz", identity_fuzz);
}
TEST(FuzzCorpus, OfProxyProtocol_BreaksNothing) {
  fuzz::replay("proxy_protocol_fuzz", proxy_protocol_fuzz);
}
TEST(FuzzCorpus, OfRequestHead_BreaksNothing) {
  fuzz::replay("request_head_fuzz", request_head_fuzz);
}
TEST(FuzzCorpus, OfResponseHead_BreaksNothing) {
  fuzz::replay("response_head_fuzz", response_head_fuzz);
}
TEST(FuzzCorpus, OfRewrite_BreaksNothing) {
  fuzz::replay("rewrite_fuzz", rewrite_fuzz);
}

}  // namespace
}  // namespace sluice
