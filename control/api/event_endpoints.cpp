// The endpoint that is about events: a list of recent ones, or a stream of those to come.

#include "control/api/endpoints.h"
#include "control/api/event_stream.h"
#include "control/api/events_json.h"
#include "control/api/query_number.h"

namespace sluice::endpoints {
namespace {

constexpr std::size_t most_streams = 16;  // of the admin server's connections, so that requests find one
constexpr std::uint64_t usual_limit = 100;

bool wants_list(const ApiRequest& request) {
  if (const auto format = request.query.find("format"); format != request.query.end())
    return format->second == "json";
  const auto accept = request.accept.value_or("");
  return accept.find("application/json") != accept.npos && accept.find("text/event-stream") == accept.npos;
}

// ?limit= and so on: none if it is not there.
Result<std::optional<std::uint64_t>, ApiResponse> number_in(const ApiRequest& request,
                                                            const std::string& key) {
  const auto found = request.query.find(key);
  if (found == request.query.end()) return std::nullopt;
  if (const auto number = query_number(found->second)) return number;
  return failure(problem(400, "invalid_number", "`" + key + "` is a whole number, as in ?" + key + "=100"));
}

ApiResponse list_of_events(const EventLog& log, const ApiRequest& request) {
  const auto after = number_in(request, "after"), limit = number_in(request, "limit");
  if (!after) return after.error();
  if (!limit) return limit.error();
  const auto most = static_cast<std::size_t>(limit->value_or(usual_limit));
  boost::json::array events;
  for (const auto& event : *after ? log.list(**after, most) : log.latest(most))
    events.push_back(event_json(event));
  return json_response(boost::json::object{{"events", std::move(events)}});
}

}  // namespace

ApiResponse events(AdminApi& api, const ApiRequest& request) {
  auto& log = api.events();
  if (wants_list(request)) return list_of_events(log, request);
  const auto after = number_in(request, "after");
  if (!after) return after.error();
  if (log.listeners() >= most_streams)
    return problem(503, "too_many_streams", "16 are listening already; ask again with ?format=json");
  // A browser that connects again says what it saw last; its URL is still the first one's.
  const auto seen = request.last_event_id ? query_number(*request.last_event_id) : std::nullopt;
  const auto from = seen ? *seen : after->value_or(log.last());
  return {.status = 200,
          .content_type = "text/event-stream",
          .body = {},
          .headers = {},
          .live = std::make_shared<EventStream>(log, from)};
}

}  // namespace sluice::endpoints
