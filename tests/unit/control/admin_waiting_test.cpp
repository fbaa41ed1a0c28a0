// Endpoints that wait.
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "control/api/routes.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

namespace asio = boost::asio;

asio::awaitable<ApiResponse> answers_later(AdminApi& api, ApiRequest request) {
  co_await asio::post(asio::use_awaitable);
  co_return problem(api.stopped() ? 503 : 200, "late", request.author + " " + request.parameters.at(0));
}

using WaitingEndpoint = AdminFixture;

TEST_F(WaitingEndpoint, Route_AnswersWhenItIsDone) {
  const Route route{"GET", "/late/{thing}", Role::viewer, answers_later};
  ApiRequest request;
  request.parameters = {"x"};
  EXPECT_THAT(awaited_result(answer_of(route, api_, request)).body, testing::HasSubstr("local x"));
}

TEST_F(WaitingEndpoint, ThatComesBackAfterTheEnd_IsTold) {
  const Route route{"GET", "/late/{thing}", Role::viewer, answers_later};
  ApiRequest request;
  request.parameters = {"x"};
  auto waiting = answer_of(route, api_, request);
  api_.stop();
  EXPECT_EQ(awaited_result(std::move(waiting)).status, 503u);
}

}  // namespace
}  // namespace sluice
