// What a web page in the operator's browser may not do to the admin API.
#include <gtest/gtest.h>

#include "control/api/request_guard.h"

namespace sluice {
namespace {

const RequestGuard loopback("127.0.0.1", "127.0.0.1");

ApiRequest put() {
  ApiRequest request;
  request.method = "PUT";
  request.path = "/v1/services/shop/weights";
  request.host = "127.0.0.1:9900";
  request.content_type = "application/json";
  return request;
}

unsigned status(const ApiRequest& request, const RequestGuard& guard = loopback) {
  const auto refused = guard.refuse(request);
  return refused ? refused->status : 200;
}

unsigned status_for_host(const std::string& host, const RequestGuard& guard = loopback) {
  auto request = put();
  request.host = host;
  return status(request, guard);
}

unsigned status_for_origin(const std::string& origin) {
  auto request = put();
  request.origin = origin;
  return status(request);
}

unsigned status_for_content_type(const std::string& type, std::optional<std::string> origin = {}) {
  auto request = put();
  request.content_type = type;
  request.origin = std::move(origin);
  return status(request);
}

TEST(RequestGuard, NamesOfTheLoopback_AreAnswered) {
  for (const char* host :
       {"127.0.0.1:9900", "127.0.0.1", "localhost:9900", "LOCALHOST", "[::1]:9900", "127.8.9.1"})
    EXPECT_EQ(status_for_host(host), 200u) << host;
}

TEST(RequestGuard, ReboundName_IsRefused) {
  for (const char* host :
       {"evil.example:9900", "evil.example", "localhost.evil.example", "10.0.0.1:9900", ""})
    EXPECT_EQ(status_for_host(host), 403u) << host;
}

TEST(RequestGuard, ConfiguredName_IsAnswered) {
  EXPECT_EQ(status_for_host("proxy.local:9900", RequestGuard("proxy.local", "127.0.0.1")), 200u);
}

TEST(RequestGuard, AnyName_IsGoodWhereOthersCanReachIt) {
  EXPECT_EQ(status_for_host("edge-1.internal:9900", RequestGuard("0.0.0.0", "0.0.0.0")), 200u);
}

TEST(RequestGuard, MissingHost_IsForHttp10Only) {
  auto request = put();
  request.host.reset();
  EXPECT_EQ(status(request), 400u);
  request.http10 = true;
  EXPECT_EQ(status(request), 200u);
}

TEST(RequestGuard, PageOfAnotherSite_MayNotChangeAnything) {
  for (const char* origin :
       {"http://evil.example", "http://127.0.0.1:8080", "http://localhost:9900", "null", ""})
    EXPECT_EQ(status_for_origin(origin), 403u) << origin;
}

TEST(RequestGuard, OwnPage_MayChangeThings) {
  EXPECT_EQ(status_for_origin("http://127.0.0.1:9900"), 200u);
}

TEST(RequestGuard, BrowserThatSaysCrossSite_IsBelieved) {
  auto request = put();
  request.sec_fetch_site = "cross-site";
  EXPECT_EQ(status(request), 403u);
  request.sec_fetch_site = "same-origin";
  EXPECT_EQ(status(request), 200u);
}

TEST(RequestGuard, Reading_IsForEveryOrigin) {
  auto request = put();
  request.method = "GET";
  request.origin = "http://grafana.example";
  request.content_type.reset();
  EXPECT_EQ(status(request), 200u);  // without CORS headers no page sees the answer
}

TEST(RequestGuard, OtherContent_IsRefused) {
  EXPECT_EQ(status_for_content_type("text/plain"), 415u);
  EXPECT_EQ(status_for_content_type("multipart/form-data; boundary=x"), 415u);
  EXPECT_EQ(status_for_content_type("Application/JSON; charset=utf-8"), 200u);
}

TEST(RequestGuard, ConfigurationAsYaml_IsTakenFromPeopleAndNotFromPages) {
  for (const char* type : {"application/yaml", "text/yaml; charset=utf-8", "application/X-YAML"}) {
    EXPECT_EQ(status_for_content_type(type), 200u) << type;
    EXPECT_EQ(status_for_content_type(type, "http://evil.example"), 403u) << type;
  }
  EXPECT_EQ(status_for_content_type("application/yam"), 415u);
}

TEST(RequestGuard, FormType_IsCurlsDefaultAndNoPages) {
  EXPECT_EQ(status_for_content_type("application/x-www-form-urlencoded"), 200u);
  EXPECT_EQ(status_for_content_type("application/x-www-form-urlencoded", "http://127.0.0.1:9900"), 415u);
}

}  // namespace
}  // namespace sluice
