// A file's content, for tests that damage or compare it.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace sluice {

inline std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sluice
