#include "routing/pick_by_draw.h"

#include "routing/point.h"

namespace sluice {
namespace {

// Further random bits from those that a pick brings (splitmix64).
class Draws {
 public:
  explicit Draws(std::uint64_t random) noexcept : state_(random) {}
  std::uint64_t next() noexcept {
    auto z = state_ += golden_step;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }

 private:
  std::uint64_t state_;
};

// An index that is neither `not_this` nor tried, by weight while luck lasts, then whoever comes next.
std::uint32_t draw(const Members& among, const Pick& pick, Draws& draws, const Member* not_this) noexcept {
  const auto good = [&](std::uint32_t i) {
    return &among.all[i] != not_this && !pick.was_tried(among.all[i].target);
  };
  auto drawn = among.draws.draw(draws.next());
  for (int tries = 0; tries < 8 && !good(drawn); ++tries) drawn = among.draws.draw(draws.next());
  for (std::size_t i = 0; i < among.all.size() && !good(drawn); ++i)
    drawn = drawn + 1 < among.all.size() ? drawn + 1 : 0;
  return drawn;
}

bool is_less_busy(const Member& a, const Member& b) noexcept {
  const std::uint64_t of_a = TargetState::load(a.target->state->in_flight);
  const std::uint64_t of_b = TargetState::load(b.target->state->in_flight);
  if (of_a + of_b == 0) return false;
  return (of_a + 1) * b.weight < (of_b + 1) * a.weight;
}

}  // namespace

const Target* pick_at_random(const Members& among, const Pick& pick) noexcept {
  if (among.draws.empty()) return nullptr;
  Draws draws(pick.random);
  return among.all[draw(among, pick, draws, nullptr)].target;
}

const Target* pick_least_outstanding(const Members& among, const Pick& pick) noexcept {
  if (among.draws.empty()) return nullptr;
  if (among.all.size() == 1) return among.all.front().target;
  Draws draws(pick.random);
  const auto& first = among.all[draw(among, pick, draws, nullptr)];
  const auto& second = among.all[draw(among, pick, draws, &first)];
  const bool second_is_better = !pick.was_tried(second.target) && is_less_busy(second, first);
  return (second_is_better ? second : first).target;
}

}  // namespace sluice
