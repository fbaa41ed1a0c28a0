// Replays a fuzz target's corpus without libFuzzer: what was found once stays found.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::fuzz {

using EntryPoint = int (*)(const std::uint8_t*, std::size_t);

inline std::filesystem::path corpora() {
  return std::filesystem::path(__FILE__).parent_path() / "corpus";
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline void run(EntryPoint target, std::string_view input) {
  // A copy of its own size, so that reading past the end is seen.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  EXPECT_EQ(target(bytes.data(), bytes.size()), 0);
}

// Each input whole, and cut off at every byte if it is short.
inline void replay(const char* name, EntryPoint target) {
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

}  // namespace sluice::fuzz
