// Rewriting: whatever the regex, the replacement and the request, the result is what a request may say, or an
// error.
#include <algorithm>
#include <string>

#include "routing/canonical_path.h"
#include "routing/rewrite.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

std::string_view take_line(std::string_view& input) {
  const auto line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(line.size() + 1, input.size()));
  return line;
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

void require_target(std::string_view target) {
  require(is_visible(target) && target.find('#') == target.npos);
  std::string storage;
  const auto path = target.substr(0, target.find('?'));
  const auto canonical = canonical_path(path, storage);
  require(canonical && canonical->data() == path.data());
}

}  // namespace
}  // namespace sluice::fuzz

// REGEX \n REPLACE \n PATH[?QUERY]
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  auto input = fuzz::text_of(data, size).substr(0, 2000);
  const auto regex = Regex::compile(fuzz::take_line(input), LetterCase::sensitive);
  if (!regex) return 0;
  const auto replacement = parse_replacement(fuzz::take_line(input), regex->groups());
  if (!replacement) return 0;
  const Rewrite rewrite{*regex, *replacement};

  std::string storage, path;
  if (const auto host = rewrite_host(rewrite, input, storage); host && host->data() != input.data())
    fuzz::require(!host->empty() && fuzz::is_visible(*host) &&
                  host->find_first_of("/?#@\\\"<>^`{|}") == host->npos);

  // A request's path is canonical before it is rewritten, and its query was parsed.
  const auto question = std::min(input.find('?'), input.size());
  const auto canonical = canonical_path(input.substr(0, question), path);
  const auto query = input.substr(question);
  if (!canonical || !fuzz::is_visible(query) || query.find('#') != query.npos) return 0;
  const auto from = std::string(*canonical) + std::string(query);
  if (from == "*") return 0;
  if (const auto target = rewrite_target(rewrite, from, storage)) fuzz::require_target(*target);
  return 0;
}
