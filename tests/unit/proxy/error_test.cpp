// The table of errors: complete, unambiguous, and the same as the one in docs/configuration.md.
#include "proxy/error.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace sluice {
namespace {

constexpr auto last = ErrorCode::upstream_bad_response;

std::vector<ErrorInfo> all_errors() {
  std::vector<ErrorInfo> errors;
  for (int code = 1; code <= static_cast<int>(last); ++code)
    errors.push_back(info(static_cast<ErrorCode>(code)));
  return errors;
}

TEST(Errors, EachHasACodeOfItsOwnAndATitle) {
  std::set<std::string_view> codes;
  for (const auto& error : all_errors()) {
    EXPECT_TRUE(codes.insert(error.code).second) << error.code;
    EXPECT_NE(error.code, "unknown");
    EXPECT_FALSE(error.title.empty()) << error.code;
  }
}

TEST(Errors, BehindTheLast_ThereIsNone) {
  EXPECT_EQ(info(static_cast<ErrorCode>(static_cast<int>(last) + 1)).code, "unknown")
      << "`last` is not the last";
}

TEST(Errors, Codes_AreWordsThatNeedNoEscaping) {
  static const std::regex word("[a-z][a-z0-9_]*"), plain("[^\"\\\\\\x00-\\x1f]*");
  for (const auto& error : all_errors()) {
    EXPECT_TRUE(std::regex_match(std::string(error.code), word)) << error.code;
    EXPECT_TRUE(std::regex_match(std::string(error.title), plain)) << error.title;
  }
}

TEST(Errors, Statuses_SayWhoseDoingItIs) {
  for (const auto& error : all_errors()) {
    if (error.code == "client_closed") {
      EXPECT_EQ(error.status, 0) << "nobody is there to be told";
      continue;
    }
    const bool upstream = error.code.starts_with("upstream_");
    EXPECT_TRUE(upstream ? error.status == 502 || error.status == 504
                         : error.status >= 400 && error.status < 600)
        << error.code << ' ' << error.status;
  }
}

TEST(Errors, OfTheLimitsAndTheFraming_HaveTheirOwnStatus) {
  const std::map<ErrorCode, int> statuses{{ErrorCode::bad_request, 400},
                                          {ErrorCode::method_not_allowed, 405},
                                          {ErrorCode::request_timeout, 408},
                                          {ErrorCode::body_too_large, 413},
                                          {ErrorCode::uri_too_long, 414},
                                          {ErrorCode::expectation_failed, 417},
                                          {ErrorCode::header_too_large, 431},
                                          {ErrorCode::too_many_headers, 431},
                                          {ErrorCode::not_implemented, 501},
                                          {ErrorCode::upstream_bad_response, 502},
                                          {ErrorCode::too_many_connections, 503},
                                          {ErrorCode::upstream_timeout, 504},
                                          {ErrorCode::upstream_connect_timeout, 504},
                                          {ErrorCode::version_not_supported, 505}};
  for (const auto& [code, status] : statuses) EXPECT_EQ(info(code).status, status) << info(code).code;
}

// Rows "| 400 | `bad_request` | ..." of the section "Error codes"; 0 where the status is "-".
std::map<std::string, int> documented() {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "../../../docs/configuration.md");
  static const std::regex row(R"(\| (\d{3}|-) \| `([a-z_]+)` \| [^|]+\|[^|]+\|)");
  std::map<std::string, int> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## Error codes";
    if (std::smatch match; inside && std::regex_match(line, match, row))
      rows[match[2]] = match[1] == "-" ? 0 : std::stoi(match[1]);
  }
  return rows;
}

TEST(Errors, Document_HasEachWithItsStatusAndNoOther) {
  std::map<std::string, int> expected;
  for (const auto& error : all_errors()) expected[std::string(error.code)] = error.status;
  EXPECT_EQ(documented(), expected);
}

}  // namespace
}  // namespace sluice
