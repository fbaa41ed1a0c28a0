// Keeps web pages away from the admin API: a browser on the operator's machine can reach a loopback address,
// and any page that it shows may try (cross-site requests, DNS rebinding). What curl and scripts send passes.
#pragma once

#include <optional>
#include <string>

#include "control/api/message.h"

namespace sluice {

class RequestGuard {
 public:
  RequestGuard() = default;
  // `host` as configured, `ip` as listened on.
  RequestGuard(std::string host, const std::string& ip);

  // The refusal, or nothing when the request may go on.
  [[nodiscard]] std::optional<ApiResponse> refuse(const ApiRequest& request) const;

 private:
  [[nodiscard]] bool knows_host(std::string_view authority) const;

  std::string host_;
  bool loopback_ = false;
};

}  // namespace sluice
