#include "health/watched_group.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "health/check_tls.h"

namespace sluice {
namespace {

Threshold::Needed needed(const HealthCheck& check) noexcept {
  return {.healthy = check.healthy, .unhealthy = check.unhealthy};
}

}  // namespace

void WatchedGroup::update(const CheckedGroup& to) {
  const auto before = std::exchange(checked_, to);
  if (before.group && before.group->tls != to.group->tls) tls_ = nullptr;
  const bool same_tls = tls_ != nullptr || !before.group;
  auto old = std::exchange(targets_, {});
  for (const auto& target : to.group->targets) {
    const auto known = std::ranges::find_if(
        old, [&](const auto& watched) { return watched && watched->judged.state == target.state; });
    auto watched = known == old.end() ? watch(target) : std::move(*known);
    auto question = make_question(*to.group, target, to.check);
    const bool goes_on = known != old.end() && same(watched->question, question) &&
                         (same_tls || question.tls == CheckQuestion::Tls::none);
    if (!goes_on) ask(*watched, std::move(question));
    targets_.push_back(std::move(watched));
  }
  for (const auto& watched : old)
    if (watched) let_go(*watched, CheckVerdict::initial);
  publish();
}

void WatchedGroup::end(CheckVerdict verdict) {
  for (const auto& watched : targets_) let_go(*watched, verdict);
  targets_.clear();
  if (checked_.group) checked_.group->state->changed();
}

std::unique_ptr<WatchedGroup::Watched> WatchedGroup::watch(const Target& target) {
  const auto known = TargetState::load(target.state->verdict);
  auto made = std::make_unique<Watched>(
      Watched{.name = target.address,
              .judged = {.state = target.state, .threshold = {needed(*checked_.check), known}},
              .probe = nullptr});
  auto* watched = made.get();
  auto tell = [this, watched](const CheckResult& result) { heard(*watched, result); };
  made->probe = std::make_shared<Probe>(needs_.io, phase_of(needs_.probes++), std::move(tell));
  return made;
}

void WatchedGroup::ask(Watched& watched, CheckQuestion question) {
  const bool over_tls = question.tls != CheckQuestion::Tls::none;
  if (over_tls && !tls_) tls_ = make_check_tls(checked_.group->tls.get());
  watched.judged.threshold = {needed(*question.check), watched.judged.threshold.verdict()};
  watched.question = question;
  watched.probe->ask({.question = std::move(question), .tls = over_tls ? tls_ : nullptr});
}

void WatchedGroup::let_go(Watched& watched, CheckVerdict verdict) {
  watched.probe->stop();
  watched.judged.state->verdict.store(verdict, std::memory_order_relaxed);
  needs_.reports.set(checked_.group->name, watched.name, {.verdict = verdict});
}

void WatchedGroup::heard(Watched& watched, const CheckResult& result) {
  auto& count = counts_->by_kind[static_cast<std::size_t>(result.kind)];
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  auto& judged = watched.judged;
  const bool news = !judged.is_heard;
  const auto before = judged.threshold.verdict();
  const auto now = result.passed() ? judged.threshold.pass() : judged.threshold.fail();
  judged.is_heard = true;
  const bool other_reason = !result.passed() && result.description != watched.last_failure.description;
  if (!result.passed()) watched.last_failure = result;
  if (news || now != before) return publish();
  if (other_reason && judged.known() == CheckVerdict::unhealthy) report(watched);
}

void WatchedGroup::publish() {
  std::vector<JudgedTarget*> judged;
  for (const auto& watched : targets_) judged.push_back(&watched->judged);
  const auto changed = settle(judged, std::chrono::steady_clock::now());
  if (changed.empty()) return;
  checked_.group->state->changed();
  for (const auto index : changed) {
    const auto& watched = *targets_[index];
    report(watched);
    const auto& group = checked_.group->name;
    if (watched.judged.known() == CheckVerdict::healthy) {
      spdlog::info("target group {}: {} is healthy", group, watched.name);
    } else {
      spdlog::warn("target group {}: {} is unhealthy ({}): {}", group, watched.name,
                   reason_of(watched.last_failure.kind), watched.last_failure.description);
    }
  }
}

void WatchedGroup::report(const Watched& watched) {
  TargetReports::Verdict verdict{.verdict = watched.judged.known()};
  if (verdict.verdict == CheckVerdict::unhealthy) {
    verdict.reason = reason_of(watched.last_failure.kind);
    verdict.description = watched.last_failure.description;
  }
  needs_.reports.set(checked_.group->name, watched.name, std::move(verdict));
}

}  // namespace sluice
