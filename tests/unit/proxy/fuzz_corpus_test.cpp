// The fuzz targets' corpora, replayed without libFuzzer: what was found once stays found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

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

using Target = int (*)(const std::uint8_t*, std::size_t);

std::filesystem::path corpora() {
  return std::filesystem::path(__FILE__).parent_path() / "../../fuzz/corpus";
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void run(Target target, std::string_view input) {
  // A copy of its own size, so that reading past the end is seen.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  EXPECT_EQ(target(bytes.data(), bytes.size()), 0);
}

// Each input whole, and cut off at every byte if it is short.
void replay(const char* name, Target target) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpora() / name)) {
    SCOPED_TRACE(entry.path().filename());
    const auto input = bytes_of(entry.path());
    run(target, input);
    for (std::size_t size = 0; size < input.size() && input.size() <= 512; ++size)
      run(target, std::string_view(input).substr(0, size));
    ++inputs;
  }
  EXPECT_GT(inputs, 0) << "there is no corpus";
}

TEST(FuzzCorpus, OfAccessLogLine_BreaksNothing) {
  replay("access_log_line_fuzz", access_log_line_fuzz);
}
TEST(FuzzCorpus, OfCanonicalPath_BreaksNothing) {
  replay("canonical_path_fuzz", canonical_path_fuzz);
}
TEST(FuzzCorpus, OfChunked_BreaksNothing) {
  replay("chunked_fuzz", chunked_fuzz);
}
TEST(FuzzCorpus, OfDictionary_BreaksNothing) {
  replay("dictionary_fuzz", dictionary_fuzz);
}
TEST(FuzzCorpus, OfGlob_BreaksNothing) {
  replay("glob_fuzz", glob_fuzz);
}
TEST(FuzzCorpus, OfH2Session_BreaksNothing) {
  replay("h2_session_fuzz", h2_session_fuzz);
}
TEST(FuzzCorpus, OfIdentity_BreaksNothing) {
  replay("identity_fuzz", identity_fuzz);
}
TEST(FuzzCorpus, OfProxyProtocol_BreaksNothing) {
  replay("proxy_protocol_fuzz", proxy_protocol_fuzz);
}
TEST(FuzzCorpus, OfRequestHead_BreaksNothing) {
  replay("request_head_fuzz", request_head_fuzz);
}
TEST(FuzzCorpus, OfResponseHead_BreaksNothing) {
  replay("response_head_fuzz", response_head_fuzz);
}
TEST(FuzzCorpus, OfRewrite_BreaksNothing) {
  replay("rewrite_fuzz", rewrite_fuzz);
}

}  // namespace
}  // namespace sluice
