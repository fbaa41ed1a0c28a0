// Reading and writing request heads: ours, and Beast's basic_parser behind a scan for what it is not strict
// about, which is what strictness would cost with it.
#include <benchmark/benchmark.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <vector>

#include "bench/micro/allocations.h"
#include "bench/micro/heads.h"
#include "proxy/forwarded_headers.h"
#include "proxy/h1_framing.h"
#include "proxy/h1_head.h"
#include "proxy/h1_serialize.h"

namespace sluice::bench {
namespace {

namespace http = boost::beast::http;

void parse_ours(benchmark::State& state, std::string_view text) {
  RequestHead head;
  const AllocationCount count(state);
  for (auto _ : state) {
    head.clear();
    RequestParser parser(head, {});
    auto progress = parser.parse(text);
    benchmark::DoNotOptimize(progress);
    benchmark::DoNotOptimize(head);
  }
}

void parse_and_frame_ours(benchmark::State& state, std::string_view text) {
  RequestHead head;
  const AllocationCount count(state);
  for (auto _ : state) {
    head.clear();
    RequestParser parser(head, {});
    auto progress = parser.parse(text);
    auto framing = request_framing(head);
    auto options = connection_options(head.fields);
    benchmark::DoNotOptimize(progress);
    benchmark::DoNotOptimize(framing);
    benchmark::DoNotOptimize(options);
  }
}

// Beast's parser with a sink that keeps nothing.
class NullParser : public http::basic_parser<true> {
  using View = boost::beast::string_view;
  using Error = boost::system::error_code;
  void on_request_impl(http::verb, View, View, int, Error& error) override { error = {}; }
  void on_response_impl(int, View, int, Error& error) override { error = {}; }
  void on_field_impl(http::field, View, View, Error& error) override { error = {}; }
  void on_header_impl(Error& error) override { error = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error& error) override { error = {}; }
  std::size_t on_body_impl(View body, Error& error) override {
    error = {};
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, Error& error) override { error = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Error& error) override {
    error = {};
    return body.size();
  }
  void on_finish_impl(Error& error) override { error = {}; }
};

// Folded lines, white space before colons, and a Host that is missing or there twice.
bool strictly_framed(std::string_view text) {
  int hosts = 0;
  text.remove_prefix(text.find("\r\n") + 2);
  while (!text.starts_with("\r\n")) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
    hosts += equal_ignoring_case(line.substr(0, colon), "host");
    text.remove_prefix(end + 2);
  }
  return hosts == 1;
}

void parse_beast(benchmark::State& state, std::string_view text) {
  const AllocationCount count(state);
  for (auto _ : state) {
    bool strict = strictly_framed(text);
    NullParser parser;
    boost::system::error_code error;
    auto used = parser.put(boost::asio::buffer(text), error);
    benchmark::DoNotOptimize(strict);
    benchmark::DoNotOptimize(used);
    if (error) state.SkipWithError("refused");
  }
}

void write_ours(benchmark::State& state, std::string_view text) {
  Peer peer;
  peer.ip_text = "192.0.2.1";
  peer.forwarded = forwarded_lines(peer);
  Variant variant;
  variant.name = "green";
  Exchange exchange;
  static_cast<void>(RequestParser(exchange.request, {}).parse(text));
  exchange.rewritten.target = exchange.request.target;
  exchange.peer = &peer;
  exchange.assignment.variant = &variant;
  exchange.own_request_id.fill('a');
  exchange.trace_root.fill('b');
  exchange.request_id = {exchange.own_request_id.data(), exchange.own_request_id.size()};
  std::vector<char> block(16 * 1024);
  const AllocationCount count(state);
  for (auto _ : state) {
    HeadWriter writer(block);
    write_request_head(writer, exchange);
    auto size = writer.text().size();
    benchmark::DoNotOptimize(size);
  }
}

BENCHMARK_CAPTURE(parse_ours, tiny, tiny);
BENCHMARK_CAPTURE(parse_ours, browser, browser);
BENCHMARK_CAPTURE(parse_and_frame_ours, tiny, tiny);
BENCHMARK_CAPTURE(parse_and_frame_ours, browser, browser);
BENCHMARK_CAPTURE(parse_beast, tiny, tiny);
BENCHMARK_CAPTURE(parse_beast, browser, browser);
BENCHMARK_CAPTURE(write_ours, tiny, tiny);
BENCHMARK_CAPTURE(write_ours, browser, browser);

}  // namespace
}  // namespace sluice::bench
