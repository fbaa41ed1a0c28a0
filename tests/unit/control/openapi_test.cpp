// Completeness: every route, metric and command is described where people look for it, and nothing else is.
#include "control/api/openapi.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "control/api/routes.h"
#include "control/cli/cli.h"
#include "control/file_text.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using Names = std::set<std::string>;

const std::filesystem::path& root() {
  static const auto path = std::filesystem::path(__FILE__).parent_path() / "../../..";
  return path;
}

std::string file(const std::string& name) {
  return read_file_text((root() / name).string()).value_or("");
}

// The text under "## TITLE" of docs/configuration.md.
std::string section(const std::string& title) {
  const auto text = file("docs/configuration.md");
  const auto begin = text.find("\n## " + title + "\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find("\n## ", begin + 4) - begin);
}

Names all_matches(const std::string& text, const std::regex& pattern) {
  Names names;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    names.insert((*match)[1]);
  return names;
}

// What the first column of a section's tables holds.
Names documented(const std::string& title) {
  return all_matches(section(title), std::regex(R"(\n\| `([^`]+)`)"));
}

Names route_names() {
  Names names;
  for (const auto& route : routes())
    names.insert(std::string(route.method) + " " + std::string(route.pattern));
  return names;
}

TEST(Completeness, OpenApi_DescribesTheRoutes) {
  const auto document = boost::json::parse({openapi_text().data(), openapi_text().size()});
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  Names described;
  for (const auto& [path, operations] : document.at("paths").as_object())
    for (std::string method : {"get", "put", "post", "delete", "patch"})
      if (operations.as_object().contains(method)) {
        std::ranges::transform(method, method.begin(),
                               [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        described.insert(method + " " + std::string(path));
      }
  EXPECT_EQ(described, route_names());
}

TEST(Completeness, OpenApi_SaysWhichRoleEachNeeds) {
  const auto document = boost::json::parse({openapi_text().data(), openapi_text().size()});
  for (const auto& route : routes()) {
    std::string method(route.method);
    std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    const auto& operation = document.at("paths").at(route.pattern).at(method);
    EXPECT_EQ(operation.at("x-role").as_string(), role_word(route.role)) << route.pattern;
  }
}

TEST(Completeness, OpenApi_RefersToWhatIsThere) {
  const std::string text(openapi_text());
  const auto document = boost::json::parse(text);
  for (const auto& reference : all_matches(text, std::regex(R"re("\$ref": "#([^"]+)")re"))) {
    boost::json::error_code error;
    EXPECT_TRUE(document.find_pointer(reference, error)) << reference;
  }
}

TEST(Completeness, Documentation_HasEveryRoute) {
  auto endpoints = documented("Admin API");
  std::erase_if(endpoints, [](const auto& name) { return name.find(" /") == name.npos; });  // error codes
  EXPECT_EQ(endpoints, route_names());
}

TEST(Completeness, Documentation_HasEveryCommand) {
  Names names;
  for (const auto& name : command_names()) names.insert("sluice " + name);
  Names in_document;  // without what is to be filled in
  for (const auto& typed : documented("Commands"))
    in_document.insert(std::regex_replace(typed, std::regex(" (-c )?[A-Z].*"), ""));
  EXPECT_EQ(in_document, names);
}

TEST(Completeness, Documentation_HasEveryMetric) {
  Names names;
  for (const auto* room : {"proxy", "health", "control/api"})
    for (const auto& source : std::filesystem::directory_iterator(root() / room))
      if (source.path().string().ends_with("metrics.cpp"))
        names.merge(all_matches(file(source.path().string().substr(root().string().size() + 1)),
                                std::regex(R"re("(sluice_[a-z0-9_]+)")re")));
  EXPECT_GE(names.size(), 42u);
  Names in_document;  // without their labels
  for (const auto& name : documented("Metrics")) in_document.insert(name.substr(0, name.find('{')));
  EXPECT_EQ(in_document, names);
}

TEST(Completeness, Documentation_HasEveryCodeOfTheApi) {
  const auto listed = section("Admin API");
  Names codes;
  for (const char* source :
       {"endpoints", "target_endpoints", "drain_request", "message", "routes", "request_guard",
        "weights_request", "admin_http", "access", "event_endpoints", "change_refusal", "rollout_request",
        "rollout_endpoints", "revision_endpoints"})
    codes.merge(all_matches(file(std::string("control/api/") + source + ".cpp"),
                            std::regex(R"re((?:problem\((?:\d+, )|BadWeights\{\d+, |BadRolloutRequest\{\d+, |unauthorized\()"([a-z_]+)")re")));
  EXPECT_GE(codes.size(), 35u);
  for (const auto& code : codes) EXPECT_THAT(listed, testing::HasSubstr("`" + code + "`"));
}

}  // namespace
}  // namespace sluice
