// Which rules of a table can take a request at all: each rule with a path or a host to ask for is filed under
// the literals that these begin or end with, so that a request asks only the rules of its own literals.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "routing/literal_trie.h"
#include "routing/rule.h"

namespace sluice {

// Walks several ascending rows of positions as one, each position once.
class Candidates {
 public:
  void add(std::span<const std::uint32_t> row) noexcept;

  // The next one; there is one, since the default rule is in a row and takes whatever comes to it.
  [[nodiscard]] std::uint32_t next() noexcept;

 private:
  static constexpr std::size_t capacity = 32;

  struct Row {  // what is left of one; not set beyond size_: a request pays for the rows that it has
    const std::uint32_t* next;
    const std::uint32_t* end;
  };
  std::array<Row, capacity> rows_;
  std::size_t size_ = 0;
  bool all_ = false;  // more rows than that: every rule is a candidate
  std::uint32_t next_of_all_ = 0;
};

class RuleIndex {
 public:
  // By priority; the last has no conditions. Candidates are positions in `rules`.
  explicit RuleIndex(const std::vector<Rule>& rules);

  // Valid as long as the index.
  [[nodiscard]] Candidates candidates(const RequestHead& head) const noexcept;

 private:
  using Row = std::vector<std::uint32_t>;
  using RowsByLiteral = std::map<std::string, Row>;

  struct Drawer {
    Drawer() = default;
    explicit Drawer(const RowsByLiteral& filed);
    void add_rows(std::string_view text, Candidates& into) const noexcept;

    LiteralTrie literals;
    std::vector<Row> rows;  // of literal i
  };

  Drawer by_path_;
  Drawer by_host_;  // literals from the right, in lower case
  Row others_;      // candidates of every request, the default among them
};

}  // namespace sluice
