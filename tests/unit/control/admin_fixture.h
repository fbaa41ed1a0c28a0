// An admin API over two services, published to nobody, for the tests of what it answers.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "control/api/admin_api.h"
#include "tests/unit/control/changes.h"
#include "tests/unit/control/configs.h"

namespace sluice {

inline config::Config config_of(const std::string& text) {
  return read_config_text(text, "sluice.yaml").config;
}

class AdminFixture : public testing::Test {
 protected:
  AdminFixture() { EXPECT_TRUE(applied(revisions_, config_of(quickstart))); }

  ApiResponse ask(const std::string& method, const std::string& path, const std::string& body = "",
                  std::optional<std::string> if_match = {}) {
    ApiRequest request;
    request.method = method;
    request.path = path;
    request.host = "127.0.0.1:9900";
    request.if_match = std::move(if_match);
    request.body = body;
    return awaited_result(api_.answer(std::move(request)));
  }

  boost::json::value ask_json(const std::string& path) { return boost::json::parse(ask("GET", path).body); }

  // "422 all_weights_zero" of a problem.
  static std::string code_of(const ApiResponse& response) {
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto body = boost::json::parse(response.body);
    EXPECT_EQ(body.at("status").to_number<unsigned>(), response.status);
    EXPECT_FALSE(body.at("detail").as_string().empty());
    return std::to_string(response.status) + " " + std::string(body.at("code").as_string());
  }

  Revisions revisions_{[](auto) { return Result<void, std::string>(); }};
  Outcomes outcomes_;
  EventLog events_;
  bool ready_ = true;
  boost::asio::io_context io_;
  Engine rollouts_{parts_without_hooks(io_, revisions_, outcomes_)};
  AdminApi api_{{.revisions = revisions_,
                 .rollouts = rollouts_,
                 .outcomes = outcomes_,
                 .events = events_,
                 .ready = [this] { return ready_; }}};
};

}  // namespace sluice
