// Identities from cookies and queries, against the plainest reading of the rules: split, trim, compare.
#include <optional>
#include <vector>

#include "routing/cookies.h"
#include "routing/identity.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != separator) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::optional<std::string_view> plainly(std::string_view list, char separator, std::string_view name) {
  for (auto pair : split(list, separator)) {
    while (!pair.empty() && is_blank(pair.front())) pair.remove_prefix(1);
    while (!pair.empty() && is_blank(pair.back())) pair.remove_suffix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=' &&
        name.find('=') == name.npos)
      return pair.substr(name.size() + 1);
  }
  return {};
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace
}  // namespace sluice::fuzz

// NAME \n COOKIE \n COOKIE \n QUERY
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto input = fuzz::text_of(data, size);
  auto lines = fuzz::split(input, '\n');
  lines.resize(4);
  const auto name = lines[0];
  // What the configuration's check refuses, and the head parser.
  if (name.empty() || name.find_first_of(" \t;,=&\"") != name.npos) return 0;
  if (lines[3].find_first_of(" \t") != name.npos) return 0;
  RequestHead head;
  head.query = lines[3];
  for (const auto cookie : {lines[1], lines[2]})
    static_cast<void>(head.fields.add({.name = "Cookie", .value = cookie, .id = HeaderId::cookie}));

  const auto found = find_cookie(head.fields, name);
  auto expected = fuzz::plainly(lines[1], ';', name);
  if (!expected) expected = fuzz::plainly(lines[2], ';', name);
  fuzz::require(found == expected && (!found || fuzz::lies_in(*found, input)));

  const std::vector<IdentitySource> sources{{.from = IdentityFrom::cookie, .name = std::string(name)},
                                            {.from = IdentityFrom::query, .name = std::string(name)}};
  auto identity = expected;
  if (!identity || identity->empty()) identity = fuzz::plainly(lines[3], '&', name);
  if (identity && identity->empty()) identity.reset();
  AddressText text;
  fuzz::require(find_identity(sources, head, text) == identity);
  return 0;
}
