#include "control/secrets.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "control/file_text.h"

namespace sluice {
namespace {

constexpr std::size_t shortest = 16;  // characters: less could be tried out

std::string random_secret() {
  std::array<unsigned char, 32> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  std::string hex;
  for (const auto byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::string why(const std::string& what, const std::string& path) {
  return what + " " + path + ": " + std::strerror(errno);
}

// Never overwrites a secret, and never leaves half of one: written beside, then linked to its name.
Result<void, std::string> keep(const std::string& path, const std::string& secret) {
  const auto beside = path + "." + std::to_string(::getpid());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return failure(why("cannot create", beside));
  const auto text = secret + "\n";
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  const bool named = written && (::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  auto result = named ? Result<void, std::string>() : failure(why("cannot write", path));
  ::unlink(beside.c_str());
  return result;
}

}  // namespace

Result<Secrets, std::string> read_secrets(const std::string& path) {
  const auto text = read_file_text(path);
  if (!text) return failure(text.error());
  Secrets secrets;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.pop_back();
    if (line.empty()) continue;
    if (line.size() < shortest)
      return failure(path + " has a secret of less than 16 characters; make one with `openssl rand -hex 32`");
    secrets.push_back(line);
  }
  if (secrets.empty()) return failure(path + " has no secret in it; write one a line, the first one signs");
  return secrets;
}

Result<Secrets, std::string> own_secrets(const std::string& state_directory) {
  if (state_directory.empty()) return Secrets{random_secret()};
  std::error_code error;
  std::filesystem::create_directories(state_directory, error);
  if (error) return failure("cannot create " + state_directory + ": " + error.message());
  const auto path = (std::filesystem::path(state_directory) / "cookie.key").string();
  if (!std::filesystem::exists(path))
    if (const auto kept = keep(path, random_secret()); !kept) return failure(kept.error());
  return read_secrets(path);
}

SigningKeys derive_keys(const Secrets& secrets, std::string_view purpose) {
  std::vector<SigningKey> keys;
  for (const auto& secret : secrets) {
    std::string text("sluice ");
    text.append(purpose).append("\n").append(secret);
    std::array<unsigned char, 32> hash;
    if (EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
      throw std::runtime_error("OpenSSL has no SHA-256");
    auto& key = keys.emplace_back();
    std::copy_n(hash.begin(), key.size(), key.begin());
  }
  return SigningKeys(std::move(keys));
}

}  // namespace sluice
