// Draws an index by weight in the same time for any number of them: Walker's alias method, laid out as Vose
// does it. A row is drawn evenly and holds two indexes and where the one ends and the other begins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice {

class AliasTable {
 public:
  AliasTable() = default;
  // Weights up to 2^32 - 1; without one above 0 the table is empty.
  explicit AliasTable(std::span<const std::uint32_t> weights);

  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

  // `random`: 64 even bits. The table is not empty.
  [[nodiscard]] std::uint32_t draw(std::uint64_t random) const noexcept {
    __extension__ typedef unsigned __int128 Wide;
    const Wide place = Wide{random} * rows_.size();
    const auto& row = rows_[static_cast<std::size_t>(place >> 64)];
    return static_cast<std::uint64_t>(place) < row.cut ? row.below : row.above;
  }

 private:
  struct Row {
    std::uint64_t cut;  // in units of 2^-64 of the row
    std::uint32_t below, above;
  };
  std::vector<Row> rows_;
};

}  // namespace sluice
