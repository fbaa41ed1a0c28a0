// Who may ask what of the admin API: reads the token of a request, and limits how fast tokens can be tried
// out. Control thread only.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "control/api/message.h"
#include "control/api/role.h"
#include "control/api/tokens.h"
#include "routing/result.h"

namespace sluice {

class Access {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr unsigned most_failures = 20;     // of one peer
  static constexpr std::chrono::seconds window{1};  // in this time
  static constexpr std::size_t most_peers = 1024;   // that are told apart

  // Without tokens everybody who reaches the API may do everything.
  void take(std::optional<Tokens> tokens) { tokens_ = std::move(tokens); }
  [[nodiscard]] const std::optional<Tokens>& tokens() const noexcept { return tokens_; }

  // The author's name for a request to what needs this role, or the refusal.
  [[nodiscard]] Result<std::string, ApiResponse> let_in(const ApiRequest& request, Role needed, Time now);

 private:
  struct Failures {
    Time since;
    unsigned count = 0;
  };

  [[nodiscard]] bool tries_too_much(const std::string& peer, Time now) const;
  void note_failure(const std::string& peer, Time now);
  [[nodiscard]] const std::string& told_apart(const std::string& peer) const;

  std::optional<Tokens> tokens_;
  std::map<std::string, Failures> failures_;
};

}  // namespace sluice
