#include "tests/session/oracle.h"

#include <algorithm>

#include "tests/session/messages.h"

namespace sluice::session {
namespace {

// The code of an answer that Sluice made itself; empty if it is not one.
std::string own_code(const Message& response) {
  if (response.field("content-type") != "application/problem+json") return {};
  constexpr std::string_view key = "\"code\":\"";
  const auto begin = response.body.find(key);
  if (begin == std::string::npos) return {};
  const auto code = response.body.substr(begin + key.size());
  return code.substr(0, code.find('"'));
}

bool same_request(const Message& a, const Message& b) {
  return a.method() == b.method() && a.path() == b.path() && a.body == b.body && a.trailers == b.trailers;
}

bool same_response(const Message& a, const Message& b) {
  return a.status() == b.status() && a.field("x-answer") == b.field("x-answer") && a.body == b.body;
}

// HTTP/1.0 knows no trailers; everybody else must get them.
bool same_trailers(const Message& a, const Message& b) {
  return a.trailers == b.trailers || a.field("transfer-encoding").empty();
}

bool is_interim(const Message& message) {
  return message.complete && message.status() < 200;
}

std::vector<std::string> methods_of(const std::vector<Message>& requests) {
  std::vector<std::string> methods;
  for (const auto& request : requests) methods.push_back(request.method());
  return methods;
}

// All that origins said completely. Each connection answers what it was asked.
std::vector<Message> said_by_origins(const Played& played) {
  std::vector<Message> said;
  for (const auto& connection : played.origin) {
    const auto methods = methods_of(requests_in(connection.written).messages);
    auto responses = responses_in(connection.delivered, methods, connection.read_end).complete();
    std::ranges::move(responses, std::back_inserter(said));
  }
  return said;
}

std::string excerpt(const std::string& bytes) {
  constexpr std::size_t enough = 700;
  if (bytes.size() <= enough) return bytes;
  return bytes.substr(0, enough) + "... (" + std::to_string(bytes.size()) + " bytes)";
}

std::string responses_that_lie(const Story& story, const Played& played) {
  const auto said = said_by_origins(played);
  const auto heard = responses_in(played.client.written, story.methods, played.client.write_end).complete();
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const auto& response = heard[i];
    if (const auto answers = response.field("x-answer"); answers.empty()) {
      if (own_code(response).empty() && story.methods[std::min(i, story.methods.size() - 1)] != "HEAD")
        return "a response that nobody made: " + response.first_line + "\n" + response.body;
      continue;
    } else if (answers != "/" + std::to_string(i + 1)) {
      return "response " + std::to_string(i + 1) + " answers " + answers;
    }
    const bool true_to_origin = std::ranges::any_of(said, [&](const Message& one) {
      return same_response(one, response) && same_trailers(one, response);
    });
    if (!true_to_origin)
      return "a complete response that no origin gave: " + response.first_line + "\n" +
             excerpt(response.body);
  }
  return {};
}

std::string requests_that_lie(const Played& played) {
  const auto said = requests_in(played.client.delivered).complete();
  std::vector<Message> posts;
  for (const auto& connection : played.origin) {
    for (const auto& request : requests_in(connection.written).complete()) {
      if (std::ranges::none_of(said, [&](const Message& one) { return same_request(one, request); }))
        return "a complete request that no client made: " + request.first_line + "\n" + excerpt(request.body);
      if (request.method() != "POST") continue;
      if (std::ranges::any_of(posts, [&](const Message& one) { return same_request(one, request); }))
        return "a POST that was repeated: " + request.first_line;
      posts.push_back(request);
    }
  }
  return {};
}

std::string tunnels_that_lie(const Story& story, const Played& played) {
  const auto to_client = responses_in(played.client.written, story.methods, Ended::open).tunnel;
  const auto from_client = requests_in(played.client.delivered).tunnel;
  std::string to_origin, from_origin;
  if (!played.origin.empty()) {
    to_origin = requests_in(played.origin.back().written).tunnel;
    from_origin = responses_in(played.origin.back().delivered, {}, Ended::open).tunnel;
  }
  if (!from_origin.starts_with(to_client))
    return "the tunnel told the client what the origin did not say: " + to_client;
  if (!from_client.starts_with(to_origin))
    return "the tunnel told the origin what the client did not say: " + to_origin;
  return {};
}

std::string with_bytes(const std::string& what, const Played& played) {
  if (what.empty()) return what;
  std::string text = what + "\n--- from the client:\n" + excerpt(played.client.delivered) +
                     "\n--- to the client:\n" + excerpt(played.client.written);
  for (const auto& connection : played.origin)
    text += "\n--- to the origin:\n" + excerpt(connection.written) + "\n--- from the origin:\n" +
            excerpt(connection.delivered);
  return text;
}

std::string first_lie(const Story& story, const Played& played) {
  if (!played.in_time) return "it did not end; left are " + played.stuck_at;
  if (auto lie = responses_that_lie(story, played); !lie.empty()) return lie;
  if (auto lie = requests_that_lie(played); !lie.empty()) return lie;
  return tunnels_that_lie(story, played);
}

std::string first_deviation(const Story& story, const Played& played) {
  if (auto lie = first_lie(story, played); !lie.empty()) return lie;
  const auto responses = responses_in(played.client.written, story.methods, played.client.write_end);
  if (responses.complete().size() != story.methods.size()) return "not all requests were answered";
  std::vector<std::string> codes;
  for (const auto& response : responses.complete())
    if (const auto code = own_code(response); !code.empty()) codes.push_back(code);
  if (codes != story.codes) return "other errors than expected: " + (codes.empty() ? "none" : codes.front());
  if (played.origin.size() != story.connections)
    return std::to_string(played.origin.size()) + " connections to the origin";
  std::size_t interim_from_origin = 0;
  std::string tunnel_to_origin, tunnel_from_origin;
  for (const auto& connection : played.origin) {
    const auto methods = methods_of(requests_in(connection.written).messages);
    for (const auto& message : responses_in(connection.delivered, methods, connection.read_end).messages)
      if (is_interim(message)) ++interim_from_origin;
    tunnel_to_origin += requests_in(connection.written).tunnel;
    tunnel_from_origin += responses_in(connection.delivered, methods, Ended::open).tunnel;
  }
  if (static_cast<std::size_t>(std::ranges::count_if(responses.messages, is_interim)) != interim_from_origin)
    return "interim responses were lost";
  if (tunnel_from_origin != responses.tunnel) return "the tunnel lost what the origin said";
  if (tunnel_to_origin != requests_in(played.client.delivered).tunnel)
    return "the tunnel lost what the client said";
  if (!story.whole_requests) return {};
  std::vector<Message> at_origins;
  for (const auto& connection : played.origin)
    for (auto& request : requests_in(connection.written).complete()) at_origins.push_back(std::move(request));
  for (const auto& request : requests_in(played.client.delivered).complete())
    if (std::ranges::none_of(at_origins, [&](const Message& one) { return same_request(one, request); }))
      return "a request did not reach the origin: " + request.first_line;
  return {};
}

}  // namespace

std::string lie_in(const Story& story, const Played& played) {
  return with_bytes(first_lie(story, played), played);
}
std::string deviation_in(const Story& story, const Played& played) {
  return with_bytes(first_deviation(story, played), played);
}

}  // namespace sluice::session
