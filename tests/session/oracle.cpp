#include "tests/session/oracle.h"

#include <algorithm>

#include "tests/session/witness.h"

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

// All that origins said completely. Each connection answers what it was asked.
std::vector<Message> said_by_origins(const Played& played) {
  std::vector<Message> said;
  for (const auto& connection : with_origins(played))
    std::ranges::move(connection.responses.complete(), std::back_inserter(said));
  return said;
}

std::string responses_that_lie(const Story& story, const Played& played) {
  const auto said = said_by_origins(played);
  for (const auto& response : with_client(story, played).responses.complete()) {
    const auto number = response.answers + 1;
    const auto& method = story.methods[std::min(response.answers, story.methods.size() - 1)];
    if (const auto answers = response.field("x-answer"); answers.empty()) {
      if (own_code(response).empty() && method != "HEAD")
        return "a response that nobody made: " + response.first_line + "\n" + response.body;
      continue;
    } else if (answers != "/" + std::to_string(number)) {
      return "response " + std::to_string(number) + " answers " + answers;
    }
    const bool true_to_origin = std::ranges::any_of(said, [&](const Message& one) {
      return same_response(one, response) && same_trailers(one, response);
    });
    if (!true_to_origin) return "a complete response that no origin gave: " + response.first_line;
  }
  return {};
}

std::string requests_that_lie(const Story& story, const Played& played) {
  const auto said = with_client(story, played).requests.complete();
  std::vector<Message> posts;
  for (const auto& connection : with_origins(played)) {
    for (const auto& request : connection.requests.complete()) {
      if (std::ranges::none_of(said, [&](const Message& one) { return same_request(one, request); }))
        return "a complete request that no client made: " + request.first_line;
      if (request.method() != "POST") continue;
      if (std::ranges::any_of(posts, [&](const Message& one) { return same_request(one, request); }))
        return "a POST that was repeated: " + request.first_line;
      posts.push_back(request);
    }
  }
  return {};
}

std::string tunnels_that_lie(const Story& story, const Played& played) {
  const auto client = with_client(story, played);
  const auto origins = with_origins(played);
  const auto origin = origins.empty() ? Testimony{} : origins.back();
  if (!origin.responses.tunnel.starts_with(client.responses.tunnel))
    return "the tunnel told the client what the origin did not say: " + client.responses.tunnel;
  if (!client.requests.tunnel.starts_with(origin.requests.tunnel))
    return "the tunnel told the origin what the client did not say: " + origin.requests.tunnel;
  return {};
}

std::string first_lie(const Story& story, const Played& played) {
  if (!played.in_time) return "it did not end; left are " + played.stuck_at;
  if (!played.complaint.empty()) return "what no peer may say: " + played.complaint;
  if (auto lie = responses_that_lie(story, played); !lie.empty()) return lie;
  if (auto lie = requests_that_lie(story, played); !lie.empty()) return lie;
  return tunnels_that_lie(story, played);
}

std::string lost_on_the_way(const Testimony& client, const std::vector<Testimony>& origins) {
  std::ptrdiff_t interim_from_origin = 0;
  std::string tunnel_to_origin, tunnel_from_origin;
  for (const auto& origin : origins) {
    interim_from_origin += std::ranges::count_if(origin.responses.messages, is_interim);
    tunnel_to_origin += origin.requests.tunnel;
    tunnel_from_origin += origin.responses.tunnel;
  }
  if (std::ranges::count_if(client.responses.messages, is_interim) != interim_from_origin)
    return "interim responses were lost";
  if (tunnel_from_origin != client.responses.tunnel) return "the tunnel lost what the origin said";
  if (tunnel_to_origin != client.requests.tunnel) return "the tunnel lost what the client said";
  return {};
}

std::string not_at_origins(const Testimony& client, const std::vector<Testimony>& origins) {
  std::vector<Message> at_origins;
  for (const auto& origin : origins)
    std::ranges::move(origin.requests.complete(), std::back_inserter(at_origins));
  for (const auto& request : client.requests.complete())
    if (std::ranges::none_of(at_origins, [&](const Message& one) { return same_request(one, request); }))
      return "a request did not reach the origin: " + request.first_line;
  return {};
}

// Requests that are there at once need a connection each where the origin takes one at a time.
bool are_as_many_as_expected(std::size_t connections, const Story& story, const Pairing& pairing) {
  const bool at_once = story.at_once && pairing.client == Version::h2 && pairing.origin == Version::h1;
  return at_once ? connections >= 1 && connections <= story.methods.size() : connections == story.connections;
}

std::string first_deviation(const Story& story, const Played& played) {
  if (auto lie = first_lie(story, played); !lie.empty()) return lie;
  const auto client = with_client(story, played);
  const auto origins = with_origins(played);
  if (client.responses.complete().size() != story.methods.size()) return "not all requests were answered";
  std::vector<std::string> codes;
  for (const auto& response : client.responses.complete())
    if (const auto code = own_code(response); !code.empty()) codes.push_back(code);
  if (codes != story.codes) return "other errors than expected: " + (codes.empty() ? "none" : codes.front());
  if (!are_as_many_as_expected(origins.size(), story, played.pairing))
    return std::to_string(origins.size()) + " connections to the origin";
  if (auto lost = lost_on_the_way(client, origins); !lost.empty()) return lost;
  return story.whole_requests ? not_at_origins(client, origins) : std::string();
}

std::string with_transcript(const std::string& what, const Played& played) {
  return what.empty() ? what : what + transcript(played);
}

}  // namespace

std::string lie_in(const Story& story, const Played& played) {
  return with_transcript(first_lie(story, played), played);
}
std::string deviation_in(const Story& story, const Played& played) {
  return with_transcript(first_deviation(story, played), played);
}
std::string cut_short(const Played& played) {
  if (played.client.write_end == Ended::broken) return with_transcript("the connection", played);
  if (played.pairing.client == Version::h1) return {};
  return with_transcript(stream_cut_short(played.client), played);
}

}  // namespace sluice::session
