#include "control/compile_rate_limit.h"

#include <random>

namespace sluice {
namespace {

// Users who may be short of their budgets at a time: 1 MiB a limit.
constexpr std::size_t most_users = 65'536;

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

RateSlots::RateSlots() : seed(random_seed()) {}

std::shared_ptr<const RateLimit> compile_rate_limit(const std::optional<config::RateLimit>& from,
                                                    const std::string& owner, std::uint32_t service,
                                                    RateSlots& slots) {
  if (!from) return nullptr;
  const Rate rate{
      .requests = from->requests, .per = from->per, .burst = from->burst.value_or(from->requests)};
  std::string name = owner;
  for (const auto number : {std::int64_t{rate.requests}, std::int64_t{rate.per.count()},
                            std::int64_t{rate.burst}, static_cast<std::int64_t>(from->by)})
    name += ' ' + std::to_string(number);
  const std::size_t places = from->by == LimitBy::everybody ? 1 : most_users;
  return std::make_shared<const RateLimit>(RateLimit{.gcra = Gcra(rate),
                                                     .by = from->by,
                                                     .service = service,
                                                     .seed = slots.seed,
                                                     .budgets = slots.budgets.intern(name, places)});
}

}  // namespace sluice
