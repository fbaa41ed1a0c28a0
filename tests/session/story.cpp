#include "tests/session/story.h"

#include <algorithm>

#include "tests/session/messages.h"

namespace sluice::session {
namespace {

using Then = Line::Then;

Cue at_once() {
  return [](const Scene&) { return true; };
}

// Whether the text was said, in a head or in a body however that is framed.
bool says(const Conversation& said, const std::string& text) {
  if (said.tunnel.find(text) != std::string::npos) return true;
  return std::ranges::any_of(
      said.messages, [&](const Message& message) { return message.body.find(text) != std::string::npos; });
}
Cue heard(std::string text) {
  return [text = std::move(text)](const Scene& scene) {
    return scene.heard.find(text) != std::string_view::npos || says(requests_in(scene.heard), text) ||
           says(responses_in(scene.heard, {}, Ended::open), text);
  };
}
Cue origin_heard(std::string text) {
  return [heard_it = heard(std::move(text))](const Scene& scene) {
    return heard_it({scene.heard_by_origin, scene.heard_by_origin});
  };
}
Cue whole_request() {
  return [](const Scene& scene) { return !requests_in(scene.heard).complete().empty(); };
}
Cue responses(std::vector<std::string> methods, std::size_t count) {
  return [methods = std::move(methods), count](const Scene& scene) {
    return responses_in(scene.heard, methods, Ended::open).complete().size() >= count;
  };
}

std::string get(int path, const std::string& fields = {}) {
  return "GET /" + std::to_string(path) + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}
std::string post(int path, const std::string& fields, const std::string& body = {}) {
  return "POST /" + std::to_string(path) + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}
std::string answer(int path, const std::string& status, const std::string& fields,
                   const std::string& body = {}) {
  return "HTTP/1.1 " + status + "\r\nX-Answer: /" + std::to_string(path) + "\r\n" + fields + "\r\n" + body;
}
std::string ok(int path) {
  const auto body = "the page /" + std::to_string(path);
  return answer(path, "200 OK", "Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}
std::string chunk(const std::string& data) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}

const std::string chunked = "Transfer-Encoding: chunked\r\n";
const std::string last_chunk_with_trailer = "0\r\nX-Checksum: 12ab\r\n\r\n";

Script page(int path) {
  return {{whole_request(), ok(path)}};
}

Story get_with_length() {
  return {.name = "GetWithLength", .methods = {"GET"}, .client = {{at_once(), get(1)}}, .origin = {page(1)}};
}

Story body_with_head() {
  return {.name = "BodyWithHead",
          .methods = {"POST"},
          .client = {{at_once(), post(1, "Content-Length: 11\r\n", "hello world")}},
          .origin = {page(1)}};
}

Story body_after_head() {
  return {.name = "BodyAfterHead",
          .methods = {"POST"},
          .client = {{at_once(), post(1, "Content-Length: 11\r\n")},
                     {origin_heard("\r\n\r\n"), "hello"},
                     {origin_heard("hello"), " world"}},
          .origin = {page(1)}};
}

Story chunked_both_ways() {
  return {.name = "ChunkedBothWays",
          .methods = {"POST", "POST"},
          .client = {{at_once(), post(1, chunked, chunk("hello"))},
                     {origin_heard("hello"), chunk(" world") + last_chunk_with_trailer},
                     {responses({"POST"}, 1), post(2, chunked, chunk("again") + "0\r\n\r\n")}},
          .origin = {{{whole_request(), answer(1, "200 OK", chunked, chunk("an") + chunk("swer"))},
                      {at_once(), chunk("; the rest") + last_chunk_with_trailer}},
                     {{whole_request(), answer(2, "200 OK", chunked, chunk("more") + "0\r\n\r\n")}}}};
}

// The response flows while the request still arrives.
Story full_duplex() {
  return {.name = "FullDuplex",
          .methods = {"POST"},
          .client = {{at_once(), post(1, chunked, chunk("one"))},
                     {heard("ONE"), chunk("two")},
                     {heard("TWO"), "0\r\n\r\n"}},
          .origin = {{{heard("one"), answer(1, "200 OK", chunked, chunk("ONE"))},
                      {heard("two"), chunk("TWO")},
                      {whole_request(), "0\r\n\r\n"}}}};
}

Story until_close() {
  return {.name = "UntilClose",
          .methods = {"GET", "GET"},
          .client = {{at_once(), get(1)}, {responses({"GET"}, 1), get(2)}},
          .origin = {{{whole_request(), answer(1, "200 OK", "", "as long as ")},
                      {at_once(), "it lasts", Then::leave}},
                     page(2)},
          .connections = 2};
}

Story bodiless() {
  const std::vector<std::string> methods{"HEAD", "GET", "GET", "GET"};
  return {.name = "HeadAnd204And304",
          .methods = methods,
          .client = {{at_once(), "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n"},
                     {responses(methods, 1), get(2)},
                     {responses(methods, 2), get(3)},
                     {responses(methods, 3), get(4)}},
          .origin = {{{whole_request(), answer(1, "200 OK", "Content-Length: 1000\r\n")}},
                     {{whole_request(), answer(2, "204 No Content", "")}},
                     {{whole_request(), answer(3, "304 Not Modified", "Content-Length: 5\r\n")}},
                     page(4)}};
}

Story interim() {
  return {.name = "ContinueAndEarlyHints",
          .methods = {"POST"},
          .client = {{at_once(), post(1, "Content-Length: 5\r\nExpect: 100-continue\r\n")},
                     {heard("HTTP/1.1 100 "), "hello"}},
          .origin = {{{heard("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n"},
                      {whole_request(), "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"},
                      {at_once(), ok(1)}}}};
}

Story early_refusal(Then then) {
  Script client{{at_once(), post(1, "Content-Length: 500\r\n")}};
  for (int i = 0; i < 10; ++i) client.push_back({origin_heard("\r\n\r\n"), std::string(50, 'x')});
  const auto refusal = answer(1, "413 Content Too Large", "Content-Length: 4\r\n", "much");
  return {.name = then == Then::leave ? "EarlyRefusalThatCloses" : "EarlyRefusal",
          .methods = {"POST"},
          .client = std::move(client),
          .origin = {{{heard("xxxxxxxxxx"), refusal, then}}},
          .whole_requests = false};
}

Story over_limit() {
  return {.name = "BodyOverLimit",
          .methods = {"POST"},
          .client = {{at_once(), post(1, chunked, chunk("hello"))},
                     {origin_heard("hello"), chunk(" world") + "0\r\n\r\n"}},
          .origin = {page(1)},
          .codes = {"body_too_large"},
          .whole_requests = false,
          .body_limit = 8};
}

Story tunnel() {
  const std::string switching =
      "HTTP/1.1 101 Switching Protocols\r\nX-Answer: /1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
  return {.name = "UpgradeTunnel",
          .methods = {"GET"},
          .client = {{at_once(), get(1, "Connection: Upgrade\r\nUpgrade: echo\r\n")},
                     {heard("welcome"), "ping"},
                     {heard("pong"), "bye", Then::finish}},
          .origin = {{{heard("\r\n\r\n"), switching + "welcome"},
                      {heard("ping"), "pong"},
                      {heard("bye"), "so long", Then::leave}}},
          .only_h1_client = "HTTP/2 has no Upgrade (RFC 9113 §8.6)",
          .only_h1_origin = "HTTP/2 has no Upgrade (RFC 9113 §8.6): such an origin never switches"};
}

Story pipelined() {
  return {.name = "Pipelined",
          .methods = {"GET", "POST", "HEAD", "GET"},
          .client = {{at_once(), get(1) + post(2, "Content-Length: 5\r\n", "hello") +
                                     "HEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n" + get(4)}},
          .origin = {page(1),
                     page(2),
                     {{whole_request(), answer(3, "200 OK", "Content-Length: 7\r\n")}},
                     page(4)},
          .at_once = true};
}

Story one_after_the_other() {
  const std::vector<std::string> methods{"GET", "GET", "GET"};
  return {.name = "OneAfterTheOther",
          .methods = methods,
          .client = {{at_once(), get(1)}, {responses(methods, 1), get(2)}, {responses(methods, 2), get(3)}},
          .origin = {page(1), page(2), page(3)}};
}

// The kept connection turns out to be dead when the second request is on it.
Story dead_when_used(const std::string& method) {
  const bool may_repeat = method == "GET";
  const auto second = may_repeat ? get(2) : post(2, "Content-Length: 5\r\n", "hello");
  return {.name = may_repeat ? "DeadIdleConnection_IsReplaced" : "DeadIdleConnection_PostIsNotRepeated",
          .methods = {"GET", method},
          .client = {{at_once(), get(1)}, {responses({"GET"}, 1), second}},
          .origin = {page(1), page(2)},
          .on_kept = {{whole_request(), "", Then::leave}},
          .connections = may_repeat ? 2U : 1U,
          .codes = may_repeat ? std::vector<std::string>{} : std::vector<std::string>{"upstream_reset"}};
}

Story closed_while_idle() {
  return {.name = "ConnectionClosedWhileIdle",
          .methods = {"GET", "GET"},
          .client = {{at_once(), get(1)}, {responses({"GET"}, 1), get(2)}},
          .origin = {{{whole_request(), ok(1), Then::leave}}, page(2)},
          .connections = 2};
}

Story http10() {
  const auto in_chunks = chunk("un") + chunk("til close") + "0\r\n\r\n";
  return {.name = "Http10",
          .methods = {"GET", "GET"},
          .client = {{at_once(), "GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"},
                     {responses({"GET"}, 1), "GET /2 HTTP/1.0\r\n\r\n"}},
          .origin = {page(1), {{whole_request(), answer(2, "200 OK", chunked, in_chunks)}}},
          .only_h1_client = "a client of HTTP/1.0 is what it is about"};
}

Story malformed_answer() {
  const auto malformed = answer(1, "200 OK", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello!");
  return {.name = "MalformedAnswer",
          .methods = {"GET"},
          .client = {{at_once(), get(1)}},
          .origin = {{{whole_request(), malformed}}},
          .codes = {"upstream_bad_response"}};
}

// More than the sockets hold, both ways.
Story large_bodies() {
  const std::string body(60'000, 'b');
  const auto length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return {.name = "LargeBodies",
          .methods = {"POST", "GET"},
          .client = {{at_once(), post(1, length, body)}, {responses({"POST"}, 1), get(2)}},
          .origin = {{{whole_request(), answer(1, "200 OK", length, body)}}, page(2)}};
}

}  // namespace

const std::vector<Story>& stories() {
  static const std::vector<Story> all{get_with_length(),
                                      body_with_head(),
                                      body_after_head(),
                                      chunked_both_ways(),
                                      full_duplex(),
                                      until_close(),
                                      bodiless(),
                                      interim(),
                                      early_refusal(Then::stay),
                                      early_refusal(Then::leave),
                                      over_limit(),
                                      tunnel(),
                                      pipelined(),
                                      one_after_the_other(),
                                      dead_when_used("GET"),
                                      dead_when_used("POST"),
                                      closed_while_idle(),
                                      http10(),
                                      malformed_answer(),
                                      large_bodies()};
  return all;
}

}  // namespace sluice::session
