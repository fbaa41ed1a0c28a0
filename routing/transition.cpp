#include "routing/transition.h"

#include <algorithm>

namespace sluice {
namespace {

using Share = Split::Share;

// A part of the line with one owner before and one after.
struct Stretch {
  Share begin, end;
  Range before, after;

  [[nodiscard]] bool moves() const { return before.variant != after.variant; }
  [[nodiscard]] bool stays_with(std::uint32_t variant) const {
    return !moves() && after.variant == variant;
  }
};

Share end_of(std::span<const Range> ranges, std::size_t i) {
  return i + 1 < ranges.size() ? Share{ranges[i + 1].begin} : Split::whole;
}

std::vector<Stretch> stretches_of(std::span<const Range> before, std::span<const Range> after) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0, k = 0; i < before.size() && k < after.size();) {
    const Share begin = std::max(before[i].begin, after[k].begin);
    const Share end = std::min(end_of(before, i), end_of(after, k));
    stretches.push_back({begin, end, before[i], after[k]});
    if (end_of(before, i) == end) ++i;
    if (end_of(after, k) == end) ++k;
  }
  return stretches;
}

// At which end of the stretch its new owner comes in: beside what that has already, else away from the end
// that it grows by.
End entrance(std::span<const Stretch> stretches, std::size_t i) {
  const auto gainer = stretches[i].after.variant;
  if (i > 0 && stretches[i - 1].stays_with(gainer)) return End::low;
  if (i + 1 < stretches.size() && stretches[i + 1].stays_with(gainer)) return End::high;
  return stretches[i].after.gained == End::low ? End::high : End::low;
}

// What ranges become, one after the other.
class Line {
 public:
  void add(Share begin, Share end, std::uint32_t variant, End gained) {
    if (begin == end) return;
    if (ranges_.empty() || ranges_.back().variant != variant)
      ranges_.push_back({static_cast<Point>(begin), variant, gained});
  }
  [[nodiscard]] std::vector<Range> take() { return std::move(ranges_); }

 private:
  std::vector<Range> ranges_;
};

}  // namespace

std::vector<Range> on_the_way(std::span<const Range> before, std::span<const Range> after,
                              Progress progress) {
  if (progress.step == 0) return {before.begin(), before.end()};
  if (progress.step >= progress.steps) return {after.begin(), after.end()};
  const auto stretches = stretches_of(before, after);
  Line line;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const auto& [begin, end, from, to] = stretches[i];
    if (!stretches[i].moves()) {
      line.add(begin, end, to.variant, to.gained);
      continue;
    }
    const Share moved = (end - begin) * progress.step / progress.steps;
    if (entrance(stretches, i) == End::low) {
      line.add(begin, begin + moved, to.variant, End::high);
      line.add(begin + moved, end, from.variant, from.gained);
    } else {
      line.add(begin, end - moved, from.variant, from.gained);
      line.add(end - moved, end, to.variant, End::low);
    }
  }
  return line.take();
}

}  // namespace sluice
