// Which of many literals does a text begin with? A radix tree in flat arrays: a look-up reads each character
// of the text once at most, however many literals there are. Built once, for the index of a rule table.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class LiteralTrie {
 public:
  LiteralTrie() : LiteralTrie(std::vector<std::string>()) {}
  // `literals` are sorted, and each is there once.
  explicit LiteralTrie(const std::vector<std::string>& literals);

  // Calls f(i) for each literals[i] that `text` begins with, the shortest first.
  template <class F>
  void find_each(std::string_view text, const F& f) const noexcept {
    const Node* node = nodes_.data();
    while (text.substr(0, node->size) == std::string_view(text_).substr(node->begin, node->size)) {
      if (node->literal != none) f(node->literal);
      text.remove_prefix(node->size);
      if (text.empty() || node->children == 0) return;
      const char* letters = first_letters_.data() + node->first_child;
      const auto* found = static_cast<const char*>(std::memchr(letters, text.front(), node->children));
      if (!found) return;
      node = nodes_.data() + node->first_child + (found - letters);
    }
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  struct Node {
    std::uint32_t begin = 0;  // what its edge says: this part of text_
    std::uint32_t size = 0;
    std::uint32_t literal = none;  // the one that ends here
    std::uint32_t first_child = 0;
    std::uint32_t children = 0;
  };
  struct Part {  // literals [first, last) have their first `depth` characters in common
    std::uint32_t node, first, last, depth;
  };
  void grow(const Part& part, const std::vector<std::string>& literals, std::vector<Part>& parts);

  std::vector<Node> nodes_;    // the root, then the children of each node in a row
  std::string first_letters_;  // of each node's edge, so that a child is found without looking at the nodes
  std::string text_;           // of the edges
};

}  // namespace sluice
