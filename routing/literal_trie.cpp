#include "routing/literal_trie.h"

#include <algorithm>

namespace sluice {
namespace {

// How many characters two literals have in common.
std::uint32_t common(std::string_view a, std::string_view b) noexcept {
  return static_cast<std::uint32_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

LiteralTrie::LiteralTrie(const std::vector<std::string>& literals) {
  nodes_.emplace_back();
  first_letters_ += '\0';
  std::vector<Part> parts;
  if (!literals.empty()) parts.push_back({0, 0, static_cast<std::uint32_t>(literals.size()), 0});
  for (std::size_t i = 0; i < parts.size(); ++i) grow(Part(parts[i]), literals, parts);
}

// Gives the part's node its edge and its children.
void LiteralTrie::grow(const Part& part, const std::vector<std::string>& literals, std::vector<Part>& parts) {
  // Sorted, so what the first and the last have in common all have.
  const auto& literal = literals[part.first];
  const auto end = common(literal, literals[part.last - 1]);
  nodes_[part.node].begin = static_cast<std::uint32_t>(text_.size());
  nodes_[part.node].size = end - part.depth;
  text_ += literal.substr(part.depth, end - part.depth);

  auto next = part.first;
  if (literal.size() == end) nodes_[part.node].literal = next++;
  nodes_[part.node].first_child = static_cast<std::uint32_t>(nodes_.size());
  while (next < part.last) {
    const auto begin = next;
    const char letter = literals[begin][end];
    while (next < part.last && literals[next][end] == letter) ++next;
    parts.push_back({static_cast<std::uint32_t>(nodes_.size()), begin, next, end});
    nodes_.emplace_back();
    first_letters_ += letter;
    ++nodes_[part.node].children;
  }
}

}  // namespace sluice
