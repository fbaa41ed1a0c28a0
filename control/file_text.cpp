#include "control/file_text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace sluice {

Result<std::string, std::string> read_file_text(const std::string& path) {
  constexpr std::size_t largest = 16 << 20;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file) return failure(std::string(std::strerror(errno)));
  std::string text;
  char part[65536];
  while (const auto n = std::fread(part, 1, sizeof part, file.get())) {
    text.append(part, n);
    if (text.size() > largest) return failure(std::string("is larger than 16 MiB"));
  }
  if (std::ferror(file.get())) return failure(std::string(std::strerror(errno)));
  return text;
}

bool readable_by_others(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  using std::filesystem::perms;
  return !error && (status.permissions() & perms::others_read) != perms::none;
}

std::string beside(const std::string& file, const std::string& name) {
  return (std::filesystem::path(file).parent_path() / name).string();
}

}  // namespace sluice
