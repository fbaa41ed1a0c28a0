// Talks to the admin API of a running proxy: one request on a connection of its own, for the commands.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "routing/result.h"

namespace sluice::cli {

struct AdminUrl {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string authority;  // for the Host field
};

// "http://127.0.0.1:9900"; the port may be left out (80), a path may not be there.
[[nodiscard]] Result<AdminUrl, std::string> parse_admin_url(std::string_view url);

struct AdminRequest {
  std::string method = "GET";
  std::string path;
  std::string body;  // JSON; empty: none
};
struct AdminAnswer {
  unsigned status = 0;
  std::string body;
};

// Blocks. An error means that no proxy answered, and says why not.
[[nodiscard]] Result<AdminAnswer, std::string> ask_admin(
    const AdminUrl& url, const AdminRequest& request,
    std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace sluice::cli
