// The access log's line: JSON whatever came in, with what an operator looks for in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "proxy/access_log.h"
#include "tests/unit/proxy/exchanges.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using System = std::chrono::system_clock;

const System::time_point moment{std::chrono::milliseconds(1'795'453'200'042)};  // 2026-11-23T17:00:00.042Z

boost::json::object line_of(const Exchange& exchange) {
  std::string text;
  append_json_line(text, exchange, moment);
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << "only ASCII leaves";
  return boost::json::parse(text).as_object();
}

std::string at(const boost::json::object& line, std::string_view key) {
  const auto* value = line.if_contains(key);
  if (!value) return "(none)";
  return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

TEST(AccessLogLine, WholeExchange_SaysAllOfIt) {
  RoutedExchange routed("POST /a?b=c HTTP/1.1\r\nHost: shop.example\r\nX-Amzn-Trace-Id: Root=1-2-3\r\n\r\n");
  auto& x = routed.exchange;
  routed.peer.tls_version = "TLSv1.3";
  x.status = 201;
  x.attempts = 2;
  x.bytes_in = 5'000'000'000;
  x.bytes_out = 7;
  x.at.started = Clock::time_point(1h);
  x.at.connected = x.at.started + 1250us;
  x.at.first_byte = x.at.started + 20ms;
  x.at.ended = x.at.started + 1s + 1us;
  const auto line = line_of(x);
  const std::map<std::string, std::string> expected{{"time", "2026-11-23T17:00:00.042Z"},
                                                    {"listener", "edge"},
                                                    {"client", "192.0.2.7:50123"},
                                                    {"method", "POST"},
                                                    {"host", "shop.example"},
                                                    {"path", "/a?b=c"},
                                                    {"status", "201"},
                                                    {"code", "(none)"},
                                                    {"reason", "(none)"},
                                                    {"service", "shop"},
                                                    {"variant", "green"},
                                                    {"target", "10.0.0.9:9000"},
                                                    {"request_id", "0123456789abcdef0123456789abcdef"},
                                                    {"trace_id", "Root=1-2-3"},
                                                    {"tls", "TLSv1.3"},
                                                    {"attempts", "2"},
                                                    {"bytes_in", "5000000000"},
                                                    {"bytes_out", "7"}};
  for (const auto& [key, value] : expected) EXPECT_EQ(at(line, key), value) << key;
  EXPECT_DOUBLE_EQ(line.at("connect_ms").as_double(), 1.25);
  EXPECT_DOUBLE_EQ(line.at("first_byte_ms").as_double(), 20);
  EXPECT_DOUBLE_EQ(line.at("total_ms").as_double(), 1000.001);
}

TEST(AccessLogLine, RefusedRequest_SaysWhyAndLeavesOutWhatNeverWas) {
  Peer peer;
  peer.ip_text = "2001:db8::1";
  Listener listener;
  listener.name = "edge";
  Exchange x;
  x.peer = &peer;
  x.listener = &listener;
  x.status = 400;
  x.error = ErrorCode::bad_request;
  x.reason = "there is no Host field";
  x.trace_root.fill('0');
  const auto line = line_of(x);
  EXPECT_EQ(at(line, "code"), "bad_request");
  EXPECT_EQ(at(line, "reason"), "there is no Host field");
  for (const auto* key : {"service", "variant", "target", "tls", "connect_ms", "first_byte_ms"})
    EXPECT_EQ(at(line, key), "(none)") << key;
}

TEST(AccessLogLine, HostileBytes_AreEscaped) {
  RoutedExchange routed("GET /\"\\<>%00 HTTP/1.1\r\nHost: a\r\nX-Amzn-Trace-Id: \"},{\\\t\xFF\r\n\r\n");
  const auto line = line_of(routed.exchange);
  EXPECT_EQ(at(line, "path"), "/\"\\<>%00");
  EXPECT_EQ(at(line, "trace_id"), "\"},{\\\t\xC3\xBF");
}

TEST(AccessLogLine, EveryByteInAName_StaysJson) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int byte = 0; byte < 256; ++byte) {
    routed.service.name = std::string(3, static_cast<char>(byte));
    EXPECT_TRUE(line_of(routed.exchange).contains("service")) << byte;
  }
}

TEST(AccessLogLine, TimeThatRanBackwards_IsLeftOut) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  routed.exchange.at.started = Clock::time_point(2h);
  routed.exchange.at.ended = Clock::time_point(1h);
  EXPECT_EQ(at(line_of(routed.exchange), "total_ms"), "(none)");
}

TEST(AccessLogLine, Lines_AreAppended) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string text = "before\n";
  append_json_line(text, routed.exchange, moment);
  EXPECT_TRUE(text.starts_with("before\n{\"time\""));
}

}  // namespace
}  // namespace sluice
