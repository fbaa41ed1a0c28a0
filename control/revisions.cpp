#include "control/revisions.h"

#include <algorithm>
#include <chrono>

#include "control/config_check.h"

namespace sluice {
namespace {

using Clock = std::chrono::steady_clock;
using Reason = WeightsRefused::Reason;

bool same(const Variant& a, const Variant& b) {
  return a.name == b.name && a.weight == b.weight && a.group->name == b.group->name;
}

// The service's own split and definition; what its target groups hold is not part of that.
bool same(const Service& a, const Service& b) {
  const auto equal = [](const auto& x, const auto& y) { return same(x, y); };
  return std::ranges::equal(a.variants, b.variants, equal) && a.stable == b.stable &&
         a.salt_seed == b.salt_seed && std::ranges::equal(a.split.ranges(), b.split.ranges()) &&
         a.identity == b.identity;
}

std::vector<Weight> weights_of(const Service& service) {
  std::vector<Weight> weights;
  for (const auto& variant : service.variants) weights.push_back(variant.weight);
  return weights;
}

std::string quoted_names(const std::vector<Variant>& variants) {
  std::string names;
  for (const auto& variant : variants) names += (names.empty() ? "`" : ", `") + variant.name + "`";
  return names;
}

tl::unexpected<WeightsRefused> refuse(Reason reason, std::string what) {
  return failure(WeightsRefused{reason, std::move(what)});
}

// The weights in the order of the service's variants.
Result<std::vector<Weight>, WeightsRefused> in_order(const Service& service, const NamedWeights& weights) {
  std::vector<std::optional<Weight>> found(service.variants.size());
  for (const auto& [name, weight] : weights) {
    const auto variant = std::ranges::find(service.variants, name, &Variant::name);
    if (variant == service.variants.end())
      return refuse(Reason::no_such_variant, "service `" + service.name + "` has no variant `" + name +
                                                 "`; it has " + quoted_names(service.variants));
    auto& place = found[static_cast<std::size_t>(variant - service.variants.begin())];
    if (place) return refuse(Reason::named_twice, "variant `" + name + "` is named twice");
    place = weight;
  }
  std::vector<Weight> all;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i])
      return refuse(Reason::variant_missing, "no weight for variant `" + service.variants[i].name +
                                                 "`; name every variant, with 0 for one that gets nothing");
    all.push_back(*found[i]);
  }
  if (std::ranges::all_of(all, [](Weight weight) { return weight == Weight{}; }))
    return refuse(Reason::all_zero, "every weight is 0; at least one variant must take the traffic");
  return all;
}

}  // namespace

Revisions::Revisions(Publish publish, Secrets own_secrets)
    : builder_(std::move(own_secrets)),
      publish_(std::move(publish)),
      publish_seconds_({0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}) {}

Result<std::uint64_t, std::vector<config::Problem>> Revisions::apply(const config::Config& config) {
  const auto begin = Clock::now();
  if (auto problems = check_config(config); !problems.empty()) return failure(std::move(problems));
  auto next = builder_.build(config, next_revision(), current_.get());
  if (!next) return failure(std::move(next.error()));
  if (const auto published = publish(std::move(*next), begin); !published)
    return failure(std::vector{config::Problem{.mark = {1, 1}, .key = {}, .what = published.error()}});
  config_ = config;
  applied_();
  return current_->revision;
}

Result<std::uint64_t, WeightsRefused> Revisions::set_weights(const std::string& service,
                                                             const NamedWeights& weights,
                                                             std::optional<std::uint64_t> if_match) {
  const auto begin = Clock::now();
  const auto* known = current_ ? find_service(*current_, service) : nullptr;
  if (!known) return refuse(Reason::no_such_service, "no service `" + service + "`");
  // A caller who saw a later revision of the whole has seen this service as it is, too.
  const auto revision = service_revision(service);
  if (if_match && (*if_match < revision || *if_match > current_->revision))
    return refuse(Reason::stale, "service `" + service + "` is at revision " + std::to_string(revision) +
                                     ", not " + std::to_string(*if_match) + "; read it again");
  const auto ordered = in_order(*known, weights);
  if (!ordered) return failure(ordered.error());
  if (std::ranges::equal(known->variants, *ordered, {}, &Variant::weight)) return revision;

  const auto index = index_of(service);
  auto next = builder_.with_weights(*current_, index, *ordered, next_revision());
  if (!next) return refuse(Reason::too_fine, next.error());
  const auto running = warm_ups_.find(service);
  auto warming = warm_up(*known, *(*next)->services[index],
                         running == warm_ups_.end() ? nullptr : &running->second, begin);
  if (warming) *next = SnapshotBuilder::with_split(**next, index, warming->before);
  const auto published = publish(std::move(*next), begin);
  if (!published) return refuse(Reason::not_published, published.error());
  warm_ups_.erase(service);
  if (warming) warm_ups_.emplace(service, *std::move(warming));
  return current_->revision;
}

std::optional<SteadyTime> Revisions::next_step() const noexcept {
  std::optional<SteadyTime> first;
  for (const auto& [service, warm_up] : warm_ups_)
    if (const auto next = warm_up.next_step(); !first || next < *first) first = next;
  return first;
}

void Revisions::step(SteadyTime now) {
  for (auto each = warm_ups_.begin(); each != warm_ups_.end();)
    each = step(each->first, each->second, now) ? warm_ups_.erase(each) : std::next(each);
}

bool Revisions::step(const std::string& service, WarmUp& warm_up, SteadyTime now) {
  const auto index = index_of(service);
  if (index == current_->services.size()) return true;
  const auto& known = *current_->services[index];
  const auto step = warm_up.step_at(now);
  if (step == warm_up.done) return false;
  // A file that was read meanwhile may have given the service other variants: then there is no way to go on.
  const bool goes_on = warm_up.fits(known);
  auto next = SnapshotBuilder::with_split(
      *current_, index, goes_on ? warm_up.split_at(step) : known.split.rebalanced(weights_of(known)).split);
  if (!publish_(next)) {
    warm_up.put_off();
    return false;
  }
  warm_up.done = step;
  current_ = std::move(next);
  return step == warm_up.steps() || !goes_on;
}

std::size_t Revisions::index_of(const std::string& service) const noexcept {
  const auto at = std::ranges::find(current_->services, service, [](const auto& each) { return each->name; });
  return static_cast<std::size_t>(at - current_->services.begin());
}

std::uint64_t Revisions::service_revision(const std::string& service) const noexcept {
  const auto found = service_revisions_.find(service);
  return found == service_revisions_.end() ? 0 : found->second;
}

Result<void, std::string> Revisions::publish(std::shared_ptr<const Snapshot> next, Clock::time_point begin) {
  draining_.expect(*next, Clock::now());
  if (auto published = publish_(next); !published) {
    draining_.not_published();
    return published;
  }
  draining_.published(current_.get(), *next, Clock::now());
  publish_seconds_.Observe(std::chrono::duration<double>(Clock::now() - begin).count());
  std::map<std::string, std::uint64_t> revisions;
  for (const auto& service : next->services) {
    const auto* before = current_ ? find_service(*current_, service->name) : nullptr;
    revisions[service->name] =
        before && same(*before, *service) ? service_revision(service->name) : next->revision;
  }
  service_revisions_ = std::move(revisions);
  current_ = std::move(next);
  return {};
}

}  // namespace sluice
