// GET /v1/events: the list, and the stream.
#include <gmock/gmock.h>

#include "control/api/event_stream.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using testing::HasSubstr;

class AdminEventsTest : public AdminFixture {
 protected:
  void happen(const std::string& kind, std::string text = "two\nlines") {
    AuditEvent event;
    event.kind = kind;
    event.author = "ci";
    event.service = "shop";
    event.text = std::move(text);
    events_.add(events_.next(std::move(event)));
  }

  ApiResponse ask_events(std::map<std::string, std::string> query,
                         std::optional<std::string> last_event_id = {},
                         std::optional<std::string> accept = {}) {
    ApiRequest request;
    request.method = "GET";
    request.path = "/v1/events";
    request.host = "localhost";
    request.query = std::move(query);
    request.last_event_id = std::move(last_event_id);
    request.accept = std::move(accept);
    return awaited_result(api_.answer(std::move(request)));
  }

  static std::string next(const ApiResponse& answer) { return awaited_result(answer.live->next()); }
};

TEST_F(AdminEventsTest, List_IsOldestFirst) {
  happen("a");
  happen("b");
  happen("c");
  const auto answer = boost::json::parse(ask_events({{"format", "json"}, {"limit", "2"}}).body);
  const auto& list = answer.at("events").as_array();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].at("number").to_number<int>(), 2);
  EXPECT_EQ(list[0].at("kind").as_string(), "b");
  EXPECT_EQ(list[0].at("author").as_string(), "ci");
  EXPECT_TRUE(list[0].at("revision").is_null());
  const auto first = ask_events({{"after", "0"}, {"limit", "1"}}, {}, "application/json");
  EXPECT_THAT(first.body, HasSubstr(R"("kind":"a")"));
  EXPECT_EQ(code_of(ask_events({{"format", "json"}, {"limit", "x"}})), "400 invalid_number");
  EXPECT_EQ(code_of(ask_events({{"after", "-1"}})), "400 invalid_number");
}

TEST_F(AdminEventsTest, Stream_TellsWhatComes) {
  happen("old");
  const auto answer = ask_events({});
  EXPECT_EQ(answer.content_type, "text/event-stream");
  EXPECT_EQ(next(answer), ": events after 1\n\n");
  happen("new");
  EXPECT_THAT(next(answer), AllOf(HasSubstr("id: 2\nevent: new\ndata: {\"number\":2,"),
                                  HasSubstr(R"("text":"two\nlines"})" "\n\n")));
}

TEST_F(AdminEventsTest, Stream_GoesOnAfterWhatWasSeen) {
  happen("a");
  happen("b");
  EXPECT_THAT(next(ask_events({{"after", "0"}})), AllOf(HasSubstr("event: a"), HasSubstr("event: b")));
  EXPECT_THAT(next(ask_events({{"after", "0"}}, "1")),
              AllOf(Not(HasSubstr("event: a")), HasSubstr("event: b")));
}

TEST_F(AdminEventsTest, StreamOfWhatIsForgotten_SaysSo) {
  for (std::size_t i = 0; i < EventLog::kept + 5; ++i) happen("a");
  const auto answer = ask_events({{"after", "0"}});
  EXPECT_THAT(next(answer), HasSubstr(": events up to 5 are no longer in memory\n\nid: 6\n"));
  EXPECT_THAT(next(answer), testing::StartsWith("id: 106\n"));  // a hundred at a time
}

TEST_F(AdminEventsTest, PartsOfAStream_AreBounded) {
  for (int i = 0; i < 10; ++i) happen("a", std::string(30'000, 'x'));
  const auto answer = ask_events({{"after", "0"}});
  EXPECT_LT(next(answer).size(), 100'000u);
  EXPECT_THAT(next(answer), testing::StartsWith("id: 4\n"));
}

TEST_F(AdminEventsTest, Streams_AreLimited) {
  std::vector<ApiResponse> open;
  for (int i = 0; i < 16; ++i) open.push_back(ask_events({}));
  EXPECT_EQ(code_of(ask_events({})), "503 too_many_streams");
  EXPECT_EQ(ask_events({{"format", "json"}}).status, 200u);
  open.pop_back();
  EXPECT_EQ(ask_events({}).status, 200u);
}

TEST_F(AdminEventsTest, StoppedStream_Ends) {
  const auto answer = ask_events({});
  answer.live->stop();
  EXPECT_EQ(next(answer), "");
}

}  // namespace
}  // namespace sluice
