// A transform of a rule, ALB's `url-rewrite` and `host-header-rewrite`: what the regex finds first is
// replaced, the rest stays. Routing is decided before. Made with the configuration; a request only searches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "routing/regex.h"
#include "routing/result.h"

namespace sluice {

// Text that stands as it is, then what a group of the regex found (0: all that it found).
struct ReplacementPiece {
  std::string text;
  int group = no_group;
  bool operator==(const ReplacementPiece&) const = default;

  static constexpr int no_group = -1;
};

struct Rewrite {
  Regex regex;
  std::vector<ReplacementPiece> replacement;
  bool operator==(const Rewrite&) const = default;
};

// "/$1?x=$$" for a regex of `groups` groups: $0 to $9, $$ a dollar. The error is a sentence for the
// configuration's author.
[[nodiscard]] Result<std::vector<ReplacementPiece>, std::string> parse_replacement(std::string_view text,
                                                                                   int groups);

// Path and query, or a Host value, as they are forwarded: the given text itself where the regex finds
// nothing, else a view into `storage`, which must not hold the text. The error, which the proxy answers with
// a 500, says why the result cannot stand in a request. The path of a rewritten target is canonical too
// (routing/canonical_path.h), except that dot segments in it are an error: they come from a request such as
// /static../secret that met a rule that cut "/static" off.
[[nodiscard]] Result<std::string_view, std::string_view> rewrite_target(const Rewrite& rewrite,
                                                                        std::string_view target,
                                                                        std::string& storage);
[[nodiscard]] Result<std::string_view, std::string_view> rewrite_host(const Rewrite& rewrite,
                                                                      std::string_view host,
                                                                      std::string& storage);

}  // namespace sluice
