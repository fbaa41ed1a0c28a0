#include "routing/rebalance.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>

namespace sluice {
namespace {

using Share = Split::Share;

// A range by its width: moving a cut or sliding what lies between two pieces is then a sum and a difference.
struct Piece {
  Share width;
  std::uint32_t variant;
  End gained;
};
using Pieces = std::vector<Piece>;

Pieces pieces_of(std::span<const Range> ranges) {
  Pieces pieces;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const Share end = i + 1 < ranges.size() ? Share{ranges[i + 1].begin} : Split::whole;
    pieces.push_back({end - ranges[i].begin, ranges[i].variant, ranges[i].gained});
  }
  return pieces;
}

std::vector<Range> ranges_of(const Pieces& pieces) {
  std::vector<Range> ranges;
  Share begin = 0;
  for (const auto& piece : pieces) {
    ranges.push_back({static_cast<Point>(begin), piece.variant, piece.gained});
    begin += piece.width;
  }
  return ranges;
}

auto at(Pieces& pieces, std::size_t i) {
  return pieces.begin() + static_cast<std::ptrdiff_t>(i);
}

End opposite(End end) {
  return end == End::low ? End::high : End::low;
}

// Its neighbours become one piece if they are of one variant; that remembers what the wider one did.
void remove(Pieces& pieces, std::size_t i) {
  pieces.erase(at(pieces, i));
  if (i == 0 || i == pieces.size() || pieces[i - 1].variant != pieces[i].variant) return;
  if (pieces[i].width > pieces[i - 1].width) pieces[i - 1].gained = pieces[i].gained;
  pieces[i - 1].width += pieces[i].width;
  pieces.erase(at(pieces, i));
}

// A change under way: the pieces, and what each variant has too much of and what it lacks.
struct Change {
  Pieces pieces;
  std::vector<Share> surplus, lack;
};

Change begin_change(std::span<const Range> before, std::span<const Share> wanted) {
  Change change{pieces_of(before), std::vector<Share>(wanted.size()), {wanted.begin(), wanted.end()}};
  for (const auto& piece : change.pieces) {
    assert(piece.variant < wanted.size() && "every variant has a wanted share");
    const Share kept = std::min(piece.width, change.lack[piece.variant]);
    change.lack[piece.variant] -= kept;
    change.surplus[piece.variant] += piece.width - kept;
  }
  return change;
}

// What a piece gives at one of its ends.
struct Gift {
  std::size_t piece;
  End end;
  std::uint32_t to;
  Share part;
};

std::optional<std::uint32_t> neighbour(const Pieces& pieces, std::size_t i, End end) {
  if (end == End::low) return i > 0 ? std::optional(pieces[i - 1].variant) : std::nullopt;
  return i + 1 < pieces.size() ? std::optional(pieces[i + 1].variant) : std::nullopt;
}

Share most(const Change& change, const Piece& loser, std::uint32_t to) {
  return std::min({change.surplus[loser.variant], change.lack[to], loser.width});
}

// To a neighbour: the smallest piece that goes whole, which unites; if there is none, the first.
std::optional<Gift> to_neighbour(const Change& change) {
  std::optional<Gift> whole, first;
  for (std::size_t i = 0; i < change.pieces.size(); ++i) {
    const auto& piece = change.pieces[i];
    for (const End end : {piece.gained, opposite(piece.gained)}) {
      const auto to = neighbour(change.pieces, i, end);
      const Share part = to ? most(change, piece, *to) : 0;
      if (part == 0) continue;
      if (!first) first = Gift{i, end, *to, part};
      if (part == piece.width && (!whole || part < whole->part)) whole = Gift{i, end, *to, part};
    }
  }
  return whole ? whole : first;
}

// To someone else: the widest piece that goes whole; if there is none, a cut in the widest that gives.
std::optional<Gift> to_another(const Change& change) {
  std::optional<Gift> whole, cut;
  for (std::size_t i = 0; i < change.pieces.size(); ++i) {
    const auto& piece = change.pieces[i];
    for (std::uint32_t to = 0; to < change.lack.size(); ++to) {
      const Share part = most(change, piece, to);
      if (part == 0) continue;
      const Gift gift{i, piece.gained, to, part};
      if (part == piece.width && (!whole || part > whole->part)) whole = gift;
      if (!cut || piece.width > change.pieces[cut->piece].width) cut = gift;
    }
  }
  return whole ? whole : cut;
}

std::optional<Gift> next_gift(const Change& change) {
  const auto gift = to_neighbour(change);
  return gift ? gift : to_another(change);
}

void give(Change& change, const Gift& gift) {
  auto& pieces = change.pieces;
  auto loser = gift.piece;
  auto gainer = gift.end == End::low ? loser - 1 : loser + 1;
  change.surplus[pieces[loser].variant] -= gift.part;
  change.lack[gift.to] -= gift.part;
  if (neighbour(pieces, loser, gift.end) != gift.to) {
    gainer = gift.end == End::low ? loser++ : loser + 1;
    pieces.insert(at(pieces, gainer), {0, gift.to, End::low});
  }
  pieces[gainer].width += gift.part;
  pieces[gainer].gained = opposite(gift.end);
  pieces[loser].width -= gift.part;
  if (pieces[loser].width == 0) remove(pieces, loser);
}

// One piece less: its width goes to another of its variant, and what lies between slides into its place.
Pieces united(Pieces pieces, std::size_t from, std::size_t to) {
  const End end = from < to ? End::low : End::high;
  pieces[to].width += pieces[from].width;
  pieces[to].gained = end;
  for (auto i = std::min(from, to) + 1; i < std::max(from, to); ++i) pieces[i].gained = end;
  remove(pieces, from);
  return pieces;
}

// The two pieces of one variant, next to each other but for others, whose union moves the fewest users.
Pieces with_fewer_pieces(const Pieces& pieces, std::span<const Range> before) {
  std::optional<Pieces> best;
  Share least = 0;
  const auto consider = [&](std::size_t from, std::size_t to) {
    auto next = united(pieces, from, to);
    const Share moved = movement(before, ranges_of(next));
    if (best && moved >= least) return;
    least = moved;
    best = std::move(next);
  };
  for (std::size_t low = 0; low < pieces.size(); ++low) {
    const auto same = [&](const Piece& piece) { return piece.variant == pieces[low].variant; };
    const auto next = std::find_if(pieces.begin() + static_cast<std::ptrdiff_t>(low) + 1, pieces.end(), same);
    if (next == pieces.end()) continue;
    const auto high = static_cast<std::size_t>(next - pieces.begin());
    consider(low, high);
    consider(high, low);
  }
  assert(best && "more pieces than variants: one of them has two");
  return std::move(*best);
}

}  // namespace

std::vector<Range> rebalance(std::span<const Range> before, std::span<const Share> wanted,
                             std::size_t max_ranges) {
  auto change = begin_change(before, wanted);
  // Each gift ends a piece, a surplus or a lack, and no piece that loses is ever added: it comes to an end.
  for (auto gift = next_gift(change); gift; gift = next_gift(change)) give(change, *gift);
  while (change.pieces.size() > max_ranges) change.pieces = with_fewer_pieces(change.pieces, before);
  return ranges_of(change.pieces);
}

}  // namespace sluice
