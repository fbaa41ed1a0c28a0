// The tokens that the admin API believes: a file of names, roles and hashes, never the tokens themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/api/role.h"
#include "control/digest.h"
#include "routing/result.h"

namespace sluice {

// A token has 128 bits of chance or more, so nobody can try them out, and one plain SHA-256 is enough.
using TokenDigest = Digest;

struct Token {
  std::string name;
  Role role = Role::viewer;
  TokenDigest digest{};
  bool operator==(const Token&) const = default;
};
using Tokens = std::vector<Token>;

// Of a file `tokens: [{ name: ci, role: operator, sha256: HEX }]`; the error names the place of each problem.
[[nodiscard]] Result<Tokens, std::string> read_tokens(const std::string& path);
[[nodiscard]] Result<Tokens, std::string> parse_tokens(const std::string& text, const std::string& path);

// "sluice_" and 256 random bits.
[[nodiscard]] std::string new_token();

// The one with this digest, or null; in the same time whichever it is.
[[nodiscard]] const Token* find_token(const Tokens& tokens, const TokenDigest& digest);

}  // namespace sluice
