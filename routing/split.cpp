#include "routing/split.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "routing/rebalance.h"
#include "routing/transition.h"

namespace sluice {
namespace {

using Share = Split::Share;

Share end_of(std::span<const Range> ranges, std::size_t i) {
  return i + 1 < ranges.size() ? Share{ranges[i + 1].begin} : Split::whole;
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
  std::vector<Range> ranges;
  Share begin = 0;
  for (std::uint32_t v = 0; v < wanted.size(); ++v) {
    if (wanted[v] == 0) continue;
    // Everyone faces the variants declared before, so that one without a weight enters on its own side.
    ranges.push_back({static_cast<Point>(begin), v, v == 0 ? End::high : End::low});
    begin += wanted[v];
  }
  assert(!ranges.empty() && "a split needs a weight above 0");
  return Split(std::move(ranges));
}

Result<Split, std::string> Split::from_ranges(std::vector<Range> ranges, std::size_t variants) {
  if (ranges.empty()) return failure(std::string("a split has no ranges"));
  if (ranges.front().begin != 0) return failure(std::string("the first range does not begin at 0"));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [begin, variant, gained] = ranges[i];
    const auto refuse = [&](const char* why) {
      return failure("range " + std::to_string(i + 1) + " " + why);
    };
    if (variant >= variants) return refuse("is of a variant that is not there");
    if (gained != End::low && gained != End::high) return refuse("gained at no end");
    if (i == 0) continue;
    if (begin <= ranges[i - 1].begin) return refuse("does not begin behind the one before");
    if (variant == ranges[i - 1].variant) return refuse("is of the same variant as the one before");
  }
  return Split(std::move(ranges));
}

Rebalanced Split::rebalanced(std::span<const Weight> weights) const {
  const auto wanted = shares(weights);
  const auto active = static_cast<std::size_t>(std::ranges::count_if(wanted, [](Share s) { return s > 0; }));
  if (active == 0) return {*this, 0};
  Split after(rebalance(ranges_, wanted, std::max(max_ranges, active)));
  Share gains = 0;
  for (std::uint32_t v = 0; v < wanted.size(); ++v) gains += wanted[v] - std::min(wanted[v], share_of(v));
  const Share extra = movement(ranges_, after.ranges_) - gains;
  return {std::move(after), extra};
}

Split Split::toward(const Split& after, Progress progress) const {
  return Split(on_the_way(ranges_, after.ranges_, progress));
}

Split Split::renumbered(std::span<const std::uint32_t> new_index) const {
  auto ranges = ranges_;
  for (auto& range : ranges) range.variant = new_index[range.variant];
  return Split(std::move(ranges));
}

Share Split::share_of(std::uint32_t variant) const noexcept {
  Share share = 0;
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    if (ranges_[i].variant == variant) share += end_of(ranges_, i) - ranges_[i].begin;
  return share;
}

Share movement(std::span<const Range> before, std::span<const Range> after) noexcept {
  Share moved = 0, at = 0;
  for (std::size_t i = 0, k = 0; at < Split::whole;) {
    const Share next = std::min(end_of(before, i), end_of(after, k));
    if (before[i].variant != after[k].variant) moved += next - at;
    if (end_of(before, i) == next) ++i;
    if (end_of(after, k) == next) ++k;
    at = next;
  }
  return moved;
}

}  // namespace sluice
