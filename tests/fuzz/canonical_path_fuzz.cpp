// Paths: what is accepted stays as it is when it is made canonical again, and an upstream that decodes all of
// it, takes backslashes for slashes and cuts parameters off finds no dots to walk by.
#include <algorithm>
#include <string>

#include "routing/canonical_path.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

int digit(char c) {
  const auto at = std::string_view("0123456789ABCDEF").find(c);
  require(at != std::string_view::npos);  // canonical escapes are whole, and in capitals
  return static_cast<int>(at);
}

std::string decoded(std::string_view path) {
  std::string made;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      made += path[i];
      continue;
    }
    require(i + 2 < path.size());
    made += static_cast<char>(digit(path[i + 1]) * 16 + digit(path[i + 2]));
    i += 2;
  }
  return made;
}

// Segment by segment, as the most careless upstream would.
void require_no_dots(std::string_view path) {
  auto text = decoded(path);
  require(text.find('\0') == text.npos);
  std::ranges::replace(text, '\\', '/');
  for (std::string_view rest = text; !rest.empty();) {
    rest.remove_prefix(1);  // the slash
    const auto segment = rest.substr(0, rest.find('/'));
    const auto name = segment.substr(0, segment.find(';'));
    require(name != "." && name != "..");
    rest.remove_prefix(segment.size());
  }
}

}  // namespace
}  // namespace sluice::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto path = fuzz::text_of(data, size);
  std::string storage, again, in_place(path);
  const auto made = canonical_path(path, storage);
  const auto done = make_canonical(in_place, in_place.size());
  if (!made) {
    fuzz::require(!made.error().empty() && !done);
    return 0;
  }
  if (*made == "*") return 0;
  const auto twice = canonical_path(*made, again);
  fuzz::require(twice && twice->data() == made->data());
  fuzz::require(made->starts_with('/') && made->find("//") == made->npos);
  fuzz::require(made->find_first_of("\"<>\\^`{|}[]?# ") == made->npos);
  fuzz::require_no_dots(*made);
  if (done) fuzz::require(in_place == *made);
  return 0;
}
