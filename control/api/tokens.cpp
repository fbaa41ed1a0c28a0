#include "control/api/tokens.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <set>
#include <stdexcept>

#include "control/choices.h"
#include "control/file_text.h"
#include "control/findings.h"
#include "control/scalars.h"
#include "control/yaml_reader.h"

namespace sluice {
namespace {

std::optional<unsigned> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return {};
}

// Never shows the text: it might be a token that was written there by mistake.
Result<TokenDigest, std::string> hash(std::string_view hex) {
  const auto wrong = [] {
    return failure(std::string("is not a SHA-256 in 64 hex digits; `sluice token new` prints an entry"));
  };
  TokenDigest digest{};
  if (hex.size() != 2 * digest.size()) return wrong();
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
    if (!high || !low) return wrong();
    digest[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return digest;
}

Token read_token(const config::Value& value) {
  Token token;
  value.mapping([&](config::Mapping& entry) {
    entry.require("name", token.name, config::name);
    entry.require("role", token.role,
                  config::choice<Role>(
                      {{"viewer", Role::viewer}, {"operator", Role::operator_}, {"admin", Role::admin}}));
    entry.require("sha256", token.digest, hash);
  });
  return token;
}

Tokens read_file(config::Mapping& file) {
  Tokens tokens;
  file.require("tokens");
  std::set<std::string> names;
  std::set<TokenDigest> digests;
  file.each("tokens", [&](const config::Value& value) {
    auto token = read_token(value);
    if (!names.insert(token.name).second) value.problem("there is another token `" + token.name + "`");
    if (!digests.insert(token.digest).second) value.problem("the same token has another name already");
    tokens.push_back(std::move(token));
  });
  return tokens;
}

std::string lines(const std::string& path, const std::vector<config::Problem>& problems) {
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "" : "; ") + config::to_string(path, problem);
  return text;
}

}  // namespace

Result<Tokens, std::string> parse_tokens(const std::string& text, const std::string& path) {
  config::Reading reading;
  Tokens tokens;
  try {
    const config::Value document(reading, YAML::Load(text), {"", "", {1, 1}});
    document.mapping([&](config::Mapping& file) { tokens = read_file(file); });
  } catch (const YAML::Exception& error) {
    reading.problems.push_back({{error.mark.line + 1, error.mark.column + 1}, "", "not YAML: " + error.msg});
  }
  config::sort_by_place(reading.problems);
  if (!reading.problems.empty()) return failure(lines(path, reading.problems));
  if (tokens.empty()) return failure(path + " has no token in it; `sluice token new` makes one");
  return tokens;
}

Result<Tokens, std::string> read_tokens(const std::string& path) {
  const auto text = read_file_text(path);
  if (!text) return failure("cannot read " + path + ": " + text.error());
  return parse_tokens(*text, path);
}

std::string new_token() {
  std::array<unsigned char, 32> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  std::array<unsigned char, 48> base64;  // 44 characters and a zero
  EVP_EncodeBlock(base64.data(), bytes.data(), static_cast<int>(bytes.size()));
  std::string token = "sluice_";
  for (const unsigned char c : base64) {
    if (c == '=') break;
    token += c == '+' ? '-' : c == '/' ? '_' : static_cast<char>(c);
  }
  return token;
}

const Token* find_token(const Tokens& tokens, const TokenDigest& digest) {
  const Token* found = nullptr;
  for (const auto& token : tokens)
    if (CRYPTO_memcmp(token.digest.data(), digest.data(), digest.size()) == 0) found = &token;
  return found;
}

}  // namespace sluice
