#include "routing/split.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace sluice {
namespace {

using Share = Split::Share;
constexpr Share whole = Share{1} << 64;

// A range by its width, which is what a change of weights works on.
struct Piece {
  Share width;
  std::uint32_t variant;
};

std::vector<Piece> pieces_of(std::span<const Range> ranges) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const Share end = i + 1 < ranges.size() ? Share{ranges[i + 1].begin} : whole;
    pieces.push_back({end - ranges[i].begin, ranges[i].variant});
  }
  return pieces;
}

std::vector<Range> ranges_of(std::span<const Piece> pieces) {
  std::vector<Range> ranges;
  Share begin = 0;
  for (const auto& piece : pieces) {
    if (piece.width == 0) continue;
    if (ranges.empty() || ranges.back().variant != piece.variant)
      ranges.push_back({static_cast<Point>(begin), piece.variant});
    begin += piece.width;
  }
  return ranges;
}

// What each variant has too much of, and what it lacks.
struct Balance {
  std::vector<Share> surplus, lack;
};

Balance balance(std::span<const Piece> pieces, std::vector<Share> wanted) {
  std::vector<Share> held(wanted.size());
  for (const auto& piece : pieces) held[piece.variant] += piece.width;
  Balance result{std::vector<Share>(wanted.size()), std::vector<Share>(wanted.size())};
  for (std::size_t v = 0; v < wanted.size(); ++v) {
    result.surplus[v] = held[v] > wanted[v] ? held[v] - wanted[v] : 0;
    result.lack[v] = wanted[v] > held[v] ? wanted[v] - held[v] : 0;
  }
  return result;
}

// Moves the cuts between a loser and a gainer that are neighbours, until no such pair is left.
void move_cuts(std::vector<Piece>& pieces, Balance& open) {
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      for (auto [from, to] : {std::pair{i, i + 1}, std::pair{i + 1, i}}) {
        auto& loser = pieces[from];
        auto& gainer = pieces[to];
        const Share part = std::min({open.surplus[loser.variant], open.lack[gainer.variant], loser.width});
        if (part == 0) continue;
        loser.width -= part;
        gainer.width += part;
        open.surplus[loser.variant] -= part;
        open.lack[gainer.variant] -= part;
        moved = true;
      }
    }
    std::erase_if(pieces, [](const Piece& piece) { return piece.width == 0; });
  }
}

// What no cut can reach becomes new pieces at the upper end of the losers' own.
void make_cuts(std::vector<Piece>& pieces, Balance& open) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::uint32_t gainer = 0; gainer < open.lack.size(); ++gainer) {
      const auto loser = pieces[i].variant;
      const Share part = std::min({open.surplus[loser], open.lack[gainer], pieces[i].width});
      if (part == 0) continue;
      pieces[i].width -= part;
      open.surplus[loser] -= part;
      open.lack[gainer] -= part;
      pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1, {part, gainer});
    }
  }
}

}  // namespace

std::vector<Share> Split::shares(std::span<const Weight> weights) {
  Share sum = 0;
  for (const auto& weight : weights) sum += weight.millionths;
  std::vector<Share> shares(weights.size());
  if (sum == 0) return shares;

  std::vector<Share> remainders(weights.size());
  Share given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Share exact = Share{weights[i].millionths} << 64;  // weights are below 2^50, so this fits
    shares[i] = exact / sum;
    remainders[i] = exact % sum;
    given += shares[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](auto a, auto b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; given < whole; ++i, ++given) ++shares[order[i]];
  return shares;
}

Split Split::from_weights(std::span<const Weight> weights) {
  const auto wanted = shares(weights);
  std::vector<Piece> pieces;
  for (std::uint32_t v = 0; v < wanted.size(); ++v) pieces.push_back({wanted[v], v});
  auto ranges = ranges_of(pieces);
  assert(!ranges.empty() && "a split needs a weight above 0");
  return Split(std::move(ranges));
}

Split Split::rebalanced(std::span<const Weight> weights) const {
  auto pieces = pieces_of(ranges_);
  auto open = balance(pieces, shares(weights));
  move_cuts(pieces, open);
  make_cuts(pieces, open);
  return Split(ranges_of(pieces));
}

Split Split::renumbered(std::span<const std::uint32_t> new_index) const {
  auto ranges = ranges_;
  for (auto& range : ranges) range.variant = new_index[range.variant];
  return Split(std::move(ranges));
}

Split::Share Split::share_of(std::uint32_t variant) const noexcept {
  Share share = 0;
  for (const auto& piece : pieces_of(ranges_))
    if (piece.variant == variant) share += piece.width;
  return share;
}

}  // namespace sluice
