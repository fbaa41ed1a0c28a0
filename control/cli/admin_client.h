// Talks to the admin API of a running proxy: one request on a connection of its own, for the commands.
#pragma once

#include <chrono>
#include <string>

#include "control/cli/admin_url.h"
#include "routing/result.h"

namespace sluice::cli {

struct AdminRequest {
  std::string method = "GET";
  std::string path;
  std::string body;        // empty: none
  std::string token = {};  // empty: none
  std::string ca = {};     // the PEM file that an https:// proxy is verified by; empty: the system's store
  std::string content_type = "application/json";
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
