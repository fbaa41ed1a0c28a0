#include "routing/rewrite.h"

#include <algorithm>
#include <array>

#include "routing/canonical_path.h"

namespace sluice {
namespace {

constexpr int most_groups = 10;  // $0 to $9

// RFC 3986 §3.2.2 and a port, as the head parser takes it from clients.
bool is_host_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
}

bool is_query_byte(char c) noexcept {
  return c > 0x20 && c < 0x7F && c != '#';
}

// How many matches RE2 must keep: the fewer, the quicker it searches.
int groups_of(const std::vector<ReplacementPiece>& replacement) noexcept {
  int most = 0;
  for (const auto& piece : replacement) most = std::max(most, piece.group);
  return most + 1;
}

enum class Found : bool { no, yes };

Found replace_first(const Rewrite& rewrite, std::string_view text, std::string& into) {
  std::array<re2::StringPiece, most_groups> groups;
  const re2::StringPiece whole(text.data(), text.size());
  if (!rewrite.regex.compiled().Match(whole, 0, whole.size(), re2::RE2::UNANCHORED, groups.data(),
                                      groups_of(rewrite.replacement)))
    return Found::no;
  const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
  into.assign(text.substr(0, begin));
  for (const auto& piece : rewrite.replacement) {
    into += piece.text;
    // A group that took no part in the match is empty.
    if (piece.group == ReplacementPiece::no_group) continue;
    const auto& group = groups[static_cast<std::size_t>(piece.group)];
    into.append(group.data(), group.size());
  }
  into += text.substr(begin + groups[0].size());
  return Found::yes;
}

}  // namespace

Result<std::vector<ReplacementPiece>, std::string> parse_replacement(std::string_view text, int groups) {
  std::vector<ReplacementPiece> pieces(1);
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '$') {
      pieces.back().text += c;
      continue;
    }
    const char next = text.empty() ? '\0' : text.front();
    if (next != '$' && (next < '0' || next > '9'))
      return failure(std::string("has a $ without a number; write $0 to $9 for a group, $$ for a dollar"));
    text.remove_prefix(1);
    if (next == '$') {
      pieces.back().text += '$';
    } else if (next - '0' > groups) {
      return failure("has $" + std::string(1, next) + ", but the regex has only " + std::to_string(groups) +
                     (groups == 1 ? " group" : " groups"));
    } else {
      pieces.back().group = next - '0';
      pieces.emplace_back();
    }
  }
  if (pieces.back().text.empty()) pieces.pop_back();
  return pieces;
}

Result<std::string_view, std::string_view> rewrite_target(const Rewrite& rewrite, std::string_view target,
                                                          std::string& storage) {
  using namespace std::string_view_literals;
  if (target == "*") return target;  // of OPTIONS: there is no path to rewrite
  if (replace_first(rewrite, target, storage) == Found::no) return target;
  const auto path_end = std::min(storage.find('?'), storage.size());
  if (!std::ranges::all_of(std::string_view(storage).substr(path_end), is_query_byte))
    return failure("the rewritten query has a byte that cannot stand there"sv);
  if (const auto canonical = make_canonical(storage, path_end); !canonical) return failure(canonical.error());
  return std::string_view(storage);
}

Result<std::string_view, std::string_view> rewrite_host(const Rewrite& rewrite, std::string_view host,
                                                        std::string& storage) {
  using namespace std::string_view_literals;
  if (replace_first(rewrite, host, storage) == Found::no) return host;
  if (storage.empty()) return failure("the rewritten host is empty"sv);
  if (!std::ranges::all_of(storage, is_host_byte))
    return failure("the rewritten host has a byte that cannot stand there"sv);
  return std::string_view(storage);
}

}  // namespace sluice
