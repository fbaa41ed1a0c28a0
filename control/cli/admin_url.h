// Where a running proxy answers, as --admin takes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "routing/result.h"

namespace sluice::cli {

struct AdminUrl {
  enum class Scheme { http, https, unix_socket };

  Scheme scheme = Scheme::http;
  std::string host;  // without brackets; of a Unix socket its path
  std::uint16_t port = 0;
  std::string authority;  // for the Host field
};

// "http://127.0.0.1:9900", "https://proxy:9900" or "unix:/run/sluice.sock". The port may be left out (80,
// 443), a path may not be there.
[[nodiscard]] Result<AdminUrl, std::string> parse_admin_url(std::string_view url);

}  // namespace sluice::cli
