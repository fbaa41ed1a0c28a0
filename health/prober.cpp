#include "health/prober.h"

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <thread>

namespace sluice {
namespace {

namespace asio = boost::asio;

std::vector<TargetReports::Known> targets_of(const CheckList& list) {
  std::vector<TargetReports::Known> known;
  for (const auto& [group, check] : list.groups)
    for (const auto& target : group->targets) known.push_back({group->name, target.address, target.state});
  for (const auto& [group, target] : list.unused) known.push_back({group, target, nullptr});
  return known;
}

}  // namespace

// What lives on the prober's own thread.
class Prober::Thread {
 public:
  explicit Thread(TargetReports& reports) : reports_(reports), thread_([this] { io_.run(); }) {
    pthread_setname_np(thread_.native_handle(), "prober");
  }
  ~Thread() {
    io_.stop();
    thread_.join();
  }

  void post(CheckList list, Counts counts) {
    asio::post(io_, [this, list = std::move(list), counts = std::move(counts)] { update(list, counts); });
  }

 private:
  void update(const CheckList& list, const Counts& counts) {
    auto before = std::exchange(groups_, {});
    for (const auto& checked : list.groups) {
      auto watched = before.extract(checked.group->name);
      if (!checked.check) {
        if (watched) watched.mapped()->end(CheckVerdict::healthy);
        continue;
      }
      auto group = watched ? std::move(watched.mapped()) : make(counts.at(checked.group->name));
      group->update(checked);
      groups_.emplace(checked.group->name, std::move(group));
    }
    for (const auto& [name, group] : before) group->end(CheckVerdict::initial);
  }

  std::unique_ptr<WatchedGroup> make(const std::shared_ptr<CheckCounts>& counts) {
    return std::make_unique<WatchedGroup>(WatchedGroup::Needs{io_, reports_, probes_}, counts);
  }

  TargetReports& reports_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::map<std::string, std::unique_ptr<WatchedGroup>> groups_;
  std::uint64_t probes_ = 0;
  std::thread thread_;
};

Prober::Prober() : thread_(std::make_unique<Thread>(reports_)) {}
Prober::~Prober() = default;

void Prober::publish(const CheckList& list) {
  reports_.keep(targets_of(list));
  Counts counts;
  for (const auto& [group, check] : list.groups) {
    if (!check) continue;
    const auto known = counts_.find(group->name);
    counts[group->name] = known == counts_.end() ? std::make_shared<CheckCounts>() : known->second;
  }
  counts_ = counts;
  thread_->post(list, std::move(counts));
}

}  // namespace sluice
