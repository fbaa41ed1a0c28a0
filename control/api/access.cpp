#include "control/api/access.h"

#include <spdlog/spdlog.h>

#include "routing/request_head.h"

namespace sluice {
namespace {

// RFC 6750 §2.1: "Bearer TOKEN", whatever the case of the first word.
std::optional<std::string_view> bearer(const ApiRequest& request) {
  constexpr std::string_view scheme = "Bearer ";
  if (!request.authorization) return {};
  std::string_view text = *request.authorization;
  if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme)) return {};
  text.remove_prefix(scheme.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

ApiResponse unauthorized(std::string code, std::string detail, const char* challenge) {
  auto refused = problem(401, std::move(code), std::move(detail));
  refused.headers.emplace_back("WWW-Authenticate", challenge);
  return refused;
}

ApiResponse too_many() {
  auto refused =
      problem(429, "too_many_failures", "too many wrong tokens came from your address; wait a second");
  refused.headers.emplace_back("Retry-After", "1");
  return refused;
}

}  // namespace

Result<std::string, ApiResponse> Access::let_in(const ApiRequest& request, Role needed, Time now) {
  if (!tokens_) return std::string("local");
  if (needed == Role::none) return std::string("anonymous");
  const auto presented = bearer(request);
  if (!presented)
    return failure(unauthorized("token_missing", "send a token, as in `Authorization: Bearer sluice_…`",
                                "Bearer realm=\"sluice\""));
  if (tries_too_much(request.peer, now)) return failure(too_many());
  const auto* token = find_token(*tokens_, digest_of(*presented));
  if (!token) {
    note_failure(request.peer, now);
    spdlog::warn("admin: a token from {} is not in the tokens file", request.peer);
    return failure(unauthorized("token_unknown", "the token is not one of the tokens file",
                                "Bearer realm=\"sluice\", error=\"invalid_token\""));
  }
  if (token->role < needed)
    return failure(problem(403, "role_too_low",
                           "this needs the role `" + std::string(role_word(needed)) + "`; token `" + token->name +
                               "` has `" + std::string(role_word(token->role)) + "`"));
  return std::string(role_word(token->role)) + ":" + token->name;
}

// Peers beyond the limit share one count, so that memory stays bounded.
const std::string& Access::told_apart(const std::string& peer) const {
  static const std::string others;
  return failures_.contains(peer) || failures_.size() < most_peers ? peer : others;
}

bool Access::tries_too_much(const std::string& peer, Time now) const {
  const auto found = failures_.find(told_apart(peer));
  return found != failures_.end() && now - found->second.since < window &&
         found->second.count >= most_failures;
}

void Access::note_failure(const std::string& peer, Time now) {
  std::erase_if(failures_, [&](const auto& each) { return now - each.second.since >= window; });
  auto& failures = failures_.try_emplace(told_apart(peer), Failures{now, 0}).first->second;
  ++failures.count;
}

}  // namespace sluice
