#include "control/rollout/hook_runner.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <future>
#include <map>
#include <thread>

#include "control/rollout/hook_course.h"
#include "control/rollout/http_calls.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using Number = std::uint64_t;

constexpr auto hurried_kill = 500ms;  // from SIGTERM to SIGKILL when Sluice ends
constexpr auto patience = 900ms;      // and until nobody is waited for

HookAnswer internal_error(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& what) {
    return {.kind = HookAnswer::Kind::fail, .reason = what.what()};
  }
}

}  // namespace

// Who waits for an answer. On the control thread only.
struct HookRunner::Open {
  std::map<Number, std::function<void(HookAnswer)>> waiting;

  void tell(Number number, HookAnswer answer) {
    const auto found = waiting.find(number);
    if (found == waiting.end()) return;  // cancelled meanwhile
    const auto answered = std::move(found->second);
    waiting.erase(found);
    answered(std::move(answer));
  }
};

// Where calls are made. Public functions are for the control thread, private ones run on its own.
class HookRunner::Thread {
 public:
  Thread(boost::asio::io_context& control, std::weak_ptr<Open> open, HookOptions options)
      : control_(control), open_(std::move(open)), options_(std::move(options)) {
    thread_ = std::thread([this] {
      io_.run();
      ended_.set_value();
    });
    pthread_setname_np(thread_.native_handle(), "hooks");
  }

  ~Thread() {
    boost::asio::post(io_, [this] { stop(); });
    if (ended_.get_future().wait_for(patience) != std::future_status::ready) io_.stop();
    thread_.join();
    for (auto& [number, course] : courses_) course->cancel(0ms);  // transfers end before what carries them
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  void start(Number number, HookCall call) {
    boost::asio::post(
        io_, [this, number, call = std::move(call)]() mutable { begin(number, std::move(call)); });
  }
  void cancel(Number number) {
    boost::asio::post(io_, [this, number] {
      if (const auto found = courses_.find(number); found != courses_.end())
        found->second->cancel(options_.kill_after);
    });
  }

 private:
  void begin(Number number, HookCall call) {
    auto course = std::make_shared<HookCourse>(io_, http_, options_, std::move(call));
    courses_.emplace(number, course);
    auto end = [this, number](const std::exception_ptr& error, std::optional<HookAnswer> answer) {
      if (error) answer = internal_error(error);
      if (answer) tell(number, *std::move(answer));
      courses_.erase(number);
      if (stopping_ && courses_.empty()) io_.stop();
    };
    boost::asio::co_spawn(io_, HookCourse::follow(std::move(course)), std::move(end));
  }

  void tell(Number number, HookAnswer answer) {
    boost::asio::post(control_, [open = open_, number, answer = std::move(answer)]() mutable {
      if (const auto here = open.lock()) here->tell(number, std::move(answer));
    });
  }

  void stop() {
    stopping_ = true;
    for (auto& [number, course] : courses_) course->cancel(hurried_kill);
    if (courses_.empty()) io_.stop();
  }

  boost::asio::io_context& control_;
  std::weak_ptr<Open> open_;
  HookOptions options_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  HttpCalls http_{io_};
  std::map<Number, std::shared_ptr<HookCourse>> courses_;
  bool stopping_ = false;
  std::promise<void> ended_;
  std::thread thread_;
};

HookRunner::HookRunner(boost::asio::io_context& control, HookOptions options)
    : open_(std::make_shared<Open>()) {
  options.config_file = (std::filesystem::current_path() / options.config_file).string();
  thread_ = std::make_unique<Thread>(control, open_, std::move(options));
}

HookRunner::~HookRunner() {
  open_.reset();
  thread_.reset();
}

HookTicket HookRunner::start(HookCall call, std::function<void(HookAnswer)> answered) {
  const auto number = ++last_;
  open_->waiting.emplace(number, std::move(answered));
  thread_->start(number, std::move(call));
  return {number};
}

void HookRunner::cancel(HookTicket ticket) {
  if (open_->waiting.erase(ticket.number) > 0) thread_->cancel(ticket.number);
}

}  // namespace sluice
