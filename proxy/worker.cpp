#include "proxy/worker.h"

#include <spdlog/spdlog.h>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <unordered_map>
#include <unordered_set>

#include "proxy/acceptor.h"

namespace sluice {
using namespace std::chrono_literals;
namespace {

constexpr unsigned turns_to_end = 16;

// Each of the list gets its call, although that may be the end of any of them.
template <class List, class Call>
void for_each_alive(List& list, Call call) {
  List left;
  left.swap(list);
  while (!left.empty()) {
    auto& next = left.front();
    left.pop_front();
    list.push_back(next);
    call(next);
  }
}

}  // namespace

Worker::Worker(unsigned index, OutcomeShard& outcomes, AccessLog* log, Connector connector)
    : index_(index),
      io_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      wheel_(io_),
      metrics_(outcomes),
      upstreams_(io_, wheel_, blocks_, metrics_, std::move(connector)),
      log_(log ? std::make_unique<AccessLogBuffer>(*log) : nullptr) {}

Worker::~Worker() {
  join();
}

void Worker::start() {
  thread_ = std::thread([this] { run(); });
}

void Worker::run() {
  const auto work = asio::make_work_guard(io_);
  asio::co_spawn(io_.get_executor(), wheel_.run(), asio::detached);
  asio::co_spawn(io_.get_executor(), end_what_is_due(), asio::detached);
  if (log_) asio::co_spawn(io_.get_executor(), flush_log(), asio::detached);
  for (;;) {
    try {
      io_.run();
      break;
    } catch (const std::exception& error) {  // an allocation that failed outside any exchange
      spdlog::error("worker {}: {}", index_, error.what());
    }
  }
  log_.reset();
  finished_.store(true, std::memory_order_release);
}

void Worker::publish(std::shared_ptr<const Published> published) {
  asio::post(io_, [this, published = std::move(published)]() mutable { adopt(std::move(published)); });
}

void Worker::enter(Phase phase) {
  asio::post(io_, [this, phase] {
    phase_ = phase;
    if (phase != Phase::draining) return;
    for (const auto& acceptor : acceptors_) acceptor->stop();
    acceptors_.clear();
    for_each_alive(sessions_, [](Session& session) { session.end_when_idle(); });
    something_ended();
  });
}

void Worker::enter(Load load) {
  load_.store(load, std::memory_order_relaxed);
  if (load == Load::bearable) return;
  asio::post(io_, [this] {
    if (!is_overloaded()) return;
    blocks_.shrink();
    for_each_alive(sessions_, [](Session& session) { session.end_when_idle(); });
  });
}

void Worker::cut_off() {
  asio::post(io_, [this] {
    upstreams_.refuse();
    for_each_alive(sessions_, [](Session& session) { session.end_now(); });
    for_each_alive(sessions_, [](Session& session) { session.cancel_upstream(); });
    wheel_.ring_all();
    stop_when_ended(turns_to_end);
  });
}

// What was told to end does so in a few turns of the loop.
void Worker::stop_when_ended(unsigned turns) {
  if (turns == 0 || sessions_.empty()) return io_.stop();
  asio::post(io_, [this, turns] { stop_when_ended(turns - 1); });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::adopt(std::shared_ptr<const Published> published) {
  current_ = SnapshotLease(new HeldSnapshot(std::move(published)));
  const auto& snapshot = current_->snapshot();
  by_slot_.clear();
  for (const auto& listener : current_->published().listeners) {
    const auto slot = listener.listener->slot->index;
    if (by_slot_.size() <= slot) by_slot_.resize(slot + 1);
    by_slot_[slot] = &listener;
  }
  metrics_.outcomes.adopt(snapshot);
  upstreams_.keep_only(snapshot);
  forget_the_gone(snapshot);
  withdraw(snapshot);
  if (phase_ != Phase::draining) update_acceptors();
  for_each_alive(sessions_, [this](Session& session) {
    if (!listener(session.listener())) session.end_when_idle();
  });
}

// Targets and groups come and go for as long as the process lives: what was kept of them goes with them.
void Worker::forget_the_gone(const Snapshot& snapshot) {
  metrics_.outcomes.attempts().keep_only(snapshot);
  std::unordered_set<const Slot*> groups;
  for (const auto& service : snapshot.services)
    for (const auto& variant : service->variants) groups.insert(variant.group->slot.get());
  metrics_.groups.keep_only(groups, [](const GroupCell& cell) { return cell.is_held(); });
  for (auto& view : views_)
    if (view.group() && !groups.contains(view.group()->slot.get())) view = {};
}

// One acceptor for each set of sockets that the revision names.
void Worker::update_acceptors() {
  std::unordered_set<const ListenSockets*> named, open;
  for (const auto& listener : current_->published().listeners) named.insert(listener.sockets.get());
  std::erase_if(acceptors_, [&](const auto& acceptor) {
    if (named.contains(&acceptor->sockets())) return false;
    acceptor->stop();
    return true;
  });
  for (const auto& acceptor : acceptors_) open.insert(&acceptor->sockets());
  for (const auto& listener : current_->published().listeners) {
    if (open.contains(listener.sockets.get())) continue;
    auto acceptor = std::make_shared<Acceptor>(*this, listener, listener.sockets->take(index_));
    acceptors_.push_back(acceptor);
    asio::co_spawn(io_.get_executor(), Acceptor::run(std::move(acceptor)), asio::detached);
  }
}

const PublishedListener* Worker::listener(const SlotRef& slot) const noexcept {
  return slot->index < by_slot_.size() && by_slot_[slot->index] &&
                 by_slot_[slot->index]->listener->slot == slot
             ? by_slot_[slot->index]
             : nullptr;
}

GroupView& Worker::view(const std::shared_ptr<const TargetGroup>& group, Clock::time_point now) {
  if (views_.size() <= group->slot->index) views_.resize(group->slot->index + 1);
  auto& view = views_[group->slot->index];
  view.refresh(group, now);
  return view;
}

// Posted: what has ended may have been resumed by a connection to a target that is closed here.
void Worker::something_ended() {
  if (phase_ != Phase::draining || !sessions_.empty()) return;
  asio::post(io_, [this] {
    upstreams_.close_idle();
    io_.stop();
  });
}

// The exchanges of a variant that was taken away leave it, too. Requests have the time of their group; what
// goes on for long ends at a moment of its own in the second half of it, so that not all come back at once.
void Worker::withdraw(const Snapshot& snapshot) {
  std::unordered_map<const Slot*, Clock::duration> withdrawn;
  for (const auto& service : snapshot.services)
    for (const auto& variant : service->variants)
      if (variant.withdrawn) withdrawn[variant.slot.get()] = variant.group->deregistration_delay;
  if (withdrawn.empty()) return;
  const auto now = Clock::now();
  for (auto& attempt : active_attempts_) {
    const auto found = withdrawn.find(attempt.variant().get());
    if (found == withdrawn.end() || attempt.is_testers()) continue;
    const auto early = attempt.is_answering() ? random_.next() % (found->second / 2ms + 1) : 0;
    attempt.end_by(now + found->second - std::chrono::milliseconds(early));
  }
}

Awaitable<> Worker::end_what_is_due() {
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> timer(io_);
  for (;;) {
    timer.expires_after(DeadlineWheel::tick);
    co_await timer.async_wait(use_awaitable);
    const auto now = Clock::now();
    for_each_alive(active_attempts_, [now](ActiveAttempt& attempt) {
      if (attempt.is_over(now)) attempt.end();
    });
    upstreams_.make_room();
  }
}

Awaitable<> Worker::flush_log() {
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> timer(io_);
  for (;;) {
    timer.expires_after(std::chrono::milliseconds(100));
    co_await timer.async_wait(use_awaitable);
    log_->flush();
  }
}

}  // namespace sluice
